"""Drill-down: the references behind the lines of a report."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, SQLModel

from followup.reports.answer import MOST_BEHIND
from followup.store.references import ref_of

Behind = dict[tuple[Any, ...], tuple[str, ...]]
"""References by the key values of a line."""


def behind(session: Session, query: Any, table: type[SQLModel], number: Any, keys: Sequence[Any]) -> Behind:
    """The first `MOST_BEHIND` references to `table` for each combination of `keys`. The columns of `query`
    are replaced; `number` is the column with the row ids.
    """
    named = [key.label(f"key_{place}") for place, key in enumerate(keys)]
    place_in_line = func.row_number().over(partition_by=list(keys), order_by=number).label("place")
    all_of_them = query.with_only_columns(number.label("number"), *named, place_in_line).subquery()
    first = select(all_of_them).where(all_of_them.c.place <= MOST_BEHIND).order_by(all_of_them.c.number)
    found: dict[tuple[Any, ...], list[str]] = {}
    for row in session.execute(first):
        found.setdefault(tuple(row[1:-1]), []).append(ref_of(table, row.number))
    return {key: tuple(references) for key, references in found.items()}
