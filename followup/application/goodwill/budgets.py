"""Budgets of goodwill: `followup budget`."""

from typing import Any

from typing_extensions import TypedDict

from followup.application.door import Reading, Writing, reads, writes
from followup.domain.people.rights import Right
from followup.errors import WrongUsage
from followup.services.documents import serializers
from followup.services.documents.documents import (
    BudgetDocument,
    DriftDocument,
    ForecastDocument,
    LedgerEntryDocument,
)
from followup.services.goodwill import (
    budget_adjustments,
    budget_corrections,
    budget_forecasts,
    budget_history,
    budget_scopes,
    budgets,
)
from followup.services.goodwill.budget_adjustments import Adjustment


class CreatedBudgetDocument(BudgetDocument):
    """A new budget. `warnings` are sentences about scopes that no gesture can match at present."""

    warnings: list[str]


class ReconciliationDocument(TypedDict):
    """The number of budget periods compared with their ledger entries, and the figures that differ."""

    checked: int
    drift: list[DriftDocument]


@writes("budget create", right=Right.BUDGETS, added=("currency",))
def create_budget(
    work: Writing,
    name: str,
    limit: str,
    period: str,
    scope: list[str] | None = None,
    soft: bool = False,
    carry_over: bool = False,
    timezone: str | None = None,
    currency: str | None = None,
) -> CreatedBudgetDocument:
    """Create a budget. Each scope is given as field=value. It covers cases in its currency alone: the one
    named, or that of the limit's sign, or the main one.

    Raises WrongUsage, NotFound for an unknown agent, Refused if the name is taken."""
    made = budgets.create_budget(
        work.session,
        work.configuration,
        now=work.now,
        actor=work.actor,
        name=name,
        limit=limit,
        period=period,
        scopes=scope or [],
        soft=soft,
        carry_over=carry_over,
        timezone=timezone,
        currency=currency,
    )
    warnings = budget_scopes.scope_warnings(work.session, work.configuration, made)
    return {**serializers.budget(work.session, made, work.now), "warnings": list(warnings)}


@reads("budget list")
def list_budgets(work: Reading) -> list[BudgetDocument]:
    """All budgets with the figures of their present period."""
    return [serializers.budget(work.session, row, work.now) for row in budgets.list_budgets(work.session)]


class BudgetChangeDocument(TypedDict):
    """One change of a budget: what it was and is, only what changed; `since` is the first period in which a
    limit holds."""

    at: str | None
    by: str
    because: str | None
    since: str | None
    old: dict[str, Any]
    new: dict[str, Any]


class ShownBudgetDocument(BudgetDocument):
    """A budget with what was changed about it since it was made, newest first."""

    changes: list[BudgetChangeDocument]


@reads("budget show")
def show_budget(work: Reading, name: str, period: str | None = None) -> ShownBudgetDocument:
    """The figures of a budget in a period, by default the present one, and its changes. Raises NotFound,
    WrongUsage for an invalid period."""
    found = budgets.find_budget(work.session, name)
    wanted = budgets.named_period(work.session, found, period) if period else None
    document = serializers.budget(work.session, found, work.now, wanted)
    changes: list[BudgetChangeDocument] = [
        {
            "at": serializers.instant(change.at),
            "by": change.by,
            "because": change.because,
            "since": change.since,
            "old": change.old,
            "new": change.new,
        }
        for change in budget_history.changes_of(work.session, found)
    ]
    return {**document, "changes": changes}


class ChangedBudgetDocument(CreatedBudgetDocument):
    """A budget after a correction. `hints` are sentences about what the change does not touch."""

    hints: list[str]


@writes("budget set", right=Right.BUDGETS, added=("limit", "period"))
def set_budget(
    work: Writing,
    name: str,
    new_name: str | None = None,
    scope: list[str] | None = None,
    no_scope: bool = False,
    because: str | None = None,
    limit: str | None = None,
    period: str | None = None,
) -> ChangedBudgetDocument:
    """Give a budget another name or other scopes; with `no_scope` it covers everything. A `limit` holds from
    the present period on; another `period` is for a budget of which nothing was drawn.

    Raises WrongUsage, NotFound, Refused if the name is taken, for a limit below what is used, and for another
    period once something was drawn."""
    if no_scope and scope:
        raise WrongUsage(
            "--scope and --no-scope contradict each other.", hint="Give one.", code="scope_and_none"
        )
    found = budgets.find_budget(work.session, name)
    hints = budget_corrections.set_budget(
        work.session,
        found,
        now=work.now,
        actor=work.actor,
        name=new_name,
        scopes=[] if no_scope else scope or None,
        limit=limit,
        period=period,
        because=because,
    )
    warnings = budget_scopes.scope_warnings(work.session, work.configuration, found)
    document = serializers.budget(work.session, found, work.now)
    return {**document, "warnings": list(warnings), "hints": hints}


@writes("budget adjust", right=Right.BUDGETS)
def adjust_budget(
    work: Writing,
    name: str,
    because: str,
    limit: str | None = None,
    soft: bool | None = None,
    period: str | None = None,
    from_next: bool = False,
) -> BudgetDocument:
    """Change a budget from its present period on, and record why. The document is of the first period
    affected.

    Raises Refused for a limit below what is used, WrongUsage for options that contradict each other."""
    wanted = Adjustment(limit=limit, soft=soft, period=period, from_next=from_next)
    found = budgets.find_budget(work.session, name)
    since = budget_adjustments.adjust_budget(
        work.session, found, wanted, now=work.now, actor=work.actor, because=because
    )
    return serializers.budget(work.session, found, work.now, since)


@reads("budget forecast")
def forecast_budget(work: Reading, name: str) -> ForecastDocument:
    """How long a budget lasts at the pace of its present period so far. Raises NotFound."""
    found = budgets.find_budget(work.session, name)
    return serializers.forecast(
        budget_forecasts.forecast_budget(work.session, work.configuration, found, now=work.now)
    )


@reads("budget ledger")
def list_ledger(
    work: Reading, name: str, period: str | None = None, limit: int = 100
) -> list[LedgerEntryDocument]:
    """The ledger entries of a budget, in one period or in all. Raises NotFound, WrongUsage for an invalid
    period."""
    found = budgets.find_budget(work.session, name)
    wanted = budgets.named_period(work.session, found, period) if period else None
    return [
        serializers.ledger_entry(entry, part, gesture)
        for entry, part, gesture in budgets.ledger(work.session, found, wanted, limit)
    ]


@reads("budget reconcile")
def reconcile(work: Reading) -> ReconciliationDocument:
    """Compare every figure of every budget with the sum of its ledger entries."""
    checked, drift = budgets.reconcile(work.session)
    return {"checked": checked, "drift": [serializers.drift(found) for found in drift]}
