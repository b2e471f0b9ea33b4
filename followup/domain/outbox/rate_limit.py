"""The rate limit for a mail server, and the length of pauses it asks for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=30)
_MINUTE = timedelta(minutes=1)


def pause_length(pauses: int) -> timedelta:
    """The length of the `pauses`-th pause in a row (from 1): a minute, doubling up to half an hour."""
    doublings = min(max(pauses - 1, 0), 16)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


@dataclass(frozen=True, slots=True)
class Slots:
    """The times at which emails may be sent: the first at `first`, then one every `gap`. `ready` of them are
    due.
    """

    first: datetime
    gap: timedelta
    ready: int

    def after(self, taken: int) -> datetime:
        """The time of the next slot after `taken` slots."""
        return self.first + self.gap * taken


def slots(next_at: datetime | None, now: datetime, per_minute: int) -> Slots:
    """The slots at `now`. `next_at` is the time of the next free slot (None: no email was sent yet);
    `per_minute` is the rate limit.

    Slots are spread evenly: no minute has more than `per_minute`, except that the slots of one second may be
    used at once. Unused slots are not kept for later. A `next_at` that is too far ahead was written by a
    clock that was wrong, and is ignored.
    """
    gap = _MINUTE / per_minute
    at_once = max(per_minute // 60, 1)
    earliest = now - gap * (at_once - 1)
    first = earliest if next_at is None or next_at > now + _MINUTE else max(next_at, earliest)
    return Slots(first, gap, max((now - first) // gap + 1, 0))
