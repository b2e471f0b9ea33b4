"""All cases that a policy can tell apart, as a finite space: the values of each fact are divided into cells.

All values between two neighbouring bounds meet the same conditions, so they form one cell; so do all words
that no condition names. A set of cells is an integer with one bit per cell; a box is one such set for each
fact. Subtracting the boxes of rules from each other decides exactly which cases no rule covers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from followup.domain.goodwill.policy.conditions import Condition, bounds_of
from followup.domain.goodwill.policy.derived import Ratio
from followup.domain.goodwill.policy.facts import Comparable, FactSpec, FactType, show_key, sort_key

Box = tuple[int, ...]
"""For each fact of a space, the set of cells inside the box, as bits."""

MOST_STEPS = 400_000
"""The number of box comparisons after which a search is abandoned: some seconds of work."""


class TooMuchWork(Exception):
    """A search was abandoned because it took too many steps."""


@dataclass(frozen=True, slots=True)
class Axis:
    """The cells of one fact. `shown` has an example value for each cell; the last cell stands for cases that
    lack the fact.
    """

    fact: FactSpec
    shown: tuple[str, ...]
    of_conditions: tuple[tuple[Condition, int], ...]

    @property
    def missing(self) -> int:
        """The cell of cases that lack the fact."""
        return 1 << len(self.shown)

    @property
    def known(self) -> int:
        """All cells but the missing one."""
        return self.missing - 1

    def cells_of(self, condition: Condition) -> int:
        """The cells that meet a condition."""
        return next(cells for one, cells in self.of_conditions if one is condition)

    def example_of(self, cells: int) -> str:
        """An example value from the first of these cells."""
        return self.shown[(cells & -cells).bit_length() - 1]


@dataclass(frozen=True, slots=True)
class Space:
    """The axes of all facts that occur in conditions."""

    axes: tuple[Axis, ...]

    def box_of(self, conditions: Sequence[Condition]) -> Box:
        """The cases that meet all conditions. A fact without a condition may also be missing."""
        by_name = {condition.fact.name: condition for condition in conditions}
        return tuple(
            axis.cells_of(by_name[axis.fact.name]) if axis.fact.name in by_name else axis.known | axis.missing
            for axis in self.axes
        )

    @property
    def known_box(self) -> Box:
        """All cases that lack no fact."""
        return tuple(axis.known for axis in self.axes)


def space_of(rules: Sequence[Sequence[Condition]]) -> Space:
    """The space of a list of rules, each given as its conditions."""
    by_name: dict[str, list[Condition]] = {}
    for conditions in rules:
        for condition in conditions:
            by_name.setdefault(condition.fact.name, []).append(condition)
    return Space(tuple(_axis(conditions) for conditions in by_name.values()))


def find_uncovered(box: Box, covers: Sequence[Box], steps: list[int]) -> Box | None:
    """A part of `box` that none of `covers` includes, or None. `steps` is a list of one number, the
    comparisons left; it is counted down. Raises TooMuchWork at zero.
    """
    for place, cover in enumerate(covers):
        steps[0] -= 1
        if steps[0] < 0:
            raise TooMuchWork
        shared = [mine & theirs for mine, theirs in zip(box, cover, strict=True)]
        if not all(shared):
            continue
        rest = covers[place + 1 :]
        inside = list(box)
        for axis, mine in enumerate(box):
            outside = mine & ~cover[axis]
            if outside:
                found = find_uncovered((*inside[:axis], outside, *inside[axis + 1 :]), rest, steps)
                if found is not None:
                    return found
            inside[axis] = shared[axis]
        return None
    return box


def _axis(conditions: list[Condition]) -> Axis:
    return _ordered_axis(conditions) if conditions[0].fact.ordered else _word_axis(conditions)


def _word_axis(conditions: list[Condition]) -> Axis:
    fact = conditions[0].fact
    if fact.type is FactType.YES_NO:
        words: list[str | bool] = [True, False]
    elif fact.choices:
        words = list(fact.choices)
    else:
        words = [*dict.fromkeys(word for one in conditions for word in sorted(one.words, key=str)), ""]
    shown = {True: "yes", False: "no", "": "something else"}
    cells = [(one, sum(1 << bit for bit, word in enumerate(words) if one.holds(word))) for one in conditions]
    return Axis(fact, tuple(shown.get(word, str(word)) for word in words), tuple(cells))


def _ordered_axis(conditions: list[Condition]) -> Axis:
    """The cells of an ordered fact, ascending: the bounds, and the gaps between them that contain a possible
    value.
    """
    fact = conditions[0].fact
    lowest, highest = _ends(fact)
    bounds = bounds_of(conditions)
    shown: list[str] = []
    cells = dict.fromkeys(range(len(conditions)), 0)
    for place, above in enumerate((*bounds, None)):
        below = bounds[place - 1] if place else None
        between = _value_between(fact, below, above, lowest, highest)
        if between is not None:
            for number, one in enumerate(conditions):
                cells[number] |= one.holds_between(below, above) << len(shown)
            shown.append(_shown(fact, between))
        if above is not None and not _outside(above, lowest, highest):
            for number, one in enumerate(conditions):
                cells[number] |= one.holds_at(above) << len(shown)
            shown.append(_shown(fact, above))
    return Axis(fact, tuple(shown), tuple((one, cells[number]) for number, one in enumerate(conditions)))


def _shown(fact: FactSpec, key: Comparable) -> str:
    shown = show_key(fact, key)
    return f"{shown} {fact.unit}" if fact.unit else shown


def _ends(fact: FactSpec) -> tuple[Comparable | None, Comparable | None]:
    """The smallest and the greatest possible value of a fact, None where unbounded."""
    low = None if fact.minimum is None else sort_key(fact, fact.minimum)
    high = None if fact.maximum is None else sort_key(fact, fact.maximum)
    if fact.type in (FactType.MONEY, FactType.ELAPSED, FactType.RATIO) and low is None:
        low = 0
    if isinstance(fact.derived, Ratio) and fact.derived.rest:
        high = 100
    if fact.type is FactType.LEVEL:
        return 0, len(fact.choices) - 1
    return low, high


def _outside(key: Comparable, lowest: Comparable | None, highest: Comparable | None) -> bool:
    return (lowest is not None and key < lowest) or (highest is not None and highest < key)


def _value_between(
    fact: FactSpec,
    below: Any,
    above: Any,
    lowest: Comparable | None,
    highest: Comparable | None,
) -> Comparable | None:
    """A possible value between two bounds (both excluded), or None if there is none."""
    candidates: list[Any] = []
    if below is not None and above is not None:
        candidates.append(below + (above - below) / 2 if _dense(fact) else below + _step(below))
    elif below is not None:
        candidates.append(below + _step(below))
    elif above is not None:
        candidates.append(above - _step(above))
    for key in (*candidates, lowest, highest):
        if key is None or _outside(key, lowest, highest):
            continue
        if (below is None or below < key) and (above is None or key < above):
            return key  # type: ignore[no-any-return]
    return None


def _dense(fact: FactSpec) -> bool:
    """Whether there is another value between any two values of the fact."""
    return fact.type in (FactType.DECIMAL, FactType.RATIO, FactType.INSTANT)


def _step(key: object) -> object:
    if isinstance(key, datetime):
        return timedelta(hours=1)
    if isinstance(key, date):
        return timedelta(days=1)
    return Decimal(1) if isinstance(key, Decimal) else 1
