"""How much goodwill there is: `followup budget`."""

from typing_extensions import TypedDict

from followup.application.door import Reading, Writing, reads, writes
from followup.services.documents import serializers
from followup.services.documents.documents import (
    BudgetDocument,
    DriftDocument,
    ForecastDocument,
    LedgerEntryDocument,
)
from followup.services.goodwill import budget_adjustments, budget_forecasts, budget_scopes, budgets
from followup.services.goodwill.budget_adjustments import Adjustment


class CreatedBudgetDocument(BudgetDocument):
    """A budget as it was made. `warnings` are sentences about scopes that nothing may ever fit."""

    warnings: list[str]


class ReconciliationDocument(TypedDict):
    """How many budget periods were compared with their entries, and the figures that are off."""

    checked: int
    drift: list[DriftDocument]


@writes("budget create")
def create_budget(
    work: Writing,
    name: str,
    limit: str,
    period: str,
    scope: list[str] | None = None,
    soft: bool = False,
    carry_over: bool = False,
    timezone: str | None = None,
) -> CreatedBudgetDocument:
    """Make a budget. A scope reads field=value.

    Raises WrongUsage, NotFound for an agent that there is not, Refused where the name is taken."""
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
    )
    warnings = budget_scopes.scope_warnings(work.session, work.configuration, made)
    return {**serializers.budget(work.session, made, work.now), "warnings": list(warnings)}


@reads("budget list")
def list_budgets(work: Reading) -> list[BudgetDocument]:
    """The budgets with today's figures."""
    return [serializers.budget(work.session, row, work.now) for row in budgets.list_budgets(work.session)]


@reads("budget show")
def show_budget(work: Reading, name: str, period: str | None = None) -> BudgetDocument:
    """Where a budget's money is, in a period or today's. Raises NotFound, WrongUsage for no period of it."""
    found = budgets.find_budget(work.session, name)
    wanted = budgets.named_period(work.session, found, period) if period else None
    return serializers.budget(work.session, found, work.now, wanted)


@writes("budget adjust")
def adjust_budget(
    work: Writing,
    name: str,
    because: str,
    limit: str | None = None,
    soft: bool | None = None,
    period: str | None = None,
    from_next: bool = False,
) -> BudgetDocument:
    """Change a budget from today's period on, and record why; its document is of the first period that the
    change holds for. Raises Refused for a limit below what is used, WrongUsage for what does not go
    together."""
    wanted = Adjustment(limit=limit, soft=soft, period=period, from_next=from_next)
    found = budgets.find_budget(work.session, name)
    since = budget_adjustments.adjust_budget(
        work.session, found, wanted, now=work.now, actor=work.actor, because=because
    )
    return serializers.budget(work.session, found, work.now, since)


@reads("budget forecast")
def forecast_budget(work: Reading, name: str) -> ForecastDocument:
    """How long a budget lasts if it is used as it was so far in this period. Raises NotFound."""
    found = budgets.find_budget(work.session, name)
    return serializers.forecast(
        budget_forecasts.forecast_budget(work.session, work.configuration, found, now=work.now)
    )


@reads("budget ledger")
def list_ledger(
    work: Reading, name: str, period: str | None = None, limit: int = 100
) -> list[LedgerEntryDocument]:
    """The movements of a budget's money, in a period or in all. Raises NotFound, WrongUsage for no period of
    it."""
    found = budgets.find_budget(work.session, name)
    wanted = budgets.named_period(work.session, found, period) if period else None
    return [
        serializers.ledger_entry(entry, part, gesture)
        for entry, part, gesture in budgets.ledger(work.session, found, wanted, limit)
    ]


@reads("budget reconcile")
def reconcile(work: Reading) -> ReconciliationDocument:
    """Whether every figure of every budget is the sum of its entries."""
    checked, drift = budgets.reconcile(work.session)
    return {"checked": checked, "drift": [serializers.drift(found) for found in drift]}
