"""Days and months of a zone, in SQL: where each begins is worked out here, and compared there, since neither
database reckons with zones as this program does."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, literal

from followup.domain.goodwill.budget import day_start, local_day


def month_column(column: Any, first: datetime, last: datetime, timezone: str) -> Any:
    """The month ("2026-11") in which the instants of a column lie, for those from `first` to `last`."""
    months = [local_day(first, timezone).replace(day=1)]
    while (following := _next_month(months[-1])) <= local_day(last, timezone):
        months.append(following)
    return _by_beginning(column, months, (f"{month:%Y-%m}" for month in months), timezone)


def day_column(column: Any, first: date, last: date, timezone: str) -> Any:
    """The day ("2026-11-23") on which the instants of a column lie, for those from `first` to `last`; the
    instants before and after count on these two."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return _by_beginning(column, days, (day.isoformat() for day in days), timezone)


def _by_beginning(column: Any, begin: Sequence[date], names: Iterable[str], timezone: str) -> Any:
    *named, last = names
    if not named:
        return literal(last)
    ends = (day_start(day, timezone) for day in begin[1:])
    return case(*((column < end, name) for end, name in zip(ends, named, strict=True)), else_=last)


def _next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
