"""Facts calculated from two others as elapsed time: working days, calendar days or whole hours."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from followup.domain.shared.word import Word

MONDAY_TO_FRIDAY = frozenset(range(5))
"""The default working weekdays; Monday is 0."""


class ElapsedUnit(Word):
    """The unit of elapsed time."""

    WORKING_DAYS = "working_days", "Days on which the business works"
    CALENDAR_DAYS = "calendar_days", "All days"
    HOURS = "hours", "Whole hours"


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """The working days of the business: its weekdays (Monday is 0), except holidays."""

    holidays: Callable[[date], bool]
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY

    def works_on(self, day: date) -> bool:
        """Whether `day` is a working day."""
        return day.weekday() in self.weekdays and not self.holidays(day)


@dataclass(frozen=True, slots=True)
class Elapsed:
    """How a fact is calculated from two others, named by `start` and `end`.

    `after_working_days` is the number of full working days after the start that pass before counting begins,
    as in "from the third working day, for every calendar day".
    """

    start: str
    end: str
    unit: ElapsedUnit
    after_working_days: int = 0

    @property
    def sources(self) -> tuple[str, ...]:
        """Both ends."""
        return self.start, self.end

    def value(self, facts: Mapping[str, Any], timezone: str, business: BusinessDays) -> int | None:
        """The units between the two ends, or None if one is missing."""
        start, end = (facts.get(name) for name in self.sources)
        if not isinstance(start, date) or not isinstance(end, date):
            return None
        return self.between(start, end, timezone, business)

    def between(self, start: date, end: date, timezone: str, business: BusinessDays) -> int:
        """The number of units from `start` to `end`: the days after `start` up to and including `end`, or the
        whole hours between two instants; 0 if `end` is not later. For days, instants are converted to days of
        `timezone`.
        """
        if self.unit is ElapsedUnit.HOURS:
            assert isinstance(start, datetime)
            assert isinstance(end, datetime)
            return max(0, (end - start) // timedelta(hours=1))
        first, last = _day(start, timezone), _day(end, timezone)
        if self.after_working_days:
            first = _later_working_day(first, self.after_working_days, last, business)
        if self.unit is ElapsedUnit.CALENDAR_DAYS:
            return max(0, (last - first).days)
        days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
        return sum(business.works_on(day) for day in days)


def _day(moment: date, timezone: str) -> date:
    return moment.astimezone(ZoneInfo(timezone)).date() if isinstance(moment, datetime) else moment


def _later_working_day(day: date, count: int, last: date, business: BusinessDays) -> date:
    """The `count`-th working day after `day`, or `last` if that comes first."""
    while count and day < last:
        day += timedelta(days=1)
        count -= business.works_on(day)
    return day
