import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.goodwill.policy.lint import lint
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.shared import money
from followup.domain.shared.familiar_amounts import currencies, familiar_amount, familiar_step
from followup.domain.shared.money import Money
from followup.errors import WrongUsage
from followup.services.upkeep.new_workspace import starter_files, with_amounts

SHIPPED = starter_files()["policy.toml"]
CURRENCIES = st.sampled_from(currencies())


@pytest.mark.parametrize(
    ("pounds", "currency", "expected"),
    [
        ("25", "GBP", "25"),
        ("12.50", "EUR", "12.50"),
        ("25", "JPY", "5000"),
        ("10", "JPY", "2000"),
        ("60", "JPY", "12000"),
        # 54.90 × 200 is 10,980, nearer to 10,000 than to 12,000.
        ("54.90", "JPY", "10000"),
        ("25", "KRW", "50000"),
        # 25 × 5 is 125, nearest to 120.
        ("25", "PLN", "120"),
        ("5", "KWD", "2.5"),
        ("25", "KWD", "12"),
        # 5 × 0.05 is 0.25.
        ("5", "CLF", "0.25"),
        ("0", "JPY", "0"),
        # 0.01 × 10 is less than the smallest unit there is.
        ("0.01", "UYI", "1"),
    ],
)
def test_an_amount_is_one_that_a_shop_there_would_choose(pounds: str, currency: str, expected: str) -> None:
    assert familiar_amount(pounds, currency) == expected


@pytest.mark.parametrize(
    ("currency", "expected"),
    [("GBP", "1"), ("JPY", "100"), ("SEK", "10"), ("PLN", "1"), ("KWD", "0.1"), ("CLF", "0.01")],
)
def test_amounts_are_rounded_to_a_power_of_ten(currency: str, expected: str) -> None:
    assert familiar_step("1", currency) == expected


def test_every_currency_has_a_scale() -> None:
    assert set(currencies()) == set(money._DECIMALS)


@pytest.mark.parametrize("choose", [familiar_amount, familiar_step])
def test_what_is_no_currency_is_refused(choose: type) -> None:
    with pytest.raises(WrongUsage) as caught:
        choose("25", "XYZ")
    assert caught.value.code == "unknown_currency"


@given(CURRENCIES, st.integers(1, 10**7), st.integers(1, 10**7))
def test_a_larger_amount_stays_the_larger(currency: str, one: int, other: int) -> None:
    smaller, larger = (f"{Decimal(pence) / 100}" for pence in sorted((one, other)))
    chosen = [Money.parse(familiar_amount(pounds, currency), currency) for pounds in (smaller, larger)]
    assert chosen[0] <= chosen[1]
    assert chosen[0].amount_minor > 0


@pytest.mark.parametrize("currency", currencies())
def test_the_shipped_policy_has_no_mistake_in_any_currency(currency: str) -> None:
    text = with_amounts(SHIPPED, currency)
    assert lint(load_policy(text, "policy.toml")) == lint(load_policy(SHIPPED, "policy.toml"))


def test_the_shipped_policy_in_yen() -> None:
    text = with_amounts(SHIPPED, "JPY")
    for expected in (
        'amount = { percent = 10, of = "order_value", at_least = "1000", at_most = "5000" }',
        'amount = { from = "4000", to = "12000" }',
        'order_value = ">= 8000"',
        'overcharged = "> 0"',
        'round_to = "100"',
        'per_gesture = "5000"\nper_day     = "20000"',
        'per_gesture = "unlimited"',
        'amount = "100000"',
        'version = "1"',
    ):
        assert expected in text


def test_no_amount_of_the_shipped_policy_stays_in_pounds() -> None:
    quoted = re.compile(r'"(?:[<>=]+ )?(\d+(?:\.\d+)?)"')
    without_comments = re.compile(r"(?m)^#.*$")
    ours, theirs = (
        quoted.findall(without_comments.sub("", text)) for text in (SHIPPED, with_amounts(SHIPPED, "JPY"))
    )
    kept = [pounds for pounds, yen in zip(ours, theirs, strict=True) if pounds == yen]
    # The version, amounts above nothing, and seven days late.
    assert set(kept) == {"1", "0", "7"}
    assert len(ours) - len(kept) > 20
