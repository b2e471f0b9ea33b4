"""The pace of a budget: its use compared with an even pace, and a prediction interval for its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from followup.domain.shared.word import Word

ENOUGH_DAYS = 5
"""The fewest elapsed business days from which a prediction interval is given."""

_EIGHTY_PER_CENT = Fraction(1282, 1000)
"""The 90th percentile of the standard normal distribution: one in ten lies above, one in ten below."""

_NEAR = Fraction(1, 20)


class Pace(Word):
    """The use of a budget compared with an even pace."""

    AHEAD = "ahead", "More is used than an even pace would have by now"
    EVEN = "even", "Within a twentieth of an even pace"
    BEHIND = "behind", "Less is used than an even pace would have by now"


@dataclass(frozen=True, slots=True)
class PredictionInterval:
    """An 80 % prediction interval, in minor units."""

    low_minor: int
    high_minor: int


def pace_of(used_minor: int, limit_minor: int, days_elapsed: int, days_in_all: int) -> Pace | None:
    """Compare the used part of the limit with the elapsed part of the business days; None if there is no
    limit or the period has no business days.
    """
    if not limit_minor or not days_in_all:
        return None
    ahead = Fraction(used_minor, limit_minor) - Fraction(days_elapsed, days_in_all)
    if abs(ahead) <= _NEAR:
        return Pace.EVEN
    return Pace.AHEAD if ahead > 0 else Pace.BEHIND


def range_at_end(daily_minor: Sequence[int], days_left: int) -> PredictionInterval | None:
    """The 80 % prediction interval of the amount used at the end of the period, from the amounts used on each
    elapsed business day; None for fewer than `ENOUGH_DAYS` days.

    It is the prediction interval of the sum of `days_left` further days about their mean, by the normal
    distribution: z · s · √(h + h²/n), for n elapsed days and h days left (for one day this is the mean method
    of Hyndman and Athanasopoulos, Forecasting: Principles and Practice, section 5.5). What is already used
    stays used, so the interval never begins below that.
    """
    count = len(daily_minor)
    if count < ENOUGH_DAYS:
        return None
    used = sum(daily_minor)
    mean = Fraction(used, count)
    variance = sum(((day - mean) ** 2 for day in daily_minor), Fraction(0)) / (count - 1)
    spread = _root(_EIGHTY_PER_CENT**2 * variance * (days_left + Fraction(days_left**2, count)))
    expected = used + mean * days_left
    return PredictionInterval(
        max(used, int(expected - spread)), max(used, int(expected + spread) + (spread > 0))
    )


def _root(square: Fraction) -> int:
    """The integer part of a square root, computed exactly."""
    return isqrt(square.numerator // square.denominator)
