"""Confidence intervals of counted shares, such as 3 of 20."""

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

ENOUGH = 20
"""The smallest total for which a share is reported."""

_Z = Fraction(196, 100)
"""The 97.5th percentile of the standard normal distribution, for 95 % confidence intervals."""

_SCALE = 10**9


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % confidence interval of a share."""

    low: Fraction
    high: Fraction


def wilson(counted: int, of: int) -> Interval | None:
    """The 95 % confidence interval of the share `counted` of `of`; None if `of` is 0.

    Wilson's score interval without continuity correction (Wilson 1927; method 3 of Newcombe, "Two-sided
    confidence intervals for the single proportion", Statistics in Medicine 17, 1998). It is suitable for
    small numbers and for shares near 0 or 1, and never leaves the range from 0 to 1. Exact to nine decimals.
    """
    if not of:
        return None
    share, square = Fraction(counted, of), _Z**2
    middle = share + square / (2 * of)
    half = _Z * _root(share * (1 - share) / of + square / (4 * of**2))
    whole = 1 + square / of
    return Interval(max(Fraction(0), (middle - half) / whole), min(Fraction(1), (middle + half) / whole))


def is_above(own: tuple[int, int], others: tuple[int, int]) -> bool:
    """Whether one share, given as (counted, of), is significantly higher than another: its whole interval is
    above the other's. This is stricter than a test of the difference, so it seldom accuses by chance.
    """
    mine, theirs = wilson(*own), wilson(*others)
    return mine is not None and theirs is not None and mine.low > theirs.high


def _root(square: Fraction) -> Fraction:
    return Fraction(isqrt(int(square * _SCALE**2)), _SCALE)
