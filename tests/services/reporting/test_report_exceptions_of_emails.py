"""The report on exceptions: emails, and what only the log tells."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from followup.domain.inbound.message_kind import InboundKind
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.domain.people.suppression import SuppressionReason
from followup.reports.oddities import found as listing
from followup.services.goodwill import approvals, budget_adjustments, budgets, gestures
from followup.services.outbox import outbox
from followup.services.people import suppressions
from followup.services.sequences import email_events, enrolments
from followup.services.shared.actors import DAEMON
from followup.services.upkeep import restored_copies
from followup.store.tables import Case, Email, Gesture, InboundMail
from tests.services.reporting.odd_things import approval_of, ask, change, of, told
from tests.shop import ANA, MAX, SEN, Shop

PROMISED = "we promised a call"


def fresh(session: Session, gesture: Gesture) -> Gesture:
    return session.get_one(Gesture, gesture.id)


def emails_of(shop: Shop, case: Case) -> list[Email]:
    return shop.read(lambda session: enrolments.emails_of(session, case))


def test_emails_that_wait_for_a_person_come_first(shop: Shop) -> None:
    shop.request(shop.open_case("a@example.com"))
    case = shop.open_case("b@example.com")
    shop.request(case)
    shop.now += timedelta(hours=1)
    first, second, third = emails_of(shop, case)[:3]

    def fall(session: Session) -> None:
        for email, state in ((first, EmailState.IN_DOUBT), (second, EmailState.FAILED)):
            session.get_one(Email, email.id).state = state
            email_events.record(
                session,
                [(email.id, state, EmailReason.MAIL_SERVER.of("451 <b@example.com>"))],
                now=shop.now,
                actor=DAEMON,
            )

    shop.write(fall)
    change(shop, outbox.hold, third)
    said = ask(shop, since=date(2027, 1, 1))
    assert [(row["kind"], row["when"], row["who"], row["references"]) for row in said["rows"]] == [
        ("in-doubt", "2026-11-02T11:00:00+00:00", "daemon", f"E-{first.id:04d} C-0002"),
        ("failed", "2026-11-02T11:00:00+00:00", "daemon", f"E-{second.id:04d} C-0002"),
        ("held", "2026-11-02T11:00:00+00:00", MAX, f"E-{third.id:04d} C-0002"),
        ("needs-person", "2026-11-02T10:00:00+00:00", None, "C-0002"),
    ]
    assert said["says"] == [
        (
            "Somebody should act: emails in doubt (1), emails that failed (1), emails held for a person (1), "
            "cases that wait for a person (1)."
        )
    ]
    assert "example.com" not in str(said)


def test_what_people_let_pass_is_told_and_what_they_only_tried_again_is_not(shop: Shop) -> None:
    case, other = shop.open_case("a@example.com"), shop.open_case("b@example.com")
    shop.request(case)
    shop.request(other)
    first, second = emails_of(shop, case)[:2]
    left_out = emails_of(shop, other)[0]
    change(shop, outbox.hold, first)
    shop.now += timedelta(hours=1)
    change(shop, lambda session, email, **more: outbox.release(session, shop.rules, email, **more), first)

    def fail(session: Session) -> None:
        session.get_one(Email, second.id).state = EmailState.FAILED
        failed = (second.id, EmailState.FAILED, EmailReason.MAIL_SERVER.of("x"))
        email_events.record(session, [failed], now=shop.now, actor=DAEMON)

    shop.write(fail)
    change(shop, outbox.retry, second)
    change(shop, outbox.skip, left_out)
    said = ask(shop)
    assert [(row["kind"], row["who"], row["references"]) for row in said["rows"]] == [
        ("needs-person", None, "C-0002"),
        ("released", MAX, f"E-{first.id:04d} C-0001"),
        ("left-out", MAX, f"E-{left_out.id:04d} C-0002"),
    ]


def test_lifted_suppressions_and_restored_copies_are_told_by_number(shop: Shop) -> None:
    shop.request(shop.open_case("priya@example.com"))

    def suppress(session: Session) -> None:
        suppressions.suppress(
            session,
            "priya@example.com",
            SuppressionReason.COMPLAINT,
            now=shop.now,
            actor=shop.actor(session),
            because="she asked",
        )

    shop.write(suppress)
    change(shop, suppressions.lift, "priya@example.com")
    shop.write(lambda session: restored_copies.mark_as_copy(session, now=shop.now))
    shop.now += timedelta(days=1)
    late = shop.write(lambda session: restored_copies.ask_first(session, shop.workspace, now=shop.now))
    said = ask(shop)
    assert told(said, "lifted") == [
        ("An address may be written to again that was suppressed as complaint.", "suppression 1 customer 1")
    ]
    assert told(said, "restored") == [(f"A restored copy; {late} emails were put in doubt.", "database")]
    assert late == len(of(said, "in-doubt")) > 0
    # What happened is asked for by its day; what waits, waits whenever.
    later = ask(shop, since=date(2026, 11, 4))
    assert {row["kind"] for row in later["rows"]} == {"in-doubt", "needs-person"}


def test_a_budget_that_was_changed_is_told_with_what_it_was(shop: Shop) -> None:
    shop.budget("60.00")

    def adjust(by: str, **wanted: Any) -> None:
        def run(session: Session) -> None:
            budget = budgets.find_budget(session, "goodwill")
            terms = budget_adjustments.Adjustment(**wanted)
            actor = shop.actor(session, by)
            budget_adjustments.adjust_budget(
                session, budget, terms, now=shop.now, actor=actor, because="peak season"
            )

        shop.write(run)

    adjust(ANA, limit="300.00")
    shop.now += timedelta(days=1)
    adjust(MAX, limit="80.00", period="2026-12")
    shop.now += timedelta(days=1)
    adjust(MAX, soft=True)
    said = ask(shop)
    assert [(row["says"], row["amount"], row["who"]) for row in of(said, "limit-changed")] == [
        ("Now soft, since 2026-11.", "300.00", MAX),
        ("From 300.00 to 80.00 GBP, in 2026-12.", "80.00", MAX),
        ("From 60.00 to 300.00 GBP, since 2026-11.", "300.00", ANA),
    ]
    assert said["says"] == ["Worth a look: budgets changed (3)."]
    assert [row["who"] for row in of(ask(shop, until=date(2026, 11, 2)), "limit-changed")] == [ANA]


def test_money_after_a_rejection_is_told_and_not_what_was_asked_before_or_refused_too(shop: Shop) -> None:
    case, other = shop.open_case("a@example.com"), shop.open_case("b@example.com")
    before = shop.request(other, "refund", "40.00")
    shop.request(other, "refund", "10.00", again=True, because="the postage too")
    refused = shop.request(case, "refund", "40.00")
    shop.now += timedelta(hours=1)
    for gesture in (refused, before):
        change(shop, approvals.reject, shop.rules, approval_of(shop, gesture), by=SEN)
    shop.now += timedelta(hours=1)
    shop.request(case, "apology")
    again = shop.request(case, "refund", "20.00")
    said = ask(shop)
    assert told(said, "asked-again") == [
        ("Requested as refund after A-0003 was rejected.", f"G-{again.id:04d} C-0001 A-0003")
    ]
    (row,) = of(said, "asked-again")
    assert (row["amount"], row["who"], row["urgency"]) == ("20.00", ANA, "look")


def test_cases_that_wait_for_a_person_are_told_with_why_and_no_words_of_a_held_email(
    shop: Shop,
) -> None:
    shop.request(shop.open_case("ines@example.com", feeling="distressed", severity="severe"))
    case = shop.open_case("tom@example.com")
    shop.request(case)
    change(shop, outbox.hold, emails_of(shop, case)[0])
    said = ask(shop)
    assert told(said, "needs-person") == [
        ("E-0001 is held: see it with followup outbox why.", "C-0002"),
        (f"the customer is distressed, so a person must call; {PROMISED}.", "C-0001"),
    ]
    assert [row["references"] for row in of(said, "held")] == ["E-0001 C-0002"]
    assert said["says"] == [
        "Somebody should act: emails held for a person (1), cases that wait for a person (2)."
    ]


def test_money_that_was_promised_by_a_day_and_never_paid_is_told_when_that_day_is_over(shop: Shop) -> None:
    """A refund is to arrive within five business days: issued on Monday the 2nd, by Monday the 9th."""
    shop.request(shop.open_case("a@example.com"), "refund", "20.00")
    paid = shop.request(shop.open_case("b@example.com"), "refund", "20.00")
    shop.request(shop.open_case("c@example.com"))  # a voucher, which is there at once
    change(shop, lambda session, found, **more: gestures.pay(session, fresh(session, found), **more), paid)
    shop.now = datetime(2026, 11, 9, 12, tzinfo=UTC)
    assert told(ask(shop), "unpaid") == []
    shop.now = datetime(2026, 11, 10, 12, tzinfo=UTC)
    assert told(ask(shop), "unpaid") == [
        ("A refund that was to reach the customer by 2026-11-09; nothing says that it did.", "G-0001 C-0001")
    ]


def test_what_was_paid_or_told_of_and_then_taken_back_is_told(shop: Shop) -> None:
    paid = shop.request(shop.open_case("a@example.com"), "refund", "20.00")
    promised = shop.request(shop.open_case("b@example.com"), "refund", "15.00")
    untold = shop.request(shop.open_case("c@example.com"), "refund", "12.00")
    change(shop, lambda session, found, **more: gestures.pay(session, fresh(session, found), **more), paid)

    def tell(session: Session) -> None:
        email = session.exec(select(Email).where(col(Email.case_id) == promised.case_id)).first()
        assert email is not None
        email.state, email.sent_at = EmailState.SENT, shop.now

    shop.now += timedelta(hours=1)
    shop.write(tell)
    for gesture in (paid, promised, untold):
        shop.now += timedelta(hours=1)
        change(
            shop,
            lambda session, found, **more: gestures.void(session, fresh(session, found), **more),
            gesture,
        )
    said = ask(shop)
    assert [
        (row["says"], row["references"], row["who"], row["amount"]) for row in of(said, "taken-back")
    ] == [
        ("A refund was taken back after an email had told of it.", "G-0002 C-0002", MAX, "15.00"),
        ("A refund was taken back after it was recorded as paid.", "G-0001 C-0001", MAX, "20.00"),
    ]


def test_a_message_about_no_case_is_told_by_its_number(shop: Shop) -> None:
    def arrive(session: Session) -> None:
        for number, kind in enumerate((InboundKind.UNKNOWN, InboundKind.AUTO_REPLY), 1):
            session.add(
                InboundMail(digest=str(number), received_at=shop.now, kind=kind, address="x@example.com")
            )

    shop.write(arrive)
    assert told(ask(shop), "unplaced") == [("Somebody wrote; a person reads it.", "M-0001")]


def test_of_many_the_first_are_listed_and_all_are_counted(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("followup.reports.exceptions.MOST_LISTED", 2)
    assert listing.MOST_LISTED > 2
    for name in "abc":
        shop.now += timedelta(minutes=1)
        shop.request(shop.open_case(f"{name}@example.com"), "refund", "9.00")
    said = ask(shop)
    assert [row["references"] for row in of(said, "override")] == ["G-0003 C-0003", "G-0002 C-0002"]
    assert [(row["kind"], row["number"]) for row in said["kinds"]] == [("override", 3)]
