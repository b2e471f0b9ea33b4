"""How fast a mail server is given emails, and how long it is left alone when it asks for that."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=30)
_MINUTE = timedelta(minutes=1)


def pause_length(pauses: int) -> timedelta:
    """How long the `pauses`-th pause in a row is (from 1): a minute, doubling up to half an hour."""
    doublings = min(max(pauses - 1, 0), 16)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


@dataclass(frozen=True, slots=True)
class Slots:
    """The moments at which emails may go: one each `gap`, the first at `first`; `ready` of them have come."""

    first: datetime
    gap: timedelta
    ready: int

    def after(self, taken: int) -> datetime:
        """When the next one is, once so many are taken."""
        return self.first + self.gap * taken


def slots(next_at: datetime | None, now: datetime, per_minute: int) -> Slots:
    """The slots at `now`, where the next one that nobody has taken is at `next_at`.

    They are spread evenly, so that no minute has more than `per_minute` but for those of one second, which
    may go at once. Slots that nobody took are not kept for later. One that is further away than can be was
    set by a clock that has been put right since, and does not count."""
    gap = _MINUTE / per_minute
    at_once = max(per_minute // 60, 1)
    earliest = now - gap * (at_once - 1)
    first = earliest if next_at is None or next_at > now + _MINUTE else max(next_at, earliest)
    return Slots(first, gap, max((now - first) // gap + 1, 0))
