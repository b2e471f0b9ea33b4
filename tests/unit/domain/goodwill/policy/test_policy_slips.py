"""What the lint of a policy warns of because it looks like a slip: a sentence, its place, the way out."""

import pytest

from followup.domain.goodwill.policy.finding import FindingCode, Level
from followup.domain.goodwill.policy.lint import PolicyFinding, Surroundings, lint, lint_text
from followup.domain.goodwill.policy.policy_file import load_policy

HEAD = 'version = "1"\ncurrency = "GBP"\n'
ALL = '[[authority]]\nrole = "agent"\nper_gesture = "unlimited"\n'


def rule(amount: str, more: str = "", when: str = "") -> str:
    asked = f"when = {{ {when} }}\n" if when else ""
    return f'[[rule]]\nid = "r"\n{asked}offer = {{ kind = "refund", amount = {amount} }}\n{more}'


def found(text: str, around: Surroundings | None = None) -> list[PolicyFinding]:
    policy = load_policy(HEAD + text, "policy.toml")
    return [
        one
        for one in lint(policy, around=around or Surroundings())
        if one.code is not FindingCode.UNCOVERED  # which some of the texts below leave on purpose
    ]


def told(text: str) -> list[tuple[FindingCode, int, str]]:
    return [(one.code, one.line, one.message) for one in found(text + ALL)]


@pytest.mark.parametrize(
    ("percent", "message", "mend"),
    [
        (
            "0.5",
            "it offers 0.5 percent of order_value, less than a hundredth of it.",
            'Write percent = 50 for 50 percent, or write percent = "1/2" if it is meant.',
        ),
        (
            '"0.125"',
            "it offers 0.125 percent of order_value, less than a hundredth of it.",
            'Write percent = 12.5 for 12.5 percent, or write percent = "1/8" if it is meant.',
        ),
        (
            "500",
            "it offers 500 percent of order_value, more than all of it.",
            'Look for a digit too many, or write percent = "500/1" if it is meant.',
        ),
    ],
)
def test_a_percentage_below_1_or_above_100_may_be_a_slip(percent: str, message: str, mend: str) -> None:
    for amount in (
        f'{{ percent = {percent}, of = "order_value", at_most = "60" }}',
        f'{{ max_of = ["5", {{ percent = {percent}, of = "order_value" }}] }}',
        f'{{ each = {{ percent = {percent}, of = "order_value" }}, of = "cases_last_12_months" }}',
        f'{{ from = "1", to = {{ percent = {percent}, of = "order_value" }} }}',
    ):
        expected = PolicyFinding(Level.WARNING, 3, "r", message, mend)
        assert found(rule(amount) + ALL) == [expected]
        assert found(rule(amount) + ALL)[0].code is FindingCode.ODD_PERCENT


@pytest.mark.parametrize("percent", ["1", "100", "12.5", '"1/2"', '"500/1"', '"50/464"'])
def test_a_percentage_from_1_to_100_or_written_as_a_fraction_is_meant(percent: str) -> None:
    assert told(rule(f'{{ percent = {percent}, of = "order_value" }}')) == []


@pytest.mark.parametrize(
    ("amount", "more", "message"),
    [
        (
            '{ fact = "order_value", at_most = "5" }',
            'minimum_payout = "5.01"\n',
            "it offers at most 5.00 GBP, below its smallest payout, 5.01 GBP: nothing is ever paid.",
        ),
        (
            '{ percent = 0, of = "order_value" }',
            "",
            "the amount comes to nothing for every case.",
        ),
        (
            '{ fact = "order_value", at_most = "4.99" }',
            'round_to = "10"\n',
            "the amount comes to nothing for every case.",
        ),
    ],
)
def test_an_offer_that_is_never_paid_is_an_error(amount: str, more: str, message: str) -> None:
    assert told(rule(amount, more)) == [(FindingCode.NOTHING_DUE, 3, message)]
    assert found(rule(amount, more) + ALL)[0].level is Level.ERROR


def test_an_offer_that_can_reach_its_smallest_payout_is_none() -> None:
    assert told(rule('{ fact = "order_value", at_most = "5" }', 'minimum_payout = "5"\n')) == []
    assert told(rule('{ fact = "order_value", at_most = "5" }', 'round_to = "10"\n')) == []


@pytest.mark.parametrize(
    ("amount", "message"),
    [
        (
            '{ fact = "order_value", at_least = { max_of = ["20", "10"] }, at_most = "15" }',
            "its at_least is 20.00 GBP or more, above its at_most, 15.00 GBP or less.",
        ),
        (
            (
                '{ from = { fact = "order_value", at_least = "30" }, '
                'to = { fact = "order_value", at_most = "20" } }'
            ),
            "its from is 30.00 GBP or more, above its to, 20.00 GBP or less.",
        ),
    ],
)
def test_a_minimum_above_a_maximum_is_found_where_it_is_worked_out(amount: str, message: str) -> None:
    assert (FindingCode.MINIMUM_ABOVE_MAXIMUM, 3, message) in told(rule(amount))


CAP = '[[cap]]\nscope = "customer"\nwindow = "year"\namount = "{}"\nreason = ["late"]\n'


@pytest.mark.parametrize(("amount", "is_below"), [("7.99", True), ("8", False), ("8.01", False)])
def test_a_cap_below_the_smallest_offer_is_found(amount: str, *, is_below: bool) -> None:
    text = rule('{ fact = "order_value", at_least = "8" }', when='reason = ["late", "lost"]')
    message = f"cap customer_reason-year-late: r always offers more than its {amount} GBP."
    expected = [(FindingCode.CAP_BELOW_OFFER, 7, message)]
    assert told(text + CAP.format(amount)) == (expected if is_below else [])


def test_a_cap_that_concerns_no_rule_is_below_none() -> None:
    assert told(rule('"8"', when='reason = "lost"') + CAP.format("1")) == []
    assert told(rule('"8"', when='reason = "lost"') + CAP.format("1").replace('["late"]', '["lost"]')) != []


LADDER = '[[authority]]\nrole = "{}"\nper_gesture = "{}"\nper_day = "{}"\n'


def ladder(*entries: tuple[str, str, str]) -> list[tuple[FindingCode, Level, int, str]]:
    text = rule('"5"') + "".join(LADDER.format(*entry) for entry in entries)
    return [(one.code, one.level, one.line, one.message) for one in found(text)]


def test_a_role_without_authority_is_said_to_inherit() -> None:
    message = "a senior and a manager may give as much as an agent, for want of another entry."
    expected = (FindingCode.INHERITED_AUTHORITY, Level.NOTE, 6, message)
    assert ladder(("agent", "25", "100"), ("director", "unlimited", "unlimited")) == [expected]
    assert ladder(*((role, "25", "100") for role in ("agent", "senior", "manager", "director"))) == []


def test_authority_that_falls_with_rank_is_found() -> None:
    rest = [(role, "60", "300") for role in ("senior", "manager", "director")]
    falls = "a senior may give less than an agent."
    expected = [(FindingCode.FALLING_AUTHORITY, Level.WARNING, 10, falls)]
    assert ladder(("agent", "60.01", "100"), *rest) == expected
    assert ladder(("agent", "60", "300.01"), *rest) == expected
    assert ladder(("agent", "unlimited", "unlimited"), *rest) == expected
    assert ladder(("agent", "60", "300"), *rest) == []


def test_a_day_below_one_gesture_is_found() -> None:
    rest = [(role, "unlimited", "unlimited") for role in ("senior", "manager", "director")]
    message = "per_day, 24.99 GBP, is below what an agent may give for one gesture."
    expected = [(FindingCode.DAY_BELOW_GESTURE, Level.WARNING, 6, message)]
    assert ladder(("agent", "25", "24.99"), *rest) == expected
    assert ladder(("agent", "unlimited", "24.99"), *rest) == expected
    assert ladder(("agent", "25", "25"), *rest) == []


def test_a_reason_that_no_case_has_is_found_once() -> None:
    text = rule('"8"', when='reason = ["late-delivry", "lost"]') + CAP.format("100") + ALL
    used = Surroundings(reasons=frozenset({"late-delivery", "lost"}))
    unused = [one for one in found(text, used) if one.code is FindingCode.UNUSED_REASON]
    assert unused == [
        PolicyFinding(
            Level.WARNING,
            3,
            "r",
            "no case has the reason late-delivry, and the settings do not name it.",
            "Did you mean late-delivery?",
        ),
        PolicyFinding(
            Level.WARNING,
            7,
            "",
            "no case has the reason late, and the settings do not name it.",
            "Leave it out, or give it a phrase in the settings: [reasons].",
        ),
    ]
    # A new workspace has no case, and nothing is known of its reasons.
    assert found(text) == []


def test_a_policy_in_another_currency_than_the_workspace_is_an_error() -> None:
    around = Surroundings(currencies=frozenset({"EUR"}), budget_currencies=frozenset({"EUR"}))
    assert found(rule('"8"') + ALL, around) == [
        PolicyFinding(
            Level.ERROR,
            2,
            "",
            "the policy is in GBP, and the workspace counts in EUR.",
            'Write currency = "EUR", and amounts in it, or name GBP among the currencies in followup.toml.',
        )
    ]
    assert found(rule('"8"') + ALL, Surroundings(currencies=frozenset({"EUR", "GBP"}))) == []


def test_a_broken_fact_is_told_once_and_not_again_where_it_is_used() -> None:
    text = (
        f'{HEAD}[facts.ticket]\ntype = "choice"\n[facts.fee]\ntype = "mony"\n'
        '[facts.late]\ntype = "elapsed"\nfrom = "due"\nto = "occurred_on"\nunit = "hours"\n'
        '[facts.due]\ntype = "instnt"\n' + rule('{ fact = "fee" }', when='ticket = "single", fee = "> 3"')
    )
    messages = [one.message for one in lint_text(text, "policy.toml")]
    assert messages == [
        "fact ticket: choices must be a list of words.",
        "fact fee: unknown type 'mony'.",
        "fact late: occurred_on is a fact of type date.",
        "fact due: unknown type 'instnt'.",
    ]
