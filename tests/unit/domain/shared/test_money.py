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
    assert caught.value.hint


def test_a_currency_without_decimals_takes_none() -> None:
    with pytest.raises(WrongUsage, match="more decimals than JPY"):
        Money.parse("5.5", "JPY")


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(WrongUsage, match="not a currency"):
        decimals("gbp")


@given(st.integers(min_value=0, max_value=10**12 - 1), st.sampled_from(CURRENCIES))
def test_text_and_amount_turn_into_each_other(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.parse(money.text, currency) == money


def test_the_text_has_the_decimals_of_the_currency() -> None:
    assert [Money(1234, currency).text for currency in CURRENCIES] == ["1234", "12.34", "1.234", "0.1234"]


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(5, 2, 3), (49, 20, 2), (-5, 2, -3), (-49, 20, -2), (7, 1, 7), (0, 3, 0)],
)
def test_a_half_is_rounded_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    from fractions import Fraction

    assert round_half_up(Fraction(numerator, denominator)) == rounded


def test_different_currencies_are_never_added() -> None:
    with pytest.raises(WrongUsage, match="different currencies"):
        _ = Money(1, "GBP") + Money(1, "EUR")
