"""The conditional update that makes overspending impossible, and the period rows it works on."""

from typing import Any, cast

from sqlalchemy import CursorResult, or_, update
from sqlmodel import Session, col, select

from followup.domain.budget import Entry, Figure
from followup.store.tables import Budget, BudgetPeriod


def period_row(session: Session, budget: Budget, period: str) -> int:
    """The id of the row that carries a budget's figures in a period, made when it is first needed.

    Two processes may ask at once: the UNIQUE constraint lets one of them make it."""
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    find = select(BudgetPeriod.id).where(
        col(BudgetPeriod.budget_id) == budget.id, col(BudgetPeriod.period) == period
    )
    found = session.exec(find).first()
    if found is None:
        session.execute(
            insert(BudgetPeriod)
            .values(
                budget_id=budget.id,
                period=period,
                soft=budget.soft,
                limit_minor=budget.limit_minor,
                held_minor=0,
                committed_minor=0,
                spent_minor=0,
                released_minor=0,
            )
            .on_conflict_do_nothing()
        )
        found = session.exec(find).one()
    assert found is not None
    return found


def move(session: Session, budget_period_id: int, entry: Entry) -> bool:
    """Move money between the figures of one budget period, if it fits. Returns whether it did."""
    held = {Figure.HELD, Figure.COMMITTED, Figure.SPENT, Figure.RELEASED}
    changes: dict[str, Any] = {}
    conditions = [col(BudgetPeriod.id) == budget_period_id]
    if entry.taken_from in held:
        name = f"{entry.taken_from.value}_minor"
        source = col(getattr(BudgetPeriod, name))
        changes[name] = source - entry.amount_minor
        conditions.append(source >= entry.amount_minor)
    name = f"{entry.put_to.value}_minor"
    changes[name] = col(getattr(BudgetPeriod, name)) + entry.amount_minor
    if entry.taken_from is Figure.AVAILABLE:
        used = (
            col(BudgetPeriod.held_minor) + col(BudgetPeriod.committed_minor) + col(BudgetPeriod.spent_minor)
        )
        conditions.append(
            or_(col(BudgetPeriod.soft), used + entry.amount_minor <= col(BudgetPeriod.limit_minor))
        )
    statement = (
        update(BudgetPeriod).where(*conditions).values(changes).execution_options(synchronize_session="fetch")
    )
    return cast("CursorResult[Any]", session.execute(statement)).rowcount == 1
