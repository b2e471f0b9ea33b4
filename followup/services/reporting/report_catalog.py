"""The catalog of reports: each question by the name of its report."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlmodel import Session

from followup.domain.goodwill.gesture import GestureKind
from followup.reports import agents, approvals, budgets, exceptions, liability, outcomes, pacing, spend
from followup.reports.answer import ReportAnswer
from followup.reports.oddities.found import Found
from followup.reports.oddities.gestures import Deadlines
from followup.reports.outcome_counts import OutcomesBy
from followup.reports.scope import Scope
from followup.reports.spend import SpendBy
from followup.services.cases import waiting_cases
from followup.services.goodwill import budget_pacing as paces
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.services.shared.settled import settled_by

SOON_BUSINESS_DAYS = 1
"""A hold that expires within this many business days expires soon. Approvals last two, so with
two every pending one would be an exception."""

Ask = Callable[[Session, Configuration, Scope], ReportAnswer]


def _spend(session: Session, _rules: Configuration, scope: Scope) -> ReportAnswer:
    return spend.answer(session, (SpendBy.REASON,), scope)


def _budgets(session: Session, _rules: Configuration, scope: Scope) -> ReportAnswer:
    return budgets.answer(paces.standings(session, now=scope.now, drill=scope.drill), scope)


def _pacing(session: Session, rules: Configuration, scope: Scope) -> ReportAnswer:
    return pacing.answer(paces.paces(session, rules, now=scope.now, drill=scope.drill), scope)


def _liability(session: Session, _rules: Configuration, scope: Scope) -> ReportAnswer:
    return liability.answer(session, scope)


def _outcomes(session: Session, _rules: Configuration, scope: Scope) -> ReportAnswer:
    return outcomes.answer(session, OutcomesBy.KIND, scope)


def _agents(session: Session, _rules: Configuration, scope: Scope) -> ReportAnswer:
    return agents.answer(session, scope)


def _approvals(session: Session, rules: Configuration, scope: Scope) -> ReportAnswer:
    return approvals.answer(session, scope, rules.calendar().add_business_days)


def _exceptions(session: Session, rules: Configuration, scope: Scope) -> ReportAnswer:
    calendar, days = rules.calendar(), rules.settings.hold_business_days
    soon = calendar.add_business_days(scope.now, SOON_BUSINESS_DAYS)
    deadlines = Deadlines(
        lambda since: calendar.add_business_days(since, days),
        soon,
        lambda kind, issued_at: settled_by(rules, kind, issued_at),
        {
            kind: _late_before(rules, kind, scope.now)
            for kind in GestureKind
            if kind.is_handed_over and kind.value in rules.settings.settled_business_days
        },
    )
    waiting = waiting_cases.waiting(session, rules, now=scope.now)
    return exceptions.answer(
        session,
        scope,
        deadlines,
        [Found(one.since, None, f"{one.text_for_reports}.", (ref(one.case),)) for one in waiting],
    )


def _late_before(rules: Configuration, kind: GestureKind, now: datetime) -> datetime:
    """The instant of issue before which a gesture of this kind is overdue now."""
    moment = now
    while (day := settled_by(rules, kind, moment)) is not None and day >= rules.today(now):
        moment -= timedelta(days=1)
    return moment


QUESTIONS: Mapping[str, Ask] = MappingProxyType(
    {
        "spend": _spend,
        "budgets": _budgets,
        "pacing": _pacing,
        "liability": _liability,
        "outcomes": _outcomes,
        "agents": _agents,
        "approvals": _approvals,
        "exceptions": _exceptions,
    }
)
"""Every question by the name of its report, in the order of presentation."""

AS_THINGS_STAND = frozenset({"budgets", "pacing", "liability"})
"""Reports on the present state, which ignore the dates."""


def ask(session: Session, rules: Configuration, names: Iterable[str], scope: Scope) -> list[ReportAnswer]:
    """The answers to several questions, in their order. Those in `AS_THINGS_STAND` ignore the dates of the
    scope."""
    now = replace(scope, since=None, until=None)
    return [QUESTIONS[name](session, rules, now if name in AS_THINGS_STAND else scope) for name in names]
