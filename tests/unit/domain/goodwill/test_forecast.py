from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from followup.domain.goodwill.forecast import Forecast, forecast

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
"""November 2026 begins on a Sunday and has 21 days from Monday to Friday."""
HOLIDAY = date(2026, 11, 18)


def weekday(day: date) -> bool:
    return day.weekday() < 5


def outlook(
    limit_minor: int,
    used_minor: int,
    today: date,
    *,
    began_on: date = NOVEMBER,
    ends_before: date | None = DECEMBER,
    holidays: frozenset[date] = frozenset(),
) -> Forecast:
    return forecast(
        limit_minor=limit_minor,
        used_minor=used_minor,
        began_on=began_on,
        ends_before=ends_before,
        today=today,
        is_business_day=lambda day: weekday(day) and day not in holidays,
    )


def test_the_pace_so_far_goes_on_for_the_business_days_left() -> None:
    # Monday the 16th is the 11th business day: 55.00 in 11 days is 5.00 a day, 10 days are left,
    # and 45.00 last for 9 of them: 17 18 19 20, 23 24 25 26, 27.
    assert outlook(100_00, 55_00, date(2026, 11, 16)) == Forecast(11, 10, 5_00, 105_00, date(2026, 11, 27))


def test_a_holiday_is_no_business_day() -> None:
    # Without the 18th, 9 days are left, and the ninth is Monday the 30th.
    found = outlook(100_00, 55_00, date(2026, 11, 16), holidays=frozenset({HOLIDAY}))
    assert found == Forecast(11, 9, 5_00, 100_00, date(2026, 11, 30))


def test_what_lasts_to_the_end_of_the_period_is_not_exhausted() -> None:
    # 105.01 would need a penny more than the pace takes: the day falls into December.
    found = outlook(105_01, 55_00, date(2026, 11, 16))
    assert (found.expected_at_end_minor, found.exhausted_on) == (105_00, None)
    assert outlook(105_00, 55_00, date(2026, 11, 16)).exhausted_on == date(2026, 11, 30)


def test_amounts_are_rounded_half_up_and_only_at_the_end() -> None:
    # 1.00 in 3 days: 0.333… a day, and 0.333… × 18 + 1.00 = 7.00, not 0.33 × 18 + 1.00 = 6.94.
    found = outlook(100_00, 1_00, date(2026, 11, 4))
    assert (found.business_days_elapsed, found.business_days_left) == (3, 18)
    assert (found.burn_minor, found.expected_at_end_minor) == (33, 7_00)
    # 0.01 in 2 days is half a penny a day.
    assert outlook(100_00, 1, date(2026, 11, 3)).burn_minor == 1


def test_before_the_first_business_day_there_is_no_pace() -> None:
    # Sunday the 1st: something was used, over no business day.
    assert outlook(100_00, 10_00, date(2026, 11, 1)) == Forecast(0, 21, None, None, None)


def test_while_nothing_was_used_nothing_runs_out() -> None:
    assert outlook(100_00, 0, date(2026, 11, 16)) == Forecast(11, 10, 0, 0, None)


@pytest.mark.parametrize("used_minor", [100_00, 112_00])
def test_with_nothing_left_it_is_exhausted_today(used_minor: int) -> None:
    assert outlook(100_00, used_minor, date(2026, 11, 14)).exhausted_on == date(2026, 11, 14)


def test_on_the_last_day_no_day_is_left() -> None:
    assert outlook(100_00, 42_00, date(2026, 11, 30)) == Forecast(21, 0, 2_00, 42_00, None)


def test_days_count_from_when_something_could_be_used() -> None:
    # Made on Friday the 13th: Friday and Monday are the two days so far.
    found = outlook(100_00, 20_00, date(2026, 11, 16), began_on=date(2026, 11, 13))
    assert (found.business_days_elapsed, found.burn_minor, found.expected_at_end_minor) == (2, 10_00, 120_00)


def test_a_budget_whose_period_never_ends_has_a_last_day_only() -> None:
    # 10.00 a day from the 13th; 980.00 last for 98 business days after Monday the 16th: 19 weeks and 3 days.
    found = outlook(1_000_00, 20_00, date(2026, 11, 16), began_on=date(2026, 11, 13), ends_before=None)
    assert (found.business_days_left, found.expected_at_end_minor) == (None, None)
    assert found.exhausted_on == date(2026, 11, 16) + timedelta(weeks=19, days=3)
    # At a penny a decade it is not looked for without end.
    slow = outlook(10**12, 1, date(2026, 11, 16), began_on=date(2026, 11, 13), ends_before=None)
    assert slow.exhausted_on is None


def test_a_calendar_without_business_days_ends_without_an_answer() -> None:
    found = forecast(
        limit_minor=100,
        used_minor=1,
        began_on=NOVEMBER,
        ends_before=None,
        today=date(2026, 11, 16),
        is_business_day=lambda _: False,
    )
    assert found == Forecast(0, None, None, None, None)


AMOUNTS = st.integers(0, 10**7)
TODAYS = st.dates(NOVEMBER, date(2026, 11, 30))


@given(AMOUNTS, AMOUNTS, AMOUNTS, TODAYS)
def test_more_used_never_promises_more(limit: int, used: int, more: int, today: date) -> None:
    less, greater = outlook(limit, used, today), outlook(limit, used + more, today)
    assert (less.burn_minor or 0) <= (greater.burn_minor or 0)
    assert (less.expected_at_end_minor or 0) <= (greater.expected_at_end_minor or 0)
    assert (greater.exhausted_on or date.max) <= (less.exhausted_on or date.max)


@given(AMOUNTS, AMOUNTS, AMOUNTS, TODAYS)
def test_a_higher_limit_never_runs_out_sooner(limit: int, more: int, used: int, today: date) -> None:
    lower, higher = outlook(limit, used, today), outlook(limit + more, used, today)
    assert (lower.exhausted_on or date.max) <= (higher.exhausted_on or date.max)
    assert lower.expected_at_end_minor == higher.expected_at_end_minor


@given(AMOUNTS, TODAYS, TODAYS)
def test_the_same_use_over_more_days_is_a_slower_pace(used: int, one: date, other: date) -> None:
    early, late = outlook(10**7, used, min(one, other)), outlook(10**7, used, max(one, other))
    if early.burn_minor is not None and late.burn_minor is not None:
        assert late.burn_minor <= early.burn_minor
        assert (late.expected_at_end_minor or 0) <= (early.expected_at_end_minor or 0)


@given(st.integers(1, 10**6), st.integers(1, 99), TODAYS)
def test_the_day_it_runs_out_is_the_first_on_which_the_pace_has_taken_all(
    limit: int, percent: int, today: date
) -> None:
    used = limit * percent // 100
    found = outlook(limit, used, today)
    days = found.business_days_elapsed
    assume(found.exhausted_on is not None and days > 0)
    assert found.exhausted_on is not None
    assert weekday(found.exhausted_on)
    until = sum(weekday(today + timedelta(days=n)) for n in range(1, (found.exhausted_on - today).days + 1))
    # In whole numbers: used / days × (days + until) against the limit.
    assert used * (days + until) >= limit * days
    assert used * (days + until - 1) < limit * days
