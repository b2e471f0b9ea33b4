"""The budgets report: all budgets in their current periods."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from followup.domain.goodwill.budget import BudgetFigures
from followup.domain.shared.money import Money
from followup.reports.answer import (
    Chart,
    Drawn,
    Kind,
    Line,
    ReportAnswer,
    ReportSentence,
    ReportTable,
    columns,
    counted,
    sentence,
)
from followup.reports.scope import Scope

NO_BUDGETS = "There are no budgets yet. Make one: followup budget create goodwill --limit 500 --period month"
_USED = ("held", "committed", "spent")


@dataclass(frozen=True, slots=True)
class BudgetStanding:
    """A budget in one period: its scopes in words, the first day after the period (None if it never ends),
    and its figures.
    """

    name: str
    scope: str
    period: str
    ends_before: date | None
    figures: BudgetFigures
    currency: str
    behind: tuple[str, ...] = ()


def answer(budgets: Sequence[BudgetStanding], scope: Scope) -> ReportAnswer:
    """The answer to "What is left in every budget?"."""
    return ReportAnswer(
        name="budgets",
        question="What is left in the budgets?",
        period=scope.as_of_today,
        says=_says(budgets),
        tables=(
            ReportTable(
                "rows",
                "Budgets in their present period",
                columns(
                    ("name", "budget", Kind.TEXT),
                    ("scope", "scope", Kind.TEXT),
                    ("period", "period", Kind.TEXT),
                    ("limit", "limit", Kind.MONEY),
                    ("held", "held", Kind.MONEY),
                    ("committed", "committed", Kind.MONEY),
                    ("spent", "spent", Kind.MONEY),
                    ("available", "available", Kind.MONEY),
                    ("used", "used", Kind.SHARE, True),
                    ("ends_before", "starts anew", Kind.DAY),
                    ("currency", "currency", Kind.CURRENCY),
                ),
                tuple(_line(budget) for budget in budgets),
                note="available = limit - held - committed - spent; what was released does not count.",
            ),
        ),
        empty=NO_BUDGETS,
        charts=(Chart("Used and left", Drawn.STACKED, "rows", "name", (*_USED, "available")),),
    )


def _line(budget: BudgetStanding) -> Line:
    figures, currency = budget.figures, budget.currency
    used = Fraction(figures.used_minor, figures.limit_minor) if figures.limit_minor else None
    return Line(
        {
            "name": budget.name,
            "scope": budget.scope or "everything",
            "period": budget.period,
            "limit": Money(figures.limit_minor, currency),
            "held": Money(figures.held_minor, currency),
            "committed": Money(figures.committed_minor, currency),
            "spent": Money(figures.spent_minor, currency),
            "available": Money(figures.available_minor, currency),
            "used": used,
            "ends_before": budget.ends_before,
            "currency": currency,
        },
        budget.behind,
    )


def _says(budgets: Sequence[BudgetStanding]) -> tuple[ReportSentence, ...]:
    over = [budget.name for budget in budgets if budget.figures.available_minor < 0]
    empty = [budget.name for budget in budgets if budget.figures.available_minor == 0]
    low = [
        budget.name
        for budget in budgets
        if 0 < budget.figures.available_minor * 10 < budget.figures.limit_minor
    ]
    said = [
        sentence(words, names=", ".join(names))
        for names, words in (
            (over, "Over the limit: {names}."),
            (empty, "Nothing is left in: {names}."),
            (low, "Less than a tenth is left in: {names}."),
        )
        if names
    ]
    if said or not budgets:
        return tuple(said)
    return (sentence("{count} with at least a tenth left.", count=counted(len(budgets), "budget")),)
