"""Reports that take words of their own, or depend on who asks: `followup report spend | outcomes | coaching`.

A report's document is its answer, a frozen value from which every form is made; `reports.answer.document`
makes the JSON of it.
"""

from followup.application.door import Reading, reads
from followup.application.reporting.scope import scope_of
from followup.errors import WrongUsage
from followup.reports import coaching as coaching_report
from followup.reports import outcomes as outcomes_report
from followup.reports import spend as spend_report
from followup.reports.answer import ReportAnswer
from followup.reports.outcome_counts import OutcomesBy
from followup.reports.spend import SpendBy
from followup.services.shared import parse_input


@reads("report spend")
def spend(
    work: Reading,
    by: list[str] | None = None,
    since: str | None = None,
    until: str | None = None,
    drill: bool = False,
) -> ReportAnswer:
    """What gestures cost that were requested from `since` to `until`; a row for each word, or two, of `by`.

    Raises WrongUsage for a word that there is not, and for what is no date."""
    wanted = [parse_input.word("kind of row", word, SpendBy) for word in _words(by) or ["reason"]]
    return spend_report.answer(work.session, wanted, scope_of(work, since, until, drill=drill))


@reads("report outcomes")
def outcomes(
    work: Reading,
    by: list[str] | None = None,
    since: str | None = None,
    until: str | None = None,
    drill: bool = False,
) -> ReportAnswer:
    """How cases ended that were logged from `since` to `until`; a row for each `by`, which is one word.

    Raises WrongUsage for more than one, for one that there is not, and for what is no date."""
    word, *more = _words(by) or ["kind"]
    if more:
        raise WrongUsage(
            "Outcomes have one kind of row; only report spend takes two.",
            hint=f"Ask for one after the other, first: followup report outcomes --by {word}",
            code="one_kind_of_row",
        )
    wanted = parse_input.word("kind of row", word, OutcomesBy)
    return outcomes_report.answer(work.session, wanted, scope_of(work, since, until, drill=drill))


@reads("report coaching")
def coaching(work: Reading, since: str | None = None, until: str | None = None) -> ReportAnswer:
    """Who practised, and how they get on. Agents see themselves, managers everybody.

    Raises WrongUsage for what is no date, and where no agent acts."""
    scope = scope_of(work, since, until)
    return coaching_report.answer(work.session, work.acting().needed_agent, scope)


def _words(by: list[str] | None) -> list[str]:
    """The words of `by`, which may be given again or have commas in it."""
    return [word.strip() for given in by or [] for word in given.split(",")]
