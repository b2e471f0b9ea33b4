"""Forecasts of how long a budget lasts at the pace of its present period."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from followup.domain.goodwill.budget import Figure, local_day
from followup.domain.goodwill.forecast import Forecast, forecast
from followup.domain.goodwill.gesture import GestureKind, GestureState
from followup.services.goodwill import budgets
from followup.services.goodwill.budgets import BudgetBalance
from followup.services.shared.configuration import Configuration
from followup.store.sums import FIGURES, figure_sums
from followup.store.tables import Budget, BudgetPeriod, Draw, Gesture, LedgerEntry


@dataclass(frozen=True, slots=True)
class BudgetForecast:
    """A budget's present period, its forecast, and how much of the amount used may be released again:
    `pending_minor` waits for approvals, `outstanding_minor` is in voucher codes not redeemed yet. Amounts are
    in minor units."""

    budget: Budget
    standing: BudgetBalance
    outlook: Forecast
    pending_minor: int
    outstanding_minor: int

    @property
    def if_all_redeemed_minor(self) -> int:
        """The total of the gestures made so far if every pending one is approved and every code is redeemed:
        held, committed and spent, which include both."""
        return self.standing.figures.used_minor

    @property
    def if_none_redeemed_minor(self) -> int:
        """The total of the gestures made so far if no pending one is approved and no further code is
        redeemed."""
        return self.if_all_redeemed_minor - self.pending_minor - self.outstanding_minor


def forecast_budget(
    session: Session, rules: Configuration, budget: Budget, *, now: datetime
) -> BudgetForecast:
    """Compute the forecast of a budget, in its own time zone, by the workspace's business days (its send days
    without the public holidays of its country). Writes nothing.

    The pace is that of the present period only, counted from the budget's creation if that was later."""
    standing = budgets.standing_now(session, budget, now)
    began_on, ends_before = budgets.days_of(budget, standing.period)
    outlook = forecast(
        limit_minor=standing.figures.limit_minor,
        used_minor=standing.figures.used_minor,
        began_on=began_on,
        ends_before=ends_before,
        today=local_day(now, budget.timezone),
        is_business_day=rules.calendar().is_business_day,
    )
    with_code = [kind for kind in GestureKind if kind.has_code]
    return BudgetForecast(
        budget,
        standing,
        outlook,
        pending_minor=_sum(
            session, budget, standing, Figure.HELD, col(Gesture.state) == GestureState.PENDING
        ),
        outstanding_minor=_sum(session, budget, standing, Figure.COMMITTED, col(Gesture.kind).in_(with_code)),
    )


def _sum(session: Session, budget: Budget, standing: BudgetBalance, figure: Figure, which: Any) -> int:
    """One figure of the period, for the gestures selected by `which`."""
    query = (
        select(figure_sums()[FIGURES.index(figure)])
        .select_from(LedgerEntry)
        .join(Draw, col(Draw.entry_id) == col(LedgerEntry.id))
        .join(BudgetPeriod, col(BudgetPeriod.id) == col(Draw.budget_period_id))
        .join(Gesture, col(Gesture.id) == col(LedgerEntry.gesture_id))
        .where(col(BudgetPeriod.budget_id) == budget.id, col(BudgetPeriod.period) == standing.period, which)
    )
    return int(session.execute(query).scalar_one())
