"""A case that looks like a recorded one is shown that before anything is saved."""

from datetime import timedelta
from typing import Any

import pytest

from followup.application.cases import change_case, list_cases, open_case, show_case, undo_case
from followup.application.upkeep import audit
from followup.errors import Refused, WrongUsage
from tests.application.conftest import NewCaller
from tests.services.reporting.odd_things import ask, of
from tests.shop import MAX, Shop

TOLD: dict[str, Any] = {
    "customer": "priya@example.com",
    "name": "Priya Shah",
    "reason": "late-delivery",
    "severity": "moderate",
    "order": "HB-2041",
    "order_value": "80.00",
}


def refusal(new_caller: NewCaller, shop: Shop, **told: Any) -> Refused:
    before = shop.stored()
    with pytest.raises(Refused) as caught:
        open_case.open_case(new_caller(), **{**TOLD, **told})
    assert shop.stored() == before
    return caught.value


def test_the_same_case_again_is_answered_with_the_recorded_one(shop: Shop, new_caller: NewCaller) -> None:
    open_case.open_case(new_caller(), **TOLD, accept=True)
    refused = refusal(new_caller, shop, accept=True)
    assert (refused.code, refused.exit_code) == ("case_repeated", 4)
    assert refused.message == (
        "This looks like C-0001 (open), logged by Ana Reyes on 2 November 2026 at 10:00 for the same "
        "customer and order HB-2041; it was given G-0001, a voucher of 8.00 GBP, issued, requested by Ana "
        "Reyes on 2 November 2026 at 10:00."
    )
    assert "--again --because" in refused.hint
    # The order says it all: another reason, way of writing it, or agent changes nothing.
    assert refusal(new_caller, shop, order="#hb 2041", reason="rude-service").code == "case_repeated"
    change_case.close(new_caller(), "C-0001", outcome="recovered")
    shop.now += timedelta(days=400)
    assert "C-0001 (closed)" in refusal(new_caller, shop, reason="rude-service").message


def test_the_same_reason_within_days_is_the_same_case_and_another_order_is_not(
    shop: Shop, new_caller: NewCaller
) -> None:
    open_case.open_case(new_caller(), **{**TOLD, "order": None})
    assert refusal(new_caller, shop, order=None).message.startswith("This looks like C-0001")
    assert refusal(new_caller, shop).code == "case_repeated"
    open_case.open_case(new_caller(), **{**TOLD, "order": None, "reason": "rude-service"})
    open_case.open_case(new_caller(), **{**TOLD, "order": None, "customer": "tom@example.com", "name": "Tom"})
    change_case.close(new_caller(), "C-0001", outcome="recovered")
    shop.now += timedelta(days=14)
    third = open_case.open_case(new_caller(), **TOLD)
    assert third["case"]["ref"] == "C-0004"
    fourth = open_case.open_case(new_caller(), **{**TOLD, "order": "HB-2042"})
    assert fourth["case"]["ref"] == "C-0005"


def test_a_case_that_is_meant_again_says_why_wherever_somebody_looks(
    shop: Shop, new_caller: NewCaller
) -> None:
    open_case.open_case(new_caller(), **TOLD, accept=True)
    with pytest.raises(WrongUsage, match="--again needs its reason"):
        open_case.open_case(new_caller(), **TOLD, again=True)
    why = "The replacement came late as well."
    second = open_case.open_case(new_caller(), **TOLD, again=True, because=why, accept=True)
    assert second["case"]["again_because"] == why
    gesture = second["gesture"]
    assert gesture is not None
    # 8.00 for each case: 16.00 together, of the 25.00 that an agent may give.
    assert (gesture["amount"], gesture["state"], gesture["again"]) == ("8.00", "issued", True)
    with pytest.raises(Refused) as twice:
        open_case.open_case(new_caller(), **TOLD, again=True, because=why, accept=True)
    assert twice.value.code == "case_repeated_again"
    third = open_case.open_case(new_caller(), **TOLD, again=True, because="And a third time.", accept=True)
    fourth = open_case.open_case(new_caller(), **TOLD, again=True, because="And a fourth.", accept=True)
    states = [one["gesture"]["state"] for one in (third, fourth) if one["gesture"]]
    # 24.00 together, then 32.00.
    assert states == ["issued", "pending"]
    assert show_case.show_case(new_caller(), "C-0002")["again_because"] == why
    events = audit.list_events(new_caller(MAX), subject="C-0002")
    assert why in [event["because"] for event in events]
    told = of(ask(shop), "given-again")
    assert sorted(row["references"] for row in told) == [
        "C-0002",
        "C-0003",
        "C-0004",
        "G-0002 C-0002",
        "G-0003 C-0003",
        "G-0004 C-0004",
    ]


def test_again_is_no_repetition_where_nothing_is_like_it(shop: Shop, new_caller: NewCaller) -> None:
    first = open_case.open_case(new_caller(), **TOLD, again=True, because="for sure")
    assert first["case"]["again_because"] is None
    assert len(list_cases.list_cases(new_caller())) == 1


def test_a_case_that_was_undone_is_logged_anew(shop: Shop, new_caller: NewCaller) -> None:
    shop.settings(grace_minutes=10)
    open_case.open_case(new_caller(), **TOLD)
    undo_case.undo(new_caller(), "C-0001", because="the wrong customer")
    assert open_case.open_case(new_caller(), **TOLD)["case"]["again_because"] is None
    assert refusal(new_caller, shop).message.startswith("This looks like C-0002")
