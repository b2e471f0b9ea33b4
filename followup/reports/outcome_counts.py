"""How cases ended, counted: the SQL behind the report of outcomes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import String, and_, case, func, literal, select, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Session, col
from sqlmodel.sql.sqltypes import UTCDateTime

from followup.domain.budget import Figure
from followup.domain.case import CaseStatus, Outcome
from followup.domain.gesture import GestureState
from followup.domain.outcomes import AGAIN_DAYS, Share
from followup.domain.word import Word
from followup.reports.behind import Behind, behind
from followup.reports.calendar_columns import month_column
from followup.reports.scope import Scope
from followup.store.sums import FIGURES, figure_sums
from followup.store.tables import Agent, Case, Customer, Gesture, LedgerEntry

NONE = "none"
"""What stands where there is nothing, such as no gesture or no team."""

WITH_MONEY, WITHOUT_MONEY = "with money", "without money"


class OutcomesBy(Word):
    """What the rows of a report of outcomes are."""

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
    """The cases of one key and one currency, by how they ended.

    `watched` are those logged long enough ago that `again`, another case of the same customer within
    `AGAIN_DAYS`, would be known. `cost_minor` is what is committed and spent on all of them."""

    key: str
    currency: str
    recovered: int
    lost: int
    no_response: int
    open: int
    not_said: int
    watched: int
    again: int
    cost_minor: int

    @property
    def cases(self) -> int:
        """How many there are."""
        return self.recovered + self.lost + self.no_response + self.open + self.not_said

    @property
    def share(self) -> Share:
        """The recovered of those whose outcome is known."""
        return Share(self.recovered, self.recovered + self.lost + self.no_response)

    @property
    def share_again(self) -> Share:
        """Those of the watched whose customer had another bad experience."""
        return Share(self.again, self.watched)


def outcomes(session: Session, by: OutcomesBy | None, scope: Scope) -> list[OutcomeRow]:
    """The cases logged within the scope by a key and their currency, or all together where `by` is None.

    A case whose gestures are worth money in another currency than its own counts with that; in several, once
    in each. A case counts under one gesture: of those that reached the customer and were not taken back the
    newest with money, else the newest."""
    parts = _Parts(scope)
    return _counted(session, by, scope, parts, parts.currency)


def counts(session: Session, by: OutcomesBy | None, scope: Scope) -> list[OutcomeRow]:
    """As `outcomes`, each case once whatever its currencies, and without what it cost."""
    return _counted(session, by, scope, _Parts(scope), None)


def behind_outcomes(session: Session, by: OutcomesBy, scope: Scope) -> Behind:
    """The cases of each key and currency, where that was asked."""
    parts = _Parts(scope)
    key = _key(session, by, scope, parts) if scope.drill else None
    if key is None:
        return {}
    query = parts.joined(select(col(Case.id)), with_money=True)
    return behind(session, query, Case, col(Case.id), [key, parts.currency])


class _Parts:
    """What belongs to the cases within a scope: what was given, what it cost, which case came next."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        within = self._within(select(col(Case.id)))
        self.given = _given(within)
        self.spent = _spent(within)
        self.next = _next()
        self.currency = func.coalesce(self.spent.c.currency, col(Case.currency))

    def joined(self, query: Any, *, with_money: bool) -> Any:
        """A query over cases, with what belongs to them; without money each case has one row."""
        query = (
            query.select_from(Case)
            .join(Customer, col(Customer.id) == col(Case.customer_id))
            .join(Agent, col(Agent.id) == col(Case.agent_id))
            .join(self.next, self.next.c.case_id == col(Case.id))
            .outerjoin(self.given, and_(self.given.c.case_id == col(Case.id), self.given.c.place == 1))
        )
        if with_money:
            query = query.outerjoin(self.spent, self.spent.c.case_id == col(Case.id))
        return self._within(query)

    def _within(self, query: Any) -> Any:
        begins_at, ends_at = self._scope.begins_at, self._scope.ends_at
        query = query if begins_at is None else query.where(col(Case.logged_at) >= begins_at)
        return query if ends_at is None else query.where(col(Case.logged_at) < ends_at)


def _given(cases: Any) -> Any:
    """What reached the customers of these cases, the one under which a case counts in place 1."""
    is_money = col(Gesture.amount_minor).is_not(None)
    newest_with_money = (case((is_money, 0), else_=1), col(Gesture.id).desc())
    return (
        select(
            col(Gesture.case_id),
            type_coerce(col(Gesture.kind), String).label("kind"),
            type_coerce(col(Gesture.gesture_class), String).label("gesture_class"),
            case((is_money, WITH_MONEY), else_=WITHOUT_MONEY).label("money"),
            func.row_number()
            .over(partition_by=col(Gesture.case_id), order_by=newest_with_money)
            .label("place"),
        )
        .where(
            col(Gesture.issued_at).is_not(None),
            col(Gesture.state) != GestureState.VOID,
            col(Gesture.case_id).in_(cases),
        )
        .subquery("given")
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


def _next() -> Any:
    """When the customer of each case had their next one, whenever that was logged."""
    in_order = (col(Case.logged_at), col(Case.id))
    following = func.lead(col(Case.logged_at)).over(partition_by=col(Case.customer_id), order_by=in_order)
    return select(col(Case.id).label("case_id"), following.label("logged_at")).subquery("following")


def _key(session: Session, by: OutcomesBy | None, scope: Scope, parts: _Parts) -> Any:
    """The column of the keys; None where there is no case."""
    given = parts.given.c
    found: dict[OutcomesBy | None, Any] = {
        None: literal("total"),
        OutcomesBy.KIND: given.kind,
        OutcomesBy.CLASS: given.gesture_class,
        OutcomesBy.MONEY: given.money,
        OutcomesBy.REASON: col(Case.reason),
        OutcomesBy.SEVERITY: type_coerce(col(Case.severity), String),
        OutcomesBy.SEGMENT: col(Customer.segment),
        OutcomesBy.AGENT: col(Agent.email),
        OutcomesBy.TEAM: col(Agent.team),
    }
    if by is not OutcomesBy.MONTH:
        return func.coalesce(found[by], NONE)
    ends: Any = select(func.min(Case.logged_at), func.max(Case.logged_at))
    first, last = session.execute(parts.joined(ends, with_money=False)).one()
    return None if first is None else month_column(col(Case.logged_at), first, last, scope.timezone)


def _counted(
    session: Session, by: OutcomesBy | None, scope: Scope, parts: _Parts, currency: Any
) -> list[OutcomeRow]:
    key = _key(session, by, scope, parts)
    if key is None:
        return []
    is_closed = col(Case.status) == CaseStatus.CLOSED
    is_watched = col(Case.logged_at) <= scope.now - timedelta(days=AGAIN_DAYS)
    is_again = parts.next.c.logged_at <= _DaysAfter(col(Case.logged_at), literal(AGAIN_DAYS))
    counted = {
        **{outcome.value: and_(is_closed, col(Case.outcome) == outcome) for outcome in Outcome},
        "open": ~is_closed,
        "not_said": and_(is_closed, col(Case.outcome).is_(None)),
        "watched": is_watched,
        "again": and_(is_watched, is_again),
    }
    cost = literal(0) if currency is None else func.coalesce(parts.spent.c.cost, 0)
    of_each: Any = select(
        key.label("key"),
        (literal("") if currency is None else currency).label("currency"),
        *(case((holds, 1), else_=0).label(name) for name, holds in counted.items()),
        cost.label("cost_minor"),
    )
    each = parts.joined(of_each, with_money=currency is not None).subquery()
    summed = [func.sum(each.c[name]).label(name) for name in (*counted, "cost_minor")]
    query = select(each.c.key, each.c.currency, *summed).group_by(each.c.key, each.c.currency)
    found = session.execute(query.order_by(each.c.key, each.c.currency)).mappings()
    return [
        OutcomeRow(row["key"], row["currency"], **{name: int(row[name]) for name in (*counted, "cost_minor")})
        for row in found
    ]


class _DaysAfter(FunctionElement[Any]):
    """The instant so many days of 24 hours after one."""

    inherit_cache = True
    type = UTCDateTime()


@compiles(_DaysAfter, "sqlite")
def _on_sqlite(element: _DaysAfter, compiler: SQLCompiler, **more: Any) -> str:
    # Instants are texts there, with six digits after the point, which its own reckoning would round.
    instant, days = (compiler.process(part, **more) for part in element.clauses)
    shifted = f"strftime('%Y-%m-%d %H:%M:%S', {instant}, '+' || {days} || ' days')"
    return f"({shifted} || substr({instant}, 20))"


@compiles(_DaysAfter, "postgresql")
def _on_postgresql(element: _DaysAfter, compiler: SQLCompiler, **more: Any) -> str:
    # Not days: those are as long as the server's own zone has them.
    instant, days = (compiler.process(part, **more) for part in element.clauses)
    return f"({instant} + {days} * INTERVAL '24 hours')"
