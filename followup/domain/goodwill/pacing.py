"""How a budget is used against an even pace, and how far off what is expected of it may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from followup.domain.shared.word import Word

ENOUGH_DAYS = 5
"""With fewer business days behind it, the pace of a budget is too uncertain for a range."""

_EIGHTY_PER_CENT = Fraction(1282, 1000)
"""The 90th percentile of the standard normal distribution: one in ten lies above, one in ten below."""

_NEAR = Fraction(1, 20)


class Pace(Word):
    """How what is used compares with an even pace."""

    AHEAD = "ahead", "More is used than an even pace would have by now"
    EVEN = "even", "Within a twentieth of an even pace"
    BEHIND = "behind", "Less is used than an even pace would have by now"


@dataclass(frozen=True, slots=True)
class PredictionInterval:
    """Between what and what something lies in eight of ten cases, in minor units."""

    low_minor: int
    high_minor: int


def pace_of(used_minor: int, limit_minor: int, days_elapsed: int, days_in_all: int) -> Pace | None:
    """How the used part of a limit compares with the elapsed part of the business days, both as parts of the
    whole; None where there is no limit or there are no days."""
    if not limit_minor or not days_in_all:
        return None
    ahead = Fraction(used_minor, limit_minor) - Fraction(days_elapsed, days_in_all)
    if abs(ahead) <= _NEAR:
        return Pace.EVEN
    return Pace.AHEAD if ahead > 0 else Pace.BEHIND


def range_at_end(daily_minor: Sequence[int], days_left: int) -> PredictionInterval | None:
    """Where a budget will end in eight of ten cases if its business days go on as they were, from what was
    used on each of them; None with fewer than `ENOUGH_DAYS` of them.

    The prediction interval of the sum of `days_left` further days about their mean, by the normal
    distribution: z · s · √(h + h²/n), for n days behind and h to come (for one day that is the mean method
    of Hyndman and Athanasopoulos, Forecasting: Principles and Practice, section 5.5). What is used already
    never comes back here, so the range begins there."""
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
    """The whole part of a square root, exactly."""
    return isqrt(square.numerator // square.denominator)
