"""The amount algebra is exact, rounds half up once at the end, and refuses what it does not know."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.goodwill.policy.amount_file import money_fact, read_amount
from followup.domain.goodwill.policy.amounts import Amount, AmountRange, Rounding, number_words, worth_minor
from followup.domain.goodwill.policy.facts import FactSpec, FactType, FactValue, built_in_facts
from followup.domain.shared.money import Money, round_half_up
from followup.domain.shared.toml_file import FloatText
from followup.domain.shared.unreadable import UnreadableValue


def specs(currency: str) -> dict[str, FactSpec]:
    return {
        "order_value": FactSpec("order_value", FactType.MONEY, currency=currency),
        "extra_cost": FactSpec("extra_cost", FactType.MONEY, currency=currency),
        "days": FactSpec("days", FactType.INTEGER),
        "hours": FactSpec("hours", FactType.DECIMAL),
        "ticket": FactSpec("ticket", FactType.CHOICE, choices=("single",)),
    }


def amount(written: object, currency: str = "GBP") -> Amount:
    found = read_amount(written, specs(currency), currency)
    assert not isinstance(found, AmountRange)
    return found


def worth(written: object, currency: str = "GBP", round_to_minor: int = 1, **facts: FactValue) -> int:
    return worth_minor(amount(written, currency), facts, round_to_minor)


def gbp(minor: int) -> Money:
    return Money(minor, "GBP")


@pytest.mark.parametrize(
    ("written", "minor"),
    [
        ("12.50", 1250),
        (12, 1200),
        ({"percent": 50, "of": "order_value"}, 2000),
        ({"percent": FloatText("12.5"), "of": "order_value"}, 500),
        ({"percent": "12.5", "of": "order_value"}, 500),
        ({"percent": "50/464", "of": "order_value"}, 4),  # 4000 × 50 / 46400 = 4.31
        ({"fact": "extra_cost"}, 733),
        ({"sum_of": ["1", {"fact": "extra_cost"}]}, 833),
        ({"max_of": ["1", {"fact": "extra_cost"}]}, 733),
        ({"min_of": ["1", {"fact": "extra_cost"}]}, 100),
        ({"percent": 50, "of": "order_value", "at_most": "15"}, 1500),
        ({"percent": 50, "of": "order_value", "at_least": "25"}, 2500),
        ({"percent": 50, "of": "order_value", "at_least": "10", "at_most": "30"}, 2000),
        ({"percent": 50, "of": "order_value", "at_most": {"fact": "extra_cost"}}, 733),
        ({"percent": 1, "of": "order_value", "at_least": {"fact": "extra_cost"}}, 733),
        ({"sum_of": ["1", "2"], "at_most": "2.50"}, 250),
        ({"max_of": [{"min_of": ["5", {"fact": "extra_cost"}]}, {"sum_of": ["1", "1"]}]}, 500),
    ],
)
def test_each_form_comes_to_what_it_says(written: object, minor: int) -> None:
    assert worth(written, order_value=gbp(4000), extra_cost=gbp(733)) == minor


@pytest.mark.parametrize(
    ("days", "completed", "started"),
    [(0, 0, 0), (2, 0, 0), (3, 0, 1), (13, 0, 1), (14, 1, 1), (15, 1, 2), (26, 2, 2), (500, 3, 3)],
)
def test_units_are_counted_after_the_first_in_turns(days: int, completed: int, started: int) -> None:
    form = {"each": "9.76", "of": "days", "after": 2, "every": 12, "at_most_times": 3}
    assert worth(form, days=days) == 976 * completed
    assert worth({**form, "count": "started"}, days=days) == 976 * started


@pytest.mark.parametrize(("hours", "times"), [("0.4", 0), ("0.5", 1), ("0.99", 1), ("1.0", 2)])
def test_decimal_units_are_counted_exactly(hours: str, times: int) -> None:
    form = {"each": "1", "of": "hours", "every": FloatText("0.5")}
    assert worth(form, hours=Decimal(hours)) == 100 * times


def test_a_share_can_be_given_for_each_unit() -> None:
    form = {"each": {"percent": 5, "of": "order_value"}, "of": "days", "at_most": {"fact": "order_value"}}
    assert worth(form, order_value=gbp(999), days=3) == 150  # 149.85
    assert worth(form, order_value=gbp(999), days=50) == 999


@pytest.mark.parametrize(
    ("currency", "order_value", "minor"),
    [("JPY", 1005, 503), ("JPY", 1003, 502), ("KWD", 12345, 6173), ("GBP", 1, 1), ("GBP", 0, 0)],
)
def test_a_half_rounds_up_in_every_currency(currency: str, order_value: int, minor: int) -> None:
    form = {"percent": 50, "of": "order_value"}
    assert worth(form, currency, order_value=Money(order_value, currency)) == minor


def test_an_amount_is_written_in_the_currencys_own_decimals() -> None:
    assert worth("1200", "JPY") == 1200
    assert worth("1.234", "KWD") == 1234
    with pytest.raises(UnreadableValue, match="more decimals than JPY"):
        amount("12.50", "JPY")


def test_rounding_happens_once_at_the_end() -> None:
    third = {"percent": "100/3", "of": "order_value"}
    assert worth({"sum_of": [third, third, third]}, order_value=gbp(100)) == 100
    # Rounding each third first would have made 99 of it.
    assert 3 * worth(third, order_value=gbp(100)) == 99


@pytest.mark.parametrize(("order_value", "minor"), [(1249, 1000), (1250, 1500), (1749, 1500), (1750, 2000)])
def test_round_to_takes_the_nearest_multiple_a_half_upwards(order_value: int, minor: int) -> None:
    assert worth({"fact": "order_value"}, round_to_minor=500, order_value=gbp(order_value)) == minor


@given(
    value=st.integers(0, 10**9),
    other=st.integers(0, 10**9),
    percent=st.fractions(0, 500, max_denominator=1000),
    days=st.integers(0, 10**4),
    least=st.integers(0, 10**6),
)
def test_whole_numbers_agree_with_fractions(
    value: int, other: int, percent: Fraction, days: int, least: int
) -> None:
    text = f"{percent.numerator}/{percent.denominator}"
    form = {
        "sum_of": [
            {"percent": text, "of": "order_value", "at_least": least},
            {"max_of": [{"fact": "extra_cost"}, {"each": "0.07", "of": "days", "after": 3, "every": 7}]},
        ],
        "at_most": "50000",
    }
    share = max(percent * value / 100, Fraction(least * 100))
    expected = share + max(other, 7 * max(0, (days - 3) // 7))
    found = worth(form, order_value=gbp(value), extra_cost=gbp(other), days=days)
    assert found == round_half_up(min(expected, Fraction(5_000_000)))


def test_an_amount_names_the_facts_it_needs() -> None:
    form = {
        "max_of": [{"fact": "extra_cost"}, {"each": "1", "of": "days"}],
        "at_most": {"fact": "order_value"},
    }
    assert amount(form).needs == ("extra_cost", "days", "order_value")


def test_an_amount_reads_aloud() -> None:
    form = {"each": "9.76", "of": "days", "after": 2, "every": 12, "at_most_times": 3, "at_least": "5"}
    expected = "9.76 GBP for each completed 12 of days after the first 2, at most 3 times, at least 5.00 GBP"
    assert amount(form).words("GBP") == expected
    assert amount({"percent": "12.50", "of": "order_value"}).words("GBP") == "12.5 percent of order_value"


def test_a_range_has_two_ends() -> None:
    found = read_amount({"from": "20", "to": {"percent": 50, "of": "order_value"}}, specs("GBP"), "GBP")
    assert isinstance(found, AmountRange)
    assert found.needs == ("order_value",)


@pytest.mark.parametrize(
    ("written", "message", "mend"),
    [
        (FloatText("12.50"), "12.50 without quotes is not exact money.", 'Write "12.50" in quotes.'),
        ("-5", "'-5' is not an amount.", "12.50"),
        (-5, "'-5' is not an amount.", "12.50"),
        (True, "that is not an amount.", '"12.50"'),
        ([], "that is not an amount.", '"12.50"'),
        ({}, "the amount has no form that is known.", "percent, fact, each"),
        (
            {"precent": 5, "of": "order_value"},
            "unknown amount form 'precent'; did you mean percent?",
            "percent",
        ),
        ({"percent": 5, "off": "order_value"}, "unknown key 'off' in an amount.", "Did you mean of?"),
        ({"percent": 5}, "of does not name a fact.", "order_value"),
        ({"percent": -5, "of": "order_value"}, "percent is '-5'", "0 or more"),
        ({"percent": "1e999", "of": "order_value"}, "percent is '1e999'", "0 or more"),
        ({"percent": "5/0", "of": "order_value"}, "percent is '5/0'", "0 or more"),
        ({"percent": 5, "of": "order_vale"}, "unknown fact 'order_vale'.", "Did you mean order_value?"),
        ({"percent": 5, "of": "days"}, "days is a fact of type integer", "order_value, extra_cost"),
        ({"fact": "ticket"}, "ticket is a fact of type choice", "order_value, extra_cost"),
        ({"each": "1", "of": "order_value"}, "order_value is a fact of type money", "days, hours"),
        ({"each": "1", "of": "days", "every": 0}, "every is 0.", "every = 1"),
        ({"each": "1", "of": "days", "count": "begun"}, "unknown count 'begun'.", '"started"'),
        ({"each": "1", "of": "days", "at_most_times": "3"}, "at_most_times must be", "at_most_times = 30"),
        ({"sum_of": []}, "sum_of needs a list of amounts.", "sum_of = ["),
        ({"sum_of": [{"from": "1", "to": "2"}]}, "a range cannot stand inside another amount.", "whole"),
        ({"from": "1"}, "a range needs both ends.", "to ="),
        ({"from": "2", "to": "1"}, "the range ends before it begins.", "smaller"),
        ({"fact": "extra_cost", "at_least": "2", "at_most": "1"}, "at_least is above at_most.", "smaller"),
    ],
)
def test_a_mistake_says_what_to_write(written: object, message: str, mend: str) -> None:
    with pytest.raises(UnreadableValue) as raised:
        read_amount(written, specs("GBP"), "GBP")
    assert raised.value.message.startswith(message)
    assert mend in raised.value.expected


def test_an_amount_that_nests_without_end_is_refused() -> None:
    form: object = "1"
    for _ in range(50):
        form = {"sum_of": [form]}
    with pytest.raises(UnreadableValue, match="nested too deeply"):
        amount(form)


@pytest.mark.parametrize(
    ("order_value", "step", "minor"),
    [
        (10_000, 1, 1250),
        (10_001, 1, 1251),  # 1250.125
        (10_000, 10, 1250),
        (10_001, 10, 1260),
        (10_072, 10, 1260),  # 1259
        (10_000, 100, 1300),
        (1, 100, 100),
        (0, 100, 0),
    ],
)
def test_rounding_up_leaves_nothing_over(order_value: int, step: int, minor: int) -> None:
    eighth = amount({"percent": FloatText("12.5"), "of": "order_value"})
    assert worth_minor(eighth, {"order_value": gbp(order_value)}, step, Rounding.UP) == minor


@given(
    percent=st.fractions(0, 500, max_denominator=464),
    order_value=st.integers(0, 10**9),
    step=st.sampled_from([1, 5, 10, 25, 100, 500]),
)
def test_rounding_up_is_the_least_multiple_that_is_enough(
    percent: Fraction, order_value: int, step: int
) -> None:
    written = amount({"percent": f"{percent.numerator}/{percent.denominator}", "of": "order_value"})
    facts = {"order_value": gbp(order_value)}
    exact = percent / 100 * order_value
    up = worth_minor(written, facts, step, Rounding.UP)
    assert up % step == 0
    assert exact <= up < exact + step
    assert worth_minor(written, facts, step) in (up - step, up)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Fraction(25, 2), "12.5"),
        (Fraction(1, 10**6), "0.000001"),
        (Fraction(1, 10**7), "1/10000000"),
        (Fraction(50, 464), "25/232"),
    ],
)
def test_a_number_is_written_with_up_to_six_decimals_or_as_a_fraction(value: Fraction, words: str) -> None:
    assert number_words(value) == words


def test_a_fact_in_another_currency_is_no_part_of_an_amount() -> None:
    facts = built_in_facts("GBP", "UTC")
    assert money_fact({"of": "order_value"}, "of", facts, "GBP") == "order_value"
    with pytest.raises(UnreadableValue) as caught:
        money_fact({"of": "order_value"}, "of", facts, "EUR")
    assert str(caught.value) == "order_value is in GBP, and amounts of this policy are in EUR."
    assert caught.value.expected == "Use it in conditions only, or take another fact."
