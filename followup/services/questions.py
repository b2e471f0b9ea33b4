"""The questions that managers ask, by the names of their reports."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlmodel import Session

from followup.reports import agents, approvals, budgets, liability, pacing, spend
from followup.reports.answer import Answer
from followup.reports.scope import Scope
from followup.reports.spend import SpendBy
from followup.services import pacing as paces
from followup.services.rules import Rules

Ask = Callable[[Session, Rules, Scope], Answer]


def _spend(session: Session, _rules: Rules, scope: Scope) -> Answer:
    return spend.answer(session, (SpendBy.REASON,), scope)


def _budgets(session: Session, _rules: Rules, scope: Scope) -> Answer:
    return budgets.answer(paces.standings(session, now=scope.now, drill=scope.drill), scope)


def _pacing(session: Session, rules: Rules, scope: Scope) -> Answer:
    return pacing.answer(paces.paces(session, rules, now=scope.now, drill=scope.drill), scope)


def _liability(session: Session, _rules: Rules, scope: Scope) -> Answer:
    return liability.answer(session, scope)


def _agents(session: Session, _rules: Rules, scope: Scope) -> Answer:
    return agents.answer(session, scope)


def _approvals(session: Session, rules: Rules, scope: Scope) -> Answer:
    return approvals.answer(session, scope, rules.calendar().add_business_days)


QUESTIONS: Mapping[str, Ask] = MappingProxyType(
    {
        "spend": _spend,
        "budgets": _budgets,
        "pacing": _pacing,
        "liability": _liability,
        "agents": _agents,
        "approvals": _approvals,
    }
)
"""Every question by the name of its report, in the order in which people read them."""
