"""What a rule itself leaves for a case that was given something before: the amount owed, or the end of its
range, counts for the case and not for each gesture.
"""

from collections.abc import Mapping, Sequence

from followup.domain.goodwill.gesture import GestureClass
from followup.domain.goodwill.policy.amounts import AmountRange, Bounded, worth_minor
from followup.domain.goodwill.policy.facts import FactValue
from followup.domain.goodwill.policy.given_before import GivenBefore
from followup.domain.goodwill.policy.offer import UnguardedOffer, Worth
from followup.domain.goodwill.policy.policy import Rule


def rule_bounds(rule: Rule, offer: UnguardedOffer) -> bool:
    """Whether the rule limits this offer: its own one, an amount in its range, or what is owed. Another
    amount of goodwill is the agent's decision, within authority and caps.
    """
    owed = offer.gesture_class is GestureClass.CORRECTIVE
    return not offer.is_chosen or owed or isinstance(rule.amount, AmountRange)


def most_by_rule(rule: Rule, worth: Worth, facts: Mapping[str, FactValue]) -> int | None:
    """The most that a rule gives for one case, in minor units: the end of its range, its `at_most`, else the
    amount itself. What is owed is never more than the amount. None if it is not known.
    """
    amount = rule.amount
    if worth.high_minor is None or rule.gesture_class is GestureClass.CORRECTIVE:
        return worth.high_minor
    if isinstance(amount, Bounded) and amount.at_most is not None:
        return max(worth.high_minor, worth_minor(amount.at_most, facts, rule.round_to_minor, rule.rounding))
    return worth.high_minor


def given_by_rule(rule: Rule, before: Sequence[GivenBefore]) -> int:
    """What counts against the most by a rule, in minor units: of what is owed, what this rule gave; of
    goodwill, all that the case was given.
    """
    own = [one for one in before if one.same_case and one.gesture_class is rule.gesture_class]
    if rule.gesture_class is GestureClass.CORRECTIVE:
        own = [one for one in own if one.rule == rule.id]
    return sum(one.amount_minor for one in own)
