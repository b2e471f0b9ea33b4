"""Findings about the policies of a workspace with several currencies: what one has and another lacks.

Each currency has a policy file of its own, whose amounts differ as they are meant to. The rest is meant to be
the same, so that a case is treated alike whatever its order was paid in.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from followup.domain.goodwill.policy.facts import FactType
from followup.domain.goodwill.policy.finding import FindingCode, Level, PolicyFinding, warning
from followup.domain.goodwill.policy.policy import Policy, Rule
from followup.domain.goodwill.policy.wording import PolicyPart, condition_words, entries_of

_NOT_COMPARED = (PolicyPart.SETTING, PolicyPart.REQUIREMENT)
"""Parts that differ as they are meant to: the names of requirements are amounts."""


@dataclass(frozen=True, slots=True)
class OtherPolicy:
    """The policy of another currency of the workspace, and the name of its file."""

    file: str
    policy: Policy


def unlike(policy: Policy, other: OtherPolicy) -> Iterator[PolicyFinding]:
    """What the policy of another currency has and this one lacks, and the rules of both that differ in more
    than amounts. Nothing for a policy in the same currency."""
    if policy.currency == other.policy.currency:
        return
    yield from _lacking(policy, other)
    ours = {rule.id: rule for rule in policy.rules}
    for theirs in other.policy.rules:
        rule = ours.get(theirs.id)
        if rule is None:
            continue
        for said, own, foreign in zip(
            ("is for", "offers", "counts as"), _essence(rule), _essence(theirs), strict=True
        ):
            if own != foreign:
                yield warning(
                    FindingCode.UNLIKE_CURRENCIES,
                    rule,
                    f"it {said} {own} here, and {foreign} in {other.file}.",
                    "Say the same in both, but for amounts, or give the two rules different ids.",
                )


def _lacking(policy: Policy, other: OtherPolicy) -> Iterator[PolicyFinding]:
    ours = {(entry.part, entry.name) for entry in entries_of(policy)}
    for entry in entries_of(other.policy):
        if entry.part in _NOT_COMPARED or (entry.part, entry.name) in ours:
            continue
        what = entry.part.value if entry.name == entry.part else f"{entry.part} {entry.name}"
        yield PolicyFinding(
            Level.WARNING,
            policy.currency_line,
            "",
            f"{other.file} has the {what}, and this policy in {policy.currency} has not.",
            f"Add it with amounts in {policy.currency}, or take it out of {other.file}.",
            FindingCode.MISSING_IN_CURRENCY,
        )
    missing = len(other.policy.requirements) - len(policy.requirements)
    if missing > 0:
        yield PolicyFinding(
            Level.WARNING,
            policy.currency_line,
            "",
            f"{other.file} has {len(other.policy.requirements)} [[require]] tables, and this policy in "
            f"{policy.currency} has {len(policy.requirements)}.",
            f"Add what is missing, with amounts in {policy.currency}.",
            FindingCode.MISSING_IN_CURRENCY,
        )


def _essence(rule: Rule) -> tuple[str, str, str]:
    """Which cases a rule is for, by other conditions than those of money; what it offers; and as what."""
    conditions = sorted(
        condition_words(condition) for condition in rule.when if condition.fact.type is not FactType.MONEY
    )
    return (
        f"cases where {', '.join(conditions)}" if conditions else "all cases",
        f"a {' or a '.join(str(offer.kind) for offer in rule.offers)}",
        str(rule.gesture_class),
    )
