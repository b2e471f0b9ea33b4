"""Whether customers are treated alike: each agent's amounts compared with those of colleagues for the same
kind of case, with statistics that are robust against single large gestures.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from statistics import median

from followup.domain.shared.word import Word

ENOUGH_ALIKE = 3
"""The fewest gestures of colleagues for the same kind of case with which a gesture is compared."""

ENOUGH_COMPARED = 10
"""The fewest compared gestures of an agent from which a statement is made about the agent."""

ENOUGH_AGENTS = 5
"""The fewest agents with `ENOUGH_COMPARED` gestures from which outliers are named."""

NOTICEABLE = Fraction(1, 10)
"""The smallest difference, as a part of what colleagues give, that a customer would notice."""

_OUTLYING = Fraction(35, 10)
_OF_MAD = Fraction(6745, 10_000)
_OF_MEAN = Fraction(1_253_314, 1_000_000)


class PeerStanding(Word):
    """How an agent's amounts compare with those of colleagues."""

    ALIKE = "alike", "Much as colleagues"
    MORE = "more", "Noticeably more than colleagues"
    LESS = "less", "Noticeably less than colleagues"
    UNKNOWN = "unknown", "Too few to say"


@dataclass(frozen=True, slots=True)
class GivenAmount:
    """An amount that an agent gave a number of times for one kind of case."""

    agent: int
    alike: Hashable
    amount_minor: int
    times: int = 1


@dataclass(frozen=True, slots=True)
class PeerComparison:
    """An agent's amounts compared with those of colleagues for the same kinds of cases, in minor units.

    `difference` is the mean of the gestures' differences. `spread` is the median distance of the differences
    from their median. `above` and `below` count the gestures with a positive and a negative difference.
    """

    compared: int
    average: Fraction
    colleagues: Fraction
    difference: Fraction
    spread: Fraction
    above: int
    below: int


def compare(amounts: Iterable[GivenAmount]) -> dict[int, PeerComparison]:
    """Compare each agent's amounts with those of colleagues, for agents with at least one comparable gesture.

    Each gesture is compared with the median of what the other agents gave for the same kind of case
    (`alike`). Comparing within such groups removes the effect of the mix of cases (direct standardization);
    leaving out the agent's own gestures prevents an agent who gives most of them from being compared with
    themselves.
    """
    groups: dict[Hashable, dict[int, dict[int, int]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(int))
    )
    for one in amounts:
        groups[one.alike][one.agent][one.amount_minor] += one.times
    pairs: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for by_agent in groups.values():
        together: dict[int, int] = defaultdict(int)
        for own in by_agent.values():
            for amount, times in own.items():
                together[amount] += times
        everybody = _Counted(together)
        for agent, own in by_agent.items():
            twice_usual = _twice_median_of_others(everybody, _Counted(own))
            if twice_usual is not None:
                pairs[agent] += [(amount, twice_usual, times) for amount, times in own.items()]
    return {agent: _comparison(found) for agent, found in pairs.items()}


def standings(comparisons: Mapping[int, PeerComparison]) -> dict[int, PeerStanding]:
    """Classify agents as giving noticeably more or less than colleagues, or not.

    An agent stands out if all of these hold: the modified z-score of their difference, among agents with
    `ENOUGH_COMPARED` gestures, is beyond 3.5 (Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993:
    0.6745 times the distance from the median, divided by the median absolute deviation); the difference is
    `NOTICEABLE`; and more than half of their gestures differ in that direction, so a single large gift makes
    nobody an outlier.
    """
    known = {agent: one for agent, one in comparisons.items() if one.compared >= ENOUGH_COMPARED}
    found = dict.fromkeys(comparisons, PeerStanding.UNKNOWN)
    if len(known) < ENOUGH_AGENTS:
        return found
    scores = modified_z_scores([one.difference for one in known.values()])
    for (agent, one), score in zip(known.items(), scores, strict=True):
        found[agent] = _standing(one, score)
    return found


def modified_z_scores(values: Sequence[Fraction]) -> list[Fraction]:
    """The modified z-score of each value. If more than half of the values are equal, 1.2533 times the mean
    absolute deviation replaces the median absolute deviation.
    """
    middle = median(values)
    distances = [value - middle for value in values]
    mad = median([abs(distance) for distance in distances])
    if mad:
        return [_OF_MAD * distance / mad for distance in distances]
    mean = sum((abs(distance) for distance in distances), Fraction(0)) / len(values)
    return [distance / (_OF_MEAN * mean) if mean else Fraction(0) for distance in distances]


class _Counted:
    """Amounts with their frequencies, in ascending order, and cumulative counts."""

    def __init__(self, times: Mapping[int, int]) -> None:
        self.amounts = sorted(times)
        self.up_to = list(accumulate(times[amount] for amount in self.amounts))

    def number_up_to(self, amount: int) -> int:
        place = bisect_right(self.amounts, amount)
        return self.up_to[place - 1] if place else 0


def _twice_median_of_others(everybody: _Counted, own: _Counted) -> int | None:
    """Twice the median of all amounts but the agent's own (an integer); None if there are fewer than
    `ENOUGH_ALIKE`. Uses bisection, because a large group needs as many medians as it has agents.
    """
    count = everybody.up_to[-1] - own.up_to[-1]
    if count < ENOUGH_ALIKE:
        return None

    def others_up_to(place: int) -> int:
        return everybody.up_to[place] - own.number_up_to(everybody.amounts[place])

    places = range(len(everybody.amounts))
    low, high = (
        everybody.amounts[bisect_right(places, number, key=others_up_to)]
        for number in ((count - 1) // 2, count // 2)
    )
    return low + high


def _standing(one: PeerComparison, score: Fraction) -> PeerStanding:
    same_way = one.above if one.difference > 0 else one.below
    is_habit = 2 * same_way > one.compared and abs(one.difference) >= NOTICEABLE * one.colleagues
    if abs(score) <= _OUTLYING or not is_habit or (score > 0) != (one.difference > 0):
        return PeerStanding.ALIKE
    return PeerStanding.MORE if one.difference > 0 else PeerStanding.LESS


def _comparison(found: Sequence[tuple[int, int, int]]) -> PeerComparison:
    """The comparison of amounts, twice the usual amount for each, and frequencies. Calculated with integers,
    scaled by two or four, because there may be very many.
    """
    count = sum(times for *_, times in found)
    given = sum(amount * times for amount, _, times in found)
    twice_usual = sum(usual * times for _, usual, times in found)
    twice = sorted((2 * amount - usual, times) for amount, usual, times in found)
    middle = _twice_median(twice)
    distances = sorted((abs(2 * difference - middle), times) for difference, times in twice)
    return PeerComparison(
        compared=count,
        average=Fraction(given, count),
        colleagues=Fraction(twice_usual, 2 * count),
        difference=Fraction(2 * given - twice_usual, 2 * count),
        spread=Fraction(_twice_median(distances), 8),
        above=sum(times for difference, times in twice if difference > 0),
        below=sum(times for difference, times in twice if difference < 0),
    )


def _twice_median(values: Sequence[tuple[int, int]]) -> int:
    """Twice the median of values with their frequencies, in ascending order."""
    count = sum(times for _, times in values)
    return _at(values, (count - 1) // 2) + _at(values, count // 2)


def _at(values: Sequence[tuple[int, int]], place: int) -> int:
    for value, times in values:
        place -= times
        if place < 0:
            return value
    raise IndexError(place)
