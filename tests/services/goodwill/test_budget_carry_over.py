from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col, select

from followup.domain.goodwill.budget import Period
from followup.errors import Refused, WrongUsage
from followup.services.goodwill import budgets
from followup.store.tables import BudgetPeriod
from tests.services.purse import WORDS, adjust, give, limit_and_available, month, standing, take_back
from tests.shop import DIANA, MONDAY, Shop


def rows(shop: Shop) -> list[tuple[str, int, int | None]]:
    query = select(BudgetPeriod).order_by(col(BudgetPeriod.period))
    return shop.read(
        lambda session: [
            (row.period, row.carried_in_minor, row.carried_out_minor) for row in session.exec(query)
        ]
    )


def test_what_a_month_has_left_adds_to_the_next(shop: Shop) -> None:
    shop.budget("50.00", carry_over=True)
    give(shop, 20_00)
    shop.now = month(2026, 12)
    assert limit_and_available(shop, "2026-12") == (80_00, 80_00)
    give(shop, 75_00)
    assert limit_and_available(shop, "2026-12") == (80_00, 5_00)
    with pytest.raises(Refused, match=r"5\.00 GBP left until 1 January 2027"):
        give(shop, 5_01)
    assert rows(shop) == [("2026-11", 0, 30_00), ("2026-12", 30_00, None)]


def test_without_carry_over_every_month_begins_with_its_limit(shop: Shop) -> None:
    shop.budget("50.00")
    give(shop, 20_00)
    shop.now = month(2026, 12)
    with pytest.raises(Refused, match=r"50\.00 GBP left"):
        give(shop, 50_01)
    assert limit_and_available(shop, "2026-12") == (50_00, 50_00)


def test_months_in_which_nothing_was_given_leave_their_whole_limit(shop: Shop) -> None:
    shop.budget("50.00", carry_over=True)
    give(shop, 20_00)
    shop.now = month(2027, 3)
    # 30.00 of November, then December, January and February, and March's own.
    assert limit_and_available(shop, "2027-03") == (230_00, 230_00)
    give(shop, 230_00)
    assert rows(shop) == [("2026-11", 0, 30_00), ("2027-03", 180_00, None)]
    # What lies between stands as it was handed on: 80.00 in December, 130.00 in January.
    assert (standing(shop, "2027-01").figures.limit_minor, standing(shop, "2027-01").carried_out_minor) == (
        130_00,
        130_00,
    )


def test_the_first_gesture_may_come_long_after_the_budget_was_made(shop: Shop) -> None:
    shop.budget("50.00", carry_over=True)
    shop.now = month(2027, 1)
    # November, in which it was made, December and January.
    assert limit_and_available(shop, "2027-01") == (150_00, 150_00)
    give(shop, 150_00)
    # Nothing is carried over from before it was made.
    assert standing(shop, "2026-11").figures.limit_minor == 50_00


def test_a_release_after_the_carry_over_stays_in_its_period(shop: Shop) -> None:
    shop.budget("50.00", carry_over=True)
    early = give(shop, 20_00)
    shop.now = month(2026, 12)
    give(shop, 1_00)
    take_back(shop, early)
    # November shows 50.00 available, of which 30.00 went to December; the 20.00 are not counted there.
    assert limit_and_available(shop, "2026-11") == (50_00, 50_00)
    assert limit_and_available(shop, "2026-12") == (80_00, 79_00)
    shop.now = month(2027, 1)
    give(shop, 1_00)
    assert rows(shop) == [("2026-11", 0, 30_00), ("2026-12", 30_00, 79_00), ("2027-01", 79_00, None)]
    assert shop.read(budgets.reconcile) == (3, [])


def test_a_release_before_the_next_period_is_needed_is_carried_over(shop: Shop) -> None:
    shop.budget("50.00", carry_over=True)
    early = give(shop, 20_00)
    shop.now = month(2026, 12)
    take_back(shop, early)
    give(shop, 100_00)
    assert limit_and_available(shop, "2026-12") == (100_00, 0)


def test_an_overdraft_of_a_soft_budget_is_not_carried_over(shop: Shop) -> None:
    shop.budget("50.00", soft=True, carry_over=True)
    give(shop, 60_00)
    assert limit_and_available(shop, "2026-11") == (50_00, -10_00)
    shop.now = month(2026, 12)
    give(shop, 1_00)
    assert rows(shop) == [("2026-11", 0, 0), ("2026-12", 0, None)]


@pytest.mark.parametrize("soft", [False, True])
def test_a_request_that_comes_late_draws_on_the_period_that_took_over(shop: Shop, soft: bool) -> None:
    shop.budget("50.00", carry_over=True, soft=soft)
    give(shop, 20_00)
    november, shop.now = shop.now, month(2026, 12)
    give(shop, 70_00)
    # A clock that is behind still shows November, whose 30.00 are December's now.
    shop.now = november
    give(shop, 10_00)
    assert limit_and_available(shop, "2026-11") == (50_00, 30_00)
    assert limit_and_available(shop, "2026-12") == (80_00, 0)


def test_the_database_itself_refuses_to_use_twice_what_was_carried_out(shop: Shop) -> None:
    shop.budget("50.00", carry_over=True)
    give(shop, 20_00)
    shop.now = month(2026, 12)
    give(shop, 1_00)
    with pytest.raises(DatabaseError, match="within_limit"):
        shop.write(
            lambda session: session.execute(
                text("UPDATE budgetperiod SET held_minor = held_minor + 1 WHERE period = '2026-11'")
            )
        )


def test_a_limit_that_changed_counts_from_its_period_on_in_what_is_carried_over(shop: Shop) -> None:
    shop.budget("50.00", carry_over=True)
    adjust(shop, limit="20.00", from_next=True)
    adjust(shop, limit="5.00", period="2027-01")
    shop.now = month(2027, 3)
    # 50.00 of November, 20.00, 5.00, 20.00, and March's own 20.00.
    assert limit_and_available(shop, "2027-03") == (115_00, 115_00)
    give(shop, 115_00)


def test_a_budget_for_once_carries_nothing_over(shop: Shop) -> None:
    with pytest.raises(WrongUsage, match="no next period"):
        shop.budget("50.00", period="once", carry_over=True)
    shop.budget("50.00", period="once")
    give(shop, 20_00)
    shop.now = month(2029, 7)
    assert limit_and_available(shop, "once") == (50_00, 30_00)


def test_several_who_begin_a_period_at_once_carry_over_once(shop: Shop) -> None:
    shop.budget("50.00", carry_over=True)
    give(shop, 20_00)
    shop.now = month(2026, 12)
    cases = [shop.open_case(f"r{n}@example.com", order_value="5000.00", by=DIANA) for n in range(12)]

    def request(number: int) -> bool:
        try:
            shop.request(cases[number], "refund", "10.00", by=DIANA, because=WORDS)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        given = list(pool.map(request, range(12)))
    # 80.00 is there for twelve who want 10.00 each.
    assert given.count(True) == 8
    assert rows(shop) == [("2026-11", 0, 30_00), ("2026-12", 30_00, None)]


def test_while_some_clocks_are_behind_nothing_is_counted_in_both_periods(shop: Shop) -> None:
    shop.budget("50.00", carry_over=True)
    give(shop, 1_00)
    clocks = (shop.now, month(2026, 12))
    cases = [shop.open_case(f"r{n}@example.com", order_value="5000.00", by=DIANA) for n in range(18)]

    def request(number: int) -> int:
        desk = replace(shop, now=clocks[number % 3 > 0])
        try:
            return desk.request(cases[number], "refund", "7.00", by=DIANA, because=WORDS).amount_minor or 0
        except Refused:
            return 0

    with ThreadPoolExecutor(4) as pool:
        given = sum(pool.map(request, range(18)))
    november, december = standing(shop, "2026-11"), standing(shop, "2026-12")
    assert november.figures.used_minor + december.figures.used_minor == given + 1_00
    assert november.figures.used_minor + (november.carried_out_minor or 0) == 50_00
    assert december.carried_in_minor == november.carried_out_minor
    # 99.00 was left of two limits: fourteen times 7.00.
    assert given == 98_00


LIMIT_MINOR = 40_00
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("later"), st.integers(1, 3)),
        st.tuples(st.just("give"), st.integers(1, 70_00)),
        st.tuples(st.just("back"), st.integers(0, 5)),
    ),
    min_size=1,
    max_size=9,
)
BEGINS = {
    # The first day of the n-th period from the one that holds 2 November 2026, worked out by stepping.
    Period.WEEK: [MONDAY + timedelta(weeks=n) for n in range(30)],
    Period.MONTH: [datetime(2026 + (10 + n) // 12, (10 + n) % 12 + 1, 2, 10, tzinfo=UTC) for n in range(30)],
    Period.QUARTER: [
        datetime(2026 + (9 + 3 * n) // 12, (9 + 3 * n) % 12 + 1, 2, 10, tzinfo=UTC) for n in range(30)
    ],
}


class Envelope:
    """The reference: cash in envelopes, one for each period, counted by hand."""

    def __init__(self) -> None:
        self.limits, self.used, self.today = [LIMIT_MINOR], [0], 0

    def open_today(self) -> None:
        while len(self.limits) <= self.today:
            left = self.limits[-1] - self.used[-1]
            self.limits.append(LIMIT_MINOR + left)
            self.used.append(0)

    def give(self, pence: int) -> bool:
        self.open_today()
        if self.used[self.today] + pence > self.limits[self.today]:
            return False
        self.used[self.today] += pence
        return True


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, period=st.sampled_from(sorted(BEGINS)))
def test_carry_over_agrees_with_cash_in_envelopes(
    new_shop: Callable[[], Shop], steps: list[tuple[str, int]], period: Period
) -> None:
    shop, envelope = new_shop(), Envelope()
    shop.budget("40.00", period=period.value, carry_over=True)
    made: list[tuple[int, int, int]] = []
    for step, number in steps:
        if step == "later":
            envelope.today += number
            shop.now = BEGINS[period][envelope.today]
        elif step == "back" and number < len(made):
            gesture, where, pence = made.pop(number)
            take_back(shop, gesture)
            envelope.used[where] -= pence
        elif step == "give":
            try:
                gesture = give(shop, number)
            except Refused:
                gesture = 0
            # A refused request is undone whole, so it begins no period; the envelopes are a copy till then.
            trial = Envelope()
            trial.limits, trial.used, trial.today = [*envelope.limits], [*envelope.used], envelope.today
            assert trial.give(number) is bool(gesture)
            if gesture:
                envelope = trial
                made.append((gesture, envelope.today, number))

    def look(session: Session) -> None:
        budget = budgets.find_budget(session, "goodwill")
        for place, (limit, used) in enumerate(zip(envelope.limits, envelope.used, strict=True)):
            key = budgets.period_of(budget, BEGINS[period][place])
            found = budgets.figures(session, budget, key)
            assert (found.limit_minor, found.used_minor) == (limit, used), key
        assert budgets.reconcile(session)[1] == []

    shop.read(look)
    shop.engine.dispose()
