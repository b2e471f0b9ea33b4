"""What is wrong or odd about a policy is found, with an example, and what is fine is left alone."""

from datetime import date
from itertools import product
from pathlib import Path

import pytest

from followup.domain.cases.case import Severity
from followup.domain.goodwill.gesture import GestureKind
from followup.domain.goodwill.policy.facts import FactValue
from followup.domain.goodwill.policy.lint import Level, PolicyFinding, Surroundings, lint, lint_text
from followup.domain.goodwill.policy.policy import Policy
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.goodwill.policy.recommend import NO_RECORDS, Subject, recommend
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money

HEAD = """
version = "1"
currency = "GBP"
[facts.delay]
type = "integer"
unit = "minutes"
min = 0
[facts.share]
type = "decimal"
min = 0
max = 100
[facts.ticket]
type = "choice"
choices = ["single", "return"]
"""
TODAY = date(2026, 11, 23)
ALL = '[[authority]]\nrole = "agent"\nper_gesture = "unlimited"\n'


def policy(*whens: str, more: str = "") -> Policy:
    rules = [
        f'[[rule]]\nid = "r{number}"\nwhen = {{ {when} }}\noffer = {{ kind = "apology" }}\n'
        for number, when in enumerate(whens, 1)
    ]
    return load_policy(HEAD + "".join(rules) + more, "policy.toml")


def found(text: Policy, words: str) -> list[PolicyFinding]:
    return [finding for finding in lint(text) if words in finding.message]


def messages(text: Policy, words: str) -> list[str]:
    return [f"{finding.rule}: {finding.message}" for finding in found(text, words)]


def test_a_rule_below_one_that_takes_all_its_cases_is_unreachable() -> None:
    text = policy("reason = 'late'", "reason = 'late', delay = '> 60'", "reason = 'rude'")
    (finding,) = found(text, "no case reaches")
    assert (finding.level, finding.rule) == (Level.ERROR, "r2")
    assert finding.message == "no case reaches it: r1 above takes them all."
    assert finding.line == text.rules[1].line


def test_several_rules_together_make_one_unreachable() -> None:
    assert messages(policy("delay = '< 60'", "delay = '>= 60'", "delay = '[30..90)'"), "no case") == [
        "r3: no case reaches it: r1, r2 above take them all."
    ]
    assert messages(policy("ticket = 'single'", "ticket = 'return'", "ticket = 'not(single)'"), "no case")


def test_a_rule_that_a_case_without_the_fact_reaches_is_reachable() -> None:
    assert messages(policy("delay = '< 60'", "delay = '>= 60'", "reason = 'late'"), "no case") == []


def test_whole_numbers_leave_no_gap_where_decimals_do() -> None:
    assert messages(policy("delay = '<= 29'", "delay = '>= 30'"), "no rule covers") == []
    assert messages(policy("share = '<= 29'", "share = '>= 30'"), "no rule covers") == [
        ": no rule covers a case such as share = 29.5."
    ]
    assert messages(policy("order_value = '<= 29.98'", "order_value = '>= 30'"), "no rule covers") == [
        ": no rule covers a case such as order_value = 29.99 GBP."
    ]
    assert messages(
        policy("occurred_on = '< 2026-01-01'", "occurred_on = '> 2026-01-01'"), "no rule covers"
    ) == [": no rule covers a case such as occurred_on = 2026-01-01."]


@pytest.mark.parametrize(
    ("whens", "example"),
    [
        (["delay = '[30..60)'"], "delay = 29 minutes"),
        (["delay = '< 30'", "delay = '> 30'"], "delay = 30 minutes"),
        (["delay = '>= 0', ticket = 'single'"], "ticket = return"),
        (["severity = 'not(serious)'"], "severity = serious"),
        (["mass_incident = true"], "mass_incident = no"),
        (["share = '[0..99)'", "share = '(99..100]'"], "share = 99"),
        (["reason = 'late'"], "reason = something else"),
        (
            ["ticket = 'single', delay = '< 60'", "ticket = 'return'", "severity = 'minor'"],
            "ticket = single, delay = 60 minutes, severity = moderate",
        ),
    ],
)
def test_a_case_that_no_rule_covers_is_told_as_an_example(whens: list[str], example: str) -> None:
    (finding,) = found(policy(*whens), "no rule covers")
    assert finding.message == f"no rule covers a case such as {example}."
    assert finding.level is Level.WARNING


@pytest.mark.parametrize(
    "whens",
    [
        [""],
        ["delay = '>= 0'"],
        ["share = '[0..100]'"],
        ["severity = '< serious'", "severity = '>= serious'"],
        ["ticket = 'single', delay = '< 60'", "ticket = 'return'", "delay = '>= 60'"],
        ["reason = 'late'", "reason = 'not(late)'"],
    ],
)
def test_a_policy_that_covers_every_case_has_no_such_finding(whens: list[str]) -> None:
    assert found(policy(*whens), "no rule covers") == []


def test_each_reason_has_its_own_example() -> None:
    text = policy(
        "reason = 'late', delay = '< 5'", "reason = 'rude', delay = '> 7'", "reason = 'not(late, rude)'"
    )
    assert messages(text, "no rule covers") == [
        ": no rule covers a case such as reason = late, delay = 5 minutes.",
        ": no rule covers a case such as reason = rude, delay = 4 minutes.",
    ]


def test_bands_that_cross_are_told_with_a_case_that_meets_both() -> None:
    (finding,) = found(policy("delay = '[30..60]'", "delay = '[60..120)'"), "overlaps")
    assert (finding.level, finding.rule) == (Level.WARNING, "r2")
    assert finding.message == "its band of delay overlaps that of r1: 60 minutes meets both, and r1 wins."


@pytest.mark.parametrize(
    "whens",
    [
        ["delay = '[30..60)'", "delay = '[60..120)'"],
        ["delay = '[30..60)'", "delay = '>= 0'"],  # a narrow rule above a wide one is an exception
        ["ticket = 'single', delay = '[30..60]'", "ticket = 'return', delay = '[60..90]'"],
        ["severity = 'minor', delay = '< 10'", "delay = '>= 0', reason = 'late'"],
    ],
)
def test_bands_that_do_not_cross_are_left_alone(whens: list[str]) -> None:
    assert found(policy(*whens), "overlaps") == []


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("delay = '[60..30)'", "nothing lies in the interval that delay asks for."),
        ("delay = '(30..30]'", "nothing lies in the interval that delay asks for."),
        (
            "delay = '(30..31)'",
            "no value of delay meets the condition: it asks for more than 30 to under 31.",
        ),
        ("delay = '< 0'", "no value of delay meets the condition: it asks for under 0."),
        ("share = '> 100'", "no value of share meets the condition: it asks for more than 100."),
        ("ticket = 'not(single, return)'", "no value of ticket meets the condition"),
    ],
)
def test_a_condition_that_nothing_meets_is_an_error(when: str, message: str) -> None:
    (finding,) = [one for one in lint(policy(when)) if one.rule]
    assert finding.level is Level.ERROR
    assert finding.message.startswith(message)


def money_rule(amount: str, authority: str, more: str = "") -> Policy:
    rule = f'[[rule]]\nid = "r"\noffer = {{ kind = "refund", amount = {amount} }}\n'
    return load_policy('version = "1"\ncurrency = "GBP"\n' + more + rule + authority, "policy.toml")


AGENT_100 = '[[authority]]\nrole = "agent"\nper_gesture = "100"\n'


@pytest.mark.parametrize(
    ("amount", "level"),
    [
        ('"100"', None),
        ('"100.01"', Level.ERROR),
        ('{ percent = 50, of = "order_value" }', None),
        ('{ percent = 50, of = "order_value", at_most = "100" }', None),
        ('{ percent = 50, of = "order_value", at_most = "100.01" }', Level.WARNING),
        ('{ percent = 50, of = "order_value", at_least = "100.01" }', Level.ERROR),
        ('{ from = "50", to = "200" }', Level.WARNING),
        ('{ from = "150", to = "200" }', Level.ERROR),
        ('{ each = "30", of = "cases_last_12_months", at_most_times = 4 }', Level.WARNING),
        ('{ each = "30", of = "cases_last_12_months", at_most_times = 3 }', None),
        ('{ sum_of = ["60", { min_of = ["60", { fact = "order_value" }] }] }', Level.WARNING),
    ],
)
def test_amounts_above_every_roles_authority_are_found(amount: str, level: Level | None) -> None:
    findings = [one for one in lint(money_rule(amount, AGENT_100)) if "no role may give more" in one.message]
    assert [one.level for one in findings] == ([] if level is None else [level])


def test_unlimited_authority_covers_every_amount() -> None:
    assert lint(money_rule('"100000"', ALL)) == ()


def test_money_without_any_authority_and_kinds_for_no_role_are_found() -> None:
    assert [one.message for one in lint(money_rule('"1"', ""))] == [
        "no role has authority, so nobody may give or approve money."
    ]
    never = ALL + '[[never]]\nkind = "refund"\n'
    assert [one.message for one in lint(money_rule('"1"', never))] == ["no role may give a refund."]


def test_a_fact_that_no_rule_uses_is_found_and_one_used_through_another_is_not() -> None:
    facts = """
[facts.a]
type = "date"
[facts.late]
type = "elapsed"
from = "a"
to = "occurred_on"
unit = "working_days"
[facts.idle]
type = "money"
"""
    text = money_rule('{ each = "5", of = "late", at_most = "50" }', ALL, facts)
    assert [one.message for one in lint(text)] == ["no rule uses the fact idle."]


def test_a_budget_in_another_currency_is_found() -> None:
    text = money_rule('"1"', ALL)
    assert lint(text, around=Surroundings(budget_currencies=frozenset({"GBP"}))) == ()
    (finding,) = lint(text, around=Surroundings(budget_currencies=frozenset({"GBP", "EUR"})))
    assert finding.level is Level.ERROR
    assert "EUR" in finding.message


def test_a_policy_without_rules_is_an_error() -> None:
    (finding,) = lint(load_policy('version = "1"\ncurrency = "GBP"\n', "policy.toml"))
    assert finding.message == "the policy has no rule."


def test_a_search_that_grows_too_large_is_given_up_and_says_so() -> None:
    text = policy("delay = '< 60', ticket = 'single'", "ticket = 'return', share = '> 3'", "delay = '>= 5'")
    given_up = [finding.message for finding in lint(text, most_steps=1) if "given up" in finding.message]
    assert given_up == [
        "the search for cases that reach it, and the rules below it, was given up: it takes too long.",
        "the search for cases that no rule covers was given up: it takes too long.",
    ]
    assert not any("given up" in finding.message for finding in lint(text))


TOLD_IN_LETTERS = frozenset({"days_waited", "hours_waited", "minutes_waited", "hours_without"})
"""Facts of the starter policy that no rule uses: phrases in letters do."""


class TestStarterPolicy:
    """The policy that a new workspace begins with."""

    TEXT = (Path(__file__).parents[5] / "templates" / "workspace" / "policy.toml").read_text(encoding="utf-8")

    def test_it_lints_clean(self) -> None:
        assert (
            lint(
                load_policy(self.TEXT, "policy.toml"),
                around=Surroundings(
                    budget_currencies=frozenset({"GBP"}),
                    told_facts=TOLD_IN_LETTERS,
                ),
            )
            == ()
        )

    @pytest.mark.parametrize("currency", ["JPY", "EUR", "KWD"])
    def test_its_amounts_are_valid_in_every_currency(self, currency: str) -> None:
        assert 'currency = "GBP"\n' in self.TEXT
        assert 'timezone = "Europe/London"\n' in self.TEXT
        text = self.TEXT.replace('currency = "GBP"\n', f'currency = "{currency}"\n')
        assert lint(load_policy(text, "policy.toml"), around=Surroundings(told_facts=TOLD_IN_LETTERS)) == ()

    def test_it_recommends_something_for_every_case_with_or_without_an_order_value(self) -> None:
        starter = load_policy(self.TEXT, "policy.toml")
        reasons = [*starter.reasons, "long-wait", "other"]
        for reason, severity, minor in product(reasons, Severity, [None, 0, 100, 8000, 200000]):
            facts: dict[str, FactValue] = {"reason": reason, "severity": severity.value}
            if minor is not None:
                facts["order_value"] = Money(minor, "GBP")
            for role in Role:
                subject = Subject(facts, role, TODAY)
                found = recommend(starter, subject, NO_RECORDS)
                assert found.refused is None, (reason, severity, minor, role)
                assert found.kind is not None
                assert found.amount or found.range or not found.kind.has_amount

    @pytest.mark.parametrize(
        ("facts", "rule", "amount"),
        [
            ({"reason": "late-delivery", "severity": "moderate"}, "moderate-without-order", "10.00"),
            ({"reason": "other", "severity": "minor"}, "minor", None),
            ({"reason": "billing-error", "severity": "minor"}, "billing-to-clear-up", None),
            ({"feeling": "distressed", "reason": "other", "severity": "severe"}, "distressed", None),
            ({"reason": "damaged-item", "severity": "severe"}, "severe-without-order", "60.00"),
        ],
    )
    def test_some_cases_by_hand(self, facts: dict[str, FactValue], rule: str, amount: str | None) -> None:
        subject = Subject(facts, Role.AGENT, TODAY)
        found = recommend(load_policy(self.TEXT, "policy.toml"), subject, NO_RECORDS)
        assert (found.rule, found.amount.text if found.amount else None) == (rule, amount)

    def test_what_was_overcharged_is_owed_and_goes_back(self) -> None:
        facts: dict[str, FactValue] = {"reason": "billing-error", "overcharged": Money(999, "GBP")}
        subject = Subject(facts, Role.AGENT, TODAY)
        found = recommend(load_policy(self.TEXT, "policy.toml"), subject, NO_RECORDS)
        assert (found.kind, found.to_document()["class"]) == (GestureKind.REFUND, "corrective")
        assert found.amount == Money(999, "GBP")


PLANTED = """version = "9"
currency = "GBP"

[[rule]]
id = "first"
when = { reason = "late" }
offer = { kind = "apology" }

[[rule]]
id = "shadowed"
when = { reason = "late", severity = "severe" }
offer = { kind = "apology" }

[[rule]]
id = "typo"
when = { severty = "severe" }
offer = { kind = "refund", amount = "5" }

[[rule]]
id = "too-much"
offer = { kind = "refund", amount = "500" }

[[authority]]
role = "agent"
per_gesture = "25"
"""


def places(findings: tuple[PolicyFinding, ...]) -> list[tuple[int, str]]:
    assert all(finding.level is Level.ERROR and finding.mend for finding in findings)
    return [(finding.line, finding.rule) for finding in findings]


def test_faults_of_reading_and_of_reasoning_are_told_together() -> None:
    findings = lint_text(PLANTED, "policy.toml")
    assert places(findings) == [(9, "shadowed"), (16, "typo"), (19, "too-much")]
    assert findings[1].message == "unknown fact 'severty'."
    assert findings[1].mend == "Did you mean severity?"


def test_a_file_that_can_be_used_is_told_all_about() -> None:
    text = PLANTED.replace("severty", "severity")
    assert lint_text(text, "p") == lint(load_policy(text, "p"))


def test_nothing_is_concluded_from_rules_whose_guards_are_not_known() -> None:
    # Mended, the authority may well cover 500.
    text = PLANTED.replace('per_gesture = "25"', "per_gesture = 25.5")
    assert places(lint_text(text, "p")) == [(16, "typo"), (25, "")]


def test_a_rule_is_not_blamed_for_what_a_broken_one_would_take() -> None:
    # The rule named typo, mended, may cover the rest; without it nothing is said to be uncovered.
    text = PLANTED.replace('[[rule]]\nid = "too-much"', '[[rule]]\nid = "too-much"\nwhen = { reason = "x" }')
    assert [one for one in lint_text(text, "p") if "covers" in one.message] == []


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("= x", 1, "this is not TOML"),
        ('version = "1"\ncurrency = "GBP"\n[[rule]\n', 3, "this is not TOML"),
        ('version = "1"\ncurrency = "XXX"\n', 2, "'XXX' is not a currency."),
        (
            'version = "1"\ncurrency = "GBP"\n[[cap]]\nscope = "shop"\nwindow = "1d"\ntimes = 1\n',
            4,
            "cap 1: unk",
        ),
    ],
)
def test_a_file_from_which_no_policy_comes_has_its_mistakes_as_findings(
    text: str, line: int, message: str
) -> None:
    (finding,) = lint_text(text, "p")
    assert (finding.level, finding.line, finding.rule) == (Level.ERROR, line, "")
    assert finding.message.startswith(message)
    assert finding.mend
