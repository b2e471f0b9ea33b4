from datetime import UTC, datetime
from email import message_from_bytes, policy

from sqlmodel import Session, col, select

from followup.daemon import Daemon
from followup.domain.outbox.email_kind import EmailKind
from followup.services.goodwill import approvals
from followup.services.people import agents
from followup.store.tables import Email
from tests.shop import ANA, DIANA, MAX, SEN, Shop


def notices(shop: Shop) -> list[Email]:
    query = select(Email).where(col(Email.kind) == EmailKind.COLLEAGUE)
    return list(shop.read(lambda session: session.exec(query).all()))


def text_of(email: Email) -> str:
    assert email.message is not None
    part = message_from_bytes(email.message, policy=policy.default).get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_the_lowest_role_that_may_decide_is_asked(shop: Shop) -> None:
    shop.request(shop.open_case(), "refund", "40.00", because="She came twice.")
    assert [(email.to_address, email.template) for email in notices(shop)] == [(SEN, "for-approval")]


def test_where_nobody_has_that_role_the_next_is_asked(shop: Shop) -> None:
    shop.write(
        lambda session: agents.set_agent(
            session, SEN, now=shop.now, actor=shop.actor(session, MAX), active=False
        )
    )
    shop.request(shop.open_case(), "refund", "40.00")
    assert [email.to_address for email in notices(shop)] == [MAX]


def test_the_requester_is_never_asked(shop: Shop) -> None:
    # A manager may give 250.00; only the director may approve 300.00.
    case = shop.open_case(order_value="900.00", by=MAX)
    shop.request(case, "refund", "300.00", by=MAX, because="word " * 20)
    assert {(email.to_address, email.template) for email in notices(shop)} == {(DIANA, "for-approval")}


def test_the_request_says_who_asks_for_what_and_why(shop: Shop) -> None:
    case = shop.open_case(verbatim="It was a birthday present.")
    shop.request(case, "refund", "40.00", because="She came twice.")
    Daemon(shop.place).tick(now=lambda: shop.now)
    (email,) = notices(shop)
    assert email.state.value == "sent"
    text = text_of(email)
    for expected in (
        "Hello Sen Ito",
        "Ana Reyes asks for a refund of £40.00",
        "needs a senior to agree",
        "waits until 4 November",
        "It was a birthday present.",
        "She came twice.",
        "followup approval approve A-0001",
    ):
        assert expected in text, text


def test_nobody_is_asked_to_decide_what_is_decided(shop: Shop) -> None:
    shop.now = datetime(2026, 11, 2, 20, tzinfo=UTC)
    shop.request(shop.open_case(), "refund", "40.00")
    daemon = Daemon(shop.place)
    assert daemon.tick(now=lambda: shop.now).deferred == 1

    def reject(session: Session) -> None:
        found = approvals.find_approval(session, "A-1")
        actor = shop.actor(session, MAX)
        approvals.reject(session, shop.rules, found, now=shop.now, actor=actor, because="no")

    shop.write(reject)
    shop.now = datetime(2026, 11, 3, 9, tzinfo=UTC)
    assert daemon.tick(now=lambda: shop.now).skipped == 1
    assert notices(shop)[0].reason == "it was decided already"


def test_large_gestures_are_told_to_a_manager(shop: Shop) -> None:
    # The policy's [[require]]: from 100.00 a note of 15 words, and a manager is told.
    case = shop.open_case(order_value="900.00", by=DIANA)
    shop.request(case, "refund", "120.00", by=DIANA, because="word " * 15)
    assert [(email.to_address, email.template) for email in notices(shop)] == [(MAX, "notice")]


def test_emails_to_colleagues_are_not_in_the_customers_timeline(shop: Shop) -> None:
    from followup.services.sequences import enrolments

    case = shop.open_case()
    shop.request(case, "refund", "40.00")
    planned = shop.read(lambda session: enrolments.emails_of(session, case))
    assert {email.to_address for email in planned} <= {"priya@example.com"}
    assert notices(shop)
    assert ANA not in [email.to_address for email in notices(shop)]
