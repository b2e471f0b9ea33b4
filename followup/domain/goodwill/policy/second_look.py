"""A second look at a gesture that was requested: whether the policy would say the same of it today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.policy_reason import ApprovalNeed, PolicyReason
from followup.domain.goodwill.policy.recommendation import Recommendation
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money
from followup.domain.shared.word import Word


class Difference(Word):
    """What the policy would say today that it did not say of a gesture when it was requested."""

    REFUSED = "refused", "A rule, a cap or a guard now forbids it"
    KIND = "kind", "Another kind is offered"
    AMOUNT = "amount", "Another amount is offered"
    CLASS = "class", "It is owed and was not, or was owed and is not"
    RULE = "rule", "Another rule applies"
    OFFER = "offer", "The rule that the agent chose against offers something else"
    APPROVER = "approver", "A higher role has to approve it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """What a gesture was when it was requested. `reasons` are those of its recommendation, as documents;
    `approver_role` is who has to approve it, None for nobody."""

    rule: str | None
    kind: GestureKind
    gesture_class: GestureClass
    amount: Money | None
    reasons: Sequence[Mapping[str, Any]]
    approver_role: Role | None


def differences(requested: Requested, today: Recommendation) -> tuple[Difference, ...]:
    """How today's judgement of a requested gesture differs from the one it was requested with.

    Who approves counts only where a higher role is needed, and not for the total of a day: another day has
    another total."""
    if today.refused is not None:
        return (Difference.REFUSED,)
    role = None if today.need is ApprovalNeed.PER_DAY else today.approver_role
    needed, before = (-1 if one is None else one.rank for one in (role, requested.approver_role))
    found = {
        Difference.KIND: today.kind is not requested.kind,
        Difference.AMOUNT: today.amount != requested.amount,
        Difference.CLASS: today.gesture_class is not requested.gesture_class,
        Difference.RULE: today.rule != requested.rule,
        Difference.OFFER: _set_aside([one.to_document() for one in today.reasons])
        != _set_aside(requested.reasons),
        Difference.APPROVER: needed > before,
    }
    return tuple(difference for difference, is_so in found.items() if is_so)


def _set_aside(reasons: Sequence[Mapping[str, Any]]) -> Any:
    """What the rule offers that the agent chose against."""
    code = PolicyReason.RULE_OFFERS.value
    return next((reason.get("offered") for reason in reasons if reason.get("code") == code), None)
