"""The lint of a policy: unreachable rules, cases that no rule covers, overlapping rules, amounts that nobody
may approve, and what looks like a slip.

Every finding names its place and a way to mend it. A finding never stops other checks.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from followup.domain.goodwill.policy.decision_space import MOST_STEPS
from followup.domain.goodwill.policy.finding import FindingCode, Level, PolicyFinding
from followup.domain.goodwill.policy.lint_amounts import (
    bounds_the_wrong_way,
    caps_below_offers,
    never_paid,
    odd_percents,
)
from followup.domain.goodwill.policy.lint_authority import falling, inherited, unapprovable
from followup.domain.goodwill.policy.lint_currencies import OtherPolicy, unlike
from followup.domain.goodwill.policy.lint_reach import (
    MOST_EXAMPLES,
    contradictions,
    overlaps,
    shadowed,
    uncovered,
)
from followup.domain.goodwill.policy.policy import Policy
from followup.domain.goodwill.policy.policy_file import read_policy
from followup.domain.shared.toml_file import BrokenFile, Mistake
from followup.domain.shared.unreadable import nearest

__all__ = ["NOWHERE", "Level", "PolicyFinding", "Surroundings", "lint", "lint_text"]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a policy is checked against: the currencies of the workspace and of its budgets, and the reasons
    of its cases and settings. Empty or None: not checked. `told_facts` are the facts that letters name.
    `others` are the policies of its other currencies; the values of customers are in `main_currency`, by
    default in the policy's.
    """

    currencies: frozenset[str] = frozenset()
    budget_currencies: frozenset[str] = frozenset()
    reasons: frozenset[str] | None = None
    told_facts: frozenset[str] = frozenset()
    others: tuple[OtherPolicy, ...] = ()
    main_currency: str | None = None


NOWHERE = Surroundings()
"""The surroundings of a file that belongs to no workspace."""


def lint(
    policy: Policy, *, around: Surroundings = NOWHERE, most_steps: int = MOST_STEPS
) -> tuple[PolicyFinding, ...]:
    """All findings about a policy, in the order of the file. `most_steps` bounds each search; an abandoned
    search is reported as a finding.
    """
    findings = [
        *contradictions(policy),
        *shadowed(policy, most_steps),
        *islice(overlaps(policy), MOST_EXAMPLES),
        *uncovered(policy, most_steps),
        *odd_percents(policy),
        *bounds_the_wrong_way(policy),
        *never_paid(policy),
        *caps_below_offers(policy),
        *unapprovable(policy),
        *inherited(policy),
        *falling(policy),
        *_unused_facts(policy, around.told_facts),
        *_unused_reasons(policy, around.reasons),
        *_currencies(policy, around),
        *(finding for other in around.others for finding in unlike(policy, other)),
    ]
    return tuple(sorted(findings, key=lambda finding: finding.line))


def lint_text(text: str, source: str, *, around: Surroundings = NOWHERE) -> tuple[PolicyFinding, ...]:
    """All findings about the text of a policy file, valid or not, in the order of its lines.

    If the file has mistakes, only findings that no correction of them could change are given: errors in the
    valid rules, provided that all mistakes are in rules.
    """
    try:
        policy, file = read_policy(text, source, around.main_currency)
    except BrokenFile as error:
        return tuple(_of_mistake(mistake, "") for mistake in error.mistakes)
    if not file.mistakes:
        return lint(policy, around=around)
    broken = [_rule_name(policy, mistake) for mistake in file.mistakes]
    findings = [_of_mistake(*one) for one in zip(file.mistakes, broken, strict=True)]
    if all(broken):
        sound = tuple(rule for rule in policy.rules if rule.id and rule.id not in broken)
        rest = lint(replace(policy, rules=sound), around=around)
        findings += [finding for finding in rest if finding.level is Level.ERROR and finding.rule]
    return tuple(sorted(findings, key=lambda finding: finding.line))


def _rule_name(policy: Policy, mistake: Mistake) -> str:
    """The id of the rule that a mistake is in, or its number; "" if it is in no rule."""
    match mistake.path:
        case ("rule", int(place), *_):
            return policy.rules[place].id or str(place + 1)
    return ""


def _of_mistake(mistake: Mistake, rule: str) -> PolicyFinding:
    if rule:
        return PolicyFinding(Level.ERROR, mistake.line, rule, mistake.message, mistake.mend)
    where = f"{mistake.where}: " if mistake.where else ""
    return PolicyFinding(Level.ERROR, mistake.line, "", f"{where}{mistake.message}", mistake.mend)


def _unused_facts(policy: Policy, told: frozenset[str]) -> Iterator[PolicyFinding]:
    """Declared facts that no rule, no cap and no phrase of a letter uses."""
    used = {*policy.with_sources(policy.asked_facts), *told}
    for name, spec in policy.facts.items():
        if name not in used:
            mend = "Use it in a rule, or leave it out: people are asked for it."
            message = f"no rule uses the fact {name}."
            yield PolicyFinding(Level.WARNING, spec.line, "", message, mend, FindingCode.UNUSED_FACT)


def _unused_reasons(policy: Policy, known: frozenset[str] | None) -> Iterator[PolicyFinding]:
    """Reasons of rules and caps that neither a case nor the settings have."""
    if known is None:
        return
    named = [
        (str(word), rule.line, rule.id)
        for rule in policy.rules
        for condition in rule.when
        if condition.fact.name == "reason"
        for word in sorted(map(str, condition.words))
    ]
    named += [(reason, cap.line, "") for cap in policy.caps for reason in cap.reasons]
    told: set[str] = set()
    for reason, line, rule in named:
        if reason in known or reason in told:
            continue
        told.add(reason)
        near = nearest(reason, sorted(known))
        message = f"no case has the reason {reason}, and the settings do not name it."
        mend = (
            f"Did you mean {near}?"
            if near
            else "Leave it out, or give it a phrase in the settings: [reasons]."
        )
        yield PolicyFinding(Level.WARNING, line, rule, message, mend, FindingCode.UNUSED_REASON)


def _currencies(policy: Policy, around: Surroundings) -> Iterator[PolicyFinding]:
    code = FindingCode.OTHER_CURRENCY
    if around.currencies and policy.currency not in around.currencies:
        listed = ", ".join(sorted(around.currencies))
        message = f"the policy is in {policy.currency}, and the workspace counts in {listed}."
        mend = (
            f'Write currency = "{sorted(around.currencies)[0]}", and amounts in it, or name '
            f"{policy.currency} among the currencies in followup.toml."
        )
        yield PolicyFinding(Level.ERROR, policy.currency_line, "", message, mend, code)
        return
    others = sorted(around.budget_currencies - {policy.currency} - around.currencies)
    if others:
        message = f"the policy is in {policy.currency}, and there are budgets in {', '.join(others)}."
        mend = "Name each currency of a budget among the currencies in followup.toml."
        yield PolicyFinding(Level.ERROR, 1, "", message, mend, code)
