"""The SQL of the outcomes report: how cases ended, counted."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from sqlalchemy import String, and_, case, func, literal, or_, select, type_coerce
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from followup.domain.cases.case import CaseStatus, Outcome
from followup.domain.cases.outcomes import AGAIN_DAYS, CountedShare
from followup.domain.goodwill.budget import Figure
from followup.domain.goodwill.gesture import GestureState
from followup.domain.shared.word import Word
from followup.reports.calendar_columns import month_column
from followup.reports.drill_down import Behind, behind
from followup.reports.instant_sql import DaysAfter
from followup.reports.scope import Scope
from followup.store import case_counts
from followup.store.sums import FIGURES, figure_sums
from followup.store.tables import Agent, Case, Customer, Gesture, LedgerEntry

NONE = "none"
"""The key for the absence of a value, such as no gesture or no team."""

WITH_MONEY, WITHOUT_MONEY = "with money", "without money"


class OutcomesBy(Word):
    """The keys by which outcomes can be grouped."""

    KIND = "kind", "What was given; none where nothing was"
    CLASS = "class", "Owed or given freely"
    MONEY = "money", "With money or without; none where nothing was given"
    REASON = "reason", "What went wrong"
    SEVERITY = "severity", "How bad it was"
    SEGMENT = "segment", "The customer's segment"
    AGENT = "agent", "Who logged the case"
    TEAM = "team", "Their team"
    MONTH = "month", "The month in which it was logged"


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """The cases of one key and one currency, by outcome.

    `watched` counts those logged long enough ago that `again`, a further case of the same customer within
    `AGAIN_DAYS`, would be known. `cost_minor` is what is committed and spent on all of them, in minor units.
    """

    key: str
    currency: str
    recovered: int = 0
    lost: int = 0
    no_response: int = 0
    open: int = 0
    not_said: int = 0
    watched: int = 0
    again: int = 0
    cost_minor: int = 0

    @property
    def cases(self) -> int:
        """The number of cases."""
        return self.recovered + self.lost + self.no_response + self.open + self.not_said

    @property
    def share(self) -> CountedShare:
        """The share of recovered cases among those with a known outcome."""
        return CountedShare(self.recovered, self.recovered + self.lost + self.no_response)

    @property
    def share_again(self) -> CountedShare:
        """The share of watched cases after which the customer had another bad experience."""
        return CountedShare(self.again, self.watched)


_NUMBERS = tuple(part.name for part in fields(OutcomeRow) if part.name not in ("key", "currency"))
_OF_GESTURES = (OutcomesBy.KIND, OutcomesBy.CLASS, OutcomesBy.MONEY)
_OF_AGENTS = (OutcomesBy.AGENT, OutcomesBy.TEAM)


def outcomes(session: Session, by: OutcomesBy, scope: Scope) -> list[OutcomeRow]:
    """Cases logged within the scope, by key and currency, with their cost, without counting further cases.

    A case whose gestures have money in another currency than its own counts in that currency; with several
    currencies, it counts once in each. A case counts under one gesture: among those that reached the customer
    and were not taken back, the newest with money, else the newest.
    """
    return _counted(session, by, _Parts(scope), with_money=True)


def counts(session: Session, by: OutcomesBy, scope: Scope, *, with_again: bool = False) -> list[OutcomeRow]:
    """As `outcomes`, but each case counts once whatever its currencies, and without cost. With `with_again`,
    further cases are counted.
    """
    return _counted(session, by, _Parts(scope), with_again=with_again)


def together(rows: Sequence[OutcomeRow]) -> list[OutcomeRow]:
    """The total row of each currency."""
    found: dict[str, OutcomeRow] = {}
    for row in rows:
        before = found.get(row.currency)
        sums = {name: getattr(row, name) + (getattr(before, name) if before else 0) for name in _NUMBERS}
        found[row.currency] = OutcomeRow("total", row.currency, **sums)
    return [found[currency] for currency in sorted(found)]


def behind_outcomes(session: Session, by: OutcomesBy, scope: Scope) -> Behind:
    """The references of the cases of each key and currency, if requested."""
    return _behind(session, by, scope, with_money=True)


def behind_counts(session: Session, by: OutcomesBy, scope: Scope, *, again: bool = False) -> Behind:
    """The references of the cases of each key, if requested; with `again`, only of those followed by another
    case.
    """
    return _behind(session, by, scope, again=again)


def _behind(
    session: Session, by: OutcomesBy, scope: Scope, *, with_money: bool = False, again: bool = False
) -> Behind:
    parts = _Parts(scope)
    key = _key(session, by, parts) if scope.drill else None
    if key is None:
        return {}
    query = parts.joined(select(col(Case.id)), by, with_money=with_money)
    if again:
        query = query.where(parts.is_watched, _more_followed())
    return behind(session, query, Case, col(Case.id), [key, parts.currency] if with_money else [key])


class _Parts:
    """Subqueries for the cases within a scope: their gesture and their cost."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.given: Any = aliased(Gesture)
        self.spent = _spent(self._within(select(col(Case.id))))
        self.currency = func.coalesce(self.spent.c.currency, col(Case.currency))
        self.is_watched = col(Case.logged_at) <= scope.now - timedelta(days=AGAIN_DAYS)

    def joined(self, query: Any, by: OutcomesBy, *, with_money: bool) -> Any:
        """A query over cases, joined with what the key needs; without money, each case has one row."""
        query = query.select_from(Case)
        if by is OutcomesBy.SEGMENT:
            query = query.join(Customer, col(Customer.id) == col(Case.customer_id))
        if by in _OF_AGENTS:
            query = query.join(Agent, col(Agent.id) == col(Case.agent_id))
        if by in _OF_GESTURES:
            query = query.outerjoin(self.given, self.given.id == _the_one_that_counts())
        if with_money:
            query = query.outerjoin(self.spent, self.spent.c.case_id == col(Case.id))
        return self._within(query)

    def _within(self, query: Any) -> Any:
        begins_at, ends_at = self.scope.begins_at, self.scope.ends_at
        query = query.where(case_counts.of_case())
        query = query if begins_at is None else query.where(col(Case.logged_at) >= begins_at)
        return query if ends_at is None else query.where(col(Case.logged_at) < ends_at)


def _the_one_that_counts() -> Any:
    """The id of the gesture under which a case counts: among those that reached the customer, the newest with
    money, else the newest.

    It is a correlated subquery that uses the index: SQLite may scan a joined subquery for each row.
    """
    of_case: Any = aliased(Gesture)
    without_money = case((of_case.amount_minor.is_not(None), 0), else_=1)
    return (
        select(of_case.id)
        .where(
            of_case.case_id == col(Case.id),
            of_case.issued_at.is_not(None),
            of_case.state != GestureState.VOID,
        )
        .order_by(without_money, of_case.id.desc())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )


def _spent(cases: Any) -> Any:
    """What is committed and spent on these cases, by currency."""
    figures = dict(zip(FIGURES, figure_sums(), strict=True))
    return (
        select(
            col(Gesture.case_id),
            col(Gesture.currency),
            (figures[Figure.COMMITTED] + figures[Figure.SPENT]).label("cost"),
        )
        .select_from(LedgerEntry)
        .join(Gesture, col(Gesture.id) == col(LedgerEntry.gesture_id))
        .where(col(Gesture.case_id).in_(cases))
        .group_by(col(Gesture.case_id), col(Gesture.currency))
        .subquery("spent")
    )


def _more_followed() -> Any:
    """Whether the customer had another bad experience within `AGAIN_DAYS` after this one, whenever it was
    logged.
    """
    later = aliased(Case)
    is_later = or_(
        col(later.logged_at) > col(Case.logged_at),
        and_(col(later.logged_at) == col(Case.logged_at), col(later.id) > col(Case.id)),
    )
    return (
        select(col(later.id))
        .where(
            col(later.customer_id) == col(Case.customer_id),
            # A range for the index, which `is_later` alone does not give.
            col(later.logged_at) >= col(Case.logged_at),
            col(later.logged_at) <= DaysAfter(col(Case.logged_at), literal(AGAIN_DAYS)),
            is_later,
            case_counts.of_case(later),
        )
        .exists()
    )


def _key(session: Session, by: OutcomesBy, parts: _Parts) -> Any:
    """The column of the keys; None if no case can have one."""
    given = parts.given
    money = case((given.amount_minor.is_not(None), WITH_MONEY), (given.id.is_not(None), WITHOUT_MONEY))
    found: dict[OutcomesBy, Any] = {
        OutcomesBy.KIND: type_coerce(given.kind, String),
        OutcomesBy.CLASS: type_coerce(given.gesture_class, String),
        OutcomesBy.MONEY: money,
        OutcomesBy.REASON: col(Case.reason),
        OutcomesBy.SEVERITY: type_coerce(col(Case.severity), String),
        OutcomesBy.SEGMENT: col(Customer.segment),
        OutcomesBy.AGENT: col(Agent.email),
        OutcomesBy.TEAM: col(Agent.team),
    }
    if by is not OutcomesBy.MONTH:
        return func.coalesce(found[by], NONE)
    ends: Any = select(func.min(Case.logged_at), func.max(Case.logged_at))
    first, last = session.execute(parts.joined(ends, by, with_money=False)).one()
    if first is None:
        return None
    return month_column(col(Case.logged_at), first, last, parts.scope.timezone)


def _counted(
    session: Session, by: OutcomesBy, parts: _Parts, *, with_money: bool = False, with_again: bool = False
) -> list[OutcomeRow]:
    key = _key(session, by, parts)
    if key is None:
        return []
    is_closed = col(Case.status) == CaseStatus.CLOSED
    counted = {
        **{outcome.value: and_(is_closed, col(Case.outcome) == outcome) for outcome in Outcome},
        "open": ~is_closed,
        "not_said": and_(is_closed, col(Case.outcome).is_(None)),
    }
    if with_again:
        counted |= {"watched": parts.is_watched, "again": and_(parts.is_watched, _more_followed())}
    of_each: Any = select(
        key.label("key"),
        (parts.currency if with_money else literal("")).label("currency"),
        *(case((holds, 1), else_=0).label(name) for name, holds in counted.items()),
        (func.coalesce(parts.spent.c.cost, 0) if with_money else literal(0)).label("cost_minor"),
    )
    each = parts.joined(of_each, by, with_money=with_money).subquery()
    named = [name for name in _NUMBERS if name in each.c]
    summed = [func.sum(each.c[name]).label(name) for name in named]
    query = select(each.c.key, each.c.currency, *summed).group_by(each.c.key, each.c.currency)
    found = session.execute(query.order_by(each.c.key, each.c.currency)).mappings()
    return [
        OutcomeRow(row["key"], row["currency"], **{name: int(row[name]) for name in named}) for row in found
    ]
