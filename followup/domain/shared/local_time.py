"""Conversion between instants and local times."""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def local_text(instant: datetime, timezone: str) -> str:
    """An instant in the local time of a zone, as text: "Tuesday 24 November 2026, 09:00 (Europe/London)"."""
    return f"{instant.astimezone(ZoneInfo(timezone)):%A %-d %B %Y, %H:%M} ({timezone})"


def instant_of(wall: datetime, timezone: str) -> datetime:
    """The instant, in UTC, of the naive local time `wall` in a zone. A local time skipped by a clock change
    gives the first instant after it; a repeated one gives its first occurrence.
    """
    zone = ZoneInfo(timezone)
    first, second = (_offset(wall.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    if second <= first:
        return (wall - first).replace(tzinfo=UTC)
    # Only a skipped time has a later offset for its second reading; the change lies between the two.
    start = (wall - second).replace(tzinfo=UTC)
    seconds = range(int((second - first).total_seconds()) + 1)

    def is_over(number: int) -> bool:
        return _offset((start + timedelta(seconds=number)).astimezone(zone)) != first

    return start + timedelta(seconds=bisect_left(seconds, True, key=is_over))


def _offset(moment: datetime) -> timedelta:
    offset = moment.utcoffset()
    assert offset is not None
    return offset
