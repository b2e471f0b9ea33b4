"""What a policy says for one reason, by hand: a rule for it, one for all others, and one for all."""

import pytest

from followup.domain.goodwill.policy.by_reason import RuleForReason, by_reason, named_reason
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.errors import NotFound

POLICY = load_policy(
    """
version = "1"
currency = "GBP"
[facts.minutes_late]
type = "integer"
ask = "How many minutes late was it?"
[[rule]]
id = "late"
when = { reason = "late-delivery", minutes_late = "[60..600]" }
class = "goodwill"
offer = { kind = "voucher", amount = "8" }
[[rule]]
id = "not-late"
when = { reason = "not(late-delivery, wrong-item)" }
class = "goodwill"
offer = { kind = "voucher", amount = "5" }
[[rule]]
id = "severe"
when = { severity = "severe" }
class = "goodwill"
offer = { kind = "voucher", amount = "3" }
[[authority]]
role = "agent"
per_gesture = "25"
""",
    "policy.toml",
)
FOR_ALL = load_policy(
    """
version = "1"
currency = "GBP"
[[rule]]
id = "any"
class = "goodwill"
offer = { kind = "voucher", amount = "3" }
[[authority]]
role = "agent"
per_gesture = "25"
""",
    "policy.toml",
)


@pytest.mark.parametrize(
    ("reason", "rules", "facts"),
    [
        ("late-delivery", [("late", True), ("severe", False)], ["minutes_late"]),
        ("wrong-item", [("severe", False)], []),
        ("noise", [("not-late", False), ("severe", False)], []),
    ],
)
def test_its_rules_stand_in_the_order_in_which_they_are_tried(
    reason: str, rules: list[tuple[str, bool]], facts: list[str]
) -> None:
    entry = by_reason(POLICY, reason)
    assert entry.reason == reason
    assert [(found.rule.id, found.is_named) for found in entry.rules] == rules
    assert [fact.name for fact in entry.facts] == facts


def test_a_reason_that_a_rule_names_is_found() -> None:
    assert named_reason(POLICY, "wrong-item") == by_reason(POLICY, "wrong-item")
    assert by_reason(FOR_ALL, "noise").rules == (RuleForReason(FOR_ALL.rules[0], is_named=False),)


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("late-delivry", "Did you mean late-delivery?"),
        ("noise", "It names late-delivery, wrong-item."),
    ],
)
def test_another_one_is_refused_with_those_there_are(asked: str, hint: str) -> None:
    with pytest.raises(NotFound) as caught:
        named_reason(POLICY, asked)
    assert caught.value.message == f"No rule of the policy names the reason {asked!r}."
    assert (caught.value.hint, caught.value.code) == (hint, "reason_not_in_policy")


def test_where_no_rule_names_any_it_says_so() -> None:
    with pytest.raises(NotFound) as caught:
        named_reason(FOR_ALL, "noise")
    assert caught.value.hint == "It names none; all its rules are for every reason."
