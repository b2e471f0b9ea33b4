"""Overdrawn budgets, goodwill outside of every budget, and several redemptions on one order."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, literal, select
from sqlmodel import col

from followup.domain.goodwill.gesture import GestureClass, GestureState
from followup.domain.reporting.oddity import Oddity
from followup.domain.shared.money import Money
from followup.reports.oddities.found import Asked, Found, OddityCount, money
from followup.store.references import ref_of
from followup.store.tables import (
    Agent,
    Budget,
    BudgetPeriod,
    Case,
    Draw,
    Gesture,
    LedgerEntry,
    Redemption,
    Voucher,
)

_STANDS = (GestureState.HELD, GestureState.PENDING, GestureState.ISSUED, GestureState.SPENT)


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


def outside_budgets(asked: Asked) -> OddityCount:
    """Goodwill with money that no budget covers, requested while there was a budget, in its currency or in
    another: what a budget limits must not go on in another currency unseen."""
    covered = (
        select(col(Draw.entry_id))
        .join(LedgerEntry, col(LedgerEntry.id) == col(Draw.entry_id))
        .where(col(LedgerEntry.gesture_id) == col(Gesture.id))
        .exists()
    )
    limited = select(col(Budget.id)).where(col(Budget.created_at) <= col(Gesture.requested_at)).exists()
    columns: list[Any] = [Gesture, Agent]
    query = (
        select(*columns)
        .join(Agent, col(Agent.id) == col(Gesture.agent_id))
        .where(
            col(Gesture.gesture_class) == GestureClass.GOODWILL,
            col(Gesture.amount_minor).is_not(None),
            col(Gesture.state).in_(_STANDS),
            limited,
            ~covered,
        )
        .order_by(col(Gesture.requested_at).desc(), col(Gesture.id).desc())
    )

    def tell(row: Any) -> Found:
        gesture, agent = row
        team = f"team {agent.team}" if agent.team else "no team"
        says = f"A {gesture.kind} from an agent of {team}; no budget limits it."
        references = (ref_of(Gesture, gesture.id), ref_of(Case, gesture.case_id))
        amount = money(gesture.amount_minor, gesture.currency)
        return Found(gesture.requested_at, agent.email, says, references, amount)

    return asked.listed(Oddity.NO_BUDGET, asked.happened(query, col(Gesture.requested_at)), tell)


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
