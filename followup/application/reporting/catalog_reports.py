"""Reports by their names in the catalog, one or several at once: `followup report budgets | … | all`."""

from followup.application.door import Reading, reads
from followup.application.reporting.scope import scope_of
from followup.reports.answer import ReportAnswer
from followup.services.reporting import report_catalog, report_schedules


@reads("report budgets")
def budgets(work: Reading, drill: bool = False) -> ReportAnswer:
    """The figures of every budget in its present period."""
    return _asked(work, "budgets", drill=drill)


@reads("report pacing")
def pacing(work: Reading, drill: bool = False) -> ReportAnswer:
    """Whether each budget lasts, at its pace per business day."""
    return _asked(work, "pacing", drill=drill)


@reads("report liability")
def liability(
    work: Reading, since: str | None = None, until: str | None = None, drill: bool = False
) -> ReportAnswer:
    """The outstanding value of vouchers whose last day is from `since` to `until`. Raises WrongUsage."""
    return _asked(work, "liability", since, until, drill=drill)


@reads("report agents")
def agents(
    work: Reading, since: str | None = None, until: str | None = None, drill: bool = False
) -> ReportAnswer:
    """Whether customers are treated alike, whichever agent serves them. Raises WrongUsage for an invalid
    date."""
    return _asked(work, "agents", since, until, drill=drill)


@reads("report exceptions")
def exceptions(
    work: Reading, since: str | None = None, until: str | None = None, drill: bool = False
) -> ReportAnswer:
    """What needs a person now, and exceptions to the rules in the period. Raises WrongUsage."""
    return _asked(work, "exceptions", since, until, drill=drill)


@reads("report approvals")
def approvals(
    work: Reading, since: str | None = None, until: str | None = None, drill: bool = False
) -> ReportAnswer:
    """Pending approvals, and the decisions made in the period. Raises WrongUsage."""
    return _asked(work, "approvals", since, until, drill=drill)


@reads("report all")
def all_(
    work: Reading,
    names: list[str] | None = None,
    since: str | None = None,
    until: str | None = None,
    drill: bool = False,
) -> list[ReportAnswer]:
    """Several reports at once, in the order of `names`; by default all of the catalog. Reports on the present
    state ignore the dates.

    Raises WrongUsage for an unknown name and for an invalid date."""
    wanted = report_schedules.named(" ".join(names)) if names else list(report_catalog.QUESTIONS)
    scope = scope_of(work, since, until, drill=drill)
    return report_catalog.ask(work.session, work.configuration, wanted, scope)


def _asked(
    work: Reading, name: str, since: str | None = None, until: str | None = None, *, drill: bool
) -> ReportAnswer:
    scope = scope_of(work, since, until, drill=drill)
    return report_catalog.QUESTIONS[name](work.session, work.configuration, scope)
