"""Overdrawn budgets, and several redemptions on one order."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, literal, select
from sqlmodel import col

from followup.domain.reporting.oddity import Oddity
from followup.domain.shared.money import Money
from followup.reports.oddities.found import Asked, Found, OddityCount
from followup.store.references import ref_of
from followup.store.tables import (
    Budget,
    BudgetPeriod,
    Draw,
    Gesture,
    LedgerEntry,
    Redemption,
    Voucher,
)


def overdrawn(asked: Asked) -> OddityCount:
    """Soft budgets above their limit, in any period that was drawn on within the scope."""
    figures = (BudgetPeriod.held_minor, BudgetPeriod.committed_minor, BudgetPeriod.spent_minor)
    used: Any = sum((col(figure) for figure in figures), start=literal(0))
    over = used + func.coalesce(BudgetPeriod.carried_out_minor, 0) - col(BudgetPeriod.limit_minor)
    newest: Any = (
        select(func.max(LedgerEntry.recorded_at))
        .join(Draw, col(Draw.entry_id) == col(LedgerEntry.id))
        .where(col(Draw.budget_period_id) == col(BudgetPeriod.id))
        .scalar_subquery()
    )
    columns: list[Any] = [Budget.name, Budget.currency, BudgetPeriod.period, over.label("over_minor")]
    query = (
        select(*columns, newest.label("newest"))
        .select_from(BudgetPeriod)
        .join(Budget, col(Budget.id) == col(BudgetPeriod.budget_id))
        .where(over > 0)
        .order_by(newest.desc(), col(Budget.name))
    )

    def tell(row: Any) -> Found:
        amount = Money(row.over_minor, row.currency)
        return Found(row.newest, None, f"Over its limit in {row.period}.", (f"budget {row.name}",), amount)

    return asked.listed(Oddity.OVERDRAWN, asked.happened(query, newest), tell)


def twice_on_order(asked: Asked) -> OddityCount:
    """Orders with several redemptions that were not reversed, with one code or several."""
    newest: Any = func.max(Redemption.redeemed_at)
    query: Any = (
        select(col(Redemption.order_ref))
        .where(col(Redemption.order_ref).is_not(None), col(Redemption.rolled_back_at).is_(None))
        .group_by(col(Redemption.order_ref))
        .having(func.count() > 1)
    )
    if asked.scope.begins_at is not None:
        query = query.having(newest >= asked.scope.begins_at)
    if asked.scope.ends_at is not None:
        query = query.having(newest < asked.scope.ends_at)
    columns: list[Any] = [
        Redemption.order_ref,
        Redemption.amount_minor,
        Redemption.redeemed_at,
        Redemption.actor,
        Voucher.gesture_id,
        Voucher.currency,
    ]
    used = (
        select(*columns)
        .select_from(Redemption)
        .join(Voucher, col(Voucher.id) == col(Redemption.voucher_id))
        .where(col(Redemption.order_ref).in_(query), col(Redemption.rolled_back_at).is_(None))
        .order_by(col(Redemption.redeemed_at), col(Redemption.id))
    )
    orders: dict[str, list[Any]] = defaultdict(list)
    for row in asked.session.execute(used):
        orders[row.order_ref].append(row)
    return asked.told(Oddity.TWICE_ON_ORDER, (_on_order(rows) for rows in orders.values()))


def _on_order(rows: Sequence[Any]) -> Found:
    codes = list(dict.fromkeys(row.gesture_id for row in rows))
    with_codes = f"with {len(codes)} codes" if len(codes) > 1 else "with the same code"
    says = f"Redeemed {len(rows)} times on one order, {with_codes}."
    references = tuple(ref_of(Gesture, number) for number in codes)
    return Found(rows[-1].redeemed_at, rows[-1].actor, says, references, together(rows))


def together(rows: Sequence[Any]) -> Money | None:
    """The total of some rows; None if they are in several currencies."""
    currencies = {row.currency for row in rows}
    return Money(sum(row.amount_minor for row in rows), currencies.pop()) if len(currencies) == 1 else None
