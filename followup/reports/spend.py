"""What goodwill costs: the ledger, summed by what a manager asks for."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from followup.domain.budget import day_start, local_day
from followup.domain.word import Word
from followup.store.sums import figure_sums
from followup.store.tables import Agent, Budget, BudgetPeriod, Case, Customer, Draw, Gesture, LedgerEntry


class SpendBy(Word):
    """What the rows of a spend report are."""

    REASON = "reason", "What went wrong"
    AGENT = "agent", "Who requested it"
    TEAM = "team", "The requester's team"
    KIND = "kind", "What was offered"
    CLASS = "class", "Owed or given freely"
    BUDGET = "budget", "The budget drawn on; a gesture counts in each"
    SEGMENT = "segment", "The customer's segment"
    MONTH = "month", "The month of the request"


@dataclass(frozen=True, slots=True)
class SpendRow:
    """The gestures of one key and one currency, and where their money is, in minor units."""

    key: str
    currency: str
    gestures: int
    held_minor: int
    committed_minor: int
    spent_minor: int
    released_minor: int


def spend(
    session: Session,
    by: SpendBy,
    *,
    since: date | None,
    until: date | None,
    timezone: str,
    currency: str,
) -> tuple[list[SpendRow], list[SpendRow]]:
    """Rows, and totals (one per currency, and one in `currency` at least), of the gestures with money
    that were requested from `since` to `until`, both included, as days of `timezone`. A gesture counts
    where it was requested, wherever its money is now.

    Both are sums over ledger entries. By budget a gesture counts once in each budget it draws on, so the
    rows may add up to more than the total."""
    rows = _sum(session, by, since, until, timezone)
    totals = _sum(session, None, since, until, timezone)
    return rows, totals or [SpendRow("total", currency, 0, 0, 0, 0, 0)]


def _sum(
    session: Session, by: SpendBy | None, since: date | None, until: date | None, timezone: str
) -> list[SpendRow]:
    key: Any = Gesture.currency
    if by is SpendBy.MONTH:
        # Months are those of the workspace's zone, which SQLite cannot reckon: one query per month.
        return _by_month(session, since, until, timezone)
    counted: list[Any] = [*figure_sums(), func.count(func.distinct(Gesture.id)), Gesture.currency]
    query: Any = select(*counted).select_from(LedgerEntry)
    query = query.join(Gesture, col(Gesture.id) == col(LedgerEntry.gesture_id))
    if by is not None:
        key, query = _keyed(by, query)
    query = query.add_columns(key).group_by(key, col(Gesture.currency)).order_by(key, col(Gesture.currency))
    found = session.execute(_within(query, since, until, timezone)).all()
    return [
        SpendRow(
            str(name) if by is not None and name is not None else ("total" if by is None else "none"),
            currency,
            int(gestures),
            *(int(figure) for figure in figures),
        )
        for *figures, gestures, currency, name in found
    ]


def _keyed(by: SpendBy, query: Any) -> tuple[Any, Any]:
    if by is SpendBy.KIND:
        return col(Gesture.kind), query
    if by is SpendBy.CLASS:
        return col(Gesture.gesture_class), query
    if by is SpendBy.REASON:
        return col(Case.reason), query.join(Case, col(Case.id) == col(Gesture.case_id))
    if by is SpendBy.SEGMENT:
        joined = query.join(Case, col(Case.id) == col(Gesture.case_id)).join(
            Customer, col(Customer.id) == col(Case.customer_id)
        )
        return col(Customer.segment), joined
    if by is SpendBy.BUDGET:
        joined = (
            query.outerjoin(Draw, col(Draw.entry_id) == col(LedgerEntry.id))
            .outerjoin(BudgetPeriod, col(BudgetPeriod.id) == col(Draw.budget_period_id))
            .outerjoin(Budget, col(Budget.id) == col(BudgetPeriod.budget_id))
        )
        return col(Budget.name), joined
    joined = query.join(Agent, col(Agent.id) == col(Gesture.agent_id))
    return (col(Agent.team) if by is SpendBy.TEAM else col(Agent.email)), joined


def _within(query: Any, since: date | None, until: date | None, timezone: str) -> Any:
    if since is not None:
        query = query.where(col(Gesture.requested_at) >= day_start(since, timezone))
    if until is not None:
        query = query.where(
            col(Gesture.requested_at) < day_start(date.fromordinal(until.toordinal() + 1), timezone)
        )
    return query


def _by_month(session: Session, since: date | None, until: date | None, timezone: str) -> list[SpendRow]:
    newest, oldest = func.max(Gesture.requested_at), func.min(Gesture.requested_at)
    first, last = session.execute(_within(select(oldest, newest), since, until, timezone)).one()
    if first is None or last is None:
        return []
    rows = []
    month = _month_of(first, timezone)
    while month <= _month_of(last, timezone):
        following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        begin = max(month, since) if since else month
        end = date.fromordinal(following.toordinal() - 1)
        end = min(end, until) if until else end
        rows += [replace(row, key=f"{month:%Y-%m}") for row in _sum(session, None, begin, end, timezone)]
        month = following
    return rows


def _month_of(instant: datetime, timezone: str) -> date:
    return local_day(instant, timezone).replace(day=1)
