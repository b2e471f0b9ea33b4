"""What an exception is, and how the database is asked for those of one kind."""

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
"""How many numbers a query names."""


@dataclass(frozen=True, slots=True)
class Found:
    """One exception: when, who did it (an agent or a daemon, None where nobody in particular), what, and
    where to look, the most telling reference first."""

    when: datetime
    who: str | None
    says: str
    references: tuple[str, ...]
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class OddityCount:
    """The exceptions of one kind: how many, and the first of them."""

    kind: Oddity
    number: int
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The database, what it is asked about, and how many exceptions of a kind are told at most."""

    session: Session
    scope: Scope
    most: int

    def listed(self, kind: Oddity, query: Any, tell: Callable[[Any], Found]) -> OddityCount:
        """The exceptions that a query finds, in its order, and how many there are."""
        rows = self.session.execute(query.limit(self.most)).all()
        number = len(rows)
        if number == self.most:
            # Counted apart: counting beside the rows would have the database keep all of them.
            numbers = query.order_by(None).with_only_columns(func.count())
            number = self.session.execute(numbers).scalar_one()
        return OddityCount(kind, number, tuple(tell(row) for row in rows))

    def told(self, kind: Oddity, found: Iterable[Found]) -> OddityCount:
        """The exceptions at hand, the newest first."""
        order = sorted(found, key=lambda one: (one.when, one.references), reverse=True)
        return OddityCount(kind, len(order), tuple(order[: self.most]))

    def happened(self, query: Any, column: Any) -> Any:
        """A query, with only what happened within the scope."""
        if self.scope.begins_at is not None:
            query = query.where(column >= self.scope.begins_at)
        if self.scope.ends_at is not None:
            query = query.where(column < self.scope.ends_at)
        return query


def money(amount_minor: int | None, currency: str) -> Money | None:
    """An amount, where there is one."""
    return None if amount_minor is None else Money(amount_minor, currency)
