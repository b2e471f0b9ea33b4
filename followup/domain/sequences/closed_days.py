"""The team's own holidays: days without emails, in addition to public holidays."""

import re
from dataclasses import dataclass
from datetime import date

MonthDay = tuple[int, int]
_CLOSED_DAY = re.compile(r"(?:(?P<year>[0-9]{4})-)?(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """Single dates, and days that recur every year (29 February in leap years only)."""

    days: frozenset[date | MonthDay] = frozenset()

    def __contains__(self, day: date) -> bool:
        return day in self.days or (day.month, day.day) in self.days


def parse_closed_day(text: str) -> date | MonthDay:
    """Parse a date such as "2026-12-24", or a recurring month and day such as "12-31".

    Raises ValueError for anything else, and for a day that does not exist.
    """
    match = _CLOSED_DAY.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a day")
    found = date(int(match["year"] or _LEAP_YEAR), int(match["month"]), int(match["day"]))
    return found if match["year"] else (found.month, found.day)
