"""The send window: the hours of a business day in which emails are sent, and quiet hours within it."""

from dataclasses import dataclass, field
from datetime import time, timedelta

from followup.errors import InvalidFile

TimesOfDay = tuple[time, time]
"""From the first time up to the second, which is excluded. 00:00 as the second is the end of the day."""
_HoursOfDay = tuple[timedelta, timedelta]

_ONE_DAY = timedelta(days=1)
_MIDNIGHT = time()


@dataclass(frozen=True, slots=True)
class SendWindow:
    """The hours of a day in which emails are sent: from `opens` up to `closes`, which is excluded.

    `weekdays` counts from Monday = 0. A `closes` of 00:00 is the midnight at the end of the day. During
    `quiet` hours the window is closed; they may run over midnight, and are the same on every day. Raises
    InvalidFile if the window is never open or a weekday is not one of 0 to 6.
    """

    opens: time
    closes: time
    weekdays: frozenset[int]
    quiet: tuple[TimesOfDay, ...] = ()
    open_hours: tuple[_HoursOfDay, ...] = field(init=False, repr=False, compare=False)
    """The open hours of a business day, in order, as times since midnight; ends are excluded."""

    def __post_init__(self) -> None:
        if self.closes != _MIDNIGHT and self.closes <= self.opens:
            raise InvalidFile(
                f"The send window opens at {self.opens:%H:%M} and closes at {self.closes:%H:%M}.",
                hint="Let it close later than it opens, on the same day; 00:00 as the end is midnight.",
                code="bad_send_window",
            )
        if not self.weekdays <= frozenset(range(7)):
            raise InvalidFile(
                f"The send window names weekdays {sorted(self.weekdays)}.",
                hint="Weekdays run from 0 for Monday to 6 for Sunday.",
                code="bad_send_days",
            )
        left = [(_since_midnight(self.opens), _since_midnight(self.closes) or _ONE_DAY)]
        for quiet in self.quiet:
            left = _without(left, quiet)
        if not left:
            raise InvalidFile(
                "The quiet hours leave nothing of the send window open.",
                hint="Shorten quiet_hours, or let send_window open earlier or close later.",
                code="quiet_all_day",
            )
        object.__setattr__(self, "open_hours", tuple(left))

    def shows_open(self, local: time) -> bool:
        """Whether this local time is inside the window and outside quiet hours."""
        shown = _since_midnight(local)
        return any(begins <= shown < ends for begins, ends in self.open_hours)


def parse_times_of_day(text: str) -> TimesOfDay:
    """Parse times of day such as "12:30-13:30", or "22:00-07:00" over midnight; 24:00 is the end of the day.

    Raises ValueError for anything else, and if both times are equal.
    """
    first, _, second = text.partition("-")
    begins = time.fromisoformat(first.strip())
    ends = _MIDNIGHT if second.strip() == "24:00" else time.fromisoformat(second.strip())
    if begins.tzinfo or ends.tzinfo or first.strip() == second.strip():
        raise ValueError(f"{text!r} are not times of day")
    return begins, ends


def _since_midnight(clock: time) -> timedelta:
    return timedelta(
        hours=clock.hour, minutes=clock.minute, seconds=clock.second, microseconds=clock.microsecond
    )


def _without(spans: list[_HoursOfDay], quiet: TimesOfDay) -> list[_HoursOfDay]:
    """The spans of a day without quiet hours, which may run over midnight."""
    begins, ends = map(_since_midnight, quiet)
    for since, until in [(begins, ends)] if begins < ends else [(begins, _ONE_DAY), (timedelta(), ends)]:
        before = [(first, min(last, since)) for first, last in spans]
        after = [(max(first, until), last) for first, last in spans]
        spans = sorted(span for span in before + after if span[0] < span[1])
    return spans
