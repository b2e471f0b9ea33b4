"""The report on exceptions: what is odd, by references alone."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from followup.domain.cases.case import CaseStatus, Responsibility, Severity
from followup.domain.goodwill.gesture import GestureClass, GestureKind, GestureState
from followup.domain.goodwill.policy.policy_reason import Choice, PolicyReason
from followup.domain.inbound.message_kind import InboundKind
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.domain.people.suppression import SuppressionReason
from followup.domain.shared.money import Money
from followup.reports.answer import document
from followup.reports.oddities import found as listing
from followup.services.goodwill import approvals, budget_adjustments, budgets, gestures, vouchers
from followup.services.outbox import outbox
from followup.services.people import customers, suppressions
from followup.services.reporting.report_catalog import QUESTIONS
from followup.services.sequences import email_events, enrolments
from followup.services.shared.actors import DAEMON
from followup.services.upkeep import restored_copies
from followup.store.tables import Approval, Case, Customer, Email, Gesture, InboundMail
from tests.services.reporting.test_reports import scope
from tests.shop import ANA, MAX, SEN, Shop

WORDS = "The whole order came late and broken, and she stayed at home for two days to wait for it, in vain."


def ask(
    shop: Shop, since: date | None = None, until: date | None = None, *, drill: bool = False
) -> dict[str, Any]:
    asked = scope(shop, since, until, drill=drill)
    return shop.read(lambda session: document(QUESTIONS["exceptions"](session, shop.rules, asked), "GBP"))


def of(said: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [row for row in said["rows"] if row["kind"] == kind]


def told(said: dict[str, Any], kind: str) -> list[tuple[str, str]]:
    return [(row["says"], row["references"]) for row in of(said, kind)]


def change(shop: Shop, what: Callable[..., Any], *arguments: Any, by: str = MAX, **more: Any) -> None:
    """Call a service as somebody; its `because` is a test's."""

    def run(session: Session) -> None:
        own = [
            session.get_one(type(one), one.id) if isinstance(one, Approval | Email) else one
            for one in arguments
        ]
        what(session, *own, now=shop.now, actor=shop.actor(session, by), because="so it is", **more)

    shop.write(run)


def fresh(session: Session, gesture: Gesture) -> Gesture:
    return session.get_one(Gesture, gesture.id)


def emails_of(shop: Shop, case: Case) -> list[Email]:
    return shop.read(lambda session: enrolments.emails_of(session, case))


def test_where_nothing_is_odd_that_is_said(shop: Shop) -> None:
    shop.request(shop.open_case())
    said = ask(shop)
    assert (said["rows"], said["kinds"], said["says"]) == ([], [], ["Nothing is odd."])


# ---- Gestures


def test_another_gesture_than_the_policy_offered_is_told_beside_what_it_offered(shop: Shop) -> None:
    shop.request(shop.open_case("a@example.com"), "refund", "20.00")
    shop.request(shop.open_case("b@example.com"), "voucher", "8.00")  # as the policy has it
    shop.request(shop.open_case("c@example.com", severity="minor"), "voucher", "5.00")
    in_range = shop.open_case("d@example.com", reason="rude-service", severity="serious")
    shop.request(in_range, amount="24.00")
    refused = shop.request(shop.open_case("e@example.com", order_value="500.00"), "refund", "40.00")
    change(shop, approvals.reject, shop.rules, approval_of(shop, refused))
    said = ask(shop, drill=True)
    assert of(said, "override")[1] == {
        "urgency": "know",
        "kind": "override",
        "when": "2026-11-02T10:00:00+00:00",
        "says": "A refund of 20.00 GBP instead of a voucher of 8.00 GBP.",
        "amount": "20.00",
        "who": ANA,
        "references": "G-0001 C-0001",
        "currency": "GBP",
    }
    assert told(said, "override")[0] == ("A voucher of 5.00 GBP instead of an apology.", "G-0003 C-0003")
    assert said["kinds"] == [
        {
            "what": "other gestures than the policy offered",
            "kind": "override",
            "urgency": "know",
            "number": 2,
            "when": "2026-11-02T10:00:00+00:00",
            "behind": ["G-0003", "G-0001"],
        }
    ]
    assert said["says"] == ["Good to know: other gestures than the policy offered (2)."]


def approval_of(shop: Shop, gesture: Gesture) -> Approval:
    found = shop.read(lambda session: gestures.approval_of(session, gesture))
    assert found is not None
    return found


def test_what_a_guard_lowered_or_sent_to_somebody_is_told_in_its_own_words(shop: Shop) -> None:
    shop.request(shop.open_case("a@example.com", order_value="2.00"))
    assert told(ask(shop), "bound") == [
        (
            "Lowered to 3.00 GBP by overcompensation: at most 150 percent of an order of 2.00 GBP.",
            "G-0001 C-0001",
        )
    ]
    for _ in range(3):
        shop.open_case("b@example.com")
    shop.request(shop.open_case("b@example.com"))
    assert told(ask(shop), "second-look") == [
        (
            (
                "Three other late-delivery cases of this customer were logged since 3 November 2025: C-0004, "
                "C-0003, C-0002. So a manager looks at it first."
            ),
            "G-0002 C-0005",
        )
    ]


def test_what_was_countered_is_told_once_with_what_was_asked_for(shop: Shop) -> None:
    gesture = shop.request(shop.open_case(order_value="500.00"), "refund", "45.00")
    shop.now += timedelta(hours=2)
    change(shop, approvals.counter, shop.rules, approval_of(shop, gesture), amount=Money(3000, "GBP"))
    said = ask(shop)
    assert of(said, "countered") == [
        {
            "urgency": "know",
            "kind": "countered",
            "when": "2026-11-02T12:00:00+00:00",
            "says": "Granted as refund, 30.00 GBP instead of 45.00 GBP.",
            "amount": "30.00",
            "who": MAX,
            "references": "A-0001 G-0001",
            "currency": "GBP",
        }
    ]
    assert of(said, "override") == []


def test_a_hold_is_told_from_a_business_day_before_it_ends(shop: Shop) -> None:
    # Held on Monday for five business days; an approval has two. On Friday one more day is left of the hold.
    shop.request(shop.open_case("a@example.com"), hold_only=True)
    shop.request(shop.open_case("b@example.com", order_value="500.00"), "refund", "40.00")
    assert of(ask(shop), "hold-ends") == []
    shop.now = datetime(2026, 11, 3, 10, tzinfo=UTC)
    assert told(ask(shop), "hold-ends") == [("Expires unless a senior decides by then.", "G-0002 C-0002")]
    shop.now = datetime(2026, 11, 6, 9, 59, tzinfo=UTC)
    assert [row["references"] for row in of(ask(shop), "hold-ends")] == ["G-0002 C-0002"]
    shop.now = datetime(2026, 11, 6, 10, tzinfo=UTC)
    assert [(row["when"], row["references"]) for row in of(ask(shop), "hold-ends")] == [
        ("2026-11-04T10:00:00+00:00", "G-0002 C-0002"),
        ("2026-11-09T10:00:00+00:00", "G-0001 C-0001"),
    ]
    assert ask(shop)["says"][0] == (
        "Somebody should act: cases that wait for a person (1), holds about to end (2)."
    )


# ---- Money


def test_a_soft_budget_above_its_limit_is_told_with_how_much(shop: Shop) -> None:
    shop.budget("15.00", name="soft", soft=True)
    shop.budget("500.00", name="hard")
    shop.request(shop.open_case("a@example.com"))
    assert of(ask(shop), "overdrawn") == []
    shop.request(shop.open_case("b@example.com"))
    assert [(row["says"], row["amount"], row["references"]) for row in of(ask(shop), "overdrawn")] == [
        ("Over its limit in 2026-11.", "1.00", "budget soft")
    ]


def test_redemptions_on_one_order_are_told_unless_they_were_rolled_back(shop: Shop) -> None:
    for name in "abc":
        shop.request(shop.open_case(f"{name}@example.com"))

    def redeem(number: int, order: str, minor: int) -> None:
        def run(session: Session) -> None:
            found = vouchers.find_voucher(session, f"G-{number:04d}")
            amount = Money(minor, "GBP")
            actor = shop.actor(session)
            vouchers.redeem(session, shop.rules, found, now=shop.now, actor=actor, amount=amount, order=order)

        shop.write(run)

    redeem(1, "O-1", 100)
    redeem(1, "O-1", 200)
    redeem(2, "O-2", 300)
    redeem(3, "O-2", 400)
    redeem(3, "O-3", 100)
    rows = of(ask(shop), "twice-on-order")
    assert sorted((row["says"], row["references"], row["amount"]) for row in rows) == [
        ("Redeemed 2 times on one order, with 2 codes.", "G-0002 G-0003", "7.00"),
        ("Redeemed 2 times on one order, with the same code.", "G-0001", "3.00"),
    ]

    def roll_back(session: Session) -> None:
        found = vouchers.find_voucher(session, "G-0002")
        vouchers.roll_back(session, found, now=shop.now, actor=shop.actor(session), because="x", order="O-2")

    shop.write(roll_back)
    assert [row["references"] for row in of(ask(shop), "twice-on-order")] == ["G-0001"]


def test_the_third_gesture_in_a_year_is_told_also_under_another_address(shop: Shop) -> None:
    first = shop.now
    shop.request(shop.open_case("priya@example.com"))
    shop.now += timedelta(days=100)
    shop.request(shop.open_case("priya@example.com", reason="long-wait"))
    shop.request(shop.open_case("tom@example.com"))
    assert of(ask(shop), "repeat-claimant") == []
    shop.now += timedelta(days=100)
    shop.request(shop.open_case("priya+shop@example.com", reason="damaged-item", by=SEN), by=MAX)
    said = ask(shop)
    assert [(row["says"], row["amount"], row["references"]) for row in of(said, "repeat-claimant")] == [
        (
            (
                "3 gestures of goodwill within 365 days, by 2 agents in 2 records that look like one person "
                "or household."
            ),
            "24.00",
            "G-0001 G-0002 G-0004",
        )
    ]
    # A day and a year after the first, that counts no more; nor does, of a time before, what came later.
    shop.now = first + timedelta(days=366)
    assert of(ask(shop), "repeat-claimant") == []
    assert of(ask(shop, until=date(2027, 3, 1)), "repeat-claimant") == []


# ---- Emails, and what only the log tells


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
    ]
    assert said["says"] == [
        "Somebody should act: emails in doubt (1), emails that failed (1), emails held for a person (1)."
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
    assert {row["kind"] for row in later["rows"]} == {"in-doubt"}


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
    shop.request(other, "refund", "10.00")
    refused = shop.request(case, "refund", "40.00")
    shop.now += timedelta(hours=1)
    for gesture in (refused, before):
        change(shop, approvals.reject, shop.rules, approval_of(shop, gesture), by=SEN)
    shop.now += timedelta(hours=1)
    shop.request(case, "apology")
    again = shop.request(case, "refund", "20.00")
    said = ask(shop)
    assert told(said, "asked-again") == [
        ("Requested as refund after A-0002 was rejected.", f"G-{again.id:04d} C-0001 A-0002")
    ]
    (row,) = of(said, "asked-again")
    assert (row["amount"], row["who"], row["urgency"]) == ("20.00", ANA, "look")


def test_cases_that_wait_for_a_person_are_told_with_why_and_a_held_email_only_once(shop: Shop) -> None:
    shop.request(shop.open_case("ines@example.com", feeling="distressed", severity="severe"))
    case = shop.open_case("tom@example.com")
    shop.request(case)
    change(shop, outbox.hold, emails_of(shop, case)[0])
    said = ask(shop)
    assert told(said, "needs-person") == [
        ("the customer is distressed, so a person must call; we promised a call.", "C-0001")
    ]
    assert [row["references"] for row in of(said, "held")] == ["E-0001 C-0002"]
    assert said["says"] == [
        "Somebody should act: emails held for a person (1), cases that wait for a person (1)."
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


# ---- The whole, counted again


ONE = st.fixed_dictionaries(
    {
        "customer": st.integers(0, 5),
        "days": st.integers(0, 500),
        "amount": st.one_of(st.none(), st.integers(1, 3000)),
        "goodwill": st.sampled_from([True, True, True, False]),
        "state": st.sampled_from(
            [
                GestureState.ISSUED,
                GestureState.ISSUED,
                GestureState.VOID,
                GestureState.REJECTED,
                GestureState.HELD,
            ]
        ),
        "chosen": st.booleans(),
        "bound": st.booleans(),
    }
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    phones=st.lists(st.sampled_from([None, "07700 900123", "07700 900456"]), min_size=6, max_size=6),
    history=st.lists(ONE, max_size=25),
)
def test_it_says_what_looking_gesture_by_gesture_says(
    new_shop: Callable[[], Shop], phones: list[str | None], history: list[dict[str, Any]]
) -> None:
    shop = new_shop()
    put(shop, phones, history)
    said = ask(shop, drill=True)
    alive = (GestureState.ISSUED, GestureState.VOID, GestureState.HELD)
    chosen: set[str] = set()
    bound: set[str] = set()
    of_person: dict[Any, list[str]] = {}
    year = shop.now - timedelta(days=365, hours=10)
    for number, one in enumerate(history, 1):
        if one["state"] in alive:
            chosen |= {f"G-{number:04d}"} if one["chosen"] else set()
            bound |= {f"G-{number:04d}"} if one["bound"] else set()
        when = shop.now - timedelta(days=one["days"])
        if one["state"] is GestureState.ISSUED and one["goodwill"] and one["amount"] and when >= year:
            who = phones[one["customer"]] or one["customer"]
            of_person.setdefault(who, []).append(f"G-{number:04d}")
    assert behind(said, "override") == chosen
    assert behind(said, "bound") == bound
    assert {row["references"] for row in of(said, "repeat-claimant")} == {
        " ".join(own) for own in of_person.values() if len(own) > 2
    }
    held = [number for number, one in enumerate(history, 1) if one["state"] is GestureState.HELD]
    # Five business days from ten o'clock, and one before that: what was held more than a few days ago.
    assert {f"G-{number:04d}" for number in held if history[number - 1]["days"] > 9} <= behind(
        said, "hold-ends"
    )
    for row in said["kinds"]:
        assert row["number"] == len(of(said, row["kind"]))
    shop.engine.dispose()


def behind(said: dict[str, Any], kind: str) -> set[str]:
    return {name for row in said["kinds"] if row["kind"] == kind for name in row["behind"]}


def put(shop: Shop, phones: list[str | None], history: list[dict[str, Any]]) -> None:
    """Customers, of whom some share a telephone number, and what they were given so many days ago."""

    def run(session: Session) -> None:
        people = [
            customers.add_customer(
                session,
                shop.workspace.settings,
                now=shop.now,
                actor=DAEMON,
                name="Priya Shah",
                email=f"c{number}@example.com",
                phone=phone,
            )
            for number, phone in enumerate(phones)
        ]
        for one in history:
            put_gesture(session, shop, people[one["customer"]], one)

    shop.write(run)


def put_gesture(session: Session, shop: Shop, person: Customer, one: dict[str, Any]) -> None:
    when = shop.now - timedelta(days=one["days"])
    assert person.id is not None
    case = Case(
        customer_id=person.id,
        agent_id=1,
        status=CaseStatus.OPEN,
        reason="late-delivery",
        severity=Severity.MODERATE,
        responsibility=Responsibility.OURS,
        currency="GBP",
        occurred_on=when.date(),
        logged_at=when,
    )
    session.add(case)
    session.flush()
    assert case.id is not None
    chose = (
        PolicyReason.CHOSE_INSTEAD.of(chosen="a refund of 1.00 GBP", as_class="goodwill"),
        PolicyReason.RULE_OFFERS.of(rule="x", offered="an apology"),
    )
    reasons = (PolicyReason.RULE_MATCHED.of(why="Rule x: why"), *(chose if one["chosen"] else ()))
    session.add(
        Gesture(
            case_id=case.id,
            agent_id=1,
            state=one["state"],
            kind=GestureKind.APOLOGY if one["amount"] is None else GestureKind.REFUND,
            gesture_class=GestureClass.GOODWILL if one["goodwill"] else GestureClass.CORRECTIVE,
            amount_minor=one["amount"],
            currency="GBP",
            policy_version="1",
            reasoning={
                "bound_by": ["year"] if one["bound"] else [],
                "because": [reason.text for reason in reasons],
                "reasons": [reason.to_document() for reason in reasons],
            },
            choice=Choice.INSTEAD if one["chosen"] else Choice.AS_OFFERED,
            requested_at=when,
            issued_at=when if one["state"] in (GestureState.ISSUED, GestureState.VOID) else None,
        )
    )
    session.flush()
    assert session.exec(select(Gesture.id).where(col(Gesture.case_id) == case.id)).one()
