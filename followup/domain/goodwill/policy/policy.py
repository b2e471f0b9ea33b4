"""A policy in memory: rules in order, guards, authority, and the index for matching."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.amounts import Amount, AmountRange, Rounding, worth_minor
from followup.domain.goodwill.policy.authority import Authority, Never, Repeat, Requirement
from followup.domain.goodwill.policy.caps import Cap, Cooldown, Overcompensation
from followup.domain.goodwill.policy.conditions import Condition
from followup.domain.goodwill.policy.facts import FactSpec
from followup.domain.goodwill.policy.kept import Keeping
from followup.domain.goodwill.policy.matching import RuleTable
from followup.domain.goodwill.policy.points import PointValue


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: if all conditions hold, this gesture is offered. `amount` is None for kinds without money;
    `needs` names the facts that the amount is calculated from.

    `alternatives` are what the customer may have instead: each the same rule with another kind and amount.
    `keeping`: an amount below the smallest payout is kept and added to the next one; None if it is refused.
    """

    id: str
    when: tuple[Condition, ...]
    gesture_class: GestureClass
    kind: GestureKind
    amount: Amount | AmountRange | None
    minimum_payout_minor: int = 0
    round_to_minor: int = 1
    rounding: Rounding = Rounding.HALF_UP
    why: str = ""
    keeping: Keeping | None = None
    alternatives: tuple["Rule", ...] = ()
    line: int = field(default=0, compare=False)
    needs: tuple[str, ...] = field(init=False, compare=False, repr=False)
    needed_facts: frozenset[str] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "needs", () if self.amount is None else self.amount.needs)
        object.__setattr__(self, "needed_facts", frozenset(self.needs))

    @property
    def offers(self) -> tuple["Rule", ...]:
        """The rule itself and its alternatives."""
        return (self, *self.alternatives)

    @property
    def uses(self) -> tuple[str, ...]:
        """The facts that the rule's conditions and all its amounts use."""
        return (
            *(condition.fact.name for condition in self.when),
            *(name for offer in self.offers for name in offer.needs),
        )

    def offering(self, kind: GestureKind | None) -> "Rule":
        """The rule with the alternative of this kind as its offer; the rule itself if it has none."""
        return next((offer for offer in self.offers if offer.kind is kind), self)


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole policy file. `facts` are the declared facts; `known_facts` has the built-in facts as well;
    `derived_facts` are calculated from others, each after those it is calculated from; `sha256` is the hash
    of the file's text.
    """

    version: str
    currency: str
    timezone: str
    facts: Mapping[str, FactSpec]
    known_facts: Mapping[str, FactSpec]
    derived_facts: tuple[FactSpec, ...]
    rules: tuple[Rule, ...]
    caps: tuple[Cap, ...]
    cooldowns: tuple[Cooldown, ...]
    overcompensation: Overcompensation | None
    nevers: tuple[Never, ...]
    repeats: tuple[Repeat, ...]
    authorities: tuple[Authority, ...]
    requirements: tuple[Requirement, ...]
    sha256: str
    currency_line: int = field(compare=False)
    table: RuleTable = field(compare=False, repr=False)
    fixed_offers: frozenset[tuple[str, int]] = field(init=False, compare=False, repr=False)
    """The ids of rules with a fixed amount, each with that amount in minor units."""
    asked_facts: frozenset[str] = field(init=False, compare=False, repr=False)
    """The names of the facts used in a condition or an amount of a rule, or in a cap."""

    point_value: PointValue | None = None
    """What a loyalty point is worth; None where none are given."""

    def __post_init__(self) -> None:
        fixed = (
            (rule.id, worth_minor(rule.amount, {}, rule.round_to_minor, rule.rounding))
            for rule in self.offers
            if rule.amount is not None and not isinstance(rule.amount, AmountRange) and not rule.needs
        )
        object.__setattr__(self, "fixed_offers", frozenset(fixed))
        used = {name for rule in self.rules for name in rule.uses}
        used |= {cap.share.of for cap in self.caps if cap.share is not None}
        object.__setattr__(self, "asked_facts", frozenset(used))

    @property
    def offers(self) -> tuple[Rule, ...]:
        """All offers of all rules: each rule, and its alternatives after it."""
        return tuple(offer for rule in self.rules for offer in rule.offers)

    @property
    def reasons(self) -> tuple[str, ...]:
        """All reasons named in rules, in the order of the file."""
        named = [
            word
            for rule in self.rules
            for condition in rule.when
            if condition.fact.name == "reason"
            for word in sorted(map(str, condition.words))
        ]
        return tuple(dict.fromkeys(named))

    def facts_for(self, reason: str) -> tuple[FactSpec, ...]:
        """The declared facts that rules for this reason use, in the order of the file. A derived fact is
        replaced by the facts it is calculated from.
        """
        wanted: set[str] = set()
        for rule in self.rules:
            if all(one.holds(reason) for one in rule.when if one.fact.name == "reason"):
                wanted |= set(rule.uses)
        wanted |= {cap.share.of for cap in self.caps if cap.share and reason in (cap.reasons or (reason,))}
        wanted = self.with_sources(wanted)
        return tuple(spec for spec in self.facts.values() if spec.name in wanted and spec.derived is None)

    def offers_item_for(self, reason: str) -> bool:
        """Whether a rule for this reason offers an item: something replaced, mended or sent again."""
        return any(
            rule.kind.names_item and all(one.holds(reason) for one in rule.when if one.fact.name == "reason")
            for rule in self.offers
        )

    def offers_call_for(self, reason: str, feeling: str) -> bool:
        """Whether a rule for this reason and feeling offers a call."""
        told = {"reason": reason, "feeling": feeling}
        return any(
            rule.kind is GestureKind.CALLBACK
            and all(one.holds(told[one.fact.name]) for one in rule.when if one.fact.name in told)
            for rule in self.offers
        )

    def with_sources(self, names: Set[str]) -> set[str]:
        """The names of facts, and of all facts that these are calculated from."""
        found = set(names)
        for spec in reversed(self.derived_facts):
            if spec.name in found and spec.derived is not None:
                found |= set(spec.derived.sources)
        return found
