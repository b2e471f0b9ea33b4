"""A policy file turned into another currency: every amount, and nothing else."""

import re
from pathlib import Path

import pytest

from followup.domain.goodwill.policy.in_currency import in_currency
from followup.domain.goodwill.policy.lint import lint
from followup.domain.goodwill.policy.lint_currencies import OtherPolicy, unlike
from followup.domain.goodwill.policy.policy import Policy
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.goodwill.policy.wording import PolicyPart, entries_of
from followup.domain.shared.familiar_amounts import familiar_amount, familiar_step
from followup.domain.shared.money import Money

TEXT = """\
# Up to 25 pounds: see amount = "25".
version = "2026"
currency = "GBP"

[facts.item_value]
type = "money"
min  = "5"
max = "1000"
ask  = "What did it cost, over 20?"
[facts.days]
type = "integer"
min  = 3

[[rule]]
id    = "percent-20"
when  = { item_value = "[50..100)", days = ">= 3", customer_value = ">= 1000" }
class = "goodwill"
offer = { kind = "refund", amount = { percent = "12.5", of = "item_value", at_most = "60" } }
round_to = "0.50"
minimum_payout = "1"
why   = "At least 20"

[[rule]]
id    = "several"
offer = { kind = "credit", amount = { max_of = [
    "10", # not 20
    { each = "2", of = "days", after = 2, at_most_times = 30 },
    "25",
] } }
or = [{ kind = "voucher", amount = { from = "20", to = "40" } }]

[[cap]]
scope  = "customer"
window = "365d"
amount = "500"
times  = 3

[overcompensation]
warn_percent = 120

[[authority]]
role = "agent"
per_gesture = "25"
per_day = "unlimited"

[[require]]
from = "200"
note_words = 30
"""

IN_YEN = """\
# Up to 25 pounds: see amount = "25".
version = "2026"
currency = "JPY"

[facts.item_value]
type = "money"
min  = "1000"
max = "200000"
ask  = "What did it cost, over 20?"
[facts.days]
type = "integer"
min  = 3

[[rule]]
id    = "percent-20"
when  = { item_value = "[10000..20000)", days = ">= 3", customer_value = ">= 1000" }
class = "goodwill"
offer = { kind = "refund", amount = { percent = "12.5", of = "item_value", at_most = "12000" } }
round_to = "100"
minimum_payout = "200"
why   = "At least 20"

[[rule]]
id    = "several"
offer = { kind = "credit", amount = { max_of = [
    "2000", # not 20
    { each = "400", of = "days", after = 2, at_most_times = 30 },
    "5000",
] } }
or = [{ kind = "voucher", amount = { from = "4000", to = "8000" } }]

[[cap]]
scope  = "customer"
window = "365d"
amount = "100000"
times  = 3

[overcompensation]
warn_percent = 120

[[authority]]
role = "agent"
per_gesture = "5000"
per_day = "unlimited"

[[require]]
from = "40000"
note_words = 30
"""
"""A yen buys roughly a 200th of what a pound buys, and 0.50 GBP is a step of 100 yen."""

FOLDER = Path(__file__).parents[4] / "policies"
FILES = sorted(FOLDER.glob("*.toml"))


def test_every_amount_is_turned_and_nothing_else() -> None:
    assert in_currency(TEXT, load_policy(TEXT, "p"), "JPY") == IN_YEN
    assert load_policy(IN_YEN, "p", "GBP").currency == "JPY"


def test_there_and_back_is_the_same_where_amounts_are_round() -> None:
    back = in_currency(IN_YEN, load_policy(IN_YEN, "p", "GBP"), "GBP")
    assert back == TEXT.replace('round_to = "0.50"', 'round_to = "0.1"')


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_currency_as_strong_changes_only_its_name(path: Path) -> None:
    """In the policies with published tables, whose amounts take every form: nothing but the currency differs
    in words, so no text was touched that is no amount."""
    text = path.read_text(encoding="utf-8")
    policy = load_policy(text, path.name)
    as_strong = {"GBP": "EUR", "EUR": "GBP", "USD": "EUR", "INR": "PHP", "AUD": "NZD"}
    other = as_strong[policy.currency]
    turned = in_currency(text, policy, other)
    changed = [
        (before, after)
        for before, after in zip(text.splitlines(), turned.splitlines(), strict=True)
        if before != after
    ]
    assert [line.replace(policy.currency, other) for line, _ in changed] == [line for _, line in changed]
    assert len(changed) == 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_amount_is_left_as_it_was(path: Path) -> None:
    """In a much weaker currency, every amount in the words of the policy is the familiar one there."""
    text = path.read_text(encoding="utf-8")
    old = load_policy(text, path.name)
    new = load_policy(in_currency(text, old, "UGX"), path.name, old.currency)
    pairs = [
        (before, after)
        for before, after in zip(amounts_of(old, old.currency), amounts_of(new, "UGX"), strict=True)
    ]
    # The compensation for delays on the rail is percentages alone.
    assert pairs or path.stem == "rail-delay-repay"
    for before, after in pairs:
        chosen = (
            familiar_amount(before, "UGX", of=old.currency),
            familiar_step(before, "UGX", of=old.currency),
        )
        assert after in {Money.parse(one, "UGX").text for one in chosen}


def amounts_of(policy: Policy, currency: str) -> list[str]:
    """The amounts in the words of a policy, but those of a customer's value."""
    entries = [entry for entry in entries_of(policy) if entry.part is not PolicyPart.SETTING]
    words = re.sub(r"customer_value is [^,]*", "", " ".join(entry.words for entry in entries))
    return re.findall(rf"(\d[\d.]*) {currency}", words)


def unlike_in(text: str, other: str) -> list[str]:
    policy, theirs = load_policy(text, "policy.EUR.toml", "GBP"), load_policy(other, "policy.toml", "GBP")
    return [one.message for one in unlike(policy, OtherPolicy("policy.toml", theirs))]


EURO = TEXT.replace('"GBP"', '"EUR"')


def test_lint_says_what_another_currency_has_and_this_one_lacks() -> None:
    assert unlike_in(EURO, TEXT) == []
    without = EURO.replace(EURO[EURO.index('[[rule]]\nid    = "several"') : EURO.index("[[cap]]")], "")
    without = without[: without.index("[[cap]]")] + without[without.index("[overcompensation]") :]
    without = without[: without.index("[[require]]")]
    assert unlike_in(without, TEXT) == [
        "policy.toml has the rule several, and this policy in EUR has not.",
        "policy.toml has the cap customer-365d, and this policy in EUR has not.",
        "policy.toml has 1 [[require]] tables, and this policy in EUR has 0.",
    ]
    assert unlike_in(TEXT, without.replace("percent-20", "percent-21"))[:1] == [
        "policy.toml has the rule percent-21, and this policy in GBP has not."
    ]


def test_rules_of_two_currencies_may_differ_in_amounts_alone() -> None:
    assert unlike_in(EURO.replace('"[50..100)"', '"[60..120)"').replace('"25"', '"30"'), TEXT) == []
    assert unlike_in(EURO.replace('days = ">= 3"', 'days = ">= 4"'), TEXT) == [
        "it is for cases where days is 4 or more here, and cases where days is 3 or more in policy.toml."
    ]
    assert unlike_in(EURO.replace('kind = "refund"', 'kind = "credit"'), TEXT) == [
        "it offers a credit here, and a refund in policy.toml."
    ]
    assert unlike_in(EURO.replace('class = "goodwill"', 'class = "corrective"'), TEXT) == [
        "it counts as corrective here, and goodwill in policy.toml."
    ]
    # A file in the same currency is another version, not the policy of another currency.
    assert unlike_in(TEXT.replace('kind = "refund"', 'kind = "credit"'), TEXT) == []


def test_the_value_of_a_customer_is_no_amount_of_another_currency() -> None:
    assert lint(load_policy(EURO, "p", "GBP")) == lint(load_policy(EURO, "p"))
