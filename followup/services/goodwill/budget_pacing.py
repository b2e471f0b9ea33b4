"""Balances and pace of all budgets, for the reports on budgets."""

from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from followup.domain.goodwill.budget import Figure, local_day
from followup.domain.goodwill.pacing import range_at_end
from followup.reports.answer import MOST_BEHIND
from followup.reports.budgets import BudgetStanding
from followup.reports.calendar_columns import day_column
from followup.reports.pacing import BudgetPace
from followup.services.goodwill import budget_forecasts, budgets
from followup.services.shared.configuration import Configuration
from followup.store.references import ref_of
from followup.store.tables import Budget, BudgetPeriod, Draw, Gesture, LedgerEntry

_USED = (Figure.HELD, Figure.COMMITTED, Figure.SPENT)


def standings(session: Session, *, now: datetime, drill: bool) -> list[BudgetStanding]:
    """Every budget in its present period, by name. With `drill`, the gestures that draw on it are listed."""
    return [_standing(session, budget, now, drill=drill) for budget in budgets.list_budgets(session)]


def paces(session: Session, rules: Configuration, *, now: datetime, drill: bool) -> list[BudgetPace]:
    """Every budget in its present period, with its forecast and the range of it. Writes nothing."""
    found = []
    for budget in budgets.list_budgets(session):
        outlook = budget_forecasts.forecast_budget(session, rules, budget, now=now).outlook
        left = outlook.business_days_left
        at_end = None
        if left is not None:
            at_end = range_at_end(_daily(session, rules, budget, now, outlook.business_days_elapsed), left)
        found.append(BudgetPace(_standing(session, budget, now, drill=drill), outlook, at_end))
    return found


def _standing(session: Session, budget: Budget, now: datetime, *, drill: bool) -> BudgetStanding:
    standing = budgets.standing_now(session, budget, now)
    return BudgetStanding(
        budget.name,
        ", ".join(f"{field}={value}" for field, value in budget.scopes),
        standing.period,
        budgets.ends_on(budget, now),
        standing.figures,
        budget.currency,
        _behind(session, budget, standing.period) if drill else (),
    )


def _behind(session: Session, budget: Budget, period: str) -> tuple[str, ...]:
    query = (
        select(col(LedgerEntry.gesture_id))
        .join(Draw, col(Draw.entry_id) == col(LedgerEntry.id))
        .join(BudgetPeriod, col(BudgetPeriod.id) == col(Draw.budget_period_id))
        .where(col(BudgetPeriod.budget_id) == budget.id, col(BudgetPeriod.period) == period)
        .distinct()
        .order_by(col(LedgerEntry.gesture_id))
        .limit(MOST_BEHIND)
    )
    return tuple(ref_of(Gesture, number) for number in session.execute(query).scalars())


def _daily(session: Session, rules: Configuration, budget: Budget, now: datetime, elapsed: int) -> list[int]:
    """The amount used on each business day of the present period so far. Amounts used on other days are
    spread evenly over all business days."""
    period = budgets.period_of(budget, now)
    began_on, _ = budgets.days_of(budget, period)
    today = local_day(now, budget.timezone)
    day = day_column(col(LedgerEntry.recorded_at), began_on, today, budget.timezone)
    amount = col(LedgerEntry.amount_minor)
    change = case((col(LedgerEntry.put_to).in_(_USED), amount), else_=0) - case(
        (col(LedgerEntry.taken_from).in_(_USED), amount), else_=0
    )
    query = (
        select(day, func.sum(change))
        .select_from(LedgerEntry)
        .join(Draw, col(Draw.entry_id) == col(LedgerEntry.id))
        .join(BudgetPeriod, col(BudgetPeriod.id) == col(Draw.budget_period_id))
        .where(col(BudgetPeriod.budget_id) == budget.id, col(BudgetPeriod.period) == period)
        .group_by(day)
    )
    used = {date.fromisoformat(name): int(total) for name, total in session.execute(query).all()}
    is_business_day = rules.calendar().is_business_day
    on_days = [total for when, total in used.items() if is_business_day(when)]
    elsewhere = sum(used.values()) - sum(on_days)
    daily = on_days + [0] * (elapsed - len(on_days))
    return [total + share for total, share in zip(daily, _spread(elsewhere, len(daily)), strict=True)]


def _spread(amount_minor: int, days: int) -> list[int]:
    """Split an amount into as many parts as there are days. The parts differ by one minor unit at most."""
    each, more = divmod(amount_minor, days) if days else (0, 0)
    return [each + (number < more) for number in range(days)]
