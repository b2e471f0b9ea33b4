"""Facts calculated from others: shares in percent, and the minutes of a month."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.goodwill.policy.derived import MonthMinutes, Ratio
from followup.domain.goodwill.policy.elapsed import BusinessDays
from followup.domain.goodwill.policy.facts import FactValue, read_fact
from followup.domain.goodwill.policy.policy import Policy
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.goodwill.policy.recommend import NO_RECORDS, Recommendation, Subject, recommend
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money
from followup.errors import InvalidFile

BUSINESS = BusinessDays(lambda _day: False)
PART = Ratio("part", "whole")
REST = Ratio("part", "whole", rest=True)


def percent(ratio: Ratio, **facts: object) -> Fraction | None:
    return ratio.value(facts, "UTC", BUSINESS)


def test_a_ratio_is_exact() -> None:
    assert percent(PART, part=1, whole=3) == Fraction(100, 3)
    assert percent(REST, part=1, whole=3) == Fraction(200, 3)
    assert percent(PART, part=Decimal("0.1"), whole=Decimal("0.3")) == Fraction(100, 3)
    assert percent(PART, part=Money(1999, "GBP"), whole=Money(4000, "GBP")) == Fraction("49.975")


def test_a_ratio_of_nothing_is_unknown() -> None:
    assert percent(PART, part=1, whole=0) is None
    assert percent(PART, part=1) is None
    assert percent(PART, whole=1) is None


@given(part=st.integers(0, 10**9), whole=st.integers(1, 10**9), more=st.integers(1, 10**6))
def test_a_larger_part_is_a_larger_share_and_leaves_a_smaller_rest(part: int, whole: int, more: int) -> None:
    less, greater = (percent(PART, part=one, whole=whole) for one in (part, part + more))
    assert less is not None
    assert greater is not None
    assert 0 <= less < greater
    left = [percent(REST, part=one, whole=whole) for one in (part, part + more)]
    assert left == [max(Fraction(0), 100 - one) for one in (less, greater)]


@pytest.mark.parametrize(
    ("day", "timezone", "minutes"),
    [
        (date(2026, 11, 30), "UTC", 30 * 1440),
        (date(2026, 12, 31), "UTC", 31 * 1440),
        (date(2026, 2, 1), "UTC", 28 * 1440),
        (date(2028, 2, 29), "UTC", 29 * 1440),
        (date(2026, 3, 15), "Europe/London", 31 * 1440 - 60),  # an hour is left out in March
        (date(2026, 10, 15), "Europe/London", 31 * 1440 + 60),
        (date(2026, 3, 15), "UTC", 31 * 1440),
    ],
)
def test_the_minutes_of_a_month_are_those_of_the_clock(day: date, timezone: str, minutes: int) -> None:
    assert MonthMinutes("occurred_on").value({"occurred_on": day}, timezone, BUSINESS) == minutes
    assert MonthMinutes("occurred_on").value({}, timezone, BUSINESS) is None


LATE = """version = "1"
currency = "GBP"
[facts.minutes_late]
type = "integer"
[facts.planned_minutes]
type = "integer"
[facts.lateness]
type = "ratio"
part = "minutes_late"
of = "planned_minutes"
[[rule]]
id = "half-again"
when = { lateness = ">= 50" }
offer = { kind = "refund", amount = { each = "1", of = "lateness", every = 10 } }
[[rule]]
id = "rest"
offer = { kind = "apology" }
[[authority]]
role = "agent"
per_gesture = "unlimited"
"""


def advice(policy: Policy, facts: Mapping[str, str]) -> Recommendation:
    values: dict[str, FactValue] = {
        name: read_fact(policy.known_facts[name], text) for name, text in facts.items()
    }
    return recommend(policy, Subject(values, Role.AGENT, date(2026, 11, 23)), NO_RECORDS)


def test_a_share_is_asked_for_by_its_parts_and_told_cut_off() -> None:
    policy = load_policy(LATE, "policy.toml")
    assert [spec.name for spec in policy.facts_for("anything")] == ["minutes_late", "planned_minutes"]
    # 40 of 60 minutes are 66.66… percent: six times ten of them.
    found = advice(policy, {"minutes_late": "40", "planned_minutes": "60"})
    assert found.amount == Money(600, "GBP")
    assert (
        "6.00 GBP is 1.00 GBP for each completed 10 of lateness; lateness is 66.666666 percent."
        in found.because
    )
    missing = advice(policy, {"planned_minutes": "60"})
    assert missing.because[1] == "Not half-again: minutes_late is not known."
    passed = advice(policy, {"minutes_late": "40", "planned_minutes": "81"})
    assert passed.because[1] == "Not half-again: lateness is 49.382716 percent, the rule asks for 50 or more."


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ('of = "planned_minutes"', "fact lateness: a ratio needs either part or rest."),
        (
            'part = "minutes_late"\nrest = "minutes_late"\nof = "planned_minutes"',
            "fact lateness: a ratio needs either part or rest.",
        ),
        ('part = "minutes_late"', "fact lateness: of is missing."),
        (
            'part = "order_value"\nof = "planned_minutes"',
            "fact lateness: order_value and planned_minutes are not of one kind.",
        ),
        ('part = "lateness"\nof = "planned_minutes"', "fact lateness: lateness is a fact of type ratio."),
        ('part = "reason"\nof = "planned_minutes"', "fact lateness: reason is a fact of type text."),
    ],
)
def test_a_ratio_that_cannot_be_is_refused(written: str, message: str) -> None:
    text = LATE.replace('part = "minutes_late"\nof = "planned_minutes"', written)
    with pytest.raises(InvalidFile, match=message):
        load_policy(text, "policy.toml")


PLACES = """version = "1"
currency = "EUR"
[[rule]]
id = "home"
when = { country = ["de", "AT"], language = "de", channel = "not(email)" }
offer = { kind = "callback" }
[[rule]]
id = "rest"
offer = { kind = "apology" }
"""


@pytest.mark.parametrize(
    ("language", "country", "channel", "rule"),
    [
        ("de", "DE", "phone", "home"),
        ("DE", "at", "phone", "home"),
        ("de", "CH", "phone", "rest"),
        ("en", "DE", "phone", "rest"),
        ("de", "DE", "email", "rest"),
    ],
)
def test_a_rule_may_ask_for_language_country_and_channel(
    language: str, country: str, channel: str, rule: str
) -> None:
    found = advice(
        load_policy(PLACES, "policy.toml"), {"language": language, "country": country, "channel": channel}
    )
    assert found.rule == rule


def test_a_country_or_language_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidFile, match="'Germany' is not a country by its two letters"):
        load_policy(PLACES.replace('"AT"', '"Germany"'), "policy.toml")
    with pytest.raises(InvalidFile, match="'de-DE' is not a language by its two or three letters"):
        load_policy(PLACES.replace('"de", channel', '"de-DE", channel'), "policy.toml")
