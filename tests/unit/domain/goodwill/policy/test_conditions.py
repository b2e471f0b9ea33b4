"""Conditions hold exactly for the values they name, and mistakes are told with what to write instead."""

from decimal import Decimal

import pytest

from followup.domain.goodwill.policy.conditions import read_condition
from followup.domain.goodwill.policy.facts import FactSpec, FactType, built_in_facts, read_value
from followup.domain.shared.toml_file import FloatText
from followup.domain.shared.unreadable import UnreadableValue

SPECS = {
    **built_in_facts("GBP", "Europe/London"),
    "delay": FactSpec("delay", FactType.INTEGER, unit="minutes"),
    "availability": FactSpec("availability", FactType.DECIMAL),
    "ticket": FactSpec("ticket", FactType.CHOICE, choices=("single", "return", "season")),
    "arrived_at": FactSpec("arrived_at", FactType.INSTANT, timezone="Europe/London"),
}


def holding(name: str, written: object, texts: list[str]) -> list[str]:
    """Those of the values that meet the condition."""
    condition = read_condition(SPECS[name], written)
    return [text for text in texts if condition.holds(read_value(SPECS[name], text))]


BOTH_ENDS = 'Write both ends, each with [ or ] if it belongs to the interval and ( or ) if not: "[30..60)".'
MINUTES = ["29", "30", "31", "59", "60", "61"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (30, ["30"]),
        ("30", ["30"]),
        (">= 30", ["30", "31", "59", "60", "61"]),
        (">30", ["31", "59", "60", "61"]),
        ("< 30", ["29"]),
        ("<=30", ["29", "30"]),
        ("[30..60]", ["30", "31", "59", "60"]),
        ("[30..60)", ["30", "31", "59"]),
        ("(30..60]", ["31", "59", "60"]),
        ("( 30 .. 60 )", ["31", "59"]),
        ([29, "> 60"], ["29", "61"]),
        ("29, > 60", ["29", "61"]),
        ("not(30)", ["29", "31", "59", "60", "61"]),
        ("not([30..60])", ["29", "61"]),
        ("not(29, >= 60)", ["30", "31", "59"]),
        ("[60..30]", []),
        ("(30..30]", []),
    ],
)
def test_numbers(written: object, expected: list[str]) -> None:
    assert holding("delay", written, MINUTES) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("serious", ["serious"]),
        (">= serious", ["serious", "severe"]),
        ("< moderate", ["minor"]),
        ("[moderate..severe)", ["moderate", "serious"]),
        ("not(minor, moderate)", ["serious", "severe"]),
        (["minor", "severe"], ["minor", "severe"]),
    ],
)
def test_severity_is_ordered(written: object, expected: list[str]) -> None:
    assert holding("severity", written, ["minor", "moderate", "serious", "severe"]) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("[2024-04-01..2025-04-01)", ["2024-04-01", "2025-03-31"]),
        (">= 2025-04-01", ["2025-04-01"]),
        ("2024-03-31", ["2024-03-31"]),
    ],
)
def test_days(written: object, expected: list[str]) -> None:
    days = ["2024-03-31", "2024-04-01", "2025-03-31", "2025-04-01"]
    assert holding("occurred_on", written, days) == expected


def test_instants_compare_across_offsets() -> None:
    at_noon_in_london = "< 2026-07-01T12:00"
    assert holding(
        "arrived_at", at_noon_in_london, ["2026-07-01T10:59Z", "2026-07-01T12:59+02:00", "2026-07-01T11:00Z"]
    ) == ["2026-07-01T10:59Z", "2026-07-01T12:59+02:00"]


def test_money_compares_in_minor_units() -> None:
    assert holding("order_value", "[20..40)", ["19.99", "20", "39.99", "40"]) == ["20", "39.99"]
    assert holding("order_value", 20, ["19.99", "20.00"]) == ["20.00"]


def test_decimals_are_exact() -> None:
    assert holding("availability", "[99.0..99.9)", ["98.999", "99", "99.899", "99.9"]) == ["99", "99.899"]
    assert holding("availability", FloatText("99.9"), ["99.90", "99.9", "99.899"]) == ["99.90", "99.9"]
    assert read_condition(SPECS["availability"], FloatText("0.1")).holds(Decimal("0.1"))


@pytest.mark.parametrize(
    ("name", "written", "expected"),
    [
        ("ticket", "single", ["single"]),
        ("ticket", ["single", "season"], ["single", "season"]),
        ("ticket", "single, season", ["single", "season"]),
        ("ticket", "not(single, season)", ["return"]),
        ("reason", "not(single)", ["return", "season"]),
    ],
)
def test_words(name: str, written: object, expected: list[str]) -> None:
    assert holding(name, written, ["single", "return", "season"]) == expected


@pytest.mark.parametrize(("written", "expected"), [(True, ["yes"]), (False, ["no"]), ("no", ["no"])])
def test_yes_and_no(written: object, expected: list[str]) -> None:
    assert holding("mass_incident", written, ["yes", "no"]) == expected


@pytest.mark.parametrize(
    ("name", "written", "message", "mend"),
    [
        ("delay", "=> 30", "'=>' is not an operator of conditions.", 'Write ">= 30".'),
        ("delay", "=< 30", "'=<' is not an operator of conditions.", 'Write "<= 30".'),
        ("delay", "≥ 30", "'≥' is not an operator of conditions.", 'Write ">= 30".'),
        ("delay", "== 30", "'==' is not an operator of conditions.", 'Write "30".'),
        ("delay", "!= 30", "'!=' is not an operator of conditions.", 'Write "not(30)".'),
        ("delay", ">> 30", "'>>' is not an operator of conditions.", 'Comparisons are ">= 3"'),
        ("delay", "[30..60", "'[30..60' is not an interval.", '"[30..60)"'),
        ("delay", "30..60", "'30..60' is not an interval.", '"[30..60)"'),
        ("delay", "[30..)", "'[30..)' is not an interval.", '"[30..60)"'),
        ("delay", "soon", "'soon' is not a whole number.", "minutes"),
        ("delay", FloatText("30.5"), "'30.5' is not a whole number.", "for instance 45"),
        ("delay", True, "delay is not a yes or no.", "a whole number"),
        ("delay", [], "the condition on delay is empty.", "a whole number"),
        ("delay", "", "the condition on delay is empty.", "a whole number"),
        ("delay", {"min": 3}, "the condition on delay cannot be a table.", "a whole number"),
        ("delay", ["not(3)", 4], "not(...) cannot stand in a list.", "not(minor, moderate)"),
        ("ticket", ">= single", "ticket has no order, so '>= single' cannot be asked of it.", '["single"'),
        ("ticket", "[single..season]", "ticket has no order", '["single"'),
        ("ticket", "singel", "'singel' is not a choice of ticket.", "Did you mean single?"),
        ("severity", ">= awful", "'awful' is not a choice of severity.", "minor, moderate, serious, severe"),
        ("responsibility", "us", "'us' is not a choice of responsibility.", "ours"),
        ("order_value", FloatText("12.50"), "12.50 without quotes is not exact money.", 'Write "12.50"'),
        ("order_value", ">= 12.505", "12.505 has more decimals than GBP", "12.50"),
        ("mass_incident", "maybe", "'maybe' is not yes or no.", "yes or no"),
    ],
)
def test_a_mistake_says_what_to_write(name: str, written: object, message: str, mend: str) -> None:
    with pytest.raises(UnreadableValue) as raised:
        read_condition(SPECS[name], written)
    assert raised.value.message.startswith(message)
    assert mend in raised.value.expected


@pytest.mark.parametrize(
    ("name", "written", "mend"),
    [
        ("delay", ">> 30", 'Comparisons are ">= 3", "> 3", "<= 3" and "< 3".'),
        ("delay", "= 30", 'Write "30".'),
        ("delay", "<> 30", 'Write "not(30)".'),
        ("delay", "≠ 30", 'Write "not(30)".'),
        ("delay", "[30..60", BOTH_ENDS),
        ("delay", "(30", BOTH_ENDS),
        ("delay", ["not(3)", 4], 'Write one text such as "not(minor, moderate)".'),
        ("ticket", ">= single", 'Write a value, or a list such as ["single", "return"].'),
        ("ticket", "&& single", 'Write a value, or a list such as ["single", "return"].'),
        ("reason", ">= late", 'Write a value, or a list such as ["one", "another"].'),
    ],
)
def test_the_mend_is_said_in_full(name: str, written: object, mend: str) -> None:
    with pytest.raises(UnreadableValue) as raised:
        read_condition(SPECS[name], written)
    assert raised.value.expected == mend


@pytest.mark.parametrize(
    ("name", "written", "asks"),
    [
        ("delay", ">= 60", "60 or more"),
        ("delay", "> 60", "more than 60"),
        ("delay", "< 60", "under 60"),
        ("delay", "<= 60", "60 or less"),
        ("delay", "[30..60)", "from 30 to under 60"),
        ("delay", "(30..60]", "more than 30 to 60"),
        ("delay", [1, "> 5"], "1 or more than 5"),
        ("severity", "not(minor, moderate)", "anything but minor or moderate"),
        ("occurred_on", ">= 2024-04-01", "2024-04-01 or later"),
        ("occurred_on", "< 2024-04-01", "before 2024-04-01"),
        ("order_value", ">= 20", "20.00 GBP or more"),
        ("occurred_on", "<= 2024-04-01", "2024-04-01 or earlier"),
        ("occurred_on", "> 2024-04-01", "after 2024-04-01"),
        ("mass_incident", True, "yes"),
        ("mass_incident", False, "no"),
        ("mass_incident", "not(no)", "anything but no"),
    ],
)
def test_a_condition_reads_aloud(name: str, written: object, asks: str) -> None:
    assert read_condition(SPECS[name], written).asks == asks
