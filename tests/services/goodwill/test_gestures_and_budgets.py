from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col, select

from followup.domain.cases.case import CaseStatus
from followup.domain.goodwill.gesture import ApprovalState, GestureState
from followup.errors import Refused, WrongUsage
from followup.services.cases import cases
from followup.services.goodwill import approvals, budgets, gestures
from followup.services.upkeep import housekeeping
from followup.store.tables import Approval, AuditEvent, Case, Draw, Email, Gesture, LedgerEntry
from tests.shop import ANA, DIANA, MAX, SEN, Shop


def figures(shop: Shop, name: str = "goodwill", period: str = "2026-11") -> tuple[int, int, int, int, int]:
    def look(session: Session) -> tuple[int, int, int, int, int]:
        found = budgets.figures(session, budgets.find_budget(session, name), period)
        return (
            found.held_minor,
            found.committed_minor,
            found.spent_minor,
            found.released_minor,
            found.available_minor,
        )

    return shop.read(look)


def run(statement: str, session: Session) -> None:
    session.execute(text(statement))


def no_drift(shop: Shop) -> bool:
    return shop.read(budgets.reconcile)[1] == []


def test_a_gesture_within_authority_is_issued_and_its_money_committed(shop: Shop) -> None:
    shop.budget("50.00")
    # A tenth of an order of 80.00.
    gesture = shop.request(shop.open_case())
    assert (gesture.state, gesture.kind.value, gesture.amount_minor) == (GestureState.ISSUED, "voucher", 800)
    assert figures(shop) == (0, 800, 0, 0, 4200)
    assert no_drift(shop)


def test_issuing_writes_the_outbox_rows_in_the_same_transaction(shop: Shop) -> None:
    case = shop.open_case()
    shop.request(case)
    rows = shop.read(lambda session: session.exec(select(Email).where(col(Email.case_id) == case.id)).all())
    assert [row.step for row in rows] == [1, 2, 3]


def test_a_gesture_above_authority_waits_with_its_money_held(shop: Shop) -> None:
    shop.budget("100.00")
    gesture = shop.request(shop.open_case(), "refund", "40.00")
    assert gesture.state is GestureState.PENDING
    assert figures(shop) == (4000, 0, 0, 0, 6000)
    approval = shop.read(lambda session: session.exec(select(Approval)).one())
    assert approval.approver_role.value == "senior"


def test_an_approval_by_somebody_with_authority_issues_it(shop: Shop) -> None:
    shop.budget("100.00")
    shop.request(shop.open_case(), "refund", "40.00")

    def approve(session: Session) -> Gesture:
        return approvals.approve(
            session,
            shop.rules,
            approvals.find_approval(session, "A-1"),
            now=shop.now,
            actor=shop.actor(session, MAX),
            because="fine",
        )

    assert shop.write(approve).state is GestureState.ISSUED
    assert figures(shop) == (0, 4000, 0, 0, 6000)


def test_a_rejection_releases_the_hold(shop: Shop) -> None:
    shop.budget("100.00")
    shop.request(shop.open_case(), "refund", "40.00")

    def reject(session: Session) -> Gesture:
        return approvals.reject(
            session,
            shop.rules,
            approvals.find_approval(session, "G-1"),
            now=shop.now,
            actor=shop.actor(session, SEN),
            because="paid in May",
        )

    assert shop.write(reject).state is GestureState.REJECTED
    assert figures(shop) == (0, 0, 0, 4000, 10000)
    assert no_drift(shop)


@pytest.mark.parametrize(("approver", "code"), [(ANA, "self_approval"), (SEN, "authority_exceeded")])
def test_nobody_approves_their_own_request_or_beyond_their_authority(
    shop: Shop, approver: str, code: str
) -> None:
    # 120.00 for an order of 100.00: above a senior's 60.00, below the 150 percent that are refused.
    case = shop.open_case(order_value="100.00")
    shop.request(case, "refund", "120.00", because="word " * 20)

    def approve(session: Session) -> Gesture:
        return approvals.approve(
            session,
            shop.rules,
            approvals.find_approval(session, "A-1"),
            now=shop.now,
            actor=shop.actor(session, approver),
            because="fine",
        )

    with pytest.raises(Refused) as caught:
        shop.write(approve)
    assert caught.value.code == code
    state = shop.read(lambda session: session.exec(select(Approval)).one().state)
    assert state is ApprovalState.PENDING


def test_what_does_not_fit_is_refused_and_says_what_is_left_until_when(shop: Shop) -> None:
    shop.budget("10.00")
    shop.request(shop.open_case())
    case = shop.open_case("tom@example.com")
    with pytest.raises(Refused) as caught:
        shop.request(case)
    assert caught.value.code == "budget_exhausted"
    assert "2.00 GBP left until 1 December 2026" in caught.value.message
    assert figures(shop) == (0, 800, 0, 0, 200)
    assert shop.read(lambda session: len(session.exec(select(Gesture)).all())) == 1


def test_a_choice_that_is_too_much_is_told_the_least_of_all_limits(shop: Shop) -> None:
    shop.budget("100.00")
    shop.budget("70.00", name="late", scopes=["reason=late-delivery"])
    shop.budget("5.00", name="loose", soft=True)
    case = shop.open_case()
    with pytest.raises(Refused) as caught:
        shop.request(case, "refund", "5000.00")
    # 150 percent of an order of 80.00 would be 120.00.
    assert (caught.value.code, caught.value.message[:29]) == (
        "overcompensation",
        "overcompensation leaves 120.0",
    )
    assert caught.value.hint == (
        "Choose 70.00 or less, for budget late has no more; "
        "a manager can raise it: followup budget adjust late --limit … --because …"
    )
    shop.request(case, "refund", "70.00", because="word " * 20)
    for amount in ("120.00", "5000.00"):
        with pytest.raises(Refused) as caught:
            shop.request(shop.open_case("tom@example.com"), "refund", amount)
        assert caught.value.hint.startswith("An apology or a callback needs no money, for budget late has no")


def test_a_choice_that_no_budget_narrows_is_told_the_cap(shop: Shop) -> None:
    shop.budget("500.00")
    with pytest.raises(Refused) as caught:
        shop.request(shop.open_case(), "refund", "5000.00")
    assert caught.value.hint == "Choose 120.00 or less."


def test_a_gesture_draws_on_every_budget_that_applies_or_on_none(shop: Shop) -> None:
    shop.budget("100.00", name="all")
    shop.budget("5.00", name="late", scopes=["reason=late-delivery"])
    case = shop.open_case()
    with pytest.raises(Refused, match="Budget late"):
        shop.request(case)
    assert figures(shop, "all") == (0, 0, 0, 0, 10000)
    other = shop.open_case("tom@example.com", reason="long-wait")
    shop.request(other)
    assert figures(shop, "all") == (0, 800, 0, 0, 9200)
    assert figures(shop, "late") == (0, 0, 0, 0, 500)


def test_what_is_owed_draws_on_no_budget_and_stands_in_the_ledger(shop: Shop) -> None:
    shop.budget("1.00")
    case = shop.open_case(reason="billing-error", fact_overcharged="18.40")
    gesture = shop.request(case)
    assert (gesture.gesture_class.value, gesture.amount_minor) == ("corrective", 1840)
    assert shop.read(lambda session: session.exec(select(Draw)).all()) == []
    kinds = shop.read(lambda session: [entry.kind.value for entry in session.exec(select(LedgerEntry))])
    assert kinds == ["hold", "commit"]


def test_asking_for_more_than_is_owed_is_goodwill_and_meets_the_budget(shop: Shop) -> None:
    shop.budget("1.00")
    case = shop.open_case(reason="billing-error", fact_overcharged="18.40")
    with pytest.raises(Refused) as caught:
        shop.request(case, "refund", "20.00")
    assert caught.value.code == "budget_exhausted"


def test_paying_spends_and_voiding_afterwards_reverses(shop: Shop) -> None:
    shop.budget("50.00")
    gesture = shop.request(shop.open_case(), "refund", "8.00")
    shop.write(
        lambda session: gestures.pay(
            session,
            gestures.find_gesture(session, "G-1"),
            now=shop.now,
            actor=shop.actor(session),
            because=None,
        )
    )
    assert figures(shop) == (0, 0, 800, 0, 4200)
    shop.write(
        lambda session: gestures.void(
            session,
            gestures.find_gesture(session, "G-1"),
            now=shop.now,
            actor=shop.actor(session, MAX),
            because="wrong case",
        )
    )
    assert figures(shop) == (0, 0, 0, 800, 5000)
    assert no_drift(shop)
    assert gesture.id == 1


def test_the_requester_cannot_take_back_what_was_paid(shop: Shop) -> None:
    # Else what they pay would leave their caps and their day again.
    shop.request(shop.open_case(), "refund", "8.00")

    def pay_and_void(session: Session) -> None:
        found, ana = gestures.find_gesture(session, "G-1"), shop.actor(session)
        gestures.pay(session, found, now=shop.now, actor=ana, because=None)
        gestures.void(session, found, now=shop.now, actor=ana, because="oops")

    with pytest.raises(Refused) as caught:
        shop.write(pay_and_void)
    assert caught.value.code == "void_needs_manager"


def test_what_is_owed_is_owed_once(shop: Shop) -> None:
    case = shop.open_case(reason="billing-error", fact_overcharged="18.40")
    shop.request(case)
    with pytest.raises(Refused) as caught:
        shop.request(case)
    assert caught.value.code == "repeated_gesture"
    with pytest.raises(Refused) as caught:
        shop.request(case, again=True, because="She says it did not arrive.")
    assert caught.value.code == "already_given"
    assert caught.value.message == (
        "The rule overcharged leaves nothing: this case was given 18.40 GBP of the 18.40 GBP owed."
    )


def test_nothing_is_given_on_a_closed_case(shop: Shop) -> None:
    case = shop.open_case()

    def close(session: Session) -> None:
        found = session.get_one(Case, case.id)
        cases.move_case(session, found, CaseStatus.CLOSED, now=shop.now, actor=shop.actor(session))

    shop.write(close)
    with pytest.raises(Refused) as caught:
        shop.request(case)
    assert caught.value.code == "case_closed"


def test_a_hold_that_nobody_issues_ends_after_five_business_days(shop: Shop) -> None:
    # Held on Monday at ten; the fifth business day after it is the next Monday.
    shop.budget("50.00")
    shop.request(shop.open_case(), hold_only=True)

    def keep_house(session: Session) -> None:
        housekeeping.end_what_is_over(session, shop.rules, now=shop.now)

    shop.now = datetime(2026, 11, 9, 9, 59, tzinfo=UTC)
    shop.write(keep_house)
    assert figures(shop) == (800, 0, 0, 0, 4200)
    shop.now = datetime(2026, 11, 9, 10, 0, tzinfo=UTC)
    shop.write(keep_house)
    assert figures(shop) == (0, 0, 0, 800, 5000)


def test_a_late_void_goes_back_to_the_period_that_held_it(shop: Shop) -> None:
    shop.budget("50.00")
    shop.request(shop.open_case())
    shop.now = datetime(2027, 2, 1, 10, tzinfo=UTC)
    shop.write(
        lambda session: gestures.void(
            session,
            gestures.find_gesture(session, "G-1"),
            now=shop.now,
            actor=shop.actor(session),
            because="never arrived",
        )
    )
    assert figures(shop, period="2026-11") == (0, 0, 0, 800, 5000)
    assert figures(shop, period="2027-02") == (0, 0, 0, 0, 5000)


def test_voiding_cancels_the_emails_that_have_not_gone_out(shop: Shop) -> None:
    shop.request(shop.open_case())
    shop.write(
        lambda session: gestures.void(
            session, gestures.find_gesture(session, "1"), now=shop.now, actor=shop.actor(session), because="x"
        )
    )
    rows = shop.read(lambda session: session.exec(select(Email)).all())
    assert {row.state.value for row in rows} == {"cancelled"}
    assert {row.reason for row in rows} == {"the gesture was taken back"}


def test_held_only_tells_nobody_until_it_is_issued(shop: Shop) -> None:
    shop.budget("50.00")
    shop.request(shop.open_case(), hold_only=True)
    assert figures(shop) == (800, 0, 0, 0, 4200)
    assert shop.read(lambda session: session.exec(select(Email)).all()) == []
    shop.write(
        lambda session: gestures.issue(
            session, shop.rules, gestures.find_gesture(session, "1"), now=shop.now, actor=shop.actor(session)
        )
    )
    assert figures(shop) == (0, 800, 0, 0, 4200)
    assert len(shop.read(lambda session: session.exec(select(Email)).all())) == 3


def test_a_pending_gesture_cannot_be_issued_past_its_approval(shop: Shop) -> None:
    shop.request(shop.open_case(), "refund", "40.00")
    with pytest.raises(Refused) as caught:
        shop.write(
            lambda session: gestures.issue(
                session,
                shop.rules,
                gestures.find_gesture(session, "1"),
                now=shop.now,
                actor=shop.actor(session),
            )
        )
    assert caught.value.code == "approval_pending"


def test_the_authority_of_a_day_is_used_up_by_what_was_given_without_approval(shop: Shop) -> None:
    # An agent may give 25.00 at once and 100.00 a day: the sixth of 20.00 needs somebody else.
    states = []
    for number in range(6):
        case = shop.open_case(f"c{number}@example.com", order_value="400.00")
        states.append(shop.request(case, "refund", "20.00").state)
    assert states == [GestureState.ISSUED] * 5 + [GestureState.PENDING]
    shop.now += timedelta(days=1)
    case = shop.open_case("next@example.com", order_value="400.00")
    assert shop.request(case, "refund", "20.00").state is GestureState.ISSUED


def test_the_cap_of_a_customer_holds_across_cases(shop: Shop) -> None:
    # 500.00 in 365 days, given by the director who needs nobody's approval.
    words = "word " * 20
    for number in range(2):
        case = shop.open_case(reason=f"reason-{number}", order_value="900.00", by=DIANA)
        assert shop.request(case, "refund", "240.00", by=DIANA, because=words).state is GestureState.ISSUED
    case = shop.open_case(reason="reason-3", order_value="900.00", by=DIANA)
    with pytest.raises(Refused, match=r"20\.00 GBP"):
        shop.request(case, "refund", "30.00", by=DIANA, because=words)


def test_a_distressed_customer_gets_no_automatic_email(shop: Shop) -> None:
    gesture = shop.request(shop.open_case(feeling="distressed"))
    assert (gesture.kind.value, gesture.state) == ("callback", GestureState.ISSUED)
    assert shop.read(lambda session: session.exec(select(Email)).all()) == []


def test_a_range_asks_for_the_amount(shop: Shop) -> None:
    case = shop.open_case(reason="rude-service", severity="serious")
    with pytest.raises(WrongUsage, match=r"from 20\.00 GBP to 60\.00 GBP"):
        shop.request(case)


def test_the_ledger_cannot_be_changed_by_any_statement(shop: Shop) -> None:
    shop.request(shop.open_case())
    for statement in ("UPDATE ledgerentry SET amount_minor = 1", "DELETE FROM auditevent"):
        with pytest.raises(DatabaseError, match="append-only"):
            shop.write(partial(run, statement))


def test_reconcile_finds_a_figure_that_was_tampered_with(shop: Shop) -> None:
    shop.budget("50.00")
    shop.request(shop.open_case())
    shop.write(lambda session: session.execute(text("UPDATE budgetperiod SET committed_minor = 700")))
    checked, drift = shop.read(budgets.reconcile)
    assert checked == 1
    assert [(found.figure.value, found.stored_minor, found.computed_minor) for found in drift] == [
        ("committed", 700, 800)
    ]


def test_the_database_itself_refuses_to_overspend(shop: Shop) -> None:
    shop.budget("50.00")
    shop.request(shop.open_case())
    with pytest.raises(DatabaseError, match="within_limit"):
        shop.write(lambda session: session.execute(text("UPDATE budgetperiod SET spent_minor = 4201")))


def test_every_change_is_recorded_with_who_when_and_why(shop: Shop) -> None:
    case = shop.open_case()
    shop.request(case, because="She was kind about it.")
    events = shop.read(lambda session: session.exec(select(AuditEvent).order_by(col(AuditEvent.id))).all())
    assert [(event.action, event.actor) for event in events[-5:]] == [
        ("customer add", ANA),
        ("case open", ANA),
        ("gesture request", ANA),
        ("sequence enrol", ANA),
        ("gesture issue", ANA),
    ]
    assert events[-3].because == "She was kind about it."
    assert shop.read(lambda session: session.get(Case, case.id)) is not None
