"""What is kept, shown and recorded of somebody after they were erased: their address, cases, the log."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from followup.domain.outbox.email_state import EmailState
from followup.domain.people.suppression import SuppressionReason
from followup.errors import NotFound, Refused, WrongUsage
from followup.services.cases import cases
from followup.services.documents import serializers
from followup.services.outbox import explain_email
from followup.services.people import customers, suppressions
from followup.services.people.customer_lists import ANYBODY, list_customers
from followup.services.shared import audit, idempotency
from followup.store.tables import AuditEvent, Customer, Email, Suppression
from tests.services import life, mail_back
from tests.services.life import EMAIL, MARK
from tests.services.mailing import files, rows, states, tick
from tests.services.privacy.erasing import erase, traces
from tests.shop import ANA, MAX, Shop

# ---- The address


def test_their_address_is_kept_in_no_readable_form_and_is_still_suppressed(shop: Shop) -> None:
    life.meet(shop)
    erase(shop)
    (kept,) = shop.read(lambda session: list(session.exec(select(Suppression))))
    assert kept.address.startswith("erased:")
    for spelled in (EMAIL, EMAIL.upper(), f" {EMAIL} "):
        assert suppressed_as(shop, spelled) == "erased"
    assert suppressed_as(shop, "another@example.com") is None


def suppressed_as(shop: Shop, address: str) -> str | None:
    row = shop.read(lambda session: suppressions.is_suppressed(session, address))
    return None if row is None else row.reason.value


def test_another_database_keeps_the_same_address_in_another_form(new_shop: Callable[[], Shop]) -> None:
    kept = []
    for _ in range(2):
        shop = new_shop()
        life.meet(shop)
        erase(shop)
        kept.append(shop.read(lambda session: session.exec(select(Suppression.address)).one()))
        shop.engine.dispose()
    assert kept[0] != kept[1]


def test_who_comes_back_is_written_to_only_when_a_manager_allows_it(shop: Shop) -> None:
    shop.budget("500.00")
    life.meet(shop)
    erase(shop)
    case = shop.open_case(EMAIL)
    gesture = shop.request(case)
    assert gesture.state == "issued"
    assert rows(shop) == []
    with pytest.raises(Refused, match="only a manager"):
        shop.write(
            lambda session: suppressions.lift(
                session, EMAIL, now=shop.now, actor=shop.actor(session, ANA), because="back"
            )
        )
    shop.write(
        lambda session: suppressions.lift(
            session, EMAIL, now=shop.now, actor=shop.actor(session, MAX), because="back"
        )
    )
    second = shop.open_case(EMAIL, reason="long-wait")
    shop.request(second)
    assert {row.to_address for row in rows(shop)} == {EMAIL}


def test_a_late_bounce_does_not_bring_the_address_back(shop: Shop) -> None:
    life.meet(shop)
    erase(shop)
    again = shop.write(
        lambda session: suppressions.suppress(
            session, EMAIL, SuppressionReason.HARD_BOUNCE, now=shop.now, actor=shop.actor(session)
        )
    )
    assert not again.is_new
    assert traces(shop) == []


@pytest.mark.parametrize("what", ["bounce", "soft bounce", "out of office", "complaint"])
def test_what_comes_back_late_about_their_emails_writes_nothing_down_of_them(shop: Shop, what: str) -> None:
    shop.budget("500.00")
    life.meet(shop)
    case = life.complain(shop)
    life.do(shop, case, "voucher", "send")
    email = rows(shop)[0]
    raw = {
        "bounce": mail_back.bounce(EMAIL, to=mail_back.bounce_address(shop, email)),
        "soft bounce": mail_back.bounce(EMAIL, to=mail_back.bounce_address(shop, email), status="4.2.2"),
        "out of office": mail_back.away(to=mail_back.care_address(shop, case), sender=f"Zqx <{EMAIL}>"),
        "complaint": mail_back.complaint(email.message_id, EMAIL),
    }[what]
    erase(shop)
    receipt = mail_back.receive(shop, raw)
    assert not receipt.known
    assert traces(shop) == []
    assert len(shop.read(lambda session: list(session.exec(select(Suppression))))) == 1


def test_an_address_that_somebody_else_has_now_is_not_suppressed(shop: Shop) -> None:
    shop.budget("500.00")
    life.meet(shop)
    life.do(shop, life.complain(shop), "voucher", "send", "move")
    customer = shop.read(lambda session: session.exec(select(Customer.email)).one())
    life.meet(shop, EMAIL)
    erase(shop, customer)
    assert shop.read(lambda session: suppressions.is_suppressed(session, EMAIL)) is None
    assert shop.read(lambda session: customers.find_customer(session, EMAIL)).erased_at is None
    # The old emails no longer say to whom they went.
    assert {row.to_address for row in rows(shop)} == {"erased-1@invalid"}


# ---- Afterwards


def test_an_erased_person_is_found_by_what_stands_in_their_place_and_shown_as_erased(lived: Shop) -> None:
    erase(lived, f"{MARK}new1@example.com")

    def look(session: Session) -> None:
        person = customers.find_customer(session, "erased-1@invalid")
        shown = serializers.customer(person, "GBP")
        assert (shown["name"], shown["email"]) == ("erased", "erased-1@invalid")
        assert shown["erased_at"] == "2026-11-02T10:00:00+00:00"
        assert shown["segment"] == "regular"
        for case, customer in cases.list_cases(session, customer="erased-1@invalid"):
            whole = serializers.case_whole(session, case)
            assert whole["customer"]["erased_at"] is not None
            assert serializers.case(case, customer)["verbatim"] is None
        with pytest.raises(NotFound):
            customers.find_customer(session, EMAIL)
        assert [row.name for row in list_customers(session, ANYBODY, limit=9)] == ["Tom Okafor"]

    lived.read(look)


def test_the_story_of_each_of_their_emails_can_still_be_told(lived: Shop) -> None:
    erase(lived, f"{MARK}new1@example.com")

    def look(session: Session) -> list[str]:
        return [
            entry["text"]
            for email in session.exec(select(Email).order_by(col(Email.id)))
            for entry in explain_email.story(session, lived.rules, email, now=lived.now)["story"]
        ]

    told = lived.read(look)
    assert len(told) > 10
    assert not [line for line in told if "planned for (erased)" in line or "None" in line]
    assert any("the customer was erased" in line for line in told)


def test_nothing_is_recorded_of_them_or_changed_any_more(shop: Shop) -> None:
    life.meet(shop)
    erase(shop)
    with pytest.raises(WrongUsage):
        shop.open_case("erased-1@invalid")
    with pytest.raises(Refused, match="erased"):
        shop.write(
            lambda session: customers.change_customer(
                session,
                shop.workspace.settings,
                customers.find_customer(session, "erased-1@invalid"),
                {"name": "Zqxana"},
                now=shop.now,
                actor=shop.actor(session),
            )
        )


def test_who_writes_again_can_be_erased_again(shop: Shop) -> None:
    shop.budget("500.00")
    life.meet(shop)
    case = life.complain(shop)
    life.do(shop, case, "voucher", "send")
    erase(shop)
    first = shop.read(lambda session: session.exec(select(Customer.erased_at)).one())
    life.do(shop, case, "answer", "note")
    assert traces(shop)
    erase(shop, "erased-1@invalid")
    assert traces(shop) == []
    assert shop.read(lambda session: session.exec(select(Customer.erased_at)).one()) == first
    assert len(shop.read(lambda session: list(session.exec(select(Suppression))))) == 1
    assert shop.read(lambda session: list(audit.broken_links(session))) == []


def test_a_key_that_was_used_for_them_is_not_used_again(shop: Shop) -> None:
    life.meet(shop)
    life.do(shop, life.complain(shop), "note")
    erase(shop)
    asked = {"text": f"Told {MARK} about it."}
    with pytest.raises(Refused, match="erased") as caught:
        shop.read(lambda session: idempotency.first_answer(session, "n1", "case note", asked))
    assert caught.value.code == "erased"


# ---- The log


@pytest.fixture
def logged(shop: Shop) -> Shop:
    """A customer of whom the log has reasons to tell."""
    life.meet(shop)
    life.do(shop, life.complain(shop), "suppress", "lift", "suppress", "lift", "close")
    return shop


def test_the_log_says_who_erased_whom_and_why_without_a_name(logged: Shop) -> None:
    erase(logged)
    query = select(AuditEvent).where(col(AuditEvent.action) == "customer erase")
    event = logged.read(lambda session: session.exec(query).one())
    assert (event.actor, event.subject, event.because) == (MAX, "customer 1", "they asked")
    assert len(event.detail[audit.REASONS_TAKEN_OUT]) >= 5


def test_a_reason_taken_out_by_anybody_else_is_a_break(logged: Shop) -> None:
    number = logged.read(
        lambda session: session.exec(
            select(AuditEvent.id).where(col(AuditEvent.because).is_not(None))
        ).first()
    )
    logged.write(
        lambda session: session.execute(
            text(f"UPDATE auditevent SET because = NULL, because_salt = NULL WHERE id = {number}")
        )
    )
    assert logged.read(lambda session: list(audit.broken_links(session))) == [
        (number, "its content was changed")
    ]


@pytest.mark.only_on("sqlite")
def test_an_event_changed_after_its_reason_was_taken_out_is_a_break(logged: Shop) -> None:
    erase(logged)
    query = select(AuditEvent).where(col(AuditEvent.action) == "customer erase")
    event = logged.read(lambda session: session.exec(query).one())
    number = int(next(iter(event.detail[audit.REASONS_TAKEN_OUT])))

    def tamper(session: Session) -> None:
        session.execute(text("DROP TRIGGER auditevent_no_update"))
        session.execute(text(f"UPDATE auditevent SET actor = 'somebody' WHERE id = {number}"))

    logged.write(tamper)
    assert [found for found, _ in logged.read(lambda session: list(audit.broken_links(session)))] == [number]


@pytest.mark.parametrize(
    "change", ["actor = 'x'", "because = 'x'", "because = NULL, actor = 'x'", "hash = 'x'"]
)
def test_the_database_lets_a_reason_be_taken_out_and_nothing_else(logged: Shop, change: str) -> None:
    with pytest.raises(Exception, match="append-only"):
        logged.write(lambda session: session.execute(text(f"UPDATE auditevent SET {change} WHERE id = 3")))


def test_an_email_that_failed_is_not_tried_again_for_somebody_erased(shop: Shop) -> None:
    shop.budget("500.00")
    life.meet(shop)
    life.do(shop, life.complain(shop), "voucher", "send")
    erase(shop)

    def again(session: Session) -> None:
        email = session.exec(select(Email).order_by(col(Email.id))).first()
        assert email is not None
        email.state, email.due_at, email.sent_at = EmailState.SCHEDULED, shop.now, None
        session.add(email)

    shop.write(again)
    tick(shop)
    assert set(states(shop)) == {"cancelled"} or "sent" not in states(shop)
    assert files(shop) == []
