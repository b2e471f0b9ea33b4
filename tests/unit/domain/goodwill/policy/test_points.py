"""Loyalty points: any amount becomes a whole number of them, and money is what counts."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.goodwill.gesture import GestureKind, gesture_words
from followup.domain.goodwill.policy.in_currency import in_currency
from followup.domain.goodwill.policy.points import PointValue
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.shared.money import Money
from followup.errors import FollowupError, WrongUsage

POLICY = """
version = "1"
currency = "GBP"
timezone = "Europe/London"
point_value = "{value}"
[[rule]]
id = "points"
when = {{ reason = "late-delivery" }}
offer = {{ kind = "points", amount = "8.03" }}
[[authority]]
role = "agent"
per_gesture = "50"
"""


@pytest.mark.parametrize(
    ("value", "step", "amount", "points", "up", "down"),
    [
        # A penny a point; half a penny; five pence; a penny and a half, which two points make three pence of.
        ("1", 1, 803, 803, 803, 803),
        ("1/2", 1, 803, 1606, 803, 803),
        ("5", 5, 803, 160, 805, 800),
        ("3/2", 3, 803, 535, 804, 801),
    ],
)
def test_an_amount_is_rounded_to_a_whole_number_of_points(
    value: str, step: int, amount: int, points: int, up: int, down: int
) -> None:
    point = PointValue(Fraction(value))
    assert point.step_minor == step
    assert point.points_in(amount) == points
    assert (point.rounded_up(amount), point.rounded_down(amount)) == (up, down)


@given(st.fractions(min_value="1/100", max_value=500), st.integers(0, 10**7))
def test_what_is_rounded_is_a_whole_number_of_points_and_as_near_as_can_be(
    value: Fraction, amount: int
) -> None:
    point = PointValue(value)
    for rounded in (point.rounded_up(amount), point.rounded_down(amount)):
        assert point.points_in(rounded) * value == rounded
        assert abs(rounded - amount) < point.step_minor
    assert point.rounded_down(amount) <= amount <= point.rounded_up(amount)
    point.require_whole(Money(point.rounded_up(amount), "GBP"))


def test_a_broken_number_of_points_is_refused_with_the_amounts_beside_it() -> None:
    with pytest.raises(WrongUsage) as refused:
        PointValue(Fraction(5)).require_whole(Money(803, "GBP"))
    assert (refused.value.code, refused.value.hint) == ("no_whole_points", "Choose 8.00 or 8.05.")


@pytest.mark.parametrize("value", ["0", "-1", "much", "1/2", "0.01 GBP"])
def test_a_value_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(FollowupError, match="is no value of a point"):
        load_policy(POLICY.format(value=value), "policy.toml")


def test_points_without_their_value_are_refused() -> None:
    with pytest.raises(FollowupError, match="nothing says what one is worth"):
        load_policy(POLICY.replace('point_value = "{value}"\n', "").format(), "policy.toml")


def test_in_another_currency_a_point_has_a_value_of_its_own() -> None:
    text = POLICY.format(value="0.01")
    made = in_currency(text, load_policy(text, "policy.toml"), "JPY")
    value: Any = load_policy(made.replace('"8.03"', '"800"'), "policy.toml").point_value
    assert value.minor > 0


def test_points_have_no_article_and_are_worth_an_amount() -> None:
    assert gesture_words(GestureKind.POINTS, "8.00 GBP") == "points worth 8.00 GBP"
    assert gesture_words(GestureKind.VOUCHER, "8.00 GBP") == "a voucher of 8.00 GBP"
    assert GestureKind.POINTS.handed_over == "booked"
