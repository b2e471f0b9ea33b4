"""Parsing the facts of a case as the policy declares them."""

from collections.abc import Mapping

from followup.domain.cases.case import DESCRIBED
from followup.domain.goodwill.policy.facts import FactValue, read_fact
from followup.domain.goodwill.policy.policy import Policy
from followup.domain.shared.unreadable import nearest
from followup.errors import WrongUsage


def read_facts(policy: Policy, written: Mapping[str, str]) -> dict[str, FactValue]:
    """Parse the declared facts of a case as a person wrote them, by name. Facts that only describe the case
    (item, place) are left out.

    Raises WrongUsage for a fact that the policy does not declare, and for a value that cannot be read.
    """
    values: dict[str, FactValue] = {}
    for name, text in written.items():
        if name in DESCRIBED and name not in policy.facts:
            continue
        if name not in policy.facts:
            raise _unknown_fact(policy, name)
        values[name] = read_fact(policy.facts[name], text)
    return values


def _unknown_fact(policy: Policy, name: str) -> WrongUsage:
    if name in policy.known_facts:
        return WrongUsage(
            f"{name} is part of every case, not a fact of the policy.",
            hint=f"Give it by its own option, --{name.replace('_', '-')}, where there is one.",
            code="fact_of_every_case",
        )
    near = nearest(name, policy.facts)
    declared = ", ".join(policy.facts) or "none"
    return WrongUsage(
        f"The policy has no fact named {name!r}.",
        hint=f"Did you mean {near}?"
        if near
        else f"The policy declares: {declared}. Any case may have {' and '.join(DESCRIBED)}.",
        code="unknown_fact",
    )
