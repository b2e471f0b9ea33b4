"""Facts are read as people write them, and refused with their name, unit and an example."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from followup.domain.goodwill.policy.facts import (
    FactSpec,
    FactType,
    FactValue,
    built_in_facts,
    read_fact,
    show_value,
)
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.goodwill.policy.read_facts import read_facts
from followup.domain.shared.money import Money
from followup.errors import WrongUsage

POLICY = load_policy(
    """
version = "1"
currency = "GBP"
timezone = "Europe/London"
[facts.delay_minutes]
type = "integer"
unit = "minutes"
min = 0
max = 600
[facts.extra_cost]
type = "money"
max = "1000"
[facts.availability]
type = "decimal"
[facts.ticket]
type = "choice"
choices = ["single", "return"]
[facts.rerouted]
type = "yes_no"
[facts.promised_on]
type = "date"
[facts.arrived_at]
type = "instant"
""",
    "policy.toml",
)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("delay_minutes", "45", 45),
        ("delay_minutes", " 600 ", 600),
        ("extra_cost", "12.5", Money(1250, "GBP")),
        ("availability", "99.95", Decimal("99.95")),
        ("ticket", "return", "return"),
        ("rerouted", "yes", True),
        ("rerouted", "True", True),
        ("rerouted", "no", False),
        ("rerouted", "false", False),
        ("promised_on", "2026-11-23", date(2026, 11, 23)),
        ("arrived_at", "2026-11-23T14:30Z", datetime(2026, 11, 23, 14, 30, tzinfo=UTC)),
        # without an offset it is the policy's own zone, which is an hour ahead of UTC in July
        ("arrived_at", "2026-07-23 14:30", datetime(2026, 7, 23, 13, 30, tzinfo=UTC)),
    ],
)
def test_a_fact_is_read_as_people_write_it(name: str, text: str, value: FactValue) -> None:
    assert read_facts(POLICY, {name: text}) == {name: value}


@pytest.mark.parametrize(
    ("name", "text", "message", "hint"),
    [
        ("delay_minutes", "half an hour", "delay_minutes: 'half an hour' is not a whole number.", "minutes"),
        ("delay_minutes", "45.5", "delay_minutes: '45.5' is not a whole number.", "for instance 45"),
        ("delay_minutes", "٤٥", "delay_minutes: '٤٥' is not a whole number.", "for instance 45"),
        ("delay_minutes", "-1", "delay_minutes is -1 minutes; it must be at least 0 minutes.", "minutes"),
        ("delay_minutes", "601", "delay_minutes is 601 minutes; it must be at most 600 minutes.", "minutes"),
        ("extra_cost", "£12", "extra_cost: '£12' is not an amount.", "12.50"),
        ("extra_cost", "1000.01", "extra_cost is 1000.01 GBP; it must be at most 1000.00 GBP.", "GBP"),
        ("availability", "1e3", "availability: '1e3' is not a number with a point for decimals.", "99.5"),
        ("availability", "NaN", "availability: 'NaN' is not a number with a point for decimals.", "99.5"),
        ("ticket", "retrun", "ticket: 'retrun' is not a choice of ticket.", "Did you mean return?"),
        ("rerouted", "maybe", "rerouted: 'maybe' is not yes or no.", "yes"),
        ("promised_on", "2026-02-30", "promised_on: '2026-02-30' is not a day that exists.", "2026-11-23"),
        ("promised_on", "23/11/2026", "promised_on: '23/11/2026' is not a day as year-month-day.", "2026"),
        ("promised_on", "0026-11-23", "promised_on: The year of 0026-11-23 cannot be right.", "2026"),
        ("arrived_at", "2026-11-23", "arrived_at: '2026-11-23' is not a day and a time.", "T14:30"),
        ("arrived_at", "2026-11-23T25:00", "arrived_at: '2026-11-23T25:00' is not a day that exists.", "T14"),
    ],
)
def test_a_bad_fact_is_refused_with_its_name_and_an_example(
    name: str, text: str, message: str, hint: str
) -> None:
    with pytest.raises(WrongUsage) as raised:
        read_facts(POLICY, {name: text})
    assert raised.value.message == message
    assert hint in raised.value.hint
    assert raised.value.code == "bad_fact"


def test_an_unknown_fact_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(WrongUsage) as raised:
        read_facts(POLICY, {"delay_minuts": "4"})
    assert raised.value.message == "The policy has no fact named 'delay_minuts'."
    assert raised.value.hint == "Did you mean delay_minutes?"


def test_a_name_like_no_other_is_answered_with_all_names() -> None:
    with pytest.raises(WrongUsage) as raised:
        read_facts(POLICY, {"zzz": "4"})
    assert "ticket" in raised.value.hint


def test_a_built_in_fact_is_not_told_as_a_fact_of_the_policy() -> None:
    with pytest.raises(WrongUsage) as raised:
        read_facts(POLICY, {"order_value": "4"})
    assert "--order-value" in raised.value.hint


@pytest.mark.parametrize(
    ("name", "text"),
    [("severity", "catastrophic"), ("feeling", "cross"), ("order_value", "-1"), ("reason", "  ")],
)
def test_built_in_facts_are_checked_like_declared_ones(name: str, text: str) -> None:
    with pytest.raises(WrongUsage):
        read_fact(POLICY.known_facts[name], text)


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("delay_minutes", "45", "45 minutes"),
        ("extra_cost", "12.5", "12.50 GBP"),
        ("rerouted", "true", "yes"),
        ("arrived_at", "2026-07-23T13:30Z", "2026-07-23T14:30+01:00"),
        ("severity", "serious", "serious"),
    ],
)
def test_a_value_is_shown_with_its_unit(name: str, text: str, shown: str) -> None:
    spec = POLICY.known_facts[name]
    assert show_value(spec, read_fact(spec, text)) == shown


def test_a_fact_without_a_question_is_asked_by_its_name() -> None:
    assert FactSpec("extra_cost", FactType.MONEY).question == "Extra cost?"
    assert FactSpec("x", FactType.MONEY, ask="How much?").question == "How much?"


def test_every_case_may_carry_the_built_in_facts() -> None:
    built_in = built_in_facts("GBP", "Europe/London")
    assert {name: fact.type.value for name, fact in built_in.items()} == {
        "reason": "text",
        "severity": "level",
        "responsibility": "choice",
        "feeling": "choice",
        "channel": "choice",
        "language": "language",
        "country": "country",
        "segment": "text",
        "order_value": "money",
        "customer_value": "money",
        "occurred_on": "date",
        "logged_on": "date",
        "cases_last_12_months": "integer",
        "gestures_last_12_months": "integer",
        "mass_incident": "yes_no",
        "minutes_in_month": "integer",
    }
    for name, fact in built_in.items():
        assert (fact.name, fact.currency, fact.timezone, fact.built_in) == (
            name,
            "GBP",
            "Europe/London",
            True,
        )
    assert built_in["severity"].choices == ("minor", "moderate", "serious", "severe")
    ways = ("phone", "email", "chat", "in_person", "web", "social", "post")
    assert built_in["channel"].choices == ways
    assert [built_in[f"{what}_last_12_months"].minimum for what in ("cases", "gestures")] == [0, 0]
