"""Budgets: making them, reading their figures, and proving that figures and ledger agree."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from followup.domain.budget import (
    SCOPE_FIELDS,
    Figure,
    Figures,
    Period,
    applies,
    local_day,
    period_days,
    period_key,
)
from followup.domain.case import Role
from followup.domain.gesture import GestureClass, GestureKind
from followup.domain.money import Money
from followup.errors import NotFound, Refused, WrongUsage
from followup.services import audit, entries
from followup.services.actors import Actor
from followup.services.rules import Rules
from followup.store.sums import FIGURES, figure_sums
from followup.store.tables import Agent, Budget, BudgetPeriod, Case, Draw, Gesture, LedgerEntry


@dataclass(frozen=True, slots=True)
class Drift:
    """A figure that is not the sum of its entries."""

    budget: str
    period: str
    figure: Figure
    stored_minor: int
    computed_minor: int
    currency: str


def create_budget(
    session: Session,
    rules: Rules,
    *,
    now: datetime,
    actor: Actor,
    name: str,
    limit: str,
    period: str,
    scopes: Iterable[str] = (),
    soft: bool = False,
    carry_over: bool = False,
    timezone: str | None = None,
) -> Budget:
    """Make a budget. A scope reads field=value; several values of one field mean any of them,
    several fields mean all of them. Raises WrongUsage, or Refused where the name is taken."""
    checked = entries.slug("budget name", name)
    if session.exec(select(Budget).where(col(Budget.name) == checked)).first():
        raise Refused(
            f"There is a budget {checked} already.",
            hint=f"See it: followup budget show {checked}",
            code="budget_exists",
        )
    amount = entries.money("limit", limit, rules.settings.currency)
    budget = Budget(
        name=checked,
        period=entries.word("period", period, Period),
        limit_minor=amount.amount_minor,
        currency=amount.currency,
        timezone=timezone or rules.settings.timezone,
        scopes=[list(_scope(session, scope)) for scope in scopes],
        soft=soft,
        carry_over=carry_over,
        created_at=now,
    )
    session.add(budget)
    session.flush()
    audit.record(
        session,
        now=now,
        actor=actor,
        action="budget create",
        subject=f"budget {checked}",
        detail={"limit": amount.text, "period": budget.period.value, "scopes": budget.scopes, "soft": soft},
    )
    return budget


def _scope(session: Session, text: str) -> tuple[str, str]:
    field, equals, value = text.partition("=")
    field, value = field.strip().lower(), value.strip()
    if field not in SCOPE_FIELDS or not equals or not value:
        raise WrongUsage(
            f"{text!r} is not a scope.",
            hint=f"Write field=value with one of {', '.join(SCOPE_FIELDS)}, for instance team=north.",
            code="bad_scope",
        )
    if field == "kind":
        value = entries.word("kind", value, GestureKind).value
    elif field == "class":
        value = entries.word("class", value, GestureClass).value
    elif field == "agent":
        value = value.lower()
        if not session.exec(select(Agent).where(col(Agent.email) == value)).first():
            raise NotFound(f"There is no agent {value}.", hint="See who there is: followup agent list")
    return field, value


def find_budget(session: Session, name: str) -> Budget:
    """The budget with a name. Raises NotFound."""
    budget = session.exec(select(Budget).where(col(Budget.name) == name.strip().lower())).first()
    if budget is None:
        raise NotFound(
            f"There is no budget {name}.",
            hint="See what there is: followup budget list",
            code="unknown_budget",
        )
    return budget


def list_budgets(session: Session) -> list[Budget]:
    """All budgets, by name."""
    return list(session.exec(select(Budget).order_by(col(Budget.name))).all())


def period_of(budget: Budget, now: datetime) -> str:
    """The period of a budget that an instant lies in, by the budget's own time zone."""
    return period_key(budget.period, local_day(now, budget.timezone))


def ends_on(budget: Budget, now: datetime) -> date | None:
    """The first day of the budget's next period; None for a budget that never starts anew."""
    days = period_days(budget.period, local_day(now, budget.timezone))
    return days[1] if days else None


def figures(session: Session, budget: Budget, period: str) -> Figures:
    """The figures of a budget in a period; a period nothing was drawn from has its limit only."""
    stored = session.exec(
        select(BudgetPeriod).where(
            col(BudgetPeriod.budget_id) == budget.id, col(BudgetPeriod.period) == period
        )
    ).first()
    if stored is None:
        return Figures(budget.limit_minor)
    return Figures(
        stored.limit_minor,
        stored.held_minor,
        stored.committed_minor,
        stored.spent_minor,
        stored.released_minor,
    )


def applying(
    session: Session,
    case: Case,
    agent: Agent,
    segment: str | None,
    kind: GestureKind,
    gesture_class: GestureClass,
) -> list[Budget]:
    """The budgets that a gesture draws on, in the order in which they are reserved.

    What is owed (corrective) draws on none."""
    if gesture_class is GestureClass.CORRECTIVE or not kind.has_amount:
        return []
    subject = {
        "team": agent.team,
        "agent": agent.email,
        "reason": case.reason,
        "kind": kind.value,
        "class": gesture_class.value,
        "segment": segment,
    }
    return [
        budget
        for budget in session.exec(select(Budget).order_by(col(Budget.id)))
        if applies([(field, value) for field, value in budget.scopes], subject)
    ]


def ledger(
    session: Session, budget: Budget, period: str | None, limit: int
) -> list[tuple[LedgerEntry, BudgetPeriod, Gesture]]:
    """The newest `limit` entries of a budget, oldest first, of one period or of all."""
    query = (
        select(LedgerEntry, BudgetPeriod, Gesture)
        .join(Draw, col(Draw.entry_id) == col(LedgerEntry.id))
        .join(BudgetPeriod, col(BudgetPeriod.id) == col(Draw.budget_period_id))
        .join(Gesture, col(Gesture.id) == col(LedgerEntry.gesture_id))
        .where(col(BudgetPeriod.budget_id) == budget.id)
        .order_by(col(LedgerEntry.id).desc())
        .limit(limit)
    )
    if period:
        query = query.where(col(BudgetPeriod.period) == period)
    found = [(entry, part, gesture) for entry, part, gesture in session.exec(query).all()]
    return list(reversed(found))


def reconcile(session: Session) -> tuple[int, list[Drift]]:
    """Hold every figure of every budget and period against the sum of its entries.

    Returns how many periods were checked, and what does not agree."""
    query: Any = (
        sql_select(BudgetPeriod, Budget, *figure_sums())
        .join(Budget, col(Budget.id) == col(BudgetPeriod.budget_id))
        .outerjoin(Draw, col(Draw.budget_period_id) == col(BudgetPeriod.id))
        .outerjoin(LedgerEntry, col(LedgerEntry.id) == col(Draw.entry_id))
        .group_by(col(BudgetPeriod.id), col(Budget.id))
        .order_by(col(Budget.name), col(BudgetPeriod.period))
    )
    rows = [tuple(row) for row in session.execute(query).all()]
    return len(rows), list(_drifts(rows))


def _drifts(rows: Iterable[tuple[Any, ...]]) -> Iterator[Drift]:
    for stored, budget, *computed in rows:
        for figure, value in zip(FIGURES, computed, strict=True):
            kept = getattr(stored, f"{figure.value}_minor")
            if kept != int(value):
                yield Drift(budget.name, stored.period, figure, kept, int(value), budget.currency)


def exhausted(budget: Budget, left_minor: int, wanted: Money, until: date | None) -> Refused:
    """The refusal of a gesture that does not fit, saying how much is left and until when."""
    left = Money(left_minor, budget.currency)
    when = f"until {until:%-d %B %Y}, when the next {budget.period} begins" if until else "for good"
    return Refused(
        f"Budget {budget.name} has {left} left {when}; this gesture needs {wanted}.",
        hint=f"Offer up to {left}, or ask a {Role.MANAGER} to look at: followup budget show {budget.name}",
        code="budget_exhausted",
    )
