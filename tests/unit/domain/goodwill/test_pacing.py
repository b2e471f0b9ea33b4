from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.goodwill.pacing import ENOUGH_DAYS, Pace, PredictionInterval, pace_of, range_at_end


@pytest.mark.parametrize(
    ("used", "elapsed", "pace"),
    [
        (5000, 10, Pace.EVEN),  # half of the money after half of the days
        (5500, 10, Pace.EVEN),  # a twentieth more is still even
        (5501, 10, Pace.AHEAD),
        (4500, 10, Pace.EVEN),
        (4499, 10, Pace.BEHIND),
    ],
)
def test_pace_compares_the_used_part_with_the_elapsed_part(used: int, elapsed: int, pace: Pace) -> None:
    assert pace_of(used, 10_000, elapsed, 20) is pace


def test_without_a_limit_or_an_end_there_is_no_pace() -> None:
    assert pace_of(0, 0, 3, 20) is None
    assert pace_of(10, 100, 3, 0) is None


def test_a_range_by_hand() -> None:
    # Used 10, 20, 30, 20, 20: mean 20, squares 100 + 0 + 100 + 0 + 0 = 200, variance 200 / 4 = 50.
    # For 5 days to come: 50 * (5 + 25 / 5) = 500; 1.282 * sqrt(500) = 28.66, whole part 28.
    # Expected 100 + 100 = 200.
    assert range_at_end([10, 20, 30, 20, 20], 5) == PredictionInterval(172, 229)


def test_what_was_the_same_every_day_is_certain_and_what_is_used_never_comes_back() -> None:
    assert range_at_end([20] * 5, 5) == PredictionInterval(200, 200)
    assert range_at_end([100, 0, 0, 0, 0], 1).low_minor == 100  # type: ignore[union-attr]


def test_few_days_are_too_few_to_say() -> None:
    assert range_at_end([20] * (ENOUGH_DAYS - 1), 5) is None


@given(st.lists(st.integers(0, 10_000), min_size=ENOUGH_DAYS, max_size=60), st.integers(0, 60))
def test_the_range_holds_what_is_expected(daily: list[int], left: int) -> None:
    found = range_at_end(daily, left)
    assert found is not None
    expected = sum(daily) + Fraction(sum(daily), len(daily)) * left
    assert sum(daily) <= found.low_minor <= expected <= found.high_minor + 1
