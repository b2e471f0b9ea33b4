"""What is said of a mistake in a policy file, in full: line, place, why, and what to write instead."""

import pytest

from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.shared.toml_file import BrokenFile

HEAD = 'version = "1"\ncurrency = "EUR"\n'
TAIL = '[[authority]]\nrole = "agent"\nper_gesture = "unlimited"\n'
RATIO = '[facts.share]\ntype = "ratio"\n{}\n[facts.minutes]\ntype = "integer"\n'
KEPT = """[[rule]]
id = "small"
class = "corrective"
offer = { kind = "refund", amount = "1" }
minimum_payout = "4"
keep_in = "sum"
"""
CAP = '[[cap]]\nid = "c"\nscope = "customer"\nwindow = "30d"\n'
OFFER = '[[rule]]\nid = "r"\noffer = { kind = "refund", amount = "9" }\n'
EXAMPLE = 'minimum_payout = "4", keep_in = "season-ticket"'


def mistakes(text: str) -> list[tuple[int, str, str, str, tuple[str | int, ...]]]:
    with pytest.raises(BrokenFile) as caught:
        load_policy(HEAD + text + TAIL, "policy.toml")
    return [(one.line, one.where, one.message, one.mend, tuple(one.path)) for one in caught.value.mistakes]


@pytest.mark.parametrize(
    ("written", "message", "mend", "key"),
    [
        (
            'of = "minutes"',
            "a ratio needs either part or rest.",
            'Write part = "minutes_down", or rest = "minutes_down" for what that leaves of 100 percent.',
            "",
        ),
        (
            'part = "order_value"\nof = "minutes"',
            "order_value and minutes are not of one kind.",
            "Take two numbers of the same unit, or two amounts of money.",
            "of",
        ),
        (
            'rest = "minutes"\nof = "order_value"',
            "minutes and order_value are not of one kind.",
            "Take two numbers of the same unit, or two amounts of money.",
            "of",
        ),
    ],
)
def test_a_ratio_that_cannot_be(written: str, message: str, mend: str, key: str) -> None:
    (found,) = mistakes(RATIO.format(written) + OFFER)
    path = ("facts", "share", key) if key else ("facts", "share")
    line = 3 if not key else 4 + len(written.splitlines())
    assert found == (line, "fact share", message, mend, path)


def test_a_ratio_of_amounts_is_of_one_currency() -> None:
    text = RATIO.format('part = "order_value"\nof = "customer_value"') + OFFER
    with pytest.raises(BrokenFile) as caught:
        load_policy(HEAD + text + TAIL, "policy.toml", "GBP")
    (found,) = caught.value.mistakes
    assert (found.line, found.message) == (6, "order_value is in EUR, and customer_value in GBP.")
    assert (found.mend, tuple(found.path)) == ("Take two amounts of one currency.", ("facts", "share", "of"))


@pytest.mark.parametrize(
    ("old", "new", "message", "mend"),
    [
        (
            'class = "corrective"',
            'class = "goodwill"',
            "only what is owed is kept.",
            'Write class = "corrective", or leave keep_in out.',
        ),
        (
            'kind = "refund"',
            'kind = "voucher"',
            "only one amount of money is kept: a refund or credit.",
            'Write offer = { kind = "refund", amount = … }, or leave keep_in out.',
        ),
        (
            'amount = "1" }',
            'amount = "1" }\nor = { kind = "voucher", amount = "2" }',
            "what is kept has no alternative.",
            "Leave or out, or keep_in.",
        ),
    ],
)
def test_an_amount_that_cannot_be_kept(old: str, new: str, message: str, mend: str) -> None:
    text = KEPT.replace(old, new)
    (found,) = mistakes(text)
    line = 3 + text.splitlines().index('keep_in = "sum"')
    assert found == (line, "rule small", f"keep_in: {message}", mend, ("rule", 0, "keep_in"))


def test_days_of_keeping_without_a_sum() -> None:
    (found,) = mistakes(KEPT.replace('keep_in = "sum"', "keep_days = 30"))
    line, where, message, mend, path = found
    assert (line, where, message) == (8, "rule small", "keep_days is without keep_in.")
    assert mend.startswith("Write ")
    assert "keep_in = " in mend
    assert path == ("rule", 0, "keep_days")


def test_one_day_is_long_enough_and_is_what_the_rule_says() -> None:
    policy = load_policy(HEAD + KEPT + "keep_days = 1\n" + TAIL, "policy.toml")
    keeping = policy.rules[0].keeping
    assert keeping is not None
    assert (keeping.name, keeping.days) == ("sum", 1)


def test_a_sum_of_two_kinds() -> None:
    between = '[[rule]]\nid = "none"\nwhen = { severity = "minor" }\noffer = { kind = "apology" }\n'
    first = KEPT.replace("class", 'when = { severity = "severe" }\nclass')
    second = KEPT.replace('"small"', '"other"').replace("refund", "credit")
    (found,) = mistakes(first + between + second)
    assert found == (
        19,
        "rule other",
        "'sum' is a sum of refund amounts, and this rule offers a credit.",
        'Offer a refund, or keep it in a sum of its own: keep_in = "other".',
        ("rule", 2, "keep_in"),
    )
    # In a sum of its own it is kept.
    alone = load_policy(HEAD + first + between + second.replace('"sum"', '"own"') + TAIL, "policy.toml")
    assert [rule.keeping.name for rule in alone.rules if rule.keeping] == ["sum", "own"]


def test_a_cap_that_is_two_things() -> None:
    text = OFFER + CAP + 'amount = "5"\npercent = 5\nof = "order_value"\n'
    assert mistakes(text) == [
        (
            10,
            "cap 1",
            "a cap is an amount, or a percentage of a fact.",
            "Leave one of the two out.",
            ("cap", 0, "amount"),
        )
    ]


def test_a_share_of_a_fact_that_is_no_money_and_a_share_written_as_a_fraction() -> None:
    (found,) = mistakes(OFFER + CAP + 'percent = 5\nof = "severity"\n')
    assert (found[0], found[1], found[4]) == (6, "cap 1", ("cap", 0))
    assert found[3].startswith("Facts that fit: ")
    caps = CAP + 'percent = "1/2"\nof = "order_value"\nwhy = "We cannot afford more."\n'
    (cap,) = load_policy(HEAD + OFFER + caps + TAIL, "policy.toml").caps
    assert cap.share is not None
    assert cap.share.as_fraction
    (plain,) = load_policy(HEAD + OFFER + caps.replace('"1/2"', "5") + TAIL, "policy.toml").caps
    assert plain.share is not None
    assert not plain.share.as_fraction


@pytest.mark.parametrize("key", ["percent = 5", 'of = "order_value"'])
def test_half_a_share_is_not_taken_for_a_cap_without_a_limit(key: str) -> None:
    (found,) = mistakes(OFFER + CAP + key + "\n")
    assert "amount or times" not in found[2]


def test_a_rule_without_an_offer() -> None:
    (found,) = mistakes('[[rule]]\nid = "r"\n')
    assert found == (
        3,
        "rule r",
        "offer is missing.",
        'Write offer = { kind = "refund", amount = "12" }.',
        ("rule", 0),
    )
