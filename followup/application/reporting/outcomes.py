"""How cases ended: `followup report outcomes`."""

from followup.application.door import Reading, reads
from followup.application.reporting.scope import scope_of, words_of
from followup.errors import WrongUsage
from followup.reports import outcomes as question
from followup.reports.answer import ReportAnswer
from followup.reports.outcome_counts import OutcomesBy
from followup.services.shared import parse_input


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
    word, *more = words_of(by) or ["kind"]
    if more:
        raise WrongUsage(
            "Outcomes have one kind of row; only report spend takes two.",
            hint=f"Ask for one after the other, first: followup report outcomes --by {word}",
            code="one_kind_of_row",
        )
    wanted = parse_input.word("kind of row", word, OutcomesBy)
    return question.answer(work.session, wanted, scope_of(work, since, until, drill=drill))
