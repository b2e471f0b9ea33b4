"""The offer to judge: the matched rule's own, or the one that the agent chose instead.

Values created for every case are plain tuples, because a simulation creates hundreds of thousands.
"""

from collections.abc import Mapping
from typing import NamedTuple

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.amounts import AmountRange, worth_minor
from followup.domain.goodwill.policy.facts import FactSpec, FactValue
from followup.domain.goodwill.policy.points import no_point_value
from followup.domain.goodwill.policy.policy import Policy, Rule
from followup.domain.goodwill.policy.recommendation import Refusal
from followup.domain.shared.money import Money, bad_amount
from followup.errors import WrongUsage


class Worth(NamedTuple):
    """The amount of a rule's offer in minor units, rounded. Both ends are equal unless it is a range; they
    are None for a kind without money and if facts are missing.
    """

    low_minor: int | None = None
    high_minor: int | None = None
    missing: tuple[str, ...] = ()


class UnguardedOffer(NamedTuple):
    """A gesture before the guards are applied. `is_chosen`: the agent named the amount, so it may not be
    lowered. `is_range`: the agent still has to choose an amount.
    """

    kind: GestureKind
    gesture_class: GestureClass
    low_minor: int | None = None
    high_minor: int | None = None
    is_range: bool = False
    is_chosen: bool = False

    @property
    def is_money(self) -> bool:
        """Whether it counts where gestures with money count. An item whose cost nobody says does not."""
        return self.kind.has_amount or self.high_minor is not None


def missing_names(specs: Mapping[str, FactSpec], facts: Mapping[str, FactValue], name: str) -> list[str]:
    """The facts that a person has to supply so that the fact `name` is known: itself, or those it is
    calculated from.
    """
    if name in facts:
        return []
    derived = specs[name].derived
    sources = derived.sources if derived else ()
    return [told for source in sources for told in missing_names(specs, facts, source)] or [name]


def work_out(policy: Policy, rule: Rule, facts: Mapping[str, FactValue]) -> Worth:
    """The amount of the rule's offer for these facts."""
    amount = rule.amount
    if amount is None:
        return Worth()
    if rule.needs and not facts.keys() >= rule.needed_facts:
        missing = [
            told
            for name in rule.needs
            if name not in facts
            for told in missing_names(policy.known_facts, facts, name)
        ]
        return Worth(missing=tuple(dict.fromkeys(missing)))
    if isinstance(amount, AmountRange):
        ends = (amount.low, amount.high)
        low, high = (worth_minor(end, facts, rule.round_to_minor, rule.rounding) for end in ends)
        return Worth(_whole(policy, rule.kind, low), _whole(policy, rule.kind, max(low, high)))
    worth = _whole(policy, rule.kind, worth_minor(amount, facts, rule.round_to_minor, rule.rounding))
    return Worth(worth, worth)


def _whole(policy: Policy, kind: GestureKind, amount_minor: int) -> int:
    """An amount as a whole number of points, rounded up, where points are offered."""
    if kind is not GestureKind.POINTS or policy.point_value is None:
        return amount_minor
    return policy.point_value.rounded_up(amount_minor)


def recommended_offer(rule: Rule, worth: Worth) -> UnguardedOffer:
    """The rule's own offer."""
    return UnguardedOffer(
        rule.kind, rule.gesture_class, worth.low_minor, worth.high_minor, isinstance(rule.amount, AmountRange)
    )


def chosen_offer(
    policy: Policy, rule: Rule | None, worth: Worth, kind: GestureKind | None, amount: Money | None
) -> UnguardedOffer | Refusal:
    """The offer that the agent chose, within the rule's range or instead of the rule's offer.

    It keeps the rule's class only if it is of the rule's kind and, if the class is corrective, not more than
    what is owed. Otherwise it is goodwill, so that "owed" cannot be used to avoid budgets. Where a rule
    offers an item and says no cost, the item is what is owed, whatever it costs. Raises WrongUsage for an
    inconsistent choice: an amount for a kind without money, or a kind with money and no amount.
    """
    kind = kind or (rule.kind if rule else None)
    if kind is None:
        raise WrongUsage(
            "No rule matches, so the kind of gesture must be chosen too.",
            hint=f"Add --kind, one of {', '.join(GestureKind.values())}.",
            code="choose_kind",
        )
    same_kind = rule is not None and rule.kind is kind
    if kind is GestureKind.POINTS and policy.point_value is None:
        raise no_point_value()
    if amount is not None and not kind.may_have_amount:
        raise WrongUsage(
            f"A gesture of kind {kind} has no amount.",
            hint="Leave --amount out.",
            code="kind_without_amount",
        )
    has_cost = rule is not None and same_kind and rule.amount is not None
    if amount is None and not (kind.has_amount or has_cost):
        return UnguardedOffer(kind, rule.gesture_class if rule and same_kind else GestureClass.GOODWILL)
    is_range = rule is not None and isinstance(rule.amount, AmountRange)
    if amount is None:
        offer = _offer_without_amount(rule, worth, kind, is_range)
        if offer.low_minor is None or offer.high_minor is None:
            return offer
        low, high = (_whole(policy, kind, minor) for minor in (offer.low_minor, offer.high_minor))
        return offer._replace(low_minor=low, high_minor=high)
    _check_amount(policy, amount)
    if kind is GestureKind.POINTS and policy.point_value is not None:
        policy.point_value.require_whole(amount)
    minor = amount.amount_minor
    if is_range and worth.low_minor is not None and worth.high_minor is not None:
        least, most = (Money(end, policy.currency) for end in (worth.low_minor, worth.high_minor))
        if not least <= amount <= most:
            return Refusal(
                "outside_range",
                f"{amount} is outside the range of the rule, {least} to {most}.",
                f"Choose an amount from {least.text} to {most.text}.",
            )
    gesture_class = GestureClass.GOODWILL
    is_item = kind.names_item and not has_cost
    within = is_item or (worth.high_minor is not None and minor <= worth.high_minor)
    if rule is not None and same_kind and within:
        gesture_class = rule.gesture_class
    return UnguardedOffer(kind, gesture_class, minor, minor, is_chosen=True)


def _offer_without_amount(
    rule: Rule | None, worth: Worth, kind: GestureKind, is_range: bool
) -> UnguardedOffer:
    """An offer of a chosen kind with the value that the rule recommends. Raises WrongUsage if the rule gives
    none.
    """
    if rule is None or rule.amount is None:
        raise WrongUsage(
            f"Nothing says how much the {kind} is worth.",
            hint="Add --amount, for instance --amount 12.",
            code="choose_amount",
        )
    gesture_class = rule.gesture_class if rule.kind is kind else GestureClass.GOODWILL
    return UnguardedOffer(kind, gesture_class, worth.low_minor, worth.high_minor, is_range)


def _check_amount(policy: Policy, amount: Money) -> None:
    if amount.currency != policy.currency:
        raise WrongUsage(
            f"{amount} is not in the policy's currency, {policy.currency}.",
            hint=f"Give the amount in {policy.currency}.",
            code="amount_in_other_currency",
        )
    if amount.amount_minor <= 0:
        raise bad_amount(
            f"{amount} is no amount to offer.",
            hint="Choose an apology or a callback where no money is due.",
        )
