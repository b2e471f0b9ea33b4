"""What goodwill cost: `followup report spend`.

A report's document is its answer, a frozen value from which every form is made; `reports.answer.document`
makes the JSON of it.
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
    """What gestures cost that were requested from `since` to `until`; a row for each word, or two, of `by`.

    Raises WrongUsage for a word that there is not, and for what is no date."""
    wanted = [parse_input.word("kind of row", word, SpendBy) for word in words_of(by) or ["reason"]]
    return question.answer(work.session, wanted, scope_of(work, since, until, drill=drill))
