from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from followup.errors import FollowupError, NotFound, Refused, WrongUsage
from followup.services.goodwill import budget_adjustments, budgets
from followup.store.tables import AuditEvent, BudgetLimit
from tests.services.purse import WORDS, adjust, give, limit_and_available, month, standing
from tests.shop import DIANA, Shop


def last_event(shop: Shop) -> AuditEvent:
    query = select(AuditEvent).order_by(col(AuditEvent.id).desc()).limit(1)
    return shop.read(lambda session: session.exec(query).one())


def test_a_new_limit_holds_from_todays_period_on(shop: Shop) -> None:
    shop.budget("50.00")
    give(shop, 40_00)
    assert adjust(shop, limit="65.00") == "2026-11"
    assert limit_and_available(shop, "2026-11") == (65_00, 25_00)
    assert limit_and_available(shop, "2026-12") == (65_00, 65_00)
    give(shop, 25_00)
    with pytest.raises(Refused):
        give(shop, 1)


def test_a_new_limit_holds_where_nothing_was_given_yet(shop: Shop) -> None:
    shop.budget("50.00")
    adjust(shop, limit="10.00")
    with pytest.raises(Refused, match=r"10\.00 GBP left"):
        give(shop, 10_01)
    give(shop, 10_00)


def test_below_what_is_used_it_is_refused_saying_by_how_much(shop: Shop) -> None:
    shop.budget("50.00")
    give(shop, 40_00)
    with pytest.raises(Refused) as caught:
        adjust(shop, limit="32.50")
    assert caught.value.code == "limit_below_use"
    assert caught.value.exit_code == 4
    assert (
        "40.00 GBP held, committed or spent in 2026-11: 7.50 GBP more than 32.50 GBP" in caught.value.message
    )
    assert "--limit 40.00" in caught.value.hint
    assert limit_and_available(shop, "2026-11") == (50_00, 10_00)
    assert shop.read(lambda session: session.exec(select(BudgetLimit)).all()) == []
    # Exactly what is used is not below it.
    adjust(shop, limit="40.00")
    assert limit_and_available(shop, "2026-11") == (40_00, 0)


def test_it_is_recorded_with_who_why_old_and_new(shop: Shop) -> None:
    shop.budget("50.00")
    adjust(shop, limit="65.00", soft=True)
    event = last_event(shop)
    assert (event.actor, event.action, event.subject, event.because) == (
        DIANA,
        "budget adjust",
        "budget goodwill",
        "as agreed",
    )
    assert event.detail == {
        "period": "2026-11",
        "only": False,
        "currency": "GBP",
        "old": {"limit": "50.00", "soft": False},
        "new": {"limit": "65.00", "soft": True},
    }


def test_from_the_next_period_on_today_stays_as_it_is(shop: Shop) -> None:
    shop.budget("50.00")
    give(shop, 40_00)
    # Below what is used today, which does not matter.
    assert adjust(shop, limit="30.00", from_next=True) == "2026-12"
    assert limit_and_available(shop, "2026-11") == (50_00, 10_00)
    shop.now = month(2026, 12)
    with pytest.raises(Refused, match=r"30\.00 GBP left"):
        give(shop, 30_01)
    give(shop, 30_00)


def test_one_coming_period_may_have_a_limit_of_its_own(shop: Shop) -> None:
    shop.budget("50.00")
    assert adjust(shop, limit="90.00", period="2026-12") == "2026-12"
    adjust(shop, limit="60.00")
    limits = [limit_and_available(shop, period)[0] for period in ("2026-11", "2026-12", "2027-01")]
    assert limits == [60_00, 90_00, 60_00]
    shop.now = month(2026, 12)
    give(shop, 90_00)
    # Decided in December for December on: its own is replaced.
    adjust(shop, limit="95.00")
    assert limit_and_available(shop, "2026-12") == (95_00, 5_00)


def test_todays_period_alone_may_change(shop: Shop) -> None:
    shop.budget("50.00")
    give(shop, 50_00)
    adjust(shop, limit="70.00", period="2026-11")
    assert limit_and_available(shop, "2026-11") == (70_00, 20_00)
    assert limit_and_available(shop, "2026-12") == (50_00, 50_00)


def test_what_was_carried_over_stays_on_top(shop: Shop) -> None:
    shop.budget("50.00", carry_over=True)
    give(shop, 20_00)
    shop.now = month(2026, 12)
    give(shop, 40_00)
    adjust(shop, limit="10.00")
    assert limit_and_available(shop, "2026-12") == (40_00, 0)
    with pytest.raises(Refused, match=r"0\.01 GBP more than 39\.99 GBP") as caught:
        adjust(shop, limit="9.99")
    assert "--limit 10.00" in caught.value.hint


def test_a_soft_budget_may_get_a_limit_below_what_is_used(shop: Shop) -> None:
    shop.budget("50.00", soft=True)
    give(shop, 60_00)
    adjust(shop, limit="45.00")
    assert limit_and_available(shop, "2026-11") == (45_00, -15_00)


def test_an_overdrawn_budget_becomes_hard_only_with_a_limit_that_holds_it(shop: Shop) -> None:
    shop.budget("50.00", soft=True)
    give(shop, 60_00)
    with pytest.raises(Refused, match=r"10\.00 GBP more than 50\.00 GBP"):
        adjust(shop, soft=False)
    give(shop, 1_00)
    adjust(shop, soft=False, limit="61.00")
    with pytest.raises(Refused):
        give(shop, 1)


def test_a_hard_budget_that_becomes_soft_lets_through_at_once(shop: Shop) -> None:
    shop.budget("50.00")
    give(shop, 50_00)
    adjust(shop, soft=True)
    give(shop, 12_00)
    assert limit_and_available(shop, "2026-11") == (50_00, -12_00)


def test_hard_from_the_next_period_on_leaves_today_soft(shop: Shop) -> None:
    shop.budget("50.00", soft=True)
    adjust(shop, soft=False, from_next=True)
    give(shop, 60_00)
    assert (standing(shop, "2026-11").soft, standing(shop, "2026-12").soft) == (True, False)
    shop.now = month(2026, 12)
    with pytest.raises(Refused):
        give(shop, 60_00)


@pytest.mark.parametrize(
    ("wanted", "error", "code"),
    [
        ({}, WrongUsage, "nothing_to_change"),
        ({"limit": "1.00", "period": "2026-12", "from_next": True}, WrongUsage, "bad_period"),
        ({"soft": True, "period": "2026-12"}, WrongUsage, "bad_period"),
        ({"limit": "1.00", "period": "2026-W48"}, WrongUsage, "bad_period"),
        ({"limit": "1.00", "period": "2026-10"}, NotFound, "unknown_period"),
        ({"limit": "-1"}, WrongUsage, "bad_amount"),
        ({"limit": "1.005"}, WrongUsage, "two_amounts"),
    ],
)
def test_what_does_not_go_together_is_refused_and_nothing_changes(
    shop: Shop, wanted: dict[str, Any], error: type[FollowupError], code: str
) -> None:
    shop.budget("50.00")
    with pytest.raises(error) as caught:
        adjust(shop, **wanted)
    assert caught.value.code == code
    assert limit_and_available(shop, "2026-12") == (50_00, 50_00)
    assert last_event(shop).action == "budget create"


def test_a_period_that_is_over_keeps_its_limit(shop: Shop) -> None:
    shop.budget("50.00")
    shop.now = month(2026, 12)
    with pytest.raises(Refused) as caught:
        adjust(shop, limit="60.00", period="2026-11")
    assert caught.value.code == "period_over"


def test_a_budget_for_once_has_no_next_period(shop: Shop) -> None:
    shop.budget("50.00", period="once")
    with pytest.raises(WrongUsage, match="no next period"):
        adjust(shop, limit="60.00", from_next=True)
    adjust(shop, limit="60.00", period="once")
    assert limit_and_available(shop, "once") == (60_00, 60_00)


def test_a_reason_is_needed(shop: Shop) -> None:
    shop.budget("50.00")
    with pytest.raises(WrongUsage, match="reason"):
        shop.write(
            lambda session: budget_adjustments.adjust_budget(
                session,
                budgets.find_budget(session, "goodwill"),
                budget_adjustments.Adjustment(limit="60.00"),
                now=shop.now,
                actor=shop.actor(session),
                because="  ",
            )
        )


def test_while_several_request_a_lowered_limit_holds(shop: Shop) -> None:
    shop.budget("100.00")
    cases = [shop.open_case(f"r{n}@example.com", order_value="5000.00", by=DIANA) for n in range(12)]
    lowered: list[int] = []

    def work(number: int) -> int:
        try:
            if number % 3 == 2:
                limit = 100 - 5 * number
                adjust(shop, limit=f"{limit}.00")
                lowered.append(limit * 100)
                return 0
            return int(
                shop.request(cases[number], "refund", "11.00", by=DIANA, because=WORDS).amount_minor or 0
            )
        except Refused:
            return 0

    with ThreadPoolExecutor(4) as pool:
        given = sum(pool.map(work, range(12)))
    found = standing(shop, "2026-11").figures
    assert found.used_minor == given
    assert found.used_minor <= found.limit_minor
    assert found.limit_minor in (*lowered, 100_00)
    assert shop.read(budgets.reconcile)[1] == []


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("give"), st.integers(1, 60_00)),
        st.tuples(st.just("limit"), st.integers(0, 80_00)),
        st.tuples(st.just("hard"), st.integers(0, 1)),
        st.tuples(st.just("both"), st.integers(0, 80_00)),
    ),
    min_size=1,
    max_size=9,
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, soft=st.booleans())
def test_no_adjustment_brings_a_hard_budget_above_its_limit(
    new_shop: Callable[[], Shop], steps: list[tuple[str, int]], soft: bool
) -> None:
    shop = new_shop()
    shop.budget("50.00", soft=soft)
    limit, used = 50_00, 0
    for step, number in steps:
        amount = f"{number / 100:.2f}"
        try:
            if step == "give":
                give(shop, number)
            elif step == "hard":
                adjust(shop, soft=not number)
            elif step == "limit":
                adjust(shop, limit=amount)
            else:
                adjust(shop, limit=amount, soft=False)
            done = True
        except Refused:
            done = False
        # The same by hand: what it would come to, and whether that may be.
        would_use = used + (number if step == "give" else 0)
        would_limit = number if step in ("limit", "both") else limit
        would_soft = {"hard": not number, "both": False}.get(step, soft)
        assert done is (would_soft or would_use <= would_limit)
        if done:
            used, limit, soft = would_use, would_limit, would_soft
        found = standing(shop, "2026-11")
        assert (found.figures.used_minor, found.figures.limit_minor, found.soft) == (used, limit, soft)
        assert soft or used <= limit

    def look(session: Session) -> None:
        assert budgets.reconcile(session)[1] == []

    shop.read(look)
    shop.engine.dispose()
