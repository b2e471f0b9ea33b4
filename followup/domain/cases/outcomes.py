"""Outcomes of cases: customers' answers, when no answer counts as an outcome, and statistics of outcomes."""

from dataclasses import dataclass
from fractions import Fraction

from followup.domain.shared.confidence_interval import ENOUGH, Interval, wilson
from followup.domain.shared.money import Money, round_half_up
from followup.domain.shared.word import Word

NO_RESPONSE_DAYS = 14
"""Days after the closing email after which a customer who has not answered counts as "no response"."""

AGAIN_DAYS = 90
"""A further case of the same customer within this number of days counts as a repeated bad experience."""


class OutcomeAnswer(Word):
    """A customer's answer to the question of the closing email."""

    MADE_RIGHT = "made_right", "They say that all is well now"
    NOT_YET = "not_yet", "They say that it is not made right yet"


@dataclass(frozen=True, slots=True)
class CountedShare:
    """A share: `counted` of `of`, such as the recovered cases among those with a known outcome."""

    counted: int
    of: int

    @property
    def part(self) -> Fraction | None:
        """The share, or None if the number is too small to report one."""
        return Fraction(self.counted, self.of) if self.of >= ENOUGH else None

    @property
    def between(self) -> Interval | None:
        """The 95 % confidence interval of the share, or None if the number is too small to report one."""
        return wilson(self.counted, self.of) if self.of >= ENOUGH else None


class Difference(Word):
    """The result of comparing two shares."""

    TOO_FEW = "too_few", "One of them is counted of too few to say anything"
    NONE_SHOWN = "none_shown", "Their intervals overlap, so chance may explain the difference"
    HIGHER = "higher", "The first is higher than chance explains"
    LOWER = "lower", "The first is lower than chance explains"


def compare(one: CountedShare, other: CountedShare) -> Difference:
    """Compare two shares. They count as different only if their confidence intervals do not overlap, which is
    stricter than a significance test of the difference.
    """
    first, second = one.between, other.between
    if first is None or second is None:
        return Difference.TOO_FEW
    if first.low > second.high:
        return Difference.HIGHER
    return Difference.LOWER if first.high < second.low else Difference.NONE_SHOWN


def cost_of_each(cost: Money, recovered: int) -> Money | None:
    """The average cost per recovered customer, rounded half up to a minor unit; None if nobody recovered."""
    if not recovered:
        return None
    return Money(round_half_up(Fraction(cost.amount_minor, recovered)), cost.currency)
