from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from followup.domain.goodwill.budget import (
    LimitChange,
    Period,
    carried_over,
    day_start,
    first_day,
    keys_between,
    limit_in,
    local_day,
    next_key,
    period_days,
    period_key,
)
from followup.errors import WrongUsage

ZONES = (
    "Europe/London",
    "Europe/Lisbon",
    "Europe/Istanbul",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Santiago",
    "America/Havana",
    "America/Asuncion",
    "America/St_Johns",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Tehran",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
)
MICROSECOND = timedelta(microseconds=1)
ENDING = [period for period in Period if period is not Period.ONCE]
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("instant", "zone", "period", "key"),
    [
        # London's clocks go forward on Sunday 29 March 2026, in the last hours of week 13.
        ("2026-03-29T22:59:59.999999Z", "Europe/London", Period.WEEK, "2026-W13"),
        ("2026-03-29T23:00:00Z", "Europe/London", Period.WEEK, "2026-W14"),
        # They go back on 25 October 2026: the same week ends at midnight UTC again.
        ("2026-10-25T23:59:59.999999Z", "Europe/London", Period.WEEK, "2026-W43"),
        ("2026-10-26T00:00:00Z", "Europe/London", Period.WEEK, "2026-W44"),
        # New York goes back on 1 November 2026: that day begins at UTC-4, the month before ends there.
        ("2026-11-01T03:59:59.999999Z", "America/New_York", Period.MONTH, "2026-10"),
        ("2026-11-01T04:00:00Z", "America/New_York", Period.MONTH, "2026-11"),
        ("2026-12-01T04:59:59.999999Z", "America/New_York", Period.MONTH, "2026-11"),
        # Havana's first of November 2026 has two midnights; it begins with the first.
        ("2026-11-01T03:59:59.999999Z", "America/Havana", Period.MONTH, "2026-10"),
        ("2026-11-01T04:00:00Z", "America/Havana", Period.MONTH, "2026-11"),
        ("2026-11-01T05:00:00Z", "America/Havana", Period.MONTH, "2026-11"),
        # Kiritimati is fourteen hours ahead: there the year is over at ten in the morning UTC.
        ("2026-12-31T09:59:59.999999Z", "Pacific/Kiritimati", Period.YEAR, "2026"),
        ("2026-12-31T10:00:00Z", "Pacific/Kiritimati", Period.YEAR, "2027"),
        ("2026-12-31T10:00:00Z", "Europe/London", Period.QUARTER, "2026-Q4"),
        ("2027-01-01T00:00:00Z", "Europe/London", Period.QUARTER, "2027-Q1"),
        # 2026 began on a Thursday, so it has 53 weeks, and the last goes to Sunday 3 January.
        ("2027-01-01T00:00:00Z", "Europe/London", Period.WEEK, "2026-W53"),
        # Monday 30 December 2024 lies in the first week of 2025.
        ("2024-12-30T00:00:00Z", "Europe/London", Period.WEEK, "2025-W01"),
    ],
)
def test_an_instant_lies_in_the_period_that_the_zones_own_calendar_shows(
    instant: str, zone: str, period: Period, key: str
) -> None:
    assert period_key(period, local_day(at(instant), zone)) == key


@given(st.sampled_from(ENDING), st.sampled_from(ZONES), DAYS)
def test_a_period_ends_at_the_very_instant_at_which_the_next_begins(
    period: Period, zone: str, day: date
) -> None:
    days = period_days(period, day)
    assert days is not None
    begins, ends = (day_start(one, zone) for one in days)
    key = period_key(period, day)
    assert period_key(period, local_day(begins, zone)) == key
    assert period_key(period, local_day(begins - MICROSECOND, zone)) != key
    assert period_key(period, local_day(ends - MICROSECOND, zone)) == key
    assert period_key(period, local_day(ends, zone)) == next_key(period, key)


@given(st.sampled_from(ENDING), DAYS)
def test_a_key_stands_for_the_first_day_of_its_period_and_keys_sort_as_periods_do(
    period: Period, day: date
) -> None:
    days = period_days(period, day)
    assert days is not None
    key = period_key(period, day)
    assert first_day(period, key) == days[0]
    following = next_key(period, key)
    assert following == period_key(period, days[1])
    assert key < following


@pytest.mark.parametrize(
    ("period", "key"),
    [
        (Period.WEEK, "2025-W53"),
        (Period.WEEK, "2026-W54"),
        (Period.WEEK, "2026-W00"),
        (Period.WEEK, "2026-48"),
        (Period.MONTH, "2026-13"),
        (Period.MONTH, "2026-00"),
        (Period.MONTH, "2026-1"),
        (Period.MONTH, "2026-11-23"),
        (Period.MONTH, "2026"),
        (Period.QUARTER, "2026-Q5"),
        (Period.YEAR, "26"),
        (Period.YEAR, "٢٠٢٦"),
        (Period.ONCE, "2026"),
        (Period.MONTH, "once"),
        (Period.MONTH, ""),
    ],
)
def test_what_names_no_period_is_refused_with_an_example(period: Period, key: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        first_day(period, key)
    assert caught.value.code == "bad_period"
    assert caught.value.hint.startswith("Write it as ")


@pytest.mark.parametrize(
    ("period", "named", "example"),
    [
        (Period.WEEK, "week", "2026-W48"),
        (Period.MONTH, "month", "2026-11"),
        (Period.QUARTER, "quarter", "2026-Q4"),
        (Period.YEAR, "year", "2026"),
        (Period.ONCE, "once", "once"),
    ],
)
def test_the_refusal_repeats_the_key_and_shows_one_of_its_kind(
    period: Period, named: str, example: str
) -> None:
    with pytest.raises(WrongUsage) as caught:
        first_day(period, "autumn")
    assert caught.value.message == f"'autumn' does not name a {named} of a budget."
    assert caught.value.hint == f"Write it as {example}."


@pytest.mark.parametrize(
    ("period", "key", "begins"),
    [
        (Period.WEEK, "2026-W01", date(2025, 12, 29)),
        (Period.MONTH, "2026-02", date(2026, 2, 1)),
        (Period.QUARTER, "2026-Q1", date(2026, 1, 1)),
        (Period.QUARTER, "2026-Q3", date(2026, 7, 1)),
        (Period.QUARTER, "2026-Q4", date(2026, 10, 1)),
        (Period.YEAR, "2026", date(2026, 1, 1)),
    ],
)
def test_a_key_begins_on_a_day_of_the_calendar(period: Period, key: str, begins: date) -> None:
    assert first_day(period, key) == begins


@pytest.mark.parametrize(
    ("period", "day", "first", "following"),
    [
        (Period.WEEK, date(2026, 11, 29), date(2026, 11, 23), date(2026, 11, 30)),
        (Period.MONTH, date(2026, 12, 31), date(2026, 12, 1), date(2027, 1, 1)),
        (Period.MONTH, date(2026, 11, 1), date(2026, 11, 1), date(2026, 12, 1)),
        (Period.QUARTER, date(2026, 5, 15), date(2026, 4, 1), date(2026, 7, 1)),
        (Period.QUARTER, date(2026, 10, 1), date(2026, 10, 1), date(2027, 1, 1)),
        (Period.YEAR, date(2026, 7, 4), date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_period_goes_from_its_first_day_to_the_first_of_the_next(
    period: Period, day: date, first: date, following: date
) -> None:
    assert period_days(period, day) == (first, following)


def test_once_has_no_days() -> None:
    assert period_days(Period.ONCE, date(2026, 11, 29)) is None


def test_the_week_53_of_a_year_that_has_one_is_a_period() -> None:
    assert first_day(Period.WEEK, "2026-W53") == date(2026, 12, 28)


def test_a_budget_for_once_has_one_period_and_none_after_it() -> None:
    assert first_day(Period.ONCE, "once") is None
    assert next_key(Period.ONCE, "once") is None


def test_the_periods_between_two_are_those_that_lie_wholly_between() -> None:
    assert list(keys_between(Period.MONTH, "2026-11", "2027-02")) == ["2026-12", "2027-01"]
    assert list(keys_between(Period.WEEK, "2026-W52", "2027-W02")) == ["2026-W53", "2027-W01"]
    assert list(keys_between(Period.QUARTER, "2026-Q4", "2027-Q1")) == []
    assert list(keys_between(Period.YEAR, "2027", "2026")) == []


ONWARDS = LimitChange("2026-11", 600)
CHRISTMAS = LimitChange("2026-12", 900, only=True)


@pytest.mark.parametrize(
    ("changes", "key", "limit"),
    [
        ([], "2026-11", 500),
        ([ONWARDS], "2026-10", 500),
        ([ONWARDS], "2026-11", 600),
        ([ONWARDS], "2030-01", 600),
        ([CHRISTMAS], "2026-11", 500),
        ([CHRISTMAS], "2026-12", 900),
        ([CHRISTMAS], "2027-01", 500),
        # Decided afterwards for an earlier period on: Christmas keeps its own.
        ([CHRISTMAS, ONWARDS], "2026-12", 900),
        ([CHRISTMAS, ONWARDS], "2027-01", 600),
        # Decided afterwards for this very period on: that counts.
        ([CHRISTMAS, LimitChange("2026-12", 700)], "2026-12", 700),
        ([LimitChange("2026-12", 700), CHRISTMAS], "2026-12", 900),
        # The newest that holds counts, wherever the older one began.
        ([LimitChange("2026-12", 700), ONWARDS], "2027-01", 600),
        ([ONWARDS, LimitChange("2027-01", 700)], "2026-12", 600),
    ],
)
def test_the_newest_limit_that_was_decided_for_a_period_counts(
    changes: list[LimitChange], key: str, limit: int
) -> None:
    assert limit_in(500, changes, key) == limit


def test_what_was_left_and_every_untouched_limit_are_carried_over_but_no_overdraft() -> None:
    assert carried_over(1500, []) == 1500
    assert carried_over(1500, [5000, 6000]) == 12500
    assert carried_over(-300, []) == 0
    assert carried_over(-300, [5000]) == 5000


@given(st.sampled_from(ENDING), DAYS, DAYS)
def test_stepping_from_period_to_period_reaches_every_later_one(
    period: Period, one: date, other: date
) -> None:
    assume(one <= other)
    first, last = period_key(period, one), period_key(period, other)
    between = list(keys_between(period, first, last))
    days = {period_key(period, one + timedelta(days=n)) for n in range((other - one).days + 1)}
    assert between == sorted(days - {first, last})
