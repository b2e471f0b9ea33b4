"""The manual for writing a policy is true: its pieces are a policy, and it shows every form there is."""

import re
from datetime import date
from pathlib import Path

import pytest

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy import amount_file, policy_file
from followup.domain.goodwill.policy.caps import CapScope
from followup.domain.goodwill.policy.elapsed import ElapsedUnit
from followup.domain.goodwill.policy.facts import DECLARABLE_TYPES, FactValue, built_in_facts, read_fact
from followup.domain.goodwill.policy.lint import lint_text
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.goodwill.policy.recommend import NO_RECORDS, Recommendation, Subject, recommend
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money

MANUAL = (Path(__file__).parents[5] / "docs" / "policy.md").read_text(encoding="utf-8")
TEXT = "".join(re.findall(r"```toml\n(.*?)```", MANUAL, re.DOTALL))
POLICY = load_policy(TEXT, "policy.toml")


def advice(**facts: str) -> Recommendation:
    values: dict[str, FactValue] = {
        name: read_fact(POLICY.known_facts[name], text) for name, text in facts.items()
    }
    return recommend(POLICY, Subject(values, Role.AGENT, date(2026, 11, 23)), NO_RECORDS)


def test_its_pieces_are_a_policy_with_nothing_to_mend() -> None:
    assert lint_text(TEXT, "policy.toml") == ()


def test_it_is_short() -> None:
    assert len(MANUAL.splitlines()) <= 220


@pytest.mark.parametrize(
    "name",
    [
        *policy_file._TOP_KEYS,
        *policy_file._RULE_KEYS,
        *(key for keys in amount_file._FORMS.values() for key in keys),
        *amount_file._BOUNDS,
        *DECLARABLE_TYPES,
        *ElapsedUnit,
        *built_in_facts("GBP", "UTC"),
        *(scope for scope in CapScope if scope is not CapScope.CUSTOMER_REASON),
        *GestureKind,
        *GestureClass,
        *("week", "month", "quarter", "year", "financial_year", "ever", "starts", "times", "unlimited"),
        *("similar_cases", "other_agents", "linked_customers", "just_under", "percent", "approver"),
        *("warn_percent", "cap_percent", "per_gesture", "per_day", "note_words", "notify", "started"),
        *("min", "max", "unit", "ask", "choices", "after_working_days", "from", "to"),
    ],
)
def test_it_shows_every_form_there_is(name: str) -> None:
    assert re.search(rf"\b{name}\b", MANUAL), name


@pytest.mark.parametrize(
    ("facts", "rule", "amount"),
    [
        (
            {"reason": "late-train", "delay_minutes": "45", "ticket": "single", "order_value": "40"},
            "half-fare",
            2000,
        ),
        (
            {"reason": "late-train", "delay_minutes": "45", "ticket": "single", "order_value": "3.98"},
            "half-fare",
            0,
        ),
        (
            {"reason": "late-train", "delay_minutes": "60", "ticket": "single", "order_value": "40"},
            "whole-fare",
            4000,
        ),
        # One of the season's 464 journeys costs 2.00, of which half.
        (
            {"reason": "no-train", "delay_minutes": "15", "ticket": "season", "order_value": "928"},
            "season-ticket",
            100,
        ),
        ({"luggage_lost": "yes", "extra_cost": "35.50", "occurred_on": "2026-05-01"}, "lost-luggage", 5550),
        ({"luggage_lost": "yes", "extra_cost": "999", "occurred_on": "2026-05-01"}, "lost-luggage", 100000),
        ({"luggage_lost": "yes", "extra_cost": "35.50", "occurred_on": "2025-12-31"}, "anything-else", None),
        # Promised on Monday, brought on Friday: of the working days Tuesday to Friday the first is left out,
        # which leaves three, of which the amount leaves out one more.
        (
            {"reason": "late-parcel", "promised_on": "2026-11-02", "delivered_on": "2026-11-06"},
            "late-parcel",
            500,
        ),
        ({"reason": "long-wait", "delay_minutes": "21"}, "long-wait", 200),
        ({"reason": "long-wait", "delay_minutes": "46"}, "long-wait", 400),
        ({"reason": "long-wait", "delay_minutes": "240"}, "long-wait", 800),
        ({"reason": "long-wait", "delay_minutes": "20"}, "anything-else", None),
        # A November of 43,200 minutes; 43 of them are 99.9005 percent up. A tenth of 12.34 is 1.234, so 1.24.
        (
            {
                "reason": "outage",
                "minutes_down": "43",
                "occurred_on": "2026-11-02",
                "country": "AT",
                "order_value": "12.34",
            },
            "outage",
            124,
        ),
        ({"severity": "serious", "order_value": "100"}, "serious", 1500),
        ({"severity": "severe", "order_value": "10"}, "serious", 800),
        ({"reason": "rude-service", "feeling": "distressed", "severity": "severe"}, "distressed", None),
    ],
)
def test_its_rules_pay_what_their_words_say(facts: dict[str, str], rule: str, amount: int | None) -> None:
    found = advice(**facts)
    assert found.rule == rule
    assert found.amount == (None if amount is None else Money(amount, "GBP"))


def test_the_agent_chooses_within_the_range() -> None:
    assert advice(reason="rude-service", severity="serious").range == (Money(1000, "GBP"), Money(4000, "GBP"))
