"""The form of an exception, and the common part of the queries."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session

from followup.domain.reporting.oddity import Oddity
from followup.domain.shared.money import Money
from followup.reports.scope import Scope

MOST_LISTED = 100
AT_ONCE = 500
"""The greatest number of ids in one query."""


@dataclass(frozen=True, slots=True)
class Found:
    """One exception: its time, who caused it (an agent or a daemon; None if nobody in particular), a
    description, and references, the most telling first.
    """

    when: datetime
    who: str | None
    says: str
    references: tuple[str, ...]
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class OddityCount:
    """The exceptions of one kind: their number, and the first of them."""

    kind: Oddity
    number: int
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The session, the scope, and the greatest number of exceptions listed per kind."""

    session: Session
    scope: Scope
    most: int

    def listed(self, kind: Oddity, query: Any, tell: Callable[[Any], Found]) -> OddityCount:
        """The exceptions found by a query, in its order, and their number."""
        rows = self.session.execute(query.limit(self.most)).all()
        number = len(rows)
        if number == self.most:
            # Counted by a separate query: a window function would make the database materialise all rows.
            numbers = query.order_by(None).with_only_columns(func.count())
            number = self.session.execute(numbers).scalar_one()
        return OddityCount(kind, number, tuple(tell(row) for row in rows))

    def told(self, kind: Oddity, found: Iterable[Found]) -> OddityCount:
        """The given exceptions, newest first."""
        order = sorted(found, key=lambda one: (one.when, one.references), reverse=True)
        return OddityCount(kind, len(order), tuple(order[: self.most]))

    def happened(self, query: Any, column: Any) -> Any:
        """The query restricted to events within the scope."""
        if self.scope.begins_at is not None:
            query = query.where(column >= self.scope.begins_at)
        if self.scope.ends_at is not None:
            query = query.where(column < self.scope.ends_at)
        return query


def money(amount_minor: int | None, currency: str) -> Money | None:
    """An amount, or None if there is none."""
    return None if amount_minor is None else Money(amount_minor, currency)
