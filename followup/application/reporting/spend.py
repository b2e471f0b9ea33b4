"""The cost of goodwill: `followup report spend`.

The document of a report is its answer, a frozen value from which every format is rendered;
`reports.answer.document` makes the JSON.
"""

from followup.application.door import Reading, reads
from followup.application.reporting.scope import scope_of, words_of
from followup.reports import spend as question
from followup.reports.answer import ReportAnswer
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
    """The cost of gestures requested from `since` to `until`, in rows by one or two words of `by`.

    Raises WrongUsage for an unknown word and for an invalid date."""
    wanted = [parse_input.word("kind of row", word, SpendBy) for word in words_of(by) or ["reason"]]
    return question.answer(work.session, wanted, scope_of(work, since, until, drill=drill))
