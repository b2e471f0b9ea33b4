"""When a customer may be emailed: business days, business hours and the send window, in the customer's zone.

Instants are passed and returned in UTC. One rule covers every clock change: an instant is open if the local
time at that instant is inside the window and outside quiet hours. Business hours count open time only. A
local time that is skipped stands for the first instant after it; one that occurs twice stands for its first
occurrence.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from followup.domain.sequences.send_window import SendWindow
from followup.errors import InvalidFile

LONGEST_CLOSURE_DAYS = 366
"""A window that stays closed for longer than this is reported as a mistake in the settings."""

_ONE_DAY = timedelta(days=1)
_MIDNIGHT = time()


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """The time zone, send window and holidays that apply to one customer.

    `is_holiday` says whether a local day is a public holiday or one of the team's own. Raises InvalidFile for
    an unknown zone. All methods take aware instants, return instants in UTC, and raise ValueError for a naive
    one.
    """

    timezone: str
    window: SendWindow
    is_holiday: Callable[[date], bool]

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError):
            raise InvalidFile(
                f"{self.timezone!r} is not a time zone.",
                hint="Give a name of the IANA list, for instance Europe/London or America/New_York.",
                code="unknown_timezone",
            ) from None

    def is_business_day(self, day: date) -> bool:
        """Whether `day` is one of the window's weekdays and not a holiday."""
        return day.weekday() in self.window.weekdays and not self.is_holiday(day)

    def is_open(self, instant: datetime) -> bool:
        """Whether the customer may be emailed at this instant."""
        local = self._local(instant)
        return self.window.shows_open(local.time()) and self.is_business_day(local.date())

    def next_open(self, instant: datetime) -> datetime:
        """The first open instant from this one on: itself, if open.

        Raises InvalidFile if the window stays closed for LONGEST_CLOSURE_DAYS.
        """
        if self.is_open(instant):
            return instant.astimezone(UTC)
        return next(self._open_spans(instant))[0]

    def add_days(self, instant: datetime, days: int) -> datetime:
        """`days` calendar days later at the same local time."""
        _require_forward(days)
        local = self._local(instant)
        return self._same_wall_time(instant, local.date() + timedelta(days=days)) if days else _utc(instant)

    def add_business_days(self, instant: datetime, n: int) -> datetime:
        """The same local time on the `n`-th business day after the day of `instant`; for 0, `instant` itself.

        The result may be outside the window. Raises InvalidFile if there are no business days.
        """
        _require_forward(n)
        day, closed_in_a_row = self._local(instant).date(), 0
        if not n:
            return _utc(instant)
        while n:
            day += _ONE_DAY
            if self.is_business_day(day):
                n, closed_in_a_row = n - 1, 0
            else:
                closed_in_a_row = self._counted_closed(closed_in_a_row, day)
        return self._same_wall_time(instant, day)

    def add_business_hours(self, instant: datetime, hours: int) -> datetime:
        """The instant at which the window has been open for `hours` since `instant`; for 0, `instant` itself.

        Hours that end exactly at closing time end there, not at the next opening.
        """
        _require_forward(hours)
        remaining = timedelta(hours=hours)
        if not remaining:
            return _utc(instant)
        for opens, closes in self._open_spans(instant):
            if remaining <= closes - opens:
                return opens + remaining
            remaining -= closes - opens
        raise AssertionError("open spans never end")

    def _open_spans(self, instant: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The periods of open time from `instant` on, in UTC. Never ends; raises InvalidFile if there are
        none.
        """
        start = _utc(instant)
        # A clock put back over midnight shows the day before once more.
        day, closed_in_a_row = self._local(instant).date() - _ONE_DAY, 0
        while True:
            spans = [span for span in self._spans_of(day) if span[1] > start]
            for opens, closes in spans:
                yield max(opens, start), closes
            closed_in_a_row = 0 if spans else self._counted_closed(closed_in_a_row, day)
            day += _ONE_DAY

    def _spans_of(self, day: date) -> list[tuple[datetime, datetime]]:
        """The periods, in UTC and in order, in which the local date is this day and the window is open."""
        if not self.is_business_day(day):
            return []
        midnight = datetime.combine(day, _MIDNIGHT)
        shown = (self._shown(midnight + begins, midnight + ends) for begins, ends in self.window.open_hours)
        # A clock put back shows the hours before a quiet hour once more after it.
        return sorted(span for spans in shown for span in spans)

    def _shown(self, begins: datetime, ends: datetime) -> list[tuple[datetime, datetime]]:
        """The periods, in UTC, in which local time runs from `begins` to `ends`: two if a clock change
        interrupts or repeats it, none if it is skipped.
        """
        before, after = self._offset(begins, fold=0), self._offset(ends, fold=1)
        if before == after:
            return [((begins - before).replace(tzinfo=UTC), (ends - before).replace(tzinfo=UTC))]
        change = self._change_between(begins - max(before, after), ends - min(before, after))
        # What the clocks show before the change, and what they show from it on.
        old = begins - before, min(ends - before, change)
        new = max(begins - after, change), ends - after
        return [
            (first.replace(tzinfo=UTC), last.replace(tzinfo=UTC))
            for first, last in (old, new)
            if first < last
        ]

    def _same_wall_time(self, instant: datetime, day: date) -> datetime:
        """The local time of `instant` on another day. If skipped: the first instant after it; if repeated:
        the first occurrence.
        """
        wall = datetime.combine(day, self._local(instant).time())
        before, after = self._offset(wall, fold=0), self._offset(wall, fold=1)
        if after > before:  # only a skipped local time has a later offset for its second reading
            return self._change_between(wall - after, wall - before).replace(tzinfo=UTC)
        return (wall - before).replace(tzinfo=UTC)

    def _change_between(self, before: datetime, after: datetime) -> datetime:
        """The instant (naive UTC, whole seconds) between these two at which the UTC offset changes."""
        low, high = 0, int((after - before).total_seconds()) + 1
        start = before.replace(microsecond=0)
        old = self._offset_at(before)
        while high - low > 1:
            middle = (low + high) // 2
            if self._offset_at(start + timedelta(seconds=middle)) == old:
                low = middle
            else:
                high = middle
        return start + timedelta(seconds=high)

    def _offset(self, wall: datetime, *, fold: int) -> timedelta:
        offset = wall.replace(tzinfo=ZoneInfo(self.timezone), fold=fold).utcoffset()
        assert offset is not None
        return offset

    def _offset_at(self, naive_utc: datetime) -> timedelta:
        offset = naive_utc.replace(tzinfo=UTC).astimezone(ZoneInfo(self.timezone)).utcoffset()
        assert offset is not None
        return offset

    def _local(self, instant: datetime) -> datetime:
        return _utc(instant).astimezone(ZoneInfo(self.timezone))

    def _counted_closed(self, closed_in_a_row: int, day: date) -> int:
        """Count one more closed day. Raises InvalidFile if there are too many in a row."""
        if closed_in_a_row < LONGEST_CLOSURE_DAYS:
            return closed_in_a_row + 1
        raise InvalidFile(
            f"The send window in {self.timezone} never opens: no business day in the "
            f"{LONGEST_CLOSURE_DAYS} days up to {day}.",
            hint="Check send_days and closed_days in followup.toml.",
            code="window_never_opens",
        )


def _require_forward(quantity: int) -> None:
    if quantity < 0:
        raise ValueError(f"only forward in time, not {quantity}")


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ValueError(f"{instant.isoformat()} has no time zone; give an aware instant")
    return instant.astimezone(UTC)
