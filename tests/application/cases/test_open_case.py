from typing import Any

import pytest

from followup.application.cases import interview, list_cases, open_case
from followup.errors import NotFound, Refused, WrongUsage
from tests.application.conftest import NewCaller
from tests.shop import MAX, Shop

TOLD: dict[str, Any] = {
    "customer": "priya@example.com",
    "name": "Priya Shah",
    "reason": "late-delivery",
    "severity": "moderate",
    "order_value": "80.00",
}


def test_a_refused_gesture_is_undone_and_the_case_is_kept_and_refused_again_with_the_key(
    shop: Shop, new_caller: NewCaller
) -> None:
    shop.budget("1.00")
    first = open_case.open_case(new_caller(key="k"), **TOLD, accept=True)
    refused = first["gesture_refused"]
    assert refused is not None
    assert (refused["code"], refused["exit_code"]) == ("budget_exhausted", 4)
    assert refused["message"].startswith("C-0001 is recorded; its gesture is not: ")
    assert (first["gesture"], first["emails"]) == (None, [])
    before = shop.stored()
    assert open_case.open_case(new_caller(key="k"), **TOLD, accept=True) == first
    assert shop.stored() == before
    (case,) = list_cases.list_cases(new_caller())
    assert case["ref"] == "C-0001"


def test_an_accepted_case_has_its_gesture_and_its_emails(shop: Shop, new_caller: NewCaller) -> None:
    document = open_case.open_case(new_caller(), **TOLD, accept=True)
    gesture = document["gesture"]
    assert gesture is not None
    assert gesture["state"] == "issued"
    assert [email["case"] for email in document["emails"]] == ["C-0001"] * len(document["emails"])
    assert document["emails"][0]["state"] == "scheduled"


def test_a_key_is_refused_for_another_case_or_another_agent(shop: Shop, new_caller: NewCaller) -> None:
    open_case.open_case(new_caller(key="k"), **TOLD)
    before = shop.stored()
    with pytest.raises(Refused) as other_case:
        open_case.open_case(new_caller(key="k"), **{**TOLD, "severity": "severe"})
    with pytest.raises(Refused) as other_agent:
        open_case.open_case(new_caller(MAX, key="k"), **TOLD)
    assert (other_case.value.code, other_agent.value.code) == ("key_conflict", "key_conflict")
    assert shop.stored() == before


def test_what_cannot_be_opened_leaves_no_customer_behind(shop: Shop, new_caller: NewCaller) -> None:
    before = shop.stored()
    with pytest.raises(NotFound):
        open_case.open_case(new_caller(), **{**TOLD, "name": None})
    with pytest.raises(WrongUsage) as no_fact:
        open_case.open_case(new_caller(), **TOLD, fact=["days_late"])
    with pytest.raises(WrongUsage) as nobody_known:
        open_case.open_case(new_caller(None), **TOLD)
    assert no_fact.value.message == "--fact days_late is not a fact."
    assert nobody_known.value.code == "unknown_actor"
    assert shop.stored() == before


def test_a_key_stands_for_what_was_told_and_not_for_the_interview(shop: Shop, new_caller: NewCaller) -> None:
    flags = {name: TOLD[name] for name in ("customer", "reason", "severity")}
    answers: interview.InterviewAnswers = {"told": {"name": "Priya Shah"}, "facts": {"days_late": "2"}}
    first = open_case.open_case(new_caller(key="k"), **flags, answered=answers)
    assert first["case"]["customer"]["name"] == "Priya Shah"
    assert first["case"]["facts"] == {"days_late": "2"}
    assert interview.look_up(new_caller(), customer="priya@example.com")["customer_is_known"]
    # She is known now, so the interview does not ask for her name again.
    again: interview.InterviewAnswers = {"told": {}, "facts": {}}
    assert open_case.open_case(new_caller(key="k"), **flags, answered=again) == first


def test_an_interview_asks_for_the_facts_of_the_reason_that_are_not_told(new_caller: NewCaller) -> None:
    found = interview.look_up(new_caller(), customer="new@example.com", reason="Billing-Eror ")
    assert not found["customer_is_known"]
    assert (found["reason"], found["reason_meant"]) == ("billing-eror", "billing-error")
    known = interview.look_up(new_caller(), reason="billing-error")
    assert known["reason_meant"] is None
    assert {"name": "overcharged", "question": "How much was charged too much?"} in known["facts"]
    told = interview.look_up(new_caller(), reason="billing-error", fact=["overcharged=12.50"])
    assert "overcharged" not in [question["name"] for question in told["facts"]]


def test_an_interview_is_told_of_the_cases_that_the_new_one_may_repeat(
    shop: Shop, new_caller: NewCaller
) -> None:
    def found(**told: Any) -> list[tuple[str, str]]:
        alike = interview.look_up(new_caller(), customer="priya@example.com", **told)["similar_cases"]
        return [(one["ref"], one["same"]) for one in alike]

    assert found(reason="late-delivery", order="HB-2041") == []
    open_case.open_case(new_caller(), **TOLD, order="HB-2041", accept=True)
    (alike,) = interview.look_up(new_caller(), customer="priya@example.com", order="#hb 2041")[
        "similar_cases"
    ]
    assert (alike["ref"], alike["same"], alike["status"]) == ("C-0001", "order", "open")
    assert (alike["order"], alike["logged_by"]) == ("HB-2041", "Ana Reyes")
    # A tenth of the order of 80.00.
    assert alike["given"] == [
        {"ref": "G-0001", "kind": "voucher", "state": "issued", "amount": "8.00", "currency": "GBP"}
    ]
    assert found(reason="late-delivery") == [("C-0001", "reason")]
    assert found(reason="late-delivery", order="HB-2042") == []
    assert found(reason="rude-service") == []
    shop.open_case(reason="rude-service")
    assert found(reason="rude-service", order="hb2041") == [("C-0001", "order"), ("C-0002", "reason")]
    other = interview.look_up(new_caller(), customer="sam@example.com", reason="late-delivery")
    assert other["similar_cases"] == []


@pytest.mark.parametrize(
    ("name", "text", "is_fact", "code"),
    [
        ("customer", "nonsense", False, "bad_address"),
        ("reason", "Billing error!", False, "bad_reason"),
        ("order_value", "a lot", False, "bad_amount"),
        ("overcharged", "lots", True, "bad_fact"),
    ],
)
def test_an_answer_that_cannot_be_used_is_refused_when_it_is_given(
    new_caller: NewCaller, name: str, text: str, is_fact: bool, code: str
) -> None:
    with pytest.raises(WrongUsage) as refused:
        interview.check_answer(new_caller(), name, text, is_fact=is_fact)
    assert refused.value.code == code
