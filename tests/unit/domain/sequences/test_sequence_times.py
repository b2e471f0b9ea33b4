"""Due times against every change of the clocks from 2024 to 2030."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.sequences.business_calendar import BusinessCalendar
from followup.domain.sequences.send_window import SendWindow
from followup.domain.sequences.sequence import (
    Delay,
    DelayUnit,
    Sequence,
    Step,
    due_at,
    due_times,
    parse_delay,
)
from followup.errors import InvalidFile
from tests.unit.domain.sequences.clock_changes import CHANGES_2024_TO_2030, Change, changes

OFFICE_HOURS = SendWindow(time(9), time(18), frozenset(range(5)))
ALWAYS = SendWindow(time(0), time(0), frozenset(range(7)))
NO_HOLIDAY = frozenset[date]().__contains__
DEFAULT = Sequence(
    "recovery",
    "",
    (
        Step(1, "apology", Delay(0, DelayUnit.MINUTES)),
        Step(2, "check-in", Delay(3, DelayUnit.BUSINESS_DAYS)),
        Step(3, "closing", Delay(14, DelayUnit.DAYS)),
    ),
)


def expected_instant(wall: datetime, change: Change) -> datetime:
    """The instant of a naive local time near a change: before it by the old offset if that is still in
    force then (so the first of two), else by the new one, and never before the change."""
    by_old = (wall - change.old).replace(tzinfo=UTC)
    return by_old if by_old < change.moment else max((wall - change.new).replace(tzinfo=UTC), change.moment)


@pytest.mark.parametrize("zone", CHANGES_2024_TO_2030)
def test_days_keep_the_local_time_over_every_change(zone: str) -> None:
    found = changes(zone)
    assert len(found) == CHANGES_2024_TO_2030[zone]
    everywhere = BusinessCalendar(zone, ALWAYS, NO_HOLIDAY)
    for change in found:
        # Every quarter of an hour from the day before, as the old clock shows it; one, two and three days on.
        first = (change.moment + change.old).replace(tzinfo=None, minute=0, second=0) - timedelta(hours=36)
        for quarter in range(4 * 24):
            wall = first + timedelta(minutes=15 * quarter)
            start = (wall - change.old).replace(tzinfo=UTC)
            for days in (1, 2, 3):
                expected = expected_instant(wall + timedelta(days=days), change)
                assert due_at(start, Delay(days, DelayUnit.DAYS), everywhere) == expected
                assert due_at(start, Delay(days, DelayUnit.BUSINESS_DAYS), everywhere) == expected


@pytest.mark.parametrize("zone", [zone for zone, count in CHANGES_2024_TO_2030.items() if count])
def test_days_of_24_hours_would_be_wrong_at_every_change(zone: str) -> None:
    for change in changes(zone):
        noon_before = change.moment - timedelta(hours=14)
        naive = noon_before + timedelta(days=1)
        everywhere = BusinessCalendar(zone, ALWAYS, NO_HOLIDAY)
        assert due_at(noon_before, Delay(1, DelayUnit.DAYS), everywhere) != naive


starts = st.datetimes(
    datetime(2023, 12, 1),  # noqa: DTZ001 -- the strategy wants naive bounds
    datetime(2031, 1, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
zones = st.sampled_from(sorted(CHANGES_2024_TO_2030))
delays = st.builds(Delay, st.integers(0, 40), st.sampled_from(list(DelayUnit)))
sequences = st.lists(delays, min_size=1, max_size=5).map(
    lambda several: Sequence(
        "any", "", tuple(Step(number, "letter", delay) for number, delay in enumerate(several, 1))
    )
)
windows = st.builds(
    lambda opens, minutes, weekdays: SendWindow(
        time(opens // 60, opens % 60),
        time((opens + minutes) // 60 % 24, (opens + minutes) % 60),
        weekdays,
    ),
    st.integers(0, 1200),
    st.integers(1, 240),
    st.frozensets(st.integers(0, 6), min_size=1),
)
holiday_lists = st.frozensets(st.dates(date(2023, 12, 1), date(2031, 12, 31)), max_size=10)


@given(starts, zones, windows, holiday_lists, sequences)
def test_due_times_are_in_order_after_the_start_and_inside_the_window(
    start: datetime, zone: str, window: SendWindow, holidays: frozenset[date], sequence: Sequence
) -> None:
    due = due_times(sequence, start, BusinessCalendar(zone, window, holidays.__contains__))
    assert len(due) == len(sequence.steps)
    assert list(due) == sorted(due)
    for instant in due:
        shown = instant.astimezone(ZoneInfo(zone))
        assert instant >= start
        assert window.opens <= shown.time()
        assert window.closes == time(0) or shown.time() < window.closes
        assert shown.weekday() in window.weekdays
        assert shown.date() not in holidays


@given(starts, zones, windows, st.integers(1, 30))
def test_business_hours_are_the_open_minutes_between(
    start: datetime, zone: str, window: SendWindow, hours: int
) -> None:
    start = start.replace(second=0, microsecond=0)
    hours = min(hours, 3)
    everyday = BusinessCalendar(
        zone, SendWindow(window.opens, window.closes, frozenset(range(7))), NO_HOLIDAY
    )
    end = everyday.add_business_hours(start, hours)
    clock = ZoneInfo(zone)
    open_minutes, instant = 0, start
    while instant < end and instant - start < timedelta(days=4):
        shown = instant.astimezone(clock).time()
        open_minutes += window.opens <= shown and (window.closes == time(0) or shown < window.closes)
        instant += timedelta(minutes=1)
    if instant >= end:
        assert open_minutes == hours * 60


@given(starts, st.timedeltas(timedelta(0), timedelta(days=9)), zones, delays)
def test_a_later_start_is_never_due_earlier(
    start: datetime, later: timedelta, zone: str, delay: Delay
) -> None:
    office = BusinessCalendar(zone, OFFICE_HOURS, NO_HOLIDAY)
    first, second = start, start + later
    if delay.unit is DelayUnit.BUSINESS_DAYS:
        # One business day after Friday 23:00 is Monday 23:00, so Tuesday; after Saturday 01:00 it is Monday.
        first, second = office.next_open(first), office.next_open(second)
    assert due_at(first, delay, office) <= due_at(second, delay, office)


@given(starts, zones, windows, delays, delays)
def test_a_delay_that_is_surely_shorter_is_never_due_later(
    start: datetime, zone: str, window: SendWindow, one: Delay, other: Delay
) -> None:
    assert not (one.is_surely_shorter(other) and other.is_surely_shorter(one))
    somebody = BusinessCalendar(zone, window, NO_HOLIDAY)
    if one.is_surely_shorter(other):
        assert due_at(start, one, somebody) <= due_at(start, other, somebody)


def test_the_default_sequence_of_a_friday_evening() -> None:
    london = BusinessCalendar("Europe/London", OFFICE_HOURS, NO_HOLIDAY)
    # Friday 20 March 2026, 19:00. Three business days on is Wednesday 19:00, so Thursday morning. Two weeks
    # on is Friday 3 April 19:00, so Monday the 6th, by then summer time.
    assert due_times(DEFAULT, datetime(2026, 3, 20, 19, tzinfo=UTC), london) == (
        datetime(2026, 3, 23, 9, tzinfo=UTC),
        datetime(2026, 3, 26, 9, tzinfo=UTC),
        datetime(2026, 4, 6, 8, tzinfo=UTC),
    )


def test_a_step_with_a_shorter_delay_waits_for_the_one_before_it() -> None:
    london = BusinessCalendar("Europe/London", OFFICE_HOURS, NO_HOLIDAY)
    backwards = Sequence(
        "backwards", "", (Step(1, "a", parse_delay("2 days")), Step(2, "b", parse_delay("1 hour")))
    )
    first, second = due_times(backwards, datetime(2026, 11, 23, 12, tzinfo=UTC), london)
    assert first == second == datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("0 minutes", Delay(0, DelayUnit.MINUTES)),
        ("1 minute", Delay(1, DelayUnit.MINUTES)),
        ("36 hours", Delay(36, DelayUnit.HOURS)),
        ("1 business hour", Delay(1, DelayUnit.BUSINESS_HOURS)),
        (" 3  Business  Days ", Delay(3, DelayUnit.BUSINESS_DAYS)),
        ("14 days", Delay(14, DelayUnit.DAYS)),
    ],
)
def test_delays_are_read_as_people_write_them(text: str, delay: Delay) -> None:
    assert parse_delay(text) == delay
    assert parse_delay(str(delay)) == delay


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("3 bussiness days", "Did you mean business days?"),
        ("3 fortnights", "Units are"),
        ("soon", "whole number"),
        ("-1 days", "whole number"),
        ("1.5 hours", "whole number"),
        ("３ days", "whole number"),
        ("400 days", "At most 366 days"),
        ("", "whole number"),
    ],
)
def test_what_is_no_delay_is_refused_with_what_to_write(text: str, hint: str) -> None:
    with pytest.raises(InvalidFile) as caught:
        parse_delay(text)
    assert hint in caught.value.hint
