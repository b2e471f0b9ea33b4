"""The pacing report: the use of budgets against an even pace, and the forecast with its interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from followup.domain.goodwill.forecast import Forecast
from followup.domain.goodwill.pacing import ENOUGH_DAYS, Pace, PredictionInterval, pace_of
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
    sentence,
)
from followup.reports.budgets import NO_BUDGETS, BudgetStanding
from followup.reports.scope import Scope


@dataclass(frozen=True, slots=True)
class BudgetPace:
    """A budget in its current period, its forecast, and the 80 % prediction interval at the end of the period
    (None if it is too uncertain or the period never ends).
    """

    standing: BudgetStanding
    outlook: Forecast
    at_end: PredictionInterval | None

    @property
    def days_in_all(self) -> int:
        """The business days of the period; 0 if it never ends."""
        left = self.outlook.business_days_left
        return 0 if left is None else left + self.outlook.business_days_elapsed

    @property
    def pace(self) -> Pace | None:
        """The comparison with an even pace."""
        figures = self.standing.figures
        return pace_of(
            figures.used_minor, figures.limit_minor, self.outlook.business_days_elapsed, self.days_in_all
        )


def answer(paces: Sequence[BudgetPace], scope: Scope) -> ReportAnswer:
    """The answer to "Will the budgets last?"."""
    return ReportAnswer(
        name="pacing",
        question="Will the budgets last?",
        period=scope.as_of_today,
        says=_says(paces, scope),
        tables=(
            ReportTable(
                "rows",
                "Budgets against an even pace, in business days",
                columns(
                    ("name", "budget", Kind.TEXT),
                    ("period", "period", Kind.TEXT),
                    ("limit", "limit", Kind.MONEY),
                    ("used", "used", Kind.MONEY),
                    ("used_share", "used part", Kind.SHARE, True),
                    ("even_share", "even pace", Kind.SHARE, True),
                    ("pace", "pace", Kind.TEXT),
                    ("burn", "a business day", Kind.MONEY),
                    ("expected_at_end", "expected at the end", Kind.MONEY),
                    ("low_at_end", "likely from", Kind.MONEY),
                    ("high_at_end", "likely to", Kind.MONEY),
                    ("exhausted_on", "lasts until", Kind.DAY),
                    ("currency", "currency", Kind.CURRENCY),
                ),
                tuple(_line(pace) for pace in paces),
                note="Eight of ten such periods end between likely from and likely to; fewer than "
                f"{ENOUGH_DAYS} business days are too few to say.",
            ),
        ),
        empty=NO_BUDGETS,
        charts=(Chart("Used part of each limit", Drawn.BARS, "rows", "name", ("used_share",)),),
    )


def _line(pace: BudgetPace) -> Line:
    figures, currency, outlook = pace.standing.figures, pace.standing.currency, pace.outlook
    return Line(
        {
            "name": pace.standing.name,
            "period": pace.standing.period,
            "limit": Money(figures.limit_minor, currency),
            "used": Money(figures.used_minor, currency),
            "used_share": _share(figures.used_minor, figures.limit_minor),
            "even_share": _share(outlook.business_days_elapsed, pace.days_in_all),
            "pace": pace.pace.value if pace.pace else None,
            "burn": _money(outlook.burn_minor, currency),
            "expected_at_end": _money(outlook.expected_at_end_minor if pace.at_end else None, currency),
            "low_at_end": _money(pace.at_end.low_minor if pace.at_end else None, currency),
            "high_at_end": _money(pace.at_end.high_minor if pace.at_end else None, currency),
            "exhausted_on": outlook.exhausted_on,
            "currency": currency,
        },
        pace.standing.behind,
    )


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def _money(amount_minor: int | None, currency: str) -> Money | None:
    return None if amount_minor is None else Money(amount_minor, currency)


def _says(paces: Sequence[BudgetPace], scope: Scope) -> tuple[ReportSentence, ...]:
    said = []
    for pace in sorted(paces, key=lambda pace: pace.outlook.exhausted_on or scope.today.max):
        day = pace.outlook.exhausted_on
        if day == scope.today and pace.standing.figures.available_minor <= 0:
            said.append(sentence("Nothing is left in {name}.", name=pace.standing.name))
        elif day is not None:
            said.append(sentence(_lasts(pace.outlook), name=pace.standing.name, day=day))
    if said or not paces:
        return tuple(said)
    return (sentence("At this pace every budget lasts to the end of its period."),)


def _lasts(outlook: Forecast) -> str:
    days = outlook.business_days_elapsed
    if days >= ENOUGH_DAYS:
        return "At this pace {name} lasts until {day}."
    first = "business day" if days == 1 else f"{days} business days"
    return f"At the pace of its first {first}, which is little to go by, {{name}} lasts until {{day}}."
