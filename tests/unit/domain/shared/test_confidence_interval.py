from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.shared.confidence_interval import is_above, wilson

# Newcombe 1998, Table I: method 3 (score, no continuity correction), 95 per cent.
PUBLISHED = [
    (81, 263, "0.2553", "0.3662"),
    (15, 148, "0.0624", "0.1605"),
    (0, 20, "0.0000", "0.1611"),
    (1, 29, "0.0061", "0.1718"),
]


@pytest.mark.parametrize(("counted", "of", "low", "high"), PUBLISHED)
def test_intervals_are_the_published_ones(counted: int, of: int, low: str, high: str) -> None:
    found = wilson(counted, of)
    assert found is not None
    assert (f"{float(found.low):.4f}", f"{float(found.high):.4f}") == (low, high)


def test_nothing_has_no_interval() -> None:
    assert wilson(0, 0) is None


def test_a_share_is_above_that_of_others_where_nothing_of_its_interval_reaches_theirs() -> None:
    # 81 of 263 lies above 0.2553, 15 of 148 below 0.1605; 0 of 20 may be as much as 0.1611.
    assert is_above((81, 263), (15, 148))
    assert not is_above((15, 148), (81, 263))
    assert not is_above((15, 148), (0, 20))
    assert not is_above((3, 3), (0, 0))


@given(st.integers(1, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_share_lies_inside_and_the_other_share_mirrors_it(pair: tuple[int, int]) -> None:
    counted, of = pair
    found, other = wilson(counted, of), wilson(of - counted, of)
    assert found is not None
    assert other is not None
    near = Fraction(1, 10**8)
    assert 0 <= found.low <= Fraction(counted, of) + near
    assert Fraction(counted, of) - near <= found.high <= 1
    assert abs(found.low - (1 - other.high)) < near
