"""What became of cases: what customers answer, when silence is an answer, and what counted outcomes say."""

from dataclasses import dataclass
from fractions import Fraction

from followup.domain.shared.confidence_interval import ENOUGH, Interval, wilson
from followup.domain.shared.money import Money, round_half_up
from followup.domain.shared.word import Word

NO_RESPONSE_DAYS = 14
"""So long after the closing email a customer who says nothing has given no response."""

AGAIN_DAYS = 90
"""A second bad experience within so many days counts against how the first was dealt with."""


class OutcomeAnswer(Word):
    """What a customer answers to the question how it ended."""

    MADE_RIGHT = "made_right", "They say that all is well now"
    NOT_YET = "not_yet", "They say that it is not made right yet"


@dataclass(frozen=True, slots=True)
class CountedShare:
    """A part of some that were counted, such as the recovered of those whose outcome is known."""

    counted: int
    of: int

    @property
    def part(self) -> Fraction | None:
        """The share; None of too few to say."""
        return Fraction(self.counted, self.of) if self.of >= ENOUGH else None

    @property
    def between(self) -> Interval | None:
        """Between what it lies in 95 of 100 cases; None of too few to say."""
        return wilson(self.counted, self.of) if self.of >= ENOUGH else None


class Difference(Word):
    """What two shares say about each other."""

    TOO_FEW = "too_few", "One of them is counted of too few to say anything"
    NONE_SHOWN = "none_shown", "Their intervals overlap, so chance may explain the difference"
    HIGHER = "higher", "The first is higher than chance explains"
    LOWER = "lower", "The first is lower than chance explains"


def compare(one: CountedShare, other: CountedShare) -> Difference:
    """What two shares say about each other. They differ only where their intervals do not touch, which is
    stricter than a test of the difference would be."""
    first, second = one.between, other.between
    if first is None or second is None:
        return Difference.TOO_FEW
    if first.low > second.high:
        return Difference.HIGHER
    return Difference.LOWER if first.high < second.low else Difference.NONE_SHOWN


def cost_of_each(cost: Money, recovered: int) -> Money | None:
    """What was paid for each of those who were recovered, half a minor unit rounded up; None of nobody."""
    if not recovered:
        return None
    return Money(round_half_up(Fraction(cost.amount_minor, recovered)), cost.currency)
