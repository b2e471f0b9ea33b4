"""How sure a share is that was counted, such as three of twenty."""

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

ENOUGH = 20
"""Of fewer, a share says too little to be named."""

_Z = Fraction(196, 100)
"""The 97.5th percentile of the standard normal distribution: 95 of 100 such intervals hold the truth."""

_SCALE = 10**9


@dataclass(frozen=True, slots=True)
class Interval:
    """Between what and what a share lies in 95 of 100 cases."""

    low: Fraction
    high: Fraction


def wilson(counted: int, of: int) -> Interval | None:
    """The interval of the share `counted` of `of`; None of nothing.

    Wilson's score interval without continuity correction (Wilson 1927; method 3 of Newcombe, "Two-sided
    confidence intervals for the single proportion", Statistics in Medicine 17, 1998): it fits small numbers
    and shares near none or all, and never leaves the range from 0 to 1. Exact to nine decimals."""
    if not of:
        return None
    share, square = Fraction(counted, of), _Z**2
    middle = share + square / (2 * of)
    half = _Z * _root(share * (1 - share) / of + square / (4 * of**2))
    whole = 1 + square / of
    return Interval(max(Fraction(0), (middle - half) / whole), min(Fraction(1), (middle + half) / whole))


def is_above(own: tuple[int, int], others: tuple[int, int]) -> bool:
    """Whether a share, as (counted, of), is surely higher than that of others: its whole interval lies above
    theirs. That asks for more than a test of the difference would, so it seldom accuses by chance."""
    mine, theirs = wilson(*own), wilson(*others)
    return mine is not None and theirs is not None and mine.low > theirs.high


def _root(square: Fraction) -> Fraction:
    return Fraction(isqrt(int(square * _SCALE**2)), _SCALE)
