"""Changing a budget while it is in use: its limit, and whether it is hard or soft."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from followup.domain.goodwill.budget import bad_period, next_key
from followup.domain.shared.money import Money
from followup.errors import Refused, WrongUsage
from followup.services.goodwill import budgets
from followup.services.shared import audit, parse_input
from followup.services.shared.actors import Actor
from followup.store import reserve
from followup.store.tables import Budget, BudgetLimit, BudgetPeriod


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """The change to a budget, and its start: by default the present period; with `from_next` the next one;
    with `period` only that one. None keeps the limit, or whether it is hard or soft."""

    limit: str | None = None
    soft: bool | None = None
    period: str | None = None
    from_next: bool = False


def adjust_budget(
    session: Session, budget: Budget, wanted: Adjustment, *, now: datetime, actor: Actor, because: str
) -> str:
    """Change a budget and record who, why, and the values before and after. Returns the first period
    affected.

    The limit is the budget's own; what was carried over into a period is added to it. A period that has a
    limit of its own keeps it when an earlier one is changed. A soft budget may get a limit below what is
    used.

    Raises Refused (limit_below_use, saying by how much) if a hard budget has held, committed, spent or
    carried out more than the new limit; nothing is changed then. Raises Refused for a period that is over,
    WrongUsage for options that contradict each other."""
    reason = parse_input.passage("reason", because)
    _check(wanted, reason)
    reserve.lock(session, budget)
    since = _since(session, budget, wanted, now)
    before = budgets.standing(session, budget, since)
    soft = before.soft if wanted.soft is None else wanted.soft
    own_minor = before.figures.limit_minor - before.carried_in_minor
    if wanted.limit is not None:
        own_minor = parse_input.money("limit", wanted.limit, budget.currency).amount_minor
    _change(session, budget, wanted, since, own_minor, now)
    after = budgets.standing(session, budget, since)
    audit.record(
        session,
        now=now,
        actor=actor,
        action="budget adjust",
        subject=f"budget {budget.name}",
        because=reason,
        detail={
            "period": since,
            "only": wanted.period is not None,
            "currency": budget.currency,
            "old": _terms(budget, before.figures.limit_minor - before.carried_in_minor, before.soft),
            "new": _terms(budget, after.figures.limit_minor - after.carried_in_minor, soft),
        },
    )
    return since


def _check(wanted: Adjustment, reason: str) -> None:
    if not reason:
        raise WrongUsage(
            "An adjustment needs its reason.", hint='Say it: --because "…"', code="adjustment_without_reason"
        )
    if wanted.limit is None and wanted.soft is None:
        raise WrongUsage(
            "Nothing is to change.", hint="Give --limit, --soft or --hard.", code="nothing_to_change"
        )
    if wanted.period is not None and wanted.from_next:
        raise bad_period(
            "--period and --from-next contradict each other.",
            hint="Give the period it holds for alone, or --from-next for every coming one.",
        )
    if wanted.period is not None and wanted.soft is not None:
        raise bad_period(
            "A single period cannot be made hard or soft.",
            hint="Leave --period out; with --from-next it holds from the next period on.",
        )


def _since(session: Session, budget: Budget, wanted: Adjustment, now: datetime) -> str:
    """The first period affected by the change."""
    today = budgets.standing_now(session, budget, now).period
    if wanted.from_next:
        following = next_key(budget.period, today)
        if following is None:
            raise WrongUsage(
                f"Budget {budget.name} is for once, so it has no next period.",
                hint="Leave --from-next out.",
                code="no_next_period",
            )
        return following
    if wanted.period is None:
        return today
    key = budgets.named_period(session, budget, wanted.period)
    if key < today:
        raise Refused(
            f"{key} is over, and keeps the limit it had.",
            hint=f"Change {today} or a coming period.",
            code="period_over",
        )
    return key


def _change(
    session: Session, budget: Budget, wanted: Adjustment, since: str, own_minor: int, now: datetime
) -> None:
    assert budget.id is not None
    if wanted.limit is not None:
        only = wanted.period is not None
        session.add(BudgetLimit(budget_id=budget.id, since=since, only=only, limit_minor=own_minor))
    if wanted.soft is not None:
        if wanted.from_next:
            # Create today's period before the change, so that it keeps the old limit.
            reserve.period_row(session, budget, budgets.period_of(budget, now))
        budget.soft = wanted.soft
        session.add(budget)
    session.flush()
    for row in reserve.begun_from(session, budget, since):
        if wanted.period is not None and row.period != since:
            continue
        soft = row.soft if wanted.soft is None else wanted.soft
        own = reserve.own_limit(session, budget, row.period)
        assert row.id is not None
        if not reserve.set_terms(session, row.id, own_limit_minor=own, soft=soft):
            raise _below_use(session, budget, row, own)


def _below_use(session: Session, budget: Budget, row: BudgetPeriod, own_minor: int) -> Refused:
    session.refresh(row)
    used = row.held_minor + row.committed_minor + row.spent_minor
    taken = used + (row.carried_out_minor or 0)
    limit = Money(own_minor + row.carried_in_minor, budget.currency)
    over = Money(taken - limit.amount_minor, budget.currency)
    least = Money(max(0, taken - row.carried_in_minor), budget.currency)
    return Refused(
        f"Budget {budget.name} has {Money(used, budget.currency)} held, committed or spent in {row.period}: "
        f"{over} more than {limit}.",
        hint=f"The least it can be now is --limit {least.text}; lower from the next period on: --from-next.",
        code="limit_below_use",
    )


def _terms(budget: Budget, own_minor: int, soft: bool) -> dict[str, str | bool]:
    return {"limit": Money(own_minor, budget.currency).text, "soft": soft}
