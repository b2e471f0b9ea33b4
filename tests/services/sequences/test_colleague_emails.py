from datetime import UTC, datetime
from email import message_from_bytes, policy

from sqlmodel import Session, col, select

from followup.application.door import Caller
from followup.application.goodwill import approvals as approval_commands
from followup.daemon import Daemon
from followup.domain.outbox.email_kind import EmailKind
from followup.domain.shared.money import Money
from followup.mail.template_values import as_sentence
from followup.services.cases import undo_case
from followup.services.goodwill import approvals, gestures
from followup.services.people import agents
from followup.store.tables import Case, Email, Gesture
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


def test_the_request_holds_what_one_decides_by(shop: Shop) -> None:
    shop.settings(grace_minutes=15)
    earlier = shop.open_case(order="HB-1")
    shop.request(earlier, "refund", "12.50")
    undone = shop.open_case(order="HB-2", reason="damaged-item")
    shop.request(undone, "apology")
    shop.write(
        lambda session: undo_case.undo(
            session,
            shop.rules,
            session.get_one(Case, undone.id),
            now=shop.now,
            actor=shop.actor(session),
            because="slip",
        )
    )
    shop.budget("200.00", name="north")
    case = shop.open_case(
        order="HB-3", what_happened="Your lamp failed for the third time.", verbatim="I am tired of it."
    )
    asked = shop.request(case, "voucher", "40.00")
    (listed,) = approval_commands.list_approvals(
        Caller(place=shop.place, now=shop.now, login="nobody", actor_email=SEN)
    )
    assert listed["gesture"]["ref"] == f"G-{asked.id:04}"
    assert (listed["cases_before"], listed["given_before"]) == (1, "12.50")
    assert (listed["what_happened"], listed["verbatim"]) == (
        "Your lamp failed for the third time.",
        "I am tired of it.",
    )
    # Of 200.00 this request holds 40.00.
    # Why a rule matched is a ground; that others did not is none.
    assert listed["reasons"]
    assert not [reason for reason in listed["reasons"] if reason.startswith("Not ")]
    assert listed["budgets"] == [
        {"name": "north", "available": "160.00", "currency": "GBP", "until": "2026-11-30"}
    ]
    Daemon(shop.place).tick(now=lambda: shop.now)
    (text,) = [text_of(email) for email in notices(shop) if email.template == "for-approval"]
    for expected in (
        "What happened, as the customer is told: Your lamp failed for the third time.",
        "I am tired of it.",
        f"The policy says: {as_sentence(listed['reasons'][0])}",
        "Other cases of this customer: 1; given for them: £12.50.",
        "Budget north: £160.00 left until 30 November, with this request held.",
        "waits until 4 November",
    ):
        assert expected in text, text


def test_a_customers_first_case_is_called_that(shop: Shop) -> None:
    shop.request(shop.open_case(), "refund", "40.00")
    Daemon(shop.place).tick(now=lambda: shop.now)
    assert "This customer has no other cases." in text_of(notices(shop)[0])
    assert "Budget" not in text_of(notices(shop)[0])


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


def test_who_approved_it_gets_no_notice_of_it(shop: Shop) -> None:
    """The policy notifies managers from 100.00: of two, the one who approved knows."""
    shop.write(
        lambda session: agents.add_agent(
            session,
            now=shop.now,
            actor=shop.actor(session, DIANA),
            name="Mo Otto",
            email="mo@shop.example",
            role="manager",
            team="north",
        )
    )
    shop.request(shop.open_case(order_value="900.00"), "refund", "120.00", because="word " * 15)

    def approve(session: Session) -> None:
        found = approvals.find_approval(session, "A-1")
        actor = shop.actor(session, MAX)
        approvals.approve(session, shop.rules, found, now=shop.now, actor=actor, because="yes")

    shop.write(approve)
    assert [email.to_address for email in notices(shop) if email.template == "notice"] == ["mo@shop.example"]


def test_who_countered_it_gets_no_notice_when_it_is_issued(shop: Shop) -> None:
    asked = shop.request(shop.open_case(order_value="900.00"), "refund", "140.00", because="word " * 15)

    def counter(session: Session) -> None:
        found = approvals.find_approval(session, "A-1")
        approvals.counter(
            session,
            shop.rules,
            found,
            now=shop.now,
            actor=shop.actor(session, MAX),
            because="less " * 15,
            amount=Money.parse("110.00", "GBP"),
        )

    shop.write(counter)
    shop.write(
        lambda session: gestures.issue(
            session, shop.rules, session.get_one(Gesture, asked.id), now=shop.now, actor=shop.actor(session)
        )
    )
    assert [email for email in notices(shop) if email.template == "notice"] == []


def test_emails_to_colleagues_are_not_in_the_customers_timeline(shop: Shop) -> None:
    from followup.services.sequences import enrolments

    case = shop.open_case()
    shop.request(case, "refund", "40.00")
    planned = shop.read(lambda session: enrolments.emails_of(session, case))
    assert {email.to_address for email in planned} <= {"priya@example.com"}
    assert notices(shop)
    assert ANA not in [email.to_address for email in notices(shop)]
