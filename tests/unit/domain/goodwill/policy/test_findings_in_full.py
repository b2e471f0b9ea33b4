"""What the lint says of a policy, in full: how grave, which line and rule, why, and what to do about it."""

from typing import NamedTuple

import pytest

from followup.domain.goodwill.policy.finding import FindingCode, Level
from followup.domain.goodwill.policy.lint import lint
from followup.domain.goodwill.policy.lint_currencies import OtherPolicy, unlike
from followup.domain.goodwill.policy.policy_file import load_policy

HEAD = 'version = "1"\ncurrency = "GBP"\n'
PAYS = """[[rule]]
id = "late"
offer = { kind = "refund", amount = "40" }
"""
UNLIMITED = '[[authority]]\nrole = "agent"\nper_gesture = "unlimited"\n'


class Found(NamedTuple):
    level: Level
    line: int
    rule: str
    message: str
    mend: str
    code: FindingCode


def findings(text: str, code: FindingCode) -> list[Found]:
    policy = load_policy(HEAD + text, "policy.toml")
    found = (Found(one.level, one.line, one.rule, one.message, one.mend, one.code) for one in lint(policy))
    return [one for one in found if one.code is code]


AUTHORITIES = """[[authority]]
role = "agent"
per_gesture = "50"
per_day = "40"
[[authority]]
role = "senior"
per_gesture = "30"
[[authority]]
role = "manager"
per_gesture = "60"
"""


def test_an_authority_that_falls_or_has_too_small_a_day() -> None:
    assert findings(PAYS + AUTHORITIES, FindingCode.FALLING_AUTHORITY) == [
        Found(
            Level.WARNING,
            10,
            "",
            "a senior may give less than an agent.",
            "Raise the limits of senior to those of agent, or more.",
            FindingCode.FALLING_AUTHORITY,
        )
    ]
    assert findings(PAYS + AUTHORITIES, FindingCode.DAY_BELOW_GESTURE) == [
        Found(
            Level.WARNING,
            6,
            "",
            "per_day, 40.00 GBP, is below what an agent may give for one gesture.",
            "Raise per_day, or lower per_gesture.",
            FindingCode.DAY_BELOW_GESTURE,
        )
    ]


def test_a_second_day_is_looked_at_after_an_entry_without_one() -> None:
    later = AUTHORITIES.replace('per_day = "40"\n', "") + 'per_day = "20"\n'
    (found,) = findings(PAYS + later, FindingCode.DAY_BELOW_GESTURE)
    assert found.message == "per_day, 20.00 GBP, is below what a manager may give for one gesture."


def test_a_role_without_an_entry_of_its_own_is_named_with_whom_it_follows() -> None:
    assert findings(PAYS + AUTHORITIES, FindingCode.INHERITED_AUTHORITY) == [
        Found(
            Level.NOTE,
            13,
            "",
            "a director may give as much as a manager, for want of another entry.",
            'Where that is not meant, add [[authority]] role = "director".',
            FindingCode.INHERITED_AUTHORITY,
        )
    ]
    assert findings(PAYS + UNLIMITED, FindingCode.INHERITED_AUTHORITY) == []
    a_day = UNLIMITED + 'per_day = "100"\n'
    assert len(findings(PAYS + a_day, FindingCode.INHERITED_AUTHORITY)) == 1


@pytest.mark.parametrize(
    ("amount", "level", "message"),
    [
        ("40", Level.ERROR, "it offers 40.00 GBP or more, and no role may give more than 25.00 GBP."),
        (
            '{ from = "20", to = "25.01" }',
            Level.WARNING,
            "it offers up to 25.01 GBP, and no role may give more than 25.00 GBP.",
        ),
    ],
)
def test_an_offer_above_every_authority(amount: str, level: Level, message: str) -> None:
    offer = PAYS.replace('"40"', amount if amount.startswith("{") else f'"{amount}"')
    limited = UNLIMITED.replace("unlimited", "25")
    assert findings(offer + limited, FindingCode.ABOVE_AUTHORITY) == [
        Found(
            level,
            3,
            "late",
            message,
            "Raise a role's per_gesture, or lower the amount with at_most.",
            FindingCode.ABOVE_AUTHORITY,
        )
    ]


def test_without_any_authority_nobody_may_give_money() -> None:
    assert findings(PAYS, FindingCode.NO_AUTHORITY) == [
        Found(
            Level.WARNING,
            1,
            "",
            "no role has authority, so nobody may give or approve money.",
            'Add [[authority]] role = "agent", per_gesture = "25".',
            FindingCode.NO_AUTHORITY,
        )
    ]


def test_a_kind_that_no_role_may_give() -> None:
    never = '[[never]]\nkind = "refund"\nwhy = "We give no money back."\n'
    assert findings(PAYS + UNLIMITED + never, FindingCode.NEVER_GIVEN) == [
        Found(
            Level.ERROR,
            3,
            "late",
            "no role may give a refund.",
            "Change [[never]], or offer another kind.",
            FindingCode.NEVER_GIVEN,
        )
    ]


@pytest.mark.parametrize(
    ("amount", "message", "mend"),
    [
        (
            '"0.40" }\nround_to = "1" #',
            "the amount comes to nothing for every case.",
            "Look at its percentage, its at_most and round_to, or offer an apology.",
        ),
        (
            '"4.99" }\nminimum_payout = "5" #',
            "it offers at most 4.99 GBP, below its smallest payout, 5.00 GBP: nothing is ever paid.",
            "Lower minimum_payout, or raise the amount.",
        ),
    ],
)
def test_an_offer_that_never_comes_to_anything(amount: str, message: str, mend: str) -> None:
    # The rule before it has no amount, and is passed over.
    apology = '[[rule]]\nid = "first"\nwhen = { severity = "minor" }\noffer = { kind = "apology" }\n'
    found = findings(apology + PAYS.replace('"40"', amount) + UNLIMITED, FindingCode.NOTHING_DUE)
    assert found == [Found(Level.ERROR, 7, "late", message, mend, FindingCode.NOTHING_DUE)]


CAPS = """[[cap]]
id = "often"
scope = "customer"
window = "30d"
times = 3
[[cap]]
id = "month"
scope = "customer"
window = "month"
amount = "30"
"""
TWO = """[[rule]]
id = "late"
when = { severity = "minor" }
offer = { kind = "refund", amount = "40" }
[[rule]]
id = "wrong"
offer = { kind = "credit", amount = "50" }
"""


def test_a_cap_below_what_is_offered() -> None:
    assert findings(PAYS + CAPS + UNLIMITED, FindingCode.CAP_BELOW_OFFER) == [
        Found(
            Level.WARNING,
            11,
            "",
            "cap month: late always offers more than its 30.00 GBP.",
            "Raise the cap to 40.00 GBP or more.",
            FindingCode.CAP_BELOW_OFFER,
        )
    ]
    (both,) = findings(TWO + CAPS + UNLIMITED, FindingCode.CAP_BELOW_OFFER)
    assert both.message == "cap month: late, wrong always offer more than its 30.00 GBP."
    assert both.mend == "Raise the cap to 50.00 GBP or more."


def test_odd_percentages_of_caps() -> None:
    shares = "".join(
        f'[[cap]]\nid = "c{number}"\nscope = "customer"\nwindow = "30d"\n'
        f'percent = {percent}\nof = "order_value"\n'
        for number, percent in enumerate(('"1/2"', "100", '"100.5"'))
    )
    assert findings(PAYS + shares + UNLIMITED, FindingCode.ODD_PERCENT) == [
        Found(
            Level.WARNING,
            18,
            "",
            "cap c2: it leaves 100.5 percent of order_value, more than all of it.",
            'Look for a digit too many, or write percent = "201/2" if it is meant.',
            FindingCode.ODD_PERCENT,
        )
    ]


def test_a_fact_that_nothing_uses() -> None:
    unused = '[facts.minutes_late]\ntype = "integer"\n'
    assert findings(unused + PAYS + UNLIMITED, FindingCode.UNUSED_FACT) == [
        Found(
            Level.WARNING,
            3,
            "",
            "no rule uses the fact minutes_late.",
            "Use it in a rule, or leave it out: people are asked for it.",
            FindingCode.UNUSED_FACT,
        )
    ]


EURO = 'version = "1"\ncurrency = "EUR"\n'


def test_what_the_policy_of_another_currency_has_more() -> None:
    theirs = HEAD + TWO + CAPS + UNLIMITED + '[[require]]\nfrom = "20"\nnote_words = 5\n'
    ours = EURO + TWO.replace('"wrong"', '"broken"') + UNLIMITED
    policy, other = load_policy(ours, "policy.EUR.toml"), load_policy(theirs, "policy.toml")
    found = [
        Found(one.level, one.line, one.rule, one.message, one.mend, one.code)
        for one in unlike(policy, OtherPolicy("policy.toml", other))
    ]
    mend = "Add it with amounts in EUR, or take it out of policy.toml."
    assert found == [
        Found(Level.WARNING, 2, "", message, mend, FindingCode.MISSING_IN_CURRENCY)
        for message in (
            "policy.toml has the rule wrong, and this policy in EUR has not.",
            "policy.toml has the cap often, and this policy in EUR has not.",
            "policy.toml has the cap month, and this policy in EUR has not.",
        )
    ] + [
        Found(
            Level.WARNING,
            2,
            "",
            "policy.toml has 1 [[require]] tables, and this policy in EUR has 0.",
            "Add what is missing, with amounts in EUR.",
            FindingCode.MISSING_IN_CURRENCY,
        )
    ]


def test_rules_of_two_currencies_that_differ_in_more_than_amounts() -> None:
    alternative = 'offer = { kind = "credit", amount = "50" }\nor = { kind = "voucher", amount = "60" }'
    ours = EURO + TWO.replace('offer = { kind = "credit", amount = "50" }', alternative) + UNLIMITED
    theirs = HEAD + TWO.replace('severity = "minor"', 'severity = "minor", reason = "late"') + UNLIMITED
    policy, other = load_policy(ours, "policy.EUR.toml"), load_policy(theirs, "policy.toml")
    mend = "Say the same in both, but for amounts, or give the two rules different ids."
    found = [
        Found(one.level, one.line, one.rule, one.message, one.mend, one.code)
        for one in unlike(policy, OtherPolicy("policy.toml", other))
    ]
    assert found == [
        Found(
            Level.WARNING,
            3,
            "late",
            "it is for cases where severity is minor here, and cases where reason is late, severity is minor "
            "in policy.toml.",
            mend,
            FindingCode.UNLIKE_CURRENCIES,
        ),
        Found(
            Level.WARNING,
            7,
            "wrong",
            "it offers a credit or a voucher here, and a credit in policy.toml.",
            mend,
            FindingCode.UNLIKE_CURRENCIES,
        ),
    ]
    narrowed = HEAD + PAYS.replace("offer", 'when = { severity = "minor" }\noffer') + UNLIMITED
    (one,) = unlike(
        load_policy(EURO + PAYS + UNLIMITED, "policy.EUR.toml"),
        OtherPolicy("policy.toml", load_policy(narrowed, "policy.toml")),
    )
    assert one.message == "it is for all cases here, and cases where severity is minor in policy.toml."
