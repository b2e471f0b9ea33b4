"""Practice rounds and progress of agents: `followup report coaching`."""

from followup.application.door import Reading, reads
from followup.application.reporting.scope import scope_of
from followup.reports import coaching as question
from followup.reports.answer import ReportAnswer


@reads("report coaching")
def coaching(work: Reading, since: str | None = None, until: str | None = None) -> ReportAnswer:
    """Who practised, and their progress. Agents see themselves, managers see everybody.

    Raises WrongUsage for an invalid date, and if no agent acts."""
    scope = scope_of(work, since, until)
    return question.answer(work.session, work.acting().needed_agent, scope)
