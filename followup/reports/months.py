"""Months of a zone, in SQL: an instant's month, by where the months begin."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import case, literal

from followup.domain.budget import day_start, local_day


def month_column(column: Any, first: datetime, last: datetime, timezone: str) -> Any:
    """The month ("2026-11") in which the instants of a column lie, for those from `first` to `last`.

    Neither database reckons with the zone: where each month begins is worked out here, and compared."""
    names = _months(local_day(first, timezone), local_day(last, timezone))
    if len(names) == 1:
        return literal(_name(names[0]))
    begins = [day_start(month, timezone) for month in names[1:]]
    return case(
        *((column < begin, _name(month)) for month, begin in zip(names, begins, strict=False)),
        else_=_name(names[-1]),
    )


def _months(first: date, last: date) -> list[date]:
    months = [first.replace(day=1)]
    while (following := _next(months[-1])) <= last:
        months.append(following)
    return months


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _name(month: date) -> str:
    return f"{month:%Y-%m}"
