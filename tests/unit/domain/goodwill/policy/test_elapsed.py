"""Time between two facts is counted as people count it: days after the first, up to and with the last."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.goodwill.policy.elapsed import BusinessDays, Elapsed, ElapsedUnit

NEW_YEAR = date(2026, 1, 1)
BUSINESS = BusinessDays(lambda day: day == NEW_YEAR)


def count(unit: ElapsedUnit, start: date, end: date, *, skip: int = 0, timezone: str = "UTC") -> int:
    return Elapsed("a", "b", unit, skip).between(start, end, timezone, BUSINESS)


@pytest.mark.parametrize(
    ("start", "end", "calendar", "working"),
    [
        (date(2026, 11, 2), date(2026, 11, 2), 0, 0),
        (date(2026, 11, 2), date(2026, 11, 3), 1, 1),
        (date(2026, 11, 6), date(2026, 11, 9), 3, 1),  # Friday to Monday
        (date(2026, 11, 7), date(2026, 11, 8), 1, 0),  # Saturday to Sunday
        (date(2025, 12, 31), date(2026, 1, 2), 2, 1),  # over New Year's Day, a Thursday
        (date(2026, 11, 9), date(2026, 11, 6), 0, 0),  # the wrong way round
        (date(2024, 2, 28), date(2024, 3, 1), 2, 2),  # over a leap day
    ],
)
def test_days(start: date, end: date, calendar: int, working: int) -> None:
    assert count(ElapsedUnit.CALENDAR_DAYS, start, end) == calendar
    assert count(ElapsedUnit.WORKING_DAYS, start, end) == working


@pytest.mark.parametrize(
    ("minutes", "hours"), [(0, 0), (59, 0), (60, 1), (119, 1), (120, 2), (-60, 0), (60 * 24 * 3, 72)]
)
def test_hours_are_whole_hours(minutes: int, hours: int) -> None:
    start = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
    assert count(ElapsedUnit.HOURS, start, start + timedelta(minutes=minutes)) == hours


def test_instants_count_as_days_of_the_policys_zone() -> None:
    start = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
    end = datetime(2026, 11, 3, 3, 0, tzinfo=UTC)  # still the 2nd in New York
    assert count(ElapsedUnit.CALENDAR_DAYS, start, end) == 1
    assert count(ElapsedUnit.CALENDAR_DAYS, start, end, timezone="America/New_York") == 0


@pytest.mark.parametrize(
    ("end", "days"),
    [(date(2026, 11, 10), 0), (date(2026, 11, 11), 1), (date(2026, 11, 15), 5), (date(2026, 11, 7), 0)],
)
def test_counting_can_begin_after_full_working_days(end: date, days: int) -> None:
    friday = date(2026, 11, 6)  # Monday the 9th and Tuesday the 10th are free
    assert count(ElapsedUnit.CALENDAR_DAYS, friday, end, skip=2) == days


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 60), st.integers(0, 60))
def test_working_days_add_up(start: date, first: int, second: int) -> None:
    middle, end = start + timedelta(days=first), start + timedelta(days=first + second)
    unit = ElapsedUnit.WORKING_DAYS
    assert count(unit, start, middle) + count(unit, middle, end) == count(unit, start, end)
    assert count(unit, start, end) <= count(ElapsedUnit.CALENDAR_DAYS, start, end)
