import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.shared.amount_text import read_amount
from followup.domain.shared.money import Money
from followup.errors import WrongUsage


@pytest.mark.parametrize(
    ("text", "currency", "locale", "minor"),
    [
        ("80", "GBP", "en-GB", 8_000),
        ("80.00", "GBP", "en-GB", 8_000),
        ("£80", "GBP", "en-GB", 8_000),
        ("£ 80.5", "GBP", "en-GB", 8_050),
        ("GBP 80", "GBP", "en-GB", 8_000),
        ("80 gbp", "GBP", "en-GB", 8_000),
        ("1,250.50", "GBP", "en-GB", 125_050),
        ("1,250", "GBP", "en-GB", 125_000),
        ("1,250,000", "GBP", "de-DE", 125_000_000),
        ("1.250,50 €", "EUR", "de-DE", 125_050),
        ("1.250,50 €", "EUR", "en-IE", 125_050),
        ("12,50", "EUR", "de-DE", 1_250),
        ("12,50", "GBP", "en-GB", 1_250),
        ("1 250,50", "EUR", "fr-FR", 125_050),
        ("1\u202f250,50\u00a0€", "EUR", "fr-FR", 125_050),
        ("1'250.50", "CHF", "de-CH", 125_050),
        ("$1,250.50", "USD", "en-US", 125_050),
        ("1,250", "JPY", "ja-JP", 1_250),
        ("1.250", "KWD", "en-GB", 1_250),
        ("0.125", "KWD", "en-GB", 125),
    ],
)
def test_an_amount_is_read_as_it_can_only_be_meant(text: str, currency: str, locale: str, minor: int) -> None:
    assert read_amount(text, currency, locale) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency", "locale", "first", "second"),
    [
        ("1.250", "GBP", "en-GB", "1250.00 GBP", "1.25 GBP"),
        ("1.250", "EUR", "de-DE", "1250.00 EUR", "1.25 EUR"),
        ("1,250", "EUR", "de-DE", "1250.00 EUR", "1.25 EUR"),
        ("1,250", "KWD", "en-GB", "1250.000 KWD", "1.25 KWD"),
    ],
)
def test_an_amount_with_two_readings_is_refused_with_both(
    text: str, currency: str, locale: str, first: str, second: str
) -> None:
    with pytest.raises(WrongUsage) as refused:
        read_amount(text, currency, locale)
    assert first in refused.value.message
    assert second in refused.value.message


@pytest.mark.parametrize("text", ["€80", "80 EUR", "USD 80", "80 kr", "$80"])
def test_another_currency_is_refused(text: str) -> None:
    with pytest.raises(WrongUsage) as refused:
        read_amount(text, "GBP", "en-GB")
    assert refused.value.message == f"{text!r} is not an amount in GBP."


@pytest.mark.parametrize(
    "text",
    ["", "-5", "5-", "1,25,000", "1.2.3", "1,250.5.0", "12,3456", "1.250.50", "٨٠", "8e1", "£", "80 £ 80"],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(WrongUsage):
        read_amount(text, "GBP", "en-GB")


@given(st.integers(0, 10**11), st.sampled_from(["en-GB", "de-DE", "fr-FR"]))
def test_an_amount_with_its_decimals_is_read_alike_everywhere(minor: int, locale: str) -> None:
    whole, part = divmod(minor, 100)
    grouped = f"{whole:,}"
    english, german = f"{grouped}.{part:02}", f"{grouped.replace(',', '.')},{part:02}"
    assert read_amount(english, "EUR", locale) == Money(minor, "EUR")
    assert read_amount(german, "EUR", locale) == Money(minor, "EUR")
