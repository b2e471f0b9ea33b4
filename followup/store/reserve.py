"""The conditional UPDATEs that prevent overspending, and the rows of budget periods they work on.

A period's row is created when it is first needed. In the same transaction, what is left of the previous
period is carried over, so that it can be used in one of the two only. Whoever creates a period or changes a
limit holds the budget's lock; moving money locks only the period's row.
"""

from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, and_, case, func, or_, update
from sqlmodel import Session, col, select

from followup.domain.goodwill.budget import (
    Figure,
    LedgerMovement,
    LimitChange,
    carried_over,
    keys_between,
    limit_in,
    local_day,
    period_key,
)
from followup.store.tables import Budget, BudgetLimit, BudgetPeriod


def period_row(session: Session, budget: Budget, period: str) -> int:
    """The id of the row that requests in this period draw on; it is created if necessary.

    Two processes may ask at once: the budget's lock lets one of them create the row, with what is carried
    over.
    """
    row = begun(session, budget, period)
    if row is None:
        lock(session, budget)
        row = begun(session, budget, period) or _begin(session, budget, period)
    assert row.id is not None
    return row.id


def begun(session: Session, budget: Budget, period: str) -> BudgetPeriod | None:
    """The row that requests in this period draw on, or None if it does not exist yet.

    If the budget carries over and a later period has begun, that period has taken what was left. A late
    request (a slow clock, or a wait past midnight) then draws on the later period.
    """
    key = col(BudgetPeriod.period)
    return session.exec(
        select(BudgetPeriod)
        .where(
            col(BudgetPeriod.budget_id) == budget.id, key >= period if budget.carry_over else key == period
        )
        .order_by(key.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()


def stored(session: Session, budget: Budget, period: str) -> BudgetPeriod | None:
    """The row of this very period, or None if it does not exist."""
    return session.exec(
        select(BudgetPeriod)
        .where(col(BudgetPeriod.budget_id) == budget.id, col(BudgetPeriod.period) == period)
        .execution_options(populate_existing=True)
    ).first()


def lock(session: Session, budget: Budget) -> None:
    """Until the transaction ends, keep others from creating a period of this budget and from changing the
    budget.
    """
    query = select(Budget).where(col(Budget.id) == budget.id).with_for_update(key_share=True)
    session.exec(query.execution_options(populate_existing=True)).one()


def first_key(budget: Budget) -> str:
    """The key of the period in which the budget was created. Nothing is carried over from before it."""
    return period_key(budget.period, local_day(budget.created_at, budget.timezone))


def own_limit(session: Session, budget: Budget, period: str) -> int:
    """A budget's own limit in a period, in minor units, without what is carried over."""
    return limit_in(budget.limit_minor, _changes(session, budget), period)


def carried_in(session: Session, budget: Budget, period: str) -> int:
    """What a period without a row would carry over now, in minor units."""
    if not budget.carry_over:
        return 0
    before = _newest_before(session, budget, period)
    left = 0
    if before is not None:
        used = before.held_minor + before.committed_minor + before.spent_minor
        left = before.limit_minor - used if before.carried_out_minor is None else before.carried_out_minor
    return _carried_in(session, budget, period, before, left)


def move(session: Session, budget_period_id: int, entry: LedgerMovement) -> bool:
    """Move money between the figures of one budget period, if the limit allows it. Returns whether it did.

    What was carried out of the period is no longer available, not even for a soft budget.
    """
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
        open_and_soft = and_(col(BudgetPeriod.soft), col(BudgetPeriod.carried_out_minor).is_(None))
        fits = _taken() + entry.amount_minor <= col(BudgetPeriod.limit_minor)
        conditions.append(or_(open_and_soft, fits))
    return _changed(session, conditions, changes)


def set_terms(session: Session, budget_period_id: int, *, own_limit_minor: int, soft: bool) -> bool:
    """Change the own limit of an existing period, and whether it is soft, if what is used fits. Returns
    whether it did.
    """
    limit = col(BudgetPeriod.carried_in_minor) + own_limit_minor
    conditions = [col(BudgetPeriod.id) == budget_period_id]
    if not soft:
        conditions.append(_taken() <= limit)
    return _changed(session, conditions, {"limit_minor": limit, "soft": soft})


def begun_from(session: Session, budget: Budget, period: str) -> list[BudgetPeriod]:
    """The rows of this period and later ones, in order."""
    return list(
        session.exec(
            select(BudgetPeriod)
            .where(col(BudgetPeriod.budget_id) == budget.id, col(BudgetPeriod.period) >= period)
            .order_by(col(BudgetPeriod.period))
            .execution_options(populate_existing=True)
        )
    )


def _begin(session: Session, budget: Budget, period: str) -> BudgetPeriod:
    carried = 0
    if budget.carry_over:
        before = _newest_before(session, budget, period)
        left = 0 if before is None else _carry_out(session, before)
        carried = _carried_in(session, budget, period, before, left)
    assert budget.id is not None
    row = BudgetPeriod(
        budget_id=budget.id,
        period=period,
        soft=budget.soft,
        limit_minor=own_limit(session, budget, period) + carried,
        carried_in_minor=carried,
    )
    session.add(row)
    session.flush()
    return row


def _carry_out(session: Session, row: BudgetPeriod) -> int:
    """Take what is left out of a period; reading and taking it are one statement. Returns the amount in minor
    units.
    """
    left = col(BudgetPeriod.limit_minor) - _used()
    statement = (
        update(BudgetPeriod)
        .where(col(BudgetPeriod.id) == row.id)
        .values(carried_out_minor=func.coalesce(col(BudgetPeriod.carried_out_minor), _not_below_zero(left)))
        .returning(col(BudgetPeriod.carried_out_minor))
        .execution_options(synchronize_session="fetch")
    )
    return int(session.execute(statement).scalar_one())


def _carried_in(
    session: Session, budget: Budget, period: str, before: BudgetPeriod | None, left_minor: int
) -> int:
    changes = _changes(session, budget)
    made_in = first_key(budget)
    untouched = list(keys_between(budget.period, before.period if before else made_in, period))
    if before is None and made_in < period:
        untouched.append(made_in)
    return carried_over(left_minor, (limit_in(budget.limit_minor, changes, key) for key in untouched))


def _newest_before(session: Session, budget: Budget, period: str) -> BudgetPeriod | None:
    return session.exec(
        select(BudgetPeriod)
        .where(col(BudgetPeriod.budget_id) == budget.id, col(BudgetPeriod.period) < period)
        .order_by(col(BudgetPeriod.period).desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()


def _changes(session: Session, budget: Budget) -> list[LimitChange]:
    query = select(BudgetLimit).where(col(BudgetLimit.budget_id) == budget.id).order_by(col(BudgetLimit.id))
    return [LimitChange(row.since, row.limit_minor, row.only) for row in session.exec(query)]


def _used() -> ColumnElement[int]:
    return col(BudgetPeriod.held_minor) + col(BudgetPeriod.committed_minor) + col(BudgetPeriod.spent_minor)


def _taken() -> ColumnElement[int]:
    """What is used or carried out, in minor units."""
    return _used() + func.coalesce(col(BudgetPeriod.carried_out_minor), 0)


def _not_below_zero(amount: ColumnElement[int]) -> ColumnElement[int]:
    return case((amount > 0, amount), else_=0)


def _changed(session: Session, conditions: list[Any], changes: dict[str, Any]) -> bool:
    statement = (
        update(BudgetPeriod).where(*conditions).values(changes).execution_options(synchronize_session="fetch")
    )
    return cast("CursorResult[Any]", session.execute(statement)).rowcount == 1
