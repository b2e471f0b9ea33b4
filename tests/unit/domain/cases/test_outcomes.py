"""What counted outcomes say, and what they do not."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.cases.outcomes import CountedShare, Difference, compare, cost_of_each
from followup.domain.shared.confidence_interval import ENOUGH
from followup.domain.shared.money import Money


def test_of_too_few_no_share_is_said() -> None:
    assert ENOUGH == 20
    few, enough = CountedShare(19, 19), CountedShare(15, 20)
    assert (few.part, few.between) == (None, None)
    assert enough.part == Fraction(3, 4)
    assert enough.between is not None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # By Wilson's formula 21 of 34 is 0.4504 to 0.7610, 4 of 20 is 0.0807 to 0.4160, and 8 of 20 is
        # 0.2188 to 0.6134.
        ((21, 34), (4, 20), Difference.HIGHER),
        ((4, 20), (21, 34), Difference.LOWER),
        ((21, 34), (8, 20), Difference.NONE_SHOWN),
        ((21, 34), (0, 19), Difference.TOO_FEW),
        ((19, 19), (0, 500), Difference.TOO_FEW),
    ],
)
def test_shares_differ_only_where_chance_does_not_explain_it(
    one: tuple[int, int], other: tuple[int, int], expected: Difference
) -> None:
    assert compare(CountedShare(*one), CountedShare(*other)) is expected


def test_the_interval_is_the_published_one() -> None:
    # Newcombe (1998), table I, method 3: 15 of 148 is 0.0624 to 0.1605.
    between = CountedShare(15, 148).between
    assert between is not None
    assert (round(float(between.low), 4), round(float(between.high), 4)) == (0.0624, 0.1605)


@pytest.mark.parametrize(
    ("pence", "recovered", "each"),
    [(100, 3, 33), (200, 3, 67), (5, 2, 3), (29600, 21, 1410), (0, 4, 0), (1, 3, 0)],
)
def test_what_each_cost_is_rounded_half_up(pence: int, recovered: int, each: int) -> None:
    assert cost_of_each(Money(pence, "GBP"), recovered) == Money(each, "GBP")


def test_nobody_recovered_has_no_price() -> None:
    assert cost_of_each(Money(100, "GBP"), 0) is None


counts = st.tuples(st.integers(0, 400), st.integers(0, 400)).map(lambda two: CountedShare(min(two), max(two)))


@given(one=counts, other=counts)
def test_comparing_the_other_way_round_says_the_opposite(one: CountedShare, other: CountedShare) -> None:
    opposite = {Difference.HIGHER: Difference.LOWER, Difference.LOWER: Difference.HIGHER}
    found = compare(one, other)
    assert compare(other, one) is opposite.get(found, found)
