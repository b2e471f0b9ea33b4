"""Mistakes of policy files, as a file with them is refused."""

import pytest

from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.shared.toml_file import BrokenFile

HEAD = 'version = "1"\ncurrency = "GBP"\n'
OFFER = '[[rule]]\nid = "r"\noffer = { kind = "refund", amount = "9" }\n'
CAP = '[[cap]]\nscope = "customer"\nwindow = "30d"\n'
ROLES = "agent, senior, manager, director"
KINDS = "apology, callback, replacement, repair, resend, discount, voucher, refund, credit, points, gift"
Told = tuple[int, str, str, str, tuple[str | int, ...]]


def mistakes(text: str) -> list[Told]:
    with pytest.raises(BrokenFile) as caught:
        load_policy(HEAD + text, "policy.toml")
    assert caught.value.code == "invalid_policy"
    return [(one.line, one.where, one.message, one.mend, tuple(one.path)) for one in caught.value.mistakes]
