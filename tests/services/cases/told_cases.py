"""What is told of a case, and how it is refused."""

import pytest

from followup.errors import WrongUsage
from followup.services.cases import cases
from followup.services.cases.cases import CaseEntry
from tests.shop import Shop

TOLD = {"customer": "priya@example.com", "name": "Priya", "reason": "long-wait", "severity": "minor"}


def read(shop: Shop, **told: str | None) -> CaseEntry:
    """Check what was told; a fact is told as fact_NAME."""
    facts = {name[5:]: value or "" for name, value in told.items() if name.startswith("fact_")}
    flags = {name: value for name, value in told.items() if not name.startswith("fact_")}
    return cases.read_case(shop.rules, {**TOLD, **flags}, facts, now=shop.now)


def refusal(shop: Shop, **told: str | None) -> WrongUsage:
    with pytest.raises(WrongUsage) as caught:
        read(shop, **told)
    assert caught.value.hint
    return caught.value
