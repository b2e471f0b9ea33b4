"""Local days and months in SQL. Their bounds are calculated in Python, because the databases calculate with
time zones differently.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, literal

from followup.domain.goodwill.budget import day_start, local_day


def month_column(column: Any, first: datetime, last: datetime, timezone: str) -> Any:
    """A column with the month ("2026-11") of each instant of `column`, for instants from `first` to
    `last`.
    """
    months = [local_day(first, timezone).replace(day=1)]
    while (following := _next_month(months[-1])) <= local_day(last, timezone):
        months.append(following)
    return _by_beginning(column, months, (f"{month:%Y-%m}" for month in months), timezone)


def day_column(column: Any, first: date, last: date, timezone: str) -> Any:
    """A column with the day ("2026-11-23") of each instant of `column`, for days from `first` to `last`.
    Earlier and later instants count on these two days.
    """
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
