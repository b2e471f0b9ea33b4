import operator
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.shared.money import Money, decimals, round_half_up
from followup.errors import WrongUsage

CURRENCIES = ["JPY", "GBP", "KWD", "CLF"]


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.50", "GBP", 1250),
        ("12.5", "GBP", 1250),
        ("12", "GBP", 1200),
        ("0.01", "GBP", 1),
        ("12.500", "GBP", 1250),
        ("1200", "JPY", 1200),
        ("1200.0", "JPY", 1200),
        ("1.234", "KWD", 1234),
        (" 7.00 ", "EUR", 700),
    ],
)
def test_an_amount_is_read_exactly(text: str, currency: str, minor: int) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "text",
    ["", "-5", "+5", "1e3", "1,000", "£5", "5.", ".5", "0x10", "١٢", "12.345", "NaN", "5 GBP", "9" * 13],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        Money.parse(text, "GBP")
    assert caught.value.code == "bad_amount"
    assert caught.value.hint


@pytest.mark.parametrize(("currency", "example"), [("GBP", "12.50"), ("JPY", "1200"), ("KWD", "1.250")])
def test_the_refusal_repeats_the_amount_and_shows_how_it_is_written(currency: str, example: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        Money.parse("5 pounds", currency)
    assert (caught.value.message, caught.value.hint, caught.value.code) == (
        "'5 pounds' is not an amount.",
        f"Write digits and a point for decimals, no sign, for instance {example}.",
        "bad_amount",
    )


def test_a_currency_without_decimals_takes_none() -> None:
    with pytest.raises(WrongUsage) as caught:
        Money.parse("5.5", "JPY")
    assert (caught.value.message, caught.value.hint, caught.value.code) == (
        "5.5 has more decimals than JPY, which has 0.",
        "Write it as 1200.",
        "bad_amount",
    )


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(WrongUsage) as caught:
        decimals("gbp")
    assert (caught.value.message, caught.value.hint, caught.value.code) == (
        "'gbp' is not a currency.",
        "Give an ISO 4217 code of three capital letters, for instance GBP, EUR or JPY.",
        "unknown_currency",
    )


@given(st.integers(min_value=0, max_value=10**12 - 1), st.sampled_from(CURRENCIES))
def test_text_and_amount_turn_into_each_other(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.parse(money.text, currency) == money


def test_the_text_has_the_decimals_of_the_currency() -> None:
    assert [Money(1234, currency).text for currency in CURRENCIES] == ["1234", "12.34", "1.234", "0.1234"]


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(5, 2, 3), (49, 20, 2), (-5, 2, -3), (-49, 20, -2), (7, 1, 7), (0, 3, 0), (1, 2, 1), (-1, 2, -1)],
)
def test_a_half_is_rounded_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    exact = Fraction(numerator, denominator)
    assert round_half_up(exact) == rounded
    assert Money.rounded(exact, "EUR") == Money(rounded, "EUR")


def test_amounts_of_one_currency_are_added_and_taken_away() -> None:
    assert Money(1250, "GBP") + Money(375, "GBP") == Money(1625, "GBP")
    assert Money(1250, "GBP") - Money(375, "GBP") == Money(875, "GBP")
    assert Money(375, "GBP") - Money(1250, "GBP") == Money(-875, "GBP")


@pytest.mark.parametrize(
    ("left", "is_less", "is_equal"), [(1249, True, False), (1250, False, True), (1251, False, False)]
)
def test_amounts_are_ordered_by_their_units(left: int, *, is_less: bool, is_equal: bool) -> None:
    one, other = Money(left, "GBP"), Money(1250, "GBP")
    assert (one < other, one <= other) == (is_less, is_less or is_equal)
    assert (one > other, one >= other) == (not is_less and not is_equal, not is_less)


@pytest.mark.parametrize(
    "calculate", [operator.add, operator.sub, operator.lt, operator.le, operator.gt, operator.ge]
)
def test_different_currencies_are_never_added_or_compared(
    calculate: Callable[[Money, Money], object],
) -> None:
    with pytest.raises(WrongUsage) as caught:
        calculate(Money(100, "GBP"), Money(100, "EUR"))
    assert (caught.value.message, caught.value.hint, caught.value.code) == (
        "1.00 GBP and 1.00 EUR are in different currencies.",
        "Give both in one currency.",
        "two_currencies",
    )
