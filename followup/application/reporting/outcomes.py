"""Outcomes of cases: `followup report outcomes`."""

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
    """Outcomes of the cases logged from `since` to `until`, in rows by the one word of `by`.

    Raises WrongUsage for several words, an unknown word, or an invalid date."""
    word, *more = words_of(by) or ["kind"]
    if more:
        raise WrongUsage(
            "Outcomes have one kind of row; only report spend takes two.",
            hint=f"Ask for one after the other, first: followup report outcomes --by {word}",
            code="one_kind_of_row",
        )
    wanted = parse_input.word("kind of row", word, OutcomesBy)
    return question.answer(work.session, wanted, scope_of(work, since, until, drill=drill))
