"""What is to be judged: the matched rule's offer worked out, or what the agent chose instead.

Values that are made for every case are plain tuples: a replay makes hundreds of thousands."""

from collections.abc import Mapping
from typing import NamedTuple

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.amounts import AmountRange, worth_minor
from followup.domain.goodwill.policy.facts import FactSpec, FactValue
from followup.domain.goodwill.policy.policy import Policy, Rule
from followup.domain.goodwill.policy.recommendation import Refusal
from followup.domain.shared.money import Money, bad_amount
from followup.errors import WrongUsage


class Worth(NamedTuple):
    """What a rule's amount comes to in minor units, rounded: both ends are equal unless it is a range.
    None for a kind without money, and where facts are missing."""

    low_minor: int | None = None
    high_minor: int | None = None
    missing: tuple[str, ...] = ()


class UnguardedOffer(NamedTuple):
    """A gesture before its guards. `is_chosen` says that the agent named the amount, so that it may not
    be lowered; `is_range` that the agent has still to name one."""

    kind: GestureKind
    gesture_class: GestureClass
    low_minor: int | None = None
    high_minor: int | None = None
    is_range: bool = False
    is_chosen: bool = False


def missing_names(specs: Mapping[str, FactSpec], facts: Mapping[str, FactValue], name: str) -> list[str]:
    """What a person has to tell so that a fact is known: its name, or those it is worked out from."""
    if name in facts:
        return []
    elapsed = specs[name].elapsed
    sources = [elapsed.start, elapsed.end] if elapsed else []
    return [source for source in sources if source not in facts] or [name]


def work_out(policy: Policy, rule: Rule, facts: Mapping[str, FactValue]) -> Worth:
    """What the rule's amount comes to for these facts."""
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
        low = worth_minor(amount.low, facts, rule.round_to_minor)
        high = worth_minor(amount.high, facts, rule.round_to_minor)
        return Worth(low, max(low, high))
    worth = worth_minor(amount, facts, rule.round_to_minor)
    return Worth(worth, worth)


def recommended_offer(rule: Rule, worth: Worth) -> UnguardedOffer:
    """The rule's own offer."""
    return UnguardedOffer(
        rule.kind, rule.gesture_class, worth.low_minor, worth.high_minor, isinstance(rule.amount, AmountRange)
    )


def chosen_offer(
    policy: Policy, rule: Rule | None, worth: Worth, kind: GestureKind | None, amount: Money | None
) -> UnguardedOffer | Refusal:
    """What the agent chose, within the rule's range or instead of what it recommends.

    It keeps the rule's class only if it is of the rule's kind and, where money is owed, not more than what
    is owed; otherwise it is goodwill, so that "owed" is no way round the budgets. Raises WrongUsage for a
    choice that makes no sense: money with a kind that has none, no money with one that has."""
    kind = kind or (rule.kind if rule else None)
    if kind is None:
        raise WrongUsage(
            "No rule matches, so the kind of gesture must be chosen too.",
            hint=f"Add --kind, one of {', '.join(GestureKind.values())}.",
            code="choose_kind",
        )
    same_kind = rule is not None and rule.kind is kind
    if not kind.has_amount:
        if amount is not None:
            raise WrongUsage(
                f"A gesture of kind {kind} has no amount.",
                hint="Leave --amount out.",
                code="kind_without_amount",
            )
        return UnguardedOffer(kind, rule.gesture_class if rule and same_kind else GestureClass.GOODWILL)
    is_range = rule is not None and isinstance(rule.amount, AmountRange)
    if amount is None:
        return _offer_without_amount(rule, worth, kind, is_range)
    _check_amount(policy, amount)
    minor = amount.amount_minor
    if is_range and worth.low_minor is not None and worth.high_minor is not None:
        low, high = (Money(end, policy.currency) for end in (worth.low_minor, worth.high_minor))
        if not low <= amount <= high:
            return Refusal(
                "outside_range",
                f"{amount} is outside the range of the rule, {low} to {high}.",
                f"Choose an amount from {low.text} to {high.text}.",
            )
    gesture_class = GestureClass.GOODWILL
    if rule is not None and same_kind and (worth.high_minor is not None and minor <= worth.high_minor):
        gesture_class = rule.gesture_class
    return UnguardedOffer(kind, gesture_class, minor, minor, is_chosen=True)


def _offer_without_amount(
    rule: Rule | None, worth: Worth, kind: GestureKind, is_range: bool
) -> UnguardedOffer:
    """Another kind, worth what the rule recommends."""
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
