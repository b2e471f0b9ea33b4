from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import Session, select

from followup.domain.goodwill.gesture import ApprovalState, GestureClass, GestureKind, GestureState
from followup.domain.shared.money import Money
from followup.errors import Refused, WrongUsage
from followup.services.goodwill import approvals, budgets, gestures
from followup.services.upkeep import housekeeping
from followup.store.tables import Approval, Gesture
from tests.shop import ANA, MAX, SEN, Shop


def decide(
    shop: Shop, how: str, by: str, because: str | None = "because", ref: str = "A-1", **more: object
) -> Gesture:
    def change(session: Session) -> Gesture:
        act = getattr(approvals, how)
        found = approvals.find_approval(session, ref)
        made = act(
            session, shop.rules, found, now=shop.now, actor=shop.actor(session, by), because=because, **more
        )
        assert isinstance(made, Gesture)
        return made

    return shop.write(change)


def figures(shop: Shop, name: str = "goodwill") -> tuple[int, int, int, int]:
    def look(session: Session) -> tuple[int, int, int, int]:
        found = budgets.figures(session, budgets.find_budget(session, name), "2026-11")
        assert budgets.reconcile(session)[1] == []
        return found.held_minor, found.committed_minor, found.released_minor, found.available_minor

    return shop.read(look)


@pytest.fixture
def asked(shop: Shop) -> Shop:
    """A refund of 40.00 GBP that an agent asked for waits; a budget of 100.00 GBP holds it."""
    shop.budget("100.00")
    shop.request(shop.open_case(), "refund", "40.00", because="She came twice.")
    return shop


def test_a_counter_holds_the_other_amount_until_the_agent_issues_it(asked: Shop) -> None:
    made = decide(asked, "counter", SEN, amount=Money(3000, "GBP"))
    assert (made.state, made.amount_minor) == (GestureState.HELD, 3000)
    assert figures(asked) == (3000, 0, 4000, 7000)
    asked.write(
        lambda session: gestures.issue(
            session,
            asked.rules,
            session.exec(select(Gesture)).one(),
            now=asked.now,
            actor=asked.actor(session),
        )
    )
    assert figures(asked) == (0, 3000, 4000, 7000)
    assert asked.read(lambda session: session.exec(select(Approval)).one().state) is ApprovalState.COUNTERED


def test_a_counter_of_another_kind_draws_on_the_budgets_of_that_kind(asked: Shop) -> None:
    asked.budget("35.00", name="vouchers", scopes=["kind=voucher"])
    with pytest.raises(Refused, match=r"vouchers has 35\.00 GBP left"):
        decide(asked, "counter", SEN, kind=GestureKind.VOUCHER)
    assert figures(asked) == (4000, 0, 0, 6000)
    decide(asked, "counter", SEN, kind=GestureKind.VOUCHER, amount=Money(3500, "GBP"))
    assert figures(asked) == (3500, 0, 4000, 6500)
    assert figures(asked, "vouchers") == (3500, 0, 0, 0)


def test_a_counter_may_be_more_than_was_asked_within_the_approvers_authority(asked: Shop) -> None:
    with pytest.raises(Refused) as caught:
        decide(asked, "counter", SEN, amount=Money(6001, "GBP"))
    assert caught.value.code == "authority_exceeded"
    made = decide(asked, "counter", SEN, amount=Money(6000, "GBP"))
    assert made.amount_minor == 6000


def test_a_counter_without_money_releases_the_hold(asked: Shop) -> None:
    made = decide(asked, "counter", SEN, kind=GestureKind.CALLBACK)
    assert (made.kind, made.amount_minor) == (GestureKind.CALLBACK, None)
    assert figures(asked) == (0, 0, 4000, 10000)


def test_a_counter_gives_no_second_time_what_is_owed_once(shop: Shop) -> None:
    case = shop.open_case(reason="billing-error", fact_overcharged="12.00")
    shop.request(case, "refund", "12.00")
    shop.request(case, "voucher", "40.00", again=True, because="She came twice.")
    with pytest.raises(Refused) as caught:
        decide(shop, "counter", SEN, kind=GestureKind.REFUND, amount=Money(1200, "GBP"))
    assert caught.value.code == "already_given"
    # One penny more is not what is owed but goodwill, and draws on the budgets.
    made = decide(shop, "counter", SEN, kind=GestureKind.REFUND, amount=Money(1201, "GBP"))
    assert made.gesture_class is GestureClass.GOODWILL


def test_a_counter_needs_something_else_and_a_reason(asked: Shop) -> None:
    with pytest.raises(WrongUsage, match="another amount or kind"):
        decide(asked, "counter", SEN)
    with pytest.raises(WrongUsage, match="reason"):
        decide(asked, "counter", SEN, because=" ", amount=Money(100, "GBP"))


def test_only_the_requester_withdraws(asked: Shop) -> None:
    with pytest.raises(Refused) as caught:
        decide(asked, "withdraw", SEN)
    assert caught.value.code == "not_yours"
    assert decide(asked, "withdraw", ANA).state is GestureState.WITHDRAWN
    assert figures(asked) == (0, 0, 4000, 10000)


@pytest.mark.parametrize("how", ["approve", "reject", "withdraw", "counter"])
def test_what_is_decided_is_decided(asked: Shop, how: str) -> None:
    decide(asked, "reject", SEN)
    more: dict[str, Any] = {"amount": Money(100, "GBP")} if how == "counter" else {}
    with pytest.raises(Refused) as caught:
        decide(asked, how, ANA if how == "withdraw" else SEN, **more)
    assert caught.value.code == "illegal_state"


def test_approvals_expire_in_business_time_and_release_their_hold(shop: Shop) -> None:
    # Asked for on Friday at ten; two business days later is Tuesday at ten.
    shop.budget("100.00")
    shop.now = datetime(2026, 11, 6, 10, tzinfo=UTC)
    shop.request(shop.open_case(), "refund", "40.00")
    shop.now = datetime(2026, 11, 10, 9, 59, tzinfo=UTC)
    assert end_what_is_over(shop) == (0, 0)
    shop.now = datetime(2026, 11, 10, 10, 0, tzinfo=UTC)
    with pytest.raises(Refused) as caught:
        decide(shop, "approve", SEN)
    assert caught.value.code == "approval_expired"
    assert end_what_is_over(shop) == (1, 0)
    assert figures(shop) == (0, 0, 4000, 10000)
    assert shop.read(lambda session: session.exec(select(Gesture)).one().state) is GestureState.EXPIRED


def end_what_is_over(shop: Shop) -> tuple[int, int]:
    return shop.write(lambda session: housekeeping.end_what_is_over(session, shop.rules, now=shop.now))


def test_what_an_approver_approves_counts_towards_their_day(shop: Shop) -> None:
    # A senior has 300.00 a day and 60.00 at once: after five of 60.00 the sixth is too much.
    words = "word " * 20
    for number in range(1, 7):
        case = shop.open_case(f"c{number}@example.com", order_value="400.00")
        shop.request(case, "refund", "60.00", because=words)
    for number in range(1, 6):
        decide(shop, "approve", SEN, ref=f"A-{number}")
    with pytest.raises(Refused) as caught:
        decide(shop, "approve", SEN, ref="A-6")
    assert caught.value.code == "authority_of_day_used"
    assert decide(shop, "approve", MAX, ref="A-6").state is GestureState.ISSUED


def test_the_queue_shows_the_oldest_first_or_the_largest(shop: Shop) -> None:
    for number, amount in enumerate(("40.00", "60.00", "50.00")):
        shop.request(shop.open_case(f"c{number}@example.com", order_value="400.00"), "refund", amount)

    def amounts(by_amount: bool) -> list[int | None]:
        return shop.read(
            lambda session: [
                gesture.amount_minor
                for _, gesture in approvals.list_approvals(session, None, 10, by_amount=by_amount)
            ]
        )

    assert amounts(by_amount=False) == [4000, 6000, 5000]
    assert amounts(by_amount=True) == [6000, 5000, 4000]
