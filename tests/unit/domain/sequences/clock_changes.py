"""Every change of the clocks from 2024 to 2030 in the zones with the oddest rules, found without the program.

What clocks show is asked of zoneinfo, minute by minute; nothing here knows how the program searches.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from zoneinfo import ZoneInfo

CHANGES_2024_TO_2030 = {
    "Europe/London": 14,
    "Europe/Paris": 14,
    "Europe/Lisbon": 14,
    "Atlantic/Azores": 14,
    "America/New_York": 14,
    "America/Los_Angeles": 14,
    "America/St_Johns": 14,
    "America/Havana": 14,  # at midnight
    "America/Santiago": 14,  # at 24:00 of a Saturday
    "America/Nuuk": 14,  # from 23:00 of a Saturday to Sunday, and back
    "America/Sao_Paulo": 0,  # gave up changing its clocks in 2019
    "Antarctica/Troll": 14,  # by two hours
    "Australia/Sydney": 14,
    "Australia/Lord_Howe": 14,  # by half an hour
    "Pacific/Auckland": 14,
    "Pacific/Chatham": 14,  # at a quarter to three
    "Pacific/Apia": 0,  # gave up changing its clocks in 2021
    "Asia/Jerusalem": 14,  # Fridays
    "Asia/Gaza": 14,  # after Ramadan
    "Asia/Beirut": 14,  # at midnight
    "Asia/Tehran": 0,  # gave up changing its clocks in 2022
    "Africa/Cairo": 14,  # at midnight between Thursday and Friday
    "Africa/Casablanca": 15,  # with Ramadan, of which 2030 sees two begin
}
"""How many changes each zone has in these seven years: two a year where clocks change at all."""

ONE_MINUTE = timedelta(minutes=1)
_BEFORE, _AFTER = timedelta(hours=52), timedelta(days=5)


@dataclass(frozen=True)
class Change:
    """The first instant of the new offset, the old offset and the new."""

    moment: datetime
    old: timedelta
    new: timedelta


@dataclass(frozen=True)
class Clock:
    """What a zone's clocks show around one change, minute by minute from `begins` (UTC).

    `reached` is the latest local time shown so far: it stands still while an hour comes again.
    `week_minutes` is what is shown as minutes since Monday's midnight.
    """

    begins: datetime
    shown: list[datetime]
    reached: list[datetime]
    week_minutes: list[int]

    def instant(self, minute: int) -> datetime:
        """The instant of a minute."""
        return self.begins + minute * ONE_MINUTE

    def minute(self, instant: datetime) -> int:
        """The minute of an instant."""
        return (instant - self.begins) // ONE_MINUTE

    def first_to_show(self, wall: datetime) -> int:
        """The first minute at which the clock has come as far as `wall`: of two, the first; of a time that
        is skipped, the one that follows it."""
        return bisect_left(self.reached, wall)


def offset(instant: datetime, zone: str) -> timedelta:
    shown = instant.astimezone(ZoneInfo(zone)).utcoffset()
    assert shown is not None
    return shown


@cache
def changes(zone: str) -> tuple[Change, ...]:
    """Each change in a zone, found by steps of six hours, then minute by minute."""
    return tuple(_changes(zone))


def _changes(zone: str) -> Iterator[Change]:
    instant, end = datetime(2024, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
    before = offset(instant, zone)
    while instant < end:
        following = instant + timedelta(hours=6)
        if offset(following, zone) != before:
            minutes = (instant + n * ONE_MINUTE for n in range(1, 361))
            moment = next(minute for minute in minutes if offset(minute, zone) != before)
            yield Change(moment, before, offset(moment, zone))
            before = offset(following, zone)
        instant = following


def clock_around(moment: datetime, zone: str) -> Clock:
    """The clock from two days before a moment until five days after it."""
    begins, tz = moment - _BEFORE, ZoneInfo(zone)
    instants = (begins + n * ONE_MINUTE for n in range((_BEFORE + _AFTER) // ONE_MINUTE))
    shown = [instant.astimezone(tz).replace(tzinfo=None) for instant in instants]
    week_minutes = [(wall.weekday() * 24 + wall.hour) * 60 + wall.minute for wall in shown]
    return Clock(begins, shown, list(accumulate(shown, max)), week_minutes)
