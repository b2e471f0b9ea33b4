"""Finding the first matching rule without trying the rules one after the other.

For every fact used by a rule, the rules that a value satisfies are looked up as bits of one integer. After
all facts are combined, the lowest remaining bit is the first matching rule. The work grows with the number of
facts, not of rules.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from followup.domain.goodwill.policy.conditions import Condition, bounds_of
from followup.domain.goodwill.policy.facts import FactSpec, FactType, FactValue
from followup.domain.shared.money import Money

Column = tuple[str, int, Callable[[FactValue], int]]
"""A fact, the rules that do not use it (as bits), and a function from a value to the rules it satisfies."""


@dataclass(frozen=True, slots=True)
class RuleTable:
    """The conditions of a list of rules, indexed for fast matching."""

    all_rules: int
    columns: tuple[Column, ...]

    def first_match(self, facts: Mapping[str, FactValue]) -> int | None:
        """The index of the first rule whose conditions all hold. A condition on a missing fact does not
        hold.
        """
        matching = self.all_rules
        for name, indifferent, satisfied in self.columns:
            value = facts.get(name)
            matching &= indifferent if value is None else satisfied(value)
            if not matching:
                return None
        return (matching & -matching).bit_length() - 1 if matching else None

    def possible_matches(self, facts: Mapping[str, FactValue], askable: Set[str]) -> int:
        """The rules, as bits, that could match if the missing facts among `askable` became known."""
        matching = self.all_rules
        for name, indifferent, satisfied in self.columns:
            value = facts.get(name)
            if value is not None:
                matching &= satisfied(value)
            elif name not in askable:
                matching &= indifferent
        return matching


def build_table(rules: Sequence[Sequence[Condition]]) -> RuleTable:
    """Build the table of a list of rules, each given as its conditions."""
    by_fact: dict[str, list[tuple[int, Condition]]] = {}
    for place, conditions in enumerate(rules):
        for condition in conditions:
            by_fact.setdefault(condition.fact.name, []).append((place, condition))
    all_rules = (1 << len(rules)) - 1
    columns = []
    for name, asking in by_fact.items():
        indifferent = all_rules & ~sum(1 << place for place, _ in asking)
        spec = asking[0][1].fact
        lookup = _ordered_lookup if spec.ordered else _word_lookup
        columns.append((name, indifferent, lookup(spec, asking, indifferent)))
    return RuleTable(all_rules, tuple(columns))


def _word_lookup(
    spec: FactSpec,  # noqa: ARG001 - one interface for both kinds
    asking: list[tuple[int, Condition]],
    indifferent: int,
) -> Callable[[FactValue], int]:
    words = {word for _, condition in asking for word in condition.words}
    of_word = {
        word: indifferent | sum(1 << place for place, condition in asking if condition.holds(word))
        for word in words
    }
    of_others = indifferent | sum(1 << place for place, condition in asking if condition.negated)

    def satisfied(value: FactValue) -> int:
        return of_word.get(value, of_others)  # type: ignore[arg-type]

    return satisfied


def _ordered_lookup(
    spec: FactSpec, asking: list[tuple[int, Condition]], indifferent: int
) -> Callable[[FactValue], int]:
    bounds = bounds_of(condition for _, condition in asking)
    at = [
        indifferent | sum(1 << place for place, condition in asking if condition.holds_at(bound))
        for bound in bounds
    ]
    between = [
        indifferent | sum(1 << place for place, condition in asking if condition.holds_between(below, above))
        for below, above in zip((None, *bounds), (*bounds, None), strict=True)
    ]
    count = len(bounds)
    ranks = {word: rank for rank, word in enumerate(spec.choices)}
    is_money, is_level = spec.type is FactType.MONEY, spec.type is FactType.LEVEL

    def satisfied(value: FactValue) -> int:
        key: Any = value
        if is_money:
            assert isinstance(value, Money)
            key = value.amount_minor
        elif is_level:
            key = ranks[str(value)]
        place = bisect_left(bounds, key)
        exactly = place < count and bounds[place] == key
        return at[place] if exactly else between[place]

    return satisfied
