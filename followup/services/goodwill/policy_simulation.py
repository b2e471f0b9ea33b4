"""Policy simulation: the recorded cases replayed under another policy, beside the one in use."""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from followup.domain.goodwill.policy.past_case import PastCase, ReplayedOutcome
from followup.domain.goodwill.policy.policy import Policy
from followup.domain.goodwill.policy.simulated_budgets import BudgetUse
from followup.domain.goodwill.policy.simulation import Replay
from followup.domain.goodwill.policy.simulation_totals import (
    CaseChange,
    Changes,
    ReasonTotals,
    ReplayComparison,
    Totals,
    replay_both,
)
from followup.domain.shared.money import Money
from followup.errors import InvalidFile
from followup.services.goodwill import recorded_cases
from followup.services.goodwill.policy_files import PolicyText
from followup.services.goodwill.recorded_cases import DateSpan
from followup.services.goodwill.simulation_documents import (
    BudgetUseDocument,
    CaseChangeDocument,
    CaseChangesDocument,
    GesturesDocument,
    OutcomeDocument,
    ReasonSumDocument,
    ReasonTotalsDocument,
    SimulatedBudgetDocument,
    SimulationDocument,
    TotalsDocument,
)
from followup.services.shared.configuration import Configuration
from followup.store.references import ref_of
from followup.store.tables import Case

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """The policy in use, the policy to try, and the span of cases. `most` limits how many cases that get
    more, and how many that get less, are listed."""

    before: PolicyText
    after: PolicyText
    since: date | None = None
    until: date | None = None
    most: int = 10


def simulate(session: Session, rules: Configuration, trial: Trial, progress: Progress) -> SimulationDocument:
    """Replay the recorded cases under both policies, as if every recommendation had been taken, and total the
    results by budget and reason. Writes nothing.

    Only cases in the policies' currency are replayed. `progress` gets the part done, from 0 to 1. Raises
    InvalidFile for a policy that cannot be used, and for policies in two currencies."""
    policies = old, new = trial.before.load(), trial.after.load()
    if old.currency != new.currency:
        raise InvalidFile(
            f"{trial.before.name} is in {old.currency}, and {trial.after.name} in {new.currency}.",
            hint="Compare policies of one currency, which may be named: --currency.",
            code="policies_in_two_currencies",
        )
    days = trial.since, trial.until, rules.settings.timezone
    span = DateSpan(*days, currency=new.currency)
    terms = recorded_cases.budget_terms(session)
    asks = any(repeat.linked_customers is not None for policy in policies for repeat in policy.repeats)
    links = recorded_cases.links(session) if asks else {}
    holidays = rules.holidays(rules.settings.country)
    replays = [Replay(policy, terms, links, holidays) for policy in policies]
    total = recorded_cases.count(session, span)
    cases = _told(recorded_cases.stream(session, span, rules.settings.currency), total, progress)
    with _uncollected():
        comparison = replay_both(replays[0], replays[1], cases, trial.most)
    left_out = recorded_cases.count(session, DateSpan(*days)) - total
    return _document(trial, policies, replays, comparison, left_out)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Disable the cyclic garbage collector during the block. A replay makes millions of objects and no
    cycles; searching for cycles takes a fifth of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _told(cases: Iterable[PastCase], total: int, progress: Progress) -> Iterator[PastCase]:
    """Yield the cases, reporting progress at intervals."""
    for number, case in enumerate(cases, 1):
        yield case
        if number % recorded_cases.BATCH_CASES == 0:
            progress(number / max(number, total))
    progress(1.0)


def _document(
    trial: Trial,
    policies: tuple[Policy, Policy],
    replays: list[Replay],
    found: ReplayComparison,
    in_other_currencies: int,
) -> SimulationDocument:
    currency = policies[0].currency
    before, after = found.before, found.after
    named = zip((trial.before, trial.after), policies, (before, after), strict=True)
    old, new = (_totals(text.name, policy, totals) for text, policy, totals in named)
    return {
        "cases": found.cases,
        "since": trial.since.isoformat() if trial.since else None,
        "until": trial.until.isoformat() if trial.until else None,
        "first": found.first.isoformat() if found.first else None,
        "last": found.last.isoformat() if found.last else None,
        "currency": currency,
        "in_other_currencies": in_other_currencies,
        "before": old,
        "after": new,
        "change": {
            "gestures": after.gestures - before.gestures,
            "amount": _text(after.amount_minor - before.amount_minor, currency),
            "approvals": after.approvals.total() - before.approvals.total(),
            "refused": after.refused.total() - before.refused.total(),
            "currency": currency,
        },
        "budgets": list(_budgets(replays[0], replays[1])),
        "reasons": [_reason(name, row, currency) for name, row in _by_change(found)],
        "more": _changes(found.more, currency),
        "less": _changes(found.less, currency),
        "same": found.cases - found.more.cases - found.less.cases,
        "missing_facts": {
            "cases": after.lacking_cases,
            "facts": dict(after.lacking.most_common()),
            "examples": [ref_of(Case, number) for number in found.lacking],
        },
    }


def _text(amount_minor: int, currency: str) -> str:
    return Money(amount_minor, currency).text


def _totals(name: str, policy: Policy, totals: Totals) -> TotalsDocument:
    currency = policy.currency

    def by(words: Counter[Any], amounts: Counter[Any]) -> dict[str, GesturesDocument]:
        return {
            word.value: {"gestures": count, "amount": _text(amounts[word], currency), "currency": currency}
            for word, count in sorted(words.items(), key=lambda item: item[0].rank)
        }

    return {
        "file": name,
        "version": policy.version,
        "gestures": totals.gestures,
        "amount": _text(totals.amount_minor, currency),
        "currency": currency,
        "by_class": by(totals.classes, totals.class_minor),
        "by_kind": by(totals.kinds, totals.kind_minor),
        "approvals": totals.approvals.total(),
        "approvals_by_role": {
            role.value: count for role, count in sorted(totals.approvals.items(), key=lambda it: it[0].rank)
        },
        "refused": totals.refused.total(),
        "refused_by": dict(totals.refused.most_common()),
        "no_rule": totals.no_rule,
        "lowered": totals.lowered,
        "from_range": totals.from_range,
        "missing_facts": totals.lacking_cases,
    }


def _budgets(before: Replay, after: Replay) -> Iterator[SimulatedBudgetDocument]:
    """Every budget and period that either replay drew on, in the order of the budgets."""
    uses = [
        {(terms.name, key): use for terms, key, use in replay.budgets.uses()} for replay in (before, after)
    ]
    terms_of = {terms.name: terms for replay in (before, after) for terms, _, _ in replay.budgets.uses()}
    order = {name: place for place, name in enumerate(terms_of)}
    for name, key in sorted({*uses[0], *uses[1]}, key=lambda found: (order[found[0]], found[1])):
        currency = terms_of[name].currency
        old, new = (_use(found.get((name, key)), currency) for found in uses)
        yield {"budget": name, "period": key, "currency": currency, "before": old, "after": new}


def _use(use: BudgetUse | None, currency: str) -> BudgetUseDocument | None:
    if use is None:
        return None
    return {
        "limit": _text(use.limit_minor, currency),
        "used": _text(use.used_minor, currency),
        "left": _text(use.left_minor, currency),
        "gestures": use.gestures,
        "refused": use.refused,
    }


def _by_change(found: ReplayComparison) -> list[tuple[str, ReasonTotals]]:
    """The reasons, sorted by the size of their change."""
    return sorted(found.reasons.items(), key=lambda item: (-abs(_change(item[1])), item[0]))


def _change(row: ReasonTotals) -> int:
    return row.amount_minor[1] - row.amount_minor[0]


def _reason(name: str, row: ReasonTotals, currency: str) -> ReasonTotalsDocument:
    def given(side: int) -> ReasonSumDocument:
        return {"gestures": row.gestures[side], "amount": _text(row.amount_minor[side], currency)}

    return {
        "reason": name,
        "cases": row.cases,
        "before": given(0),
        "after": given(1),
        "change": _text(_change(row), currency),
        "currency": currency,
    }


def _changes(changes: Changes, currency: str) -> CaseChangesDocument:
    return {
        "cases": changes.cases,
        "amount": _text(changes.amount_minor, currency),
        "currency": currency,
        "largest": [_case(change, currency) for change in changes.largest],
    }


def _case(change: CaseChange, currency: str) -> CaseChangeDocument:
    return {
        "case": ref_of(Case, change.case),
        "reason": change.reason,
        "before": _outcome(change.before, currency),
        "after": _outcome(change.after, currency),
        "change": _text(change.change_minor, currency),
        "currency": currency,
    }


def _outcome(outcome: ReplayedOutcome, currency: str) -> OutcomeDocument:
    worth = outcome.amount_minor if outcome.given else None
    return {
        "kind": outcome.kind.value if outcome.kind else None,
        "amount": None if worth is None else _text(worth, currency),
        "approver_role": outcome.approver.value if outcome.given and outcome.approver else None,
        "refused": outcome.refused or None,
    }
