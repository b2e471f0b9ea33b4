"""Every change of the clocks from 2024 to 2030: nothing skipped, nothing twice, nothing out of order.

What is expected is worked out minute by minute from what zoneinfo shows, by other means than the program's.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest

from followup.domain.sequences.business_calendar import BusinessCalendar
from followup.domain.sequences.send_window import SendWindow
from followup.domain.sequences.sequence import Delay, DelayUnit, Sequence, Step, due_times
from tests.unit.domain.sequences.clock_changes import (
    CHANGES_2024_TO_2030,
    Change,
    Clock,
    changes,
    clock_around,
)

EVERY_DAY = frozenset(range(7))
WEEKDAYS = frozenset(range(5))
NO_HOLIDAY = frozenset[date]().__contains__


@dataclass(frozen=True)
class Hours:
    """A send window, and by hand what is open of its days, as written spans."""

    window: SendWindow
    open_spans: tuple[str, ...]

    def is_open(self, clock: Clock) -> list[bool]:
        """Whether the window is open, for each minute of a clock."""
        of_day = [False] * 24 * 60
        for span in self.open_spans:
            first, last = (int(text[:2]) * 60 + int(text[3:]) for text in span.split("-"))
            of_day[first:last] = [True] * (last - first)
        of_week = [is_open and day in self.window.weekdays for day in range(7) for is_open in of_day]
        return [of_week[minute] for minute in clock.week_minutes]


OFFICE = Hours(
    SendWindow(time(9), time(18), WEEKDAYS, ((time(12, 30), time(13, 30)),)),
    ("09:00-12:30", "13:30-18:00"),
)
NIGHT = Hours(
    SendWindow(
        time(0),
        time(4),
        EVERY_DAY,
        ((time(22), time(0, 10)), (time(0, 45), time(1, 20)), (time(2, 15), time(2, 45))),
    ),
    ("00:10-00:45", "01:20-02:15", "02:45-04:00"),
)
LATE = Hours(
    SendWindow(time(21), time(0), EVERY_DAY, ((time(23, 15), time(23, 40)), (time(2), time(21, 30)))),
    ("21:30-23:15", "23:40-24:00"),
)
NOT_AT_NOON = Hours(
    SendWindow(time(0), time(0), EVERY_DAY, ((time(11, 45), time(13)),)), ("00:00-11:45", "13:00-24:00")
)
ALL_HOURS = {"office": OFFICE, "night": NIGHT, "late": LATE}

STEPS = Sequence(
    "any",
    "",
    (
        Step(1, "a", Delay(90, DelayUnit.MINUTES)),
        Step(2, "b", Delay(1, DelayUnit.DAYS)),
        Step(3, "c", Delay(2, DelayUnit.BUSINESS_DAYS)),
    ),
)


@pytest.fixture(scope="module", params=CHANGES_2024_TO_2030)
def around(request: pytest.FixtureRequest) -> tuple[str, list[tuple[Change, Clock]]]:
    """A zone, and its clock around each of its changes."""
    zone = request.param
    found = [(change, clock_around(change.moment, zone)) for change in changes(zone)]
    assert len(found) == CHANGES_2024_TO_2030[zone]
    return zone, found


def quarters(moment: datetime, hours: int) -> list[datetime]:
    """Each quarter of an hour from so many hours before a moment until so many after it."""
    return [moment + timedelta(minutes=15 * n) for n in range(-4 * hours, 4 * hours + 1)]


@pytest.mark.parametrize("hours", ALL_HOURS.values(), ids=ALL_HOURS)
def test_what_falls_outside_waits_for_the_first_open_minute_and_keeps_its_order(
    around: tuple[str, list[tuple[Change, Clock]]], hours: Hours
) -> None:
    zone, clocks = around
    calendar = BusinessCalendar(zone, hours.window, NO_HOLIDAY)
    for change, clock in clocks:
        is_open = hours.is_open(clock)
        deferred = []
        for instant in quarters(change.moment, 9):
            minute = clock.minute(instant)
            opens = calendar.next_open(instant)
            assert calendar.is_open(instant) is is_open[minute]
            assert opens == clock.instant(is_open.index(True, minute))
            assert calendar.next_open(opens) == opens
            deferred.append(opens)
        assert deferred == sorted(deferred)


@pytest.mark.parametrize("hours", ALL_HOURS.values(), ids=ALL_HOURS)
def test_business_hours_are_exactly_so_many_open_minutes(
    around: tuple[str, list[tuple[Change, Clock]]], hours: Hours
) -> None:
    zone, clocks = around
    calendar = BusinessCalendar(zone, hours.window, NO_HOLIDAY)
    for change, clock in clocks:
        open_minutes = [minute for minute, is_open in enumerate(hours.is_open(clock)) if is_open]
        for place, instant in enumerate(quarters(change.moment, 9)):
            count = 1 + place % 4
            first = bisect_left(open_minutes, clock.minute(instant))
            last = open_minutes[first + count * 60 - 1]
            assert calendar.add_business_hours(instant, count) == clock.instant(last + 1)


@pytest.mark.parametrize("hours", [OFFICE, NOT_AT_NOON], ids=["office", "not at noon"])
def test_every_step_is_due_once_at_the_right_local_time(
    around: tuple[str, list[tuple[Change, Clock]]], hours: Hours
) -> None:
    zone, clocks = around
    calendar = BusinessCalendar(zone, hours.window, NO_HOLIDAY)
    for change, clock in clocks:
        is_open = hours.is_open(clock)
        # Starts such that the first step, the second and the third fall around the change.
        for days in (0, 1, 2):
            planned = []
            for instant in quarters(change.moment - timedelta(days=days), 3):
                start = clock.minute(instant)
                wall = clock.shown[start]
                second = clock.first_to_show(wall + timedelta(days=1))
                third = clock.first_to_show(business_days_later(wall, 2, hours.window.weekdays))
                expected = [clock.instant(is_open.index(True, due)) for due in (start + 90, second, third)]
                found = due_times(STEPS, instant, calendar)
                assert list(found) == expected
                planned.append((wall, found))
            for (shown, earlier), (shown_later, later) in pairwise(planned):
                assert earlier[0] <= later[0]
                # In an hour that comes twice the clock goes back, and with it what is counted in days.
                assert earlier[1] <= later[1] or shown > shown_later


def business_days_later(wall: datetime, count: int, weekdays: frozenset[int]) -> datetime:
    while count:
        wall += timedelta(days=1)
        count -= wall.weekday() in weekdays
    return wall


def test_counting_days_of_24_hours_fails_these_proofs() -> None:
    zone = "Europe/London"
    wrong = 0
    for change in changes(zone):
        clock = clock_around(change.moment, zone)
        for instant in quarters(change.moment - timedelta(days=1), 12):
            wall = clock.shown[clock.minute(instant)]
            expected = clock.instant(clock.first_to_show(wall + timedelta(days=1)))
            wrong += instant + timedelta(days=1) != expected
    # Each start from which the change is less than a day away: half of them.
    assert wrong >= 14 * 48
