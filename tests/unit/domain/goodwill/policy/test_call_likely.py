"""Whether the policy may offer a call is known as soon as the reason and the feeling are."""

import pytest

from followup.domain.goodwill.policy.policy_file import load_policy

POLICY = """
version = "1"
currency = "GBP"
[[rule]]
id = "call"
when = { reason = "rude-staff", feeling = "angry", order_value = "> 50" }
offer = { kind = "callback" }
[[rule]]
id = "money"
when = { reason = "late-delivery" }
offer = { kind = "refund", amount = "5" }
[[authority]]
role = "agent"
per_gesture = "50"
"""


@pytest.mark.parametrize(
    ("reason", "feeling", "is_likely"),
    [
        # The order value is not known yet, so it does not count.
        ("rude-staff", "angry", True),
        ("rude-staff", "disappointed", False),
        ("late-delivery", "angry", False),
        ("late-delivery", "disappointed", False),
    ],
)
def test_a_call_is_likely_where_a_rule_for_this_reason_and_feeling_offers_one(
    reason: str, feeling: str, is_likely: bool
) -> None:
    assert load_policy(POLICY, "policy.toml").offers_call_for(reason, feeling) is is_likely
