"""How long a budget will last at the pace of its period so far."""

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
    """A budget in today's period, where it is heading, and how much of what is used may still come back:
    `pending_minor` waits for an approval, `outstanding_minor` is in codes that were not redeemed yet."""

    budget: Budget
    standing: BudgetBalance
    outlook: Forecast
    pending_minor: int
    outstanding_minor: int

    @property
    def if_all_redeemed_minor(self) -> int:
        """What the gestures made so far come to if all that waits is approved and every code is redeemed:
        held, committed and spent, for both are among them already."""
        return self.standing.figures.used_minor

    @property
    def if_none_redeemed_minor(self) -> int:
        """What they come to if nothing that waits is approved and no code is redeemed any more."""
        return self.if_all_redeemed_minor - self.pending_minor - self.outstanding_minor


def forecast_budget(
    session: Session, rules: Configuration, budget: Budget, *, now: datetime
) -> BudgetForecast:
    """Work out the forecast of a budget, in its own zone, by the business days of the workspace (its send
    days without its country's holidays). Writes nothing.

    The pace is that of today's period alone, since the budget was made if that was later."""
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
    """A figure of the period, of the gestures that `which` picks."""
    query = (
        select(figure_sums()[FIGURES.index(figure)])
        .select_from(LedgerEntry)
        .join(Draw, col(Draw.entry_id) == col(LedgerEntry.id))
        .join(BudgetPeriod, col(BudgetPeriod.id) == col(Draw.budget_period_id))
        .join(Gesture, col(Gesture.id) == col(LedgerEntry.gesture_id))
        .where(col(BudgetPeriod.budget_id) == budget.id, col(BudgetPeriod.period) == standing.period, which)
    )
    return int(session.execute(query).scalar_one())
