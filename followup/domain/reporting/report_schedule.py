"""When scheduled reports are sent, and which days they cover.

Everything follows the clock of the schedule's time zone. A report covers the days since the previous one: a
report on a Monday covers Monday to Sunday of the week before; one on the first of a month covers the month
before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from followup.domain.goodwill.budget import local_day
from followup.domain.shared.local_time import instant_of
from followup.domain.shared.word import Word

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class Every(Word):
    """How often a report is sent."""

    DAY = "day", "Every day, about the day before"
    WEEKDAY = "weekday", "Monday to Friday, about the days since the last one"
    MONDAY = "monday", "Every Monday, about the week before, Monday to Sunday"
    TUESDAY = "tuesday", "Every Tuesday, about the seven days before"
    WEDNESDAY = "wednesday", "Every Wednesday, about the seven days before"
    THURSDAY = "thursday", "Every Thursday, about the seven days before"
    FRIDAY = "friday", "Every Friday, about the seven days before"
    SATURDAY = "saturday", "Every Saturday, about the seven days before"
    SUNDAY = "sunday", "Every Sunday, about the seven days before"
    MONTH = "month", "On the first of each month, about the month before"

    def falls_on(self, day: date) -> bool:
        """Whether a report is sent on this day."""
        if self is Every.MONTH:
            return day.day == 1
        if self is Every.WEEKDAY:
            return day.weekday() < _SATURDAY
        return self is Every.DAY or day.weekday() == self.rank - Every.MONDAY.rank


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often, at what local time, and in which time zone a report is sent. A local time skipped by a clock
    change stands for the first instant after it; one that occurs twice stands for its first occurrence.
    """

    every: Every
    at: time
    timezone: str

    def next_after(self, instant: datetime) -> datetime:
        """The first sending time after an instant, in UTC."""
        # A clock put back over midnight shows the day before once more.
        for day in self._days_from(local_day(instant, self.timezone) - _ONE_DAY):
            moment = self._moment_of(day)
            if moment > instant:
                return moment
        raise AssertionError("the days never end")

    def last_until(self, instant: datetime) -> datetime:
        """The last sending time at or before an instant, in UTC."""
        return self._moment_of(self._day_of(instant))

    def days_before(self, instant: datetime) -> tuple[date, date]:
        """The first and last day covered by a report sent at this instant: the days between the last two
        sending times. A report sent between sending times covers the same days as the last scheduled one.
        """
        day = self._day_of(instant)
        return self._last_day(day - _ONE_DAY), day - _ONE_DAY

    def left_out(self, after: datetime, before: datetime) -> int:
        """The number of sending times between two instants, both excluded."""
        found = 0
        for day in self._days_from(local_day(after, self.timezone) - _ONE_DAY):
            moment = self._moment_of(day)
            if moment >= before:
                break
            found += moment > after
        return found

    def at_text(self) -> str:
        """The schedule in words: "every Monday at 08:00 (Europe/London)"."""
        on = {Every.DAY: "every day", Every.WEEKDAY: "Monday to Friday", Every.MONTH: "on the 1st"}
        said = on.get(self.every, f"every {self.every.value.capitalize()}")
        return f"{said} at {self.at:%H:%M} ({self.timezone})"

    def _day_of(self, instant: datetime) -> date:
        """The day of the last sending time at or before an instant."""
        day = self._last_day(instant.astimezone(ZoneInfo(self.timezone)).date() + _ONE_DAY)
        while self._moment_of(day) > instant:
            day = self._last_day(day - _ONE_DAY)
        return day

    def _last_day(self, day: date) -> date:
        while not self.every.falls_on(day):
            day -= _ONE_DAY
        return day

    def _days_from(self, day: date) -> Iterator[date]:
        while True:
            if self.every.falls_on(day):
                yield day
            day += _ONE_DAY

    def _moment_of(self, day: date) -> datetime:
        return instant_of(datetime.combine(day, self.at), self.timezone)
