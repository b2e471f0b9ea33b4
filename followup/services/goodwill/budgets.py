"""Budgets: create them, read their figures, and compare the figures with the ledger."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from followup.domain.goodwill.budget import (
    BudgetFigures,
    Figure,
    Period,
    applies,
    first_day,
    local_day,
    period_days,
    period_key,
)
from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.policy_reason import PolicyReason
from followup.domain.people.agent import Role
from followup.domain.shared.familiar_amounts import familiar_amount
from followup.domain.shared.money import Money
from followup.domain.shared.reason import Reason
from followup.errors import NotFound, Refused, WrongUsage
from followup.services.goodwill import budget_scopes
from followup.services.shared import audit, currencies, parse_input
from followup.services.shared.actors import Actor
from followup.services.shared.configuration import Configuration
from followup.store import reserve
from followup.store.sums import FIGURES, figure_sums
from followup.store.tables import Agent, Budget, BudgetPeriod, Case, Draw, Gesture, LedgerEntry


@dataclass(frozen=True, slots=True)
class BudgetBalance:
    """A budget in one period. The limit includes what was carried in. `carried_out_minor` is None until
    the next period has begun; after that the amount still counts as available here, but can be used in the
    next period only."""

    period: str
    figures: BudgetFigures
    soft: bool
    carried_in_minor: int
    carried_out_minor: int | None


@dataclass(frozen=True, slots=True)
class Drift:
    """A figure that differs from the sum of its ledger entries."""

    budget: str
    period: str
    figure: Figure
    stored_minor: int
    computed_minor: int
    currency: str


def create_budget(
    session: Session,
    rules: Configuration,
    *,
    now: datetime,
    actor: Actor,
    name: str,
    limit: str,
    period: str,
    currency: str | None = None,
    scopes: Iterable[str] = (),
    soft: bool = False,
    carry_over: bool = False,
    timezone: str | None = None,
) -> Budget:
    """Create a budget. A scope is written field=value; several values of one field are alternatives, several
    fields must all match. The first period has the whole limit. Its `currency` is the one named, or that of
    the limit's sign, or the main one; it covers cases in that currency alone.

    With `carry_over`, a period's limit grows by the rest of the period before (never below zero) when the new
    period is first needed; periods without any request leave their whole limit. Money that is released to a
    period later stays there and is not carried over, so nothing is counted twice.

    Raises WrongUsage, NotFound for an unknown agent, Refused if the name is taken."""
    checked = free_name(session, name)
    every = parse_input.word("period", period, Period, code="unknown_budget_period")
    require_carried(every, carry_over=carry_over)
    counted = currencies.meant(rules.settings, currency, limit, label="limit")
    amount = parse_input.money("limit", limit, counted, rules.settings.locale)
    budget = Budget(
        name=checked,
        period=every,
        limit_minor=amount.amount_minor,
        currency=amount.currency,
        timezone=parse_input.timezone(timezone) if timezone else rules.settings.timezone,
        scopes=[list(scope) for scope in budget_scopes.read_scopes(session, scopes)],
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
        detail={
            "limit": amount.text,
            "currency": amount.currency,
            "period": budget.period.value,
            "scopes": budget.scopes,
            "soft": soft,
            "carry_over": carry_over,
        },
    )
    return budget


def require_carried(every: Period, *, carry_over: bool) -> None:
    """Raise WrongUsage if a budget that carries over has no period to carry anything over to."""
    if carry_over and every is Period.ONCE:
        raise WrongUsage(
            "A budget for once has no next period to carry anything over to.",
            hint="Leave --carry-over out, or choose another --period.",
            code="bad_carry_over",
        )


def free_name(session: Session, name: str) -> str:
    """A checked name that no budget has. Raises WrongUsage, Refused."""
    checked = parse_input.slug("budget name", name)
    if session.exec(select(Budget).where(col(Budget.name) == checked)).first():
        raise Refused(
            f"There is a budget {checked} already.",
            hint=f"See it: followup budget show {checked}",
            code="budget_exists",
        )
    return checked


def hints_for(session: Session, gesture: Gesture | None) -> tuple[str, ...]:
    """A hint for a gesture of goodwill that costs money and that no budget covers."""
    if gesture is None or gesture.amount_minor is None or gesture.gesture_class is not GestureClass.GOODWILL:
        return ()
    if not are_any(session):
        limit = familiar_amount("500.00", gesture.currency)
        return (
            f"No budget limits goodwill yet: followup budget create goodwill --limit {limit} --period month",
        )
    drawn = (
        select(Draw.budget_period_id)
        .join(LedgerEntry, col(LedgerEntry.id) == col(Draw.entry_id))
        .where(col(LedgerEntry.gesture_id) == gesture.id)
    )
    if session.exec(drawn.limit(1)).first() is not None:
        return ()
    return (PolicyReason.NO_BUDGET.of().text,)


def are_any(session: Session) -> bool:
    """Whether there is any budget, in any currency. Without one, goodwill has no limit yet."""
    return session.exec(select(Budget.id).limit(1)).first() is not None


def any_in(session: Session, currency: str) -> bool:
    """Whether there is any budget in a currency."""
    return (
        session.exec(select(Budget.id).where(col(Budget.currency) == currency).limit(1)).first() is not None
    )


def not_covered(session: Session, agent: Agent, case: Case, kind: GestureKind) -> Refused:
    """The error for goodwill with money that none of the budgets covers."""
    if not any_in(session, case.currency):
        limit = familiar_amount("500.00", case.currency)
        return Refused(
            f"No budget covers this {kind}: there are budgets, and none in {case.currency}.",
            hint=f"Make one: followup budget create goodwill-{case.currency.lower()} --limit {limit} "
            f"--period month --currency {case.currency}",
            code="no_budget_in_currency",
        )
    team = f"team {agent.team}" if agent.team else "no team"
    return Refused(
        f"No budget covers this {kind} ({agent.email}, {team}, reason {case.reason}).",
        hint="See what each covers: followup budget list. Correct the agent's team (followup agent set "
        f"{agent.email} --team …), make a budget for it, or set goodwill_without_budget in followup.toml.",
        code="no_budget_covers",
    )


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
    """The period of a budget that contains an instant, in the budget's time zone."""
    return period_key(budget.period, local_day(now, budget.timezone))


def ends_on(budget: Budget, now: datetime) -> date | None:
    """The first day of the budget's next period; None for a budget with a single period."""
    days = period_days(budget.period, local_day(now, budget.timezone))
    return days[1] if days else None


def named_period(session: Session, budget: Budget, text: str) -> str:
    """Check a period given as text. Raises WrongUsage if it is no period of this budget, NotFound if it is
    before the budget's creation."""
    key = text.strip().lower() if budget.period is Period.ONCE else text.strip().upper()
    first_day(budget.period, key)
    if key < reserve.first_key(budget) and reserve.stored(session, budget, key) is None:
        raise NotFound(
            f"Budget {budget.name} was made in {reserve.first_key(budget)}; it has no {key}.",
            hint=f"See what it has now: followup budget show {budget.name}",
            code="unknown_period",
        )
    return key


def days_of(budget: Budget, period: str) -> tuple[date, date | None]:
    """The first day on which gestures can draw on a period (its start, or the budget's creation), and the
    first day after it; None for a budget with a single period."""
    made_on = local_day(budget.created_at, budget.timezone)
    days = period_days(budget.period, first_day(budget.period, period) or made_on)
    return (made_on, None) if days is None else (max(days[0], made_on), days[1])


def standing(session: Session, budget: Budget, period: str) -> BudgetBalance:
    """A budget in one period. A future period is shown as if nothing more were requested before it."""
    row = reserve.stored(session, budget, period)
    if row is not None:
        return _standing(row)
    carried = reserve.carried_in(session, budget, period)
    limit = reserve.own_limit(session, budget, period) + carried
    passed = budget.carry_over and reserve.begun(session, budget, period) is not None
    return BudgetBalance(period, BudgetFigures(limit), budget.soft, carried, limit if passed else None)


def standing_now(session: Session, budget: Budget, now: datetime) -> BudgetBalance:
    """The balance that a request made now would draw on."""
    period = period_of(budget, now)
    row = reserve.begun(session, budget, period)
    return standing(session, budget, period) if row is None else _standing(row)


def _standing(row: BudgetPeriod) -> BudgetBalance:
    return BudgetBalance(
        row.period,
        BudgetFigures(
            row.limit_minor, row.held_minor, row.committed_minor, row.spent_minor, row.released_minor
        ),
        row.soft,
        row.carried_in_minor,
        row.carried_out_minor,
    )


def figures(session: Session, budget: Budget, period: str) -> BudgetFigures:
    """The figures of a budget in one period. A period without ledger entries has only its limit."""
    return standing(session, budget, period).figures


def applying(
    session: Session,
    case: Case,
    agent: Agent,
    segment: str | None,
    kind: GestureKind,
    gesture_class: GestureClass,
    currency: str,
) -> list[Budget]:
    """The budgets that a gesture in this currency draws on, all in the same one, in the order in which they
    are reserved.

    Corrective gestures (what is owed) draw on none."""
    if gesture_class is GestureClass.CORRECTIVE or not kind.may_have_amount:
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
        for budget in session.exec(
            select(Budget).where(col(Budget.currency) == currency).order_by(col(Budget.id))
        )
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
    """Compare every figure of every budget and period with the sum of its ledger entries.

    Returns the number of periods checked, and the figures that differ."""
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
    """The error for a gesture that does not fit a budget, with the amount left and the end of the period."""
    left = Money(max(0, left_minor), budget.currency)
    when = f"until {until:%-d %B %Y}, when the next {budget.period} begins" if until else "for good"
    return Refused(
        f"Budget {budget.name} has {left} left {when}; this gesture needs {wanted}.",
        hint=room_hint(budget, left_minor),
        code="budget_exhausted",
    )


def room_hint(budget: Budget, left_minor: int) -> str:
    """What the agent can do if a hard budget has less left than requested."""
    left = Money(max(0, left_minor), budget.currency)
    less = f"Choose {left.text} or less" if left.amount_minor else "An apology or a callback needs no money"
    raised = f"followup budget adjust {budget.name} --limit … --because …"
    return f"{less}, for budget {budget.name} has no more; a {Role.MANAGER} can raise it: {raised}"


def soft_warning(budget: Budget, over_minor: int) -> Reason[PolicyReason]:
    """The warning for a gesture that takes a soft budget over its limit; `over_minor` is by how much, in
    minor units."""
    return PolicyReason.SOFT_BUDGET.of(budget=budget.name, over=str(Money(over_minor, budget.currency)))
