"""What a policy says for one reason: its rules in the order in which they are tried, and what is asked."""

from dataclasses import dataclass

from followup.domain.goodwill.policy.facts import FactSpec
from followup.domain.goodwill.policy.policy import Policy, Rule
from followup.domain.shared.unreadable import nearest
from followup.errors import NotFound


@dataclass(frozen=True, slots=True)
class RuleForReason:
    """A rule that may match cases of a reason. `is_named`: it is for this reason, and not for all."""

    rule: Rule
    is_named: bool


@dataclass(frozen=True, slots=True)
class ReasonEntry:
    """A reason with its rules, and the declared facts that are asked for."""

    reason: str
    rules: tuple[RuleForReason, ...]
    facts: tuple[FactSpec, ...]


def by_reason(policy: Policy, reason: str) -> ReasonEntry:
    """What the policy says for a reason, whether or not a rule names it."""
    found = []
    for rule in policy.rules:
        asked = next((one for one in rule.when if one.fact.name == "reason"), None)
        if asked is None or asked.holds(reason):
            found.append(RuleForReason(rule, asked is not None and not asked.negated))
    return ReasonEntry(reason, tuple(found), policy.facts_for(reason))


def named_reason(policy: Policy, reason: str) -> ReasonEntry:
    """What the policy says for a reason that a rule names. Raises NotFound for another one."""
    if reason in policy.reasons:
        return by_reason(policy, reason)
    near = nearest(reason, policy.reasons)
    listed = ", ".join(policy.reasons) or "none; all its rules are for every reason"
    raise NotFound(
        f"No rule of the policy names the reason {reason!r}.",
        hint=f"Did you mean {near}?" if near else f"It names {listed}.",
        code="reason_not_in_policy",
    )
