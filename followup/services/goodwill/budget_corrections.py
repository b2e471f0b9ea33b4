"""Correcting a budget: what it is called, what it covers, its limit and the length of its periods."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from followup.domain.goodwill.budget import Period
from followup.domain.shared.money import Money
from followup.errors import Refused, WrongUsage
from followup.services.goodwill import budget_scopes, budgets
from followup.services.goodwill.budget_adjustments import Adjustment, adjust_budget
from followup.services.shared import audit, parse_input
from followup.services.shared.actors import Actor
from followup.store import reserve
from followup.store.tables import Budget, BudgetLimit, BudgetPeriod, Draw


def set_budget(
    session: Session,
    budget: Budget,
    *,
    now: datetime,
    actor: Actor,
    name: str | None = None,
    scopes: Iterable[str] | None = None,
    limit: str | None = None,
    period: str | None = None,
    because: str | None = None,
) -> list[str]:
    """Give a budget another name, other scopes (an empty list covers everything), another limit from the
    present period on, or periods of another length. Returns sentences about what the change does not touch.

    What was requested before keeps drawing where it drew, so the ledger and the figures stay as they are. A
    limit is changed as `adjust_budget` does it, with the same refusals. The length of periods changes only
    while nothing was drawn yet: figures of a month cannot become those of a quarter.

    Raises WrongUsage, Refused if the name is taken, for a limit below what is used, and for another period
    once something was drawn; NotFound for an unknown agent or team."""
    said = (
        [] if limit is None else [_set_limit(session, budget, limit, now=now, actor=actor, because=because)]
    )
    if limit is not None and name is None and scopes is None and period is None:
        return said
    before = _described(budget)
    reserve.lock(session, budget)
    if period is not None:
        _set_period(session, budget, period, now)
    if name is not None and name.strip().lower() != budget.name:
        budget.name = budgets.free_name(session, name)
    if scopes is not None:
        budget.scopes = [list(scope) for scope in budget_scopes.read_scopes(session, scopes)]
    after = _described(budget)
    if after == before:
        raise WrongUsage(
            "Nothing of the budget is to change.",
            hint="Give --name, --scope, --limit or --period.",
            code="no_change_to_budget",
        )
    session.add(budget)
    session.flush()
    audit.record(
        session,
        now=now,
        actor=actor,
        action="budget set",
        subject=f"budget {before['name']}",
        because=because,
        detail={"old": before, "new": after},
    )
    if after["name"] != before["name"]:
        said.append(f"The audit log names it {before['name']} until now.")
    if after["scopes"] != before["scopes"]:
        later = "What it covers changes for requests from now on. What was requested before stays in its"
        said.append(f"{later} figures: followup budget ledger {budget.name}")
    if after["period"] != before["period"]:
        said.append(f"Its limit is for each {budget.period} from now on; nothing was drawn from it before.")
    return said


def _described(budget: Budget) -> dict[str, Any]:
    return {"name": budget.name, "scopes": budget.scopes, "period": budget.period.value}


def _set_limit(
    session: Session, budget: Budget, limit: str, *, now: datetime, actor: Actor, because: str | None
) -> str:
    """Change the limit from the present period on. Returns a sentence about what that means now."""
    wanted = Adjustment(limit=limit)
    since = adjust_budget(session, budget, wanted, now=now, actor=actor, because=because or "")
    figures = budgets.standing(session, budget, since).figures
    left = Money(figures.available_minor, budget.currency)
    used = Money(figures.used_minor, budget.currency)
    return f"The new limit holds from {since} on: {used} of it are used, {left} are left."


def _set_period(session: Session, budget: Budget, text: str, now: datetime) -> None:
    """Let an unused budget have periods of another length, with the limit that it has now."""
    wanted = parse_input.word("period", text, Period, code="unknown_budget_period")
    if wanted is budget.period:
        return
    drawn = (
        select(Draw.entry_id)
        .join(BudgetPeriod, col(BudgetPeriod.id) == col(Draw.budget_period_id))
        .where(col(BudgetPeriod.budget_id) == budget.id)
    )
    if session.exec(drawn.limit(1)).first() is not None:
        raise Refused(
            f"Something was drawn from budget {budget.name} already, for a {budget.period}.",
            hint=f"Make another for each {wanted} (followup budget create --help), then stop this one: "
            f"followup budget adjust {budget.name} --limit 0 --from-next --because …",
            code="period_in_use",
        )
    budgets.require_carried(wanted, carry_over=budget.carry_over)
    budget.limit_minor = reserve.own_limit(session, budget, budgets.period_of(budget, now))
    # Their keys are those of periods of the old length, and nothing refers to them.
    for table in (BudgetLimit, BudgetPeriod):
        session.execute(delete(table).where(col(table.budget_id) == budget.id))
    budget.period = wanted
