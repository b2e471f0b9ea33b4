"""What `case open` says when a case is logged agrees with what will happen: emails that wait for a person are
not promised, a call has somebody who makes it, and a queue says at once where nothing goes on."""

from typing import Any

import pytest

from followup.application.cases import list_cases, open_case
from followup.application.goodwill import gestures, policy_advice
from followup.application.sequences import timeline
from followup.errors import WrongUsage
from tests.application.conftest import NewCaller
from tests.shop import Shop

GIULIA: dict[str, Any] = {
    "customer": "giulia@example.com",
    "name": "Giulia Rossi",
    "reason": "late-delivery",
    "severity": "moderate",
    "feeling": "let_down",
    "order": "HB-3000",
    "order_value": "80.00",
    "what_happened": "Your lamp came two days late.",
    "accept": True,
}


def opened(new_caller: NewCaller, **told: Any) -> Any:
    return open_case.open_case(new_caller(), **{**GIULIA, **told})


def test_emails_in_a_language_without_templates_are_not_promised(shop: Shop, new_caller: NewCaller) -> None:
    document = opened(new_caller, locale="it-IT")
    planned = [email["id"] for email in document["emails"]]
    assert len(planned) == 3
    assert document["waiting_emails"] == planned
    assert any(hint.startswith("There are no templates in it;") for hint in document["hints"])
    story = timeline.show_timeline(new_caller(), "C-0001")
    assert [bool(email["expected"]) for email in story["emails"]] == [True, True, True]


def test_emails_that_will_go_are_promised(new_caller: NewCaller) -> None:
    document = opened(new_caller)
    assert len(document["emails"]) == 3
    assert document["waiting_emails"] == []
    story = timeline.show_timeline(new_caller(), "C-0001")
    assert story["emails"][0]["expected"] is None


def test_a_first_letter_that_would_be_held_lets_none_be_promised(new_caller: NewCaller) -> None:
    document = opened(new_caller, what_happened=None)
    assert document["waiting_emails"] == [email["id"] for email in document["emails"]]
    story = timeline.show_timeline(new_caller(), "C-0001")
    assert story["emails"][0]["expected"] is not None


def test_a_promised_call_has_somebody_who_makes_it(new_caller: NewCaller) -> None:
    document = opened(new_caller, feeling="distressed", phone="+44 20 7946 0018")
    assert document["gesture"]["kind"] == "callback"
    assert document["hints"][-1] == (
        "Ana Reyes calls Giulia Rossi: +44 20 7946 0018. When that is done: "
        'followup case note C-0001 "…" --told'
    )


def test_a_call_without_a_number_is_said_at_opening(new_caller: NewCaller) -> None:
    document = opened(new_caller, feeling="distressed", accept=False)
    said = [line for line in document["recommendation"]["because"] if "telephone number" in line]
    assert len(said) == 1
    refused = opened(
        new_caller, customer="ugo@example.com", name="Ugo Bo", order="HB-3001", feeling="distressed"
    )
    assert refused["gesture_refused"]["code"] == "phone_not_known"


def test_a_queue_says_at_once_where_nothing_was_given(new_caller: NewCaller) -> None:
    opened(new_caller, accept=False)
    row: Any = list_cases.list_cases(new_caller(), mine=True)[0]
    assert row["why_codes"] == ["nothing_offered"]
    assert row["next_step"].startswith("See what is offered: followup policy explain C-0001")
    assert list_cases.list_cases(new_caller(), needs_person=True) == []
    gestures.request_gesture(new_caller(), "C-0001")
    calm: Any = list_cases.list_cases(new_caller(), mine=True)[0]
    assert (calm["why"], calm["why_codes"]) == ("", []), "emails are to come"


@pytest.mark.parametrize(
    "written", ["late delivery", "Late_Delivery", "LATE  -  delivery", "late.delivery", "latedelivery"]
)
def test_a_reason_is_understood_however_its_words_are_joined(new_caller: NewCaller, written: str) -> None:
    document = opened(new_caller, reason=written)
    assert document["case"]["reason"] == "late-delivery"
    assert f"The reason {written} was taken as late-delivery." in document["hints"]
    assert [row["ref"] for row in list_cases.list_cases(new_caller(), reason=written)] == ["C-0001"]
    explained = policy_advice.explain(new_caller(), reason=written, severity="moderate", order_value="80")
    assert explained["kind"] == document["recommendation"]["kind"]


def test_a_reason_that_is_typed_as_it_is_stored_is_not_talked_about(new_caller: NewCaller) -> None:
    assert not any("was taken as" in hint for hint in opened(new_caller)["hints"])


def test_the_first_error_about_a_currency_names_all_that_it_needs(new_caller: NewCaller) -> None:
    with pytest.raises(WrongUsage) as refused:
        opened(new_caller, currency="EUR")
    assert refused.value.hint == (
        "To add it: 1. followup policy create --currency EUR; 2. in followup.toml, on its line there, "
        'without the # before it: currencies = ["GBP", "EUR"]; '
        "3. followup budget create goodwill-eur --limit 500 --period month --currency EUR"
    )
