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
from followup.domain.shared.toml_file import BrokenFile
from followup.errors import FollowupError, WrongUsage
from tests.unit.domain.goodwill.policy.guarded_advice import ALL, HEAD, Told, advice, code, minor

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
    assert str(refused.value) == "8.03 GBP is no whole number of points."


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


# A point is worth five pence.
FIVE_PENCE = 'point_value = "0.05"\n'


def offers(kind: str, amount: str) -> str:
    return f'[[rule]]\nid = "r"\noffer = {{ kind = "{kind}", amount = {amount} }}\n{ALL}'


def at_most(amount: str) -> str:
    return f'[[cap]]\nid = "year"\nscope = "customer"\nwindow = "365d"\namount = "{amount}"\n'


@pytest.mark.parametrize(
    ("kind", "cap", "amount", "points"),
    [
        ("points", "100", 805, 161),
        ("refund", "100", 803, None),
        # What a limit leaves is rounded down, for it may not be exceeded: 140 points are 7.00.
        ("points", "7.03", 700, 140),
        ("refund", "7.03", 703, None),
        ("points", "0.05", 5, 1),
    ],
)
def test_a_rule_gives_whole_points_and_a_limit_is_kept(
    kind: str, cap: str, amount: int, points: int | None
) -> None:
    found = advice(FIVE_PENCE + offers(kind, '"8.03"') + at_most(cap), Told())
    assert (minor(found), found.points, code(found)) == (amount, points, None)


def test_less_than_a_point_is_nothing_due() -> None:
    found = advice(FIVE_PENCE + offers("points", '"8.03"') + at_most("0.04"), Told())
    assert (code(found), minor(found), found.points) == ("nothing_due", 0, 0)
    assert code(advice(FIVE_PENCE + offers("refund", '"8.03"') + at_most("0.04"), Told())) is None


@pytest.mark.parametrize(("cap", "ends"), [("100", (205, 1205)), ("7.03", (205, 700))])
def test_both_ends_of_a_range_are_whole_points(cap: str, ends: tuple[int, int]) -> None:
    text = FIVE_PENCE + offers("points", '{ from = "2.01", to = "12.02" }') + at_most(cap)
    found = advice(text, Told())
    assert found.range == tuple(Money(end, "GBP") for end in ends)
    assert (found.amount, found.points) == (None, None), "how many, the agent still chooses"


def test_points_instead_of_money_are_as_many_as_are_not_less() -> None:
    found = advice(FIVE_PENCE + offers("refund", '"8.03"'), Told(), kind=GestureKind.POINTS)
    assert (found.kind, minor(found), found.points) == (GestureKind.POINTS, 805, 161)
    voucher = advice(FIVE_PENCE + offers("refund", '"8.03"'), Told(), kind=GestureKind.VOUCHER)
    assert (minor(voucher), voucher.points) == (803, None)


def test_only_points_have_to_be_chosen_whole() -> None:
    text = FIVE_PENCE + offers("refund", '"9"')
    with pytest.raises(WrongUsage) as refused:
        advice(text, Told(), kind=GestureKind.POINTS, chosen=803)
    assert refused.value.code == "no_whole_points"
    assert advice(text, Told(), kind=GestureKind.POINTS, chosen=805).points == 161
    assert minor(advice(text, Told(), kind=GestureKind.VOUCHER, chosen=803)) == 803


@pytest.mark.parametrize("chosen", [None, 800])
def test_points_cannot_be_chosen_where_nobody_says_what_one_is_worth(chosen: int | None) -> None:
    with pytest.raises(WrongUsage) as refused:
        advice(offers("refund", '"8.03"'), Told(), kind=GestureKind.POINTS, chosen=chosen)
    assert refused.value.code == "no_point_value"
    assert str(refused.value) == "The policy does not say what a point is worth."
    assert refused.value.hint == ('Whoever keeps policy.toml writes it at the top: point_value = "0.01"')
    assert minor(advice(offers("refund", '"8.03"'), Told(), kind=GestureKind.VOUCHER, chosen=chosen)) == (
        chosen or 803
    )


@pytest.mark.parametrize(("currency", "value"), [("GBP", 5), ("JPY", Fraction(1, 20)), ("KWD", 50)])
def test_the_value_is_written_in_the_currency_and_kept_in_its_minor_units(
    currency: str, value: Fraction
) -> None:
    text = f'version = "1"\ncurrency = "{currency}"\n{FIVE_PENCE}' + offers("points", '"800"')
    assert load_policy(text, "policy.toml").point_value == PointValue(Fraction(value))


def test_a_wrong_value_is_shown_where_it_is_written() -> None:
    with pytest.raises(BrokenFile) as refused:
        load_policy(HEAD + 'point_value = "much"\n' + offers("refund", '"8"'), "policy.toml")
    ((line, message, mend, path),) = [
        (one.line, one.message, one.mend, one.path) for one in refused.value.mistakes
    ]
    assert (line, path) == (3, ("point_value",))
    assert message == "'much' is no value of a point."
    assert mend == 'Write an amount: point_value = "0.01".'
