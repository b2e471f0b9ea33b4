"""A text that must not go to a customer: said at once at the desk, held in the letter, mended or let go."""

from typing import Any

import pytest

from followup.application.cases import change_case, open_case
from followup.application.outbox import email_story, outbox
from followup.errors import Refused
from tests.application.conftest import NewCaller
from tests.services.mailing import files, rows, tick
from tests.shop import ANA, SEN, Shop

TOLD: dict[str, Any] = {
    "customer": "priya@example.com",
    "name": "Priya Shah",
    "reason": "late-delivery",
    "severity": "moderate",
    "occurred_on": "today",
    "fact": ["days_late=2"],
    "order_value": "80.00",
}
ABOUT = "Cust says driver was rude. V. irate, wants 50 quid."
OWN = "It was a birthday present and it came two days late."


def opened(new_caller: NewCaller, **more: Any) -> open_case.OpenedCaseDocument:
    return open_case.open_case(new_caller(), **{**TOLD, **more}, accept=True)


def test_it_is_said_at_once_what_would_hold_the_letter(shop: Shop, new_caller: NewCaller) -> None:
    document = opened(new_caller, verbatim=ABOUT)
    first, *_ = document["gate"]
    assert (first["rule"], first["level"], first["text"]) == ("G3", "E", "verbatim")
    assert first["sentence"] == "Cust says driver was rude."
    assert document["hints"][0] == (
        "“Cust says driver was rude.” would hold the letter. “cust” is written for colleagues, about the "
        "customer. Give what they said in their own words, and keep yours as the --summary: "
        'followup case set C-0001 --verbatim "…"'
    )


def test_ordinary_words_are_said_nothing_about(shop: Shop, new_caller: NewCaller) -> None:
    document = opened(new_caller, verbatim=OWN, promised="a call by Friday")
    assert document["gate"] == []
    assert not [hint for hint in document["hints"] if "would hold" in hint]


def test_the_letter_is_held_with_the_sentence_and_what_to_do(shop: Shop, new_caller: NewCaller) -> None:
    opened(new_caller, verbatim=ABOUT)
    assert tick(shop).deferred == 1
    (email, *_) = rows(shop)
    assert email.held_code == "gate"
    assert str(email.held_because).startswith("G3 “Cust says driver was rude.”: ")
    told = email_story.explain(new_caller(), "E-0001")["next"]
    assert 'followup case set C-0001 --verbatim "…"' in told
    assert "It goes by itself once the text is mended. As it stands, a senior lets it go with: " in told
    assert files(shop) == []


def test_it_goes_by_itself_once_the_text_is_mended(shop: Shop, new_caller: NewCaller) -> None:
    opened(new_caller, verbatim=ABOUT)
    tick(shop)
    change_case.set_case(new_caller(), "C-0001", order="P-1")
    assert rows(shop)[0].held_code == "gate"
    document = change_case.set_case(new_caller(), "C-0001", verbatim=OWN)
    assert document["gate"] == []
    assert rows(shop)[0].held_code is None
    assert tick(shop).sent == 1
    assert "Cust says" not in files(shop)[0].decode()


def test_only_who_has_the_right_lets_it_go_as_it_is(shop: Shop, new_caller: NewCaller) -> None:
    opened(new_caller, verbatim=ABOUT)
    tick(shop)
    # Ana founded the workspace; another agent has the rights of an agent alone.
    shop.write(lambda session: setattr(shop.actor(session, ANA).needed_agent, "is_founder", False))
    with pytest.raises(Refused) as refused:
        outbox.release_email(new_caller(), "E-0001", "It is fine.")
    assert refused.value.code == "right_needed"
    outbox.release_email(new_caller(SEN), "E-0001", "She wrote it like that.")
    assert tick(shop).sent == 1


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        ({"tell_customer": True}, "Cust called x2, DHL says tmrw"),
        ({"done": True}, "Dave Pratt is an idiot and was told so."),
    ],
)
def test_notes_for_the_customer_are_read_as_well(
    flags: dict[str, bool], text: str, shop: Shop, new_caller: NewCaller
) -> None:
    opened(new_caller, verbatim=OWN)
    assert change_case.add_note(new_caller(), "C-0001", text)["gate"] == []
    note = change_case.add_note(new_caller(), "C-0001", text, **flags)
    assert note["gate"] != []
    assert "--correct 2" in note["hints"][0]
    tick(shop)
    assert rows(shop)[0].held_code == "gate"
    change_case.add_note(new_caller(), "C-0001", "Your parcel left this morning.", correct=2)
    assert rows(shop)[0].held_code is None
    assert tick(shop).sent == 1


def test_another_customers_name_is_known_from_the_database(shop: Shop, new_caller: NewCaller) -> None:
    shop.open_case("tom@example.com", name="Tom Baker")
    words = "My neighbour Tom Baker got his money back and I did not."
    assert [found["rule"] for found in opened(new_caller, verbatim=words)["gate"]] == ["G5"]
    other = opened(new_caller, customer="zoe@example.com", name="Zoe", verbatim=words.replace("Tom", "Jim"))
    assert other["gate"] == []


def test_a_card_number_is_never_kept(shop: Shop, new_caller: NewCaller) -> None:
    document = opened(
        new_caller,
        verbatim="My card 4111 1111 1111 1111 was charged twice.",
        promised="money back on 5555 5555 5555 4444 by Friday",
    )
    change_case.add_note(new_caller(), "C-0001", "She read out 4012 8888 8888 1881.")
    assert document["case"]["verbatim"] == "My card •••• 1111 was charged twice."
    assert document["hints"][0] == "The number of the card is not kept: only its last four digits are."
    stored = shop.stored()
    for number in ("4111 1111", "5555 5555", "4012 8888"):
        assert number not in stored
    # A long number that is no card's is kept.
    change_case.add_note(new_caller(), "C-0001", "The parcel is 00340434161094021501.")
    assert "00340434161094021501" in shop.stored()


def test_a_text_that_the_letter_leaves_out_does_not_hold_it(shop: Shop, new_caller: NewCaller) -> None:
    # Somebody embarrassed is not quoted.
    document = opened(new_caller, verbatim=ABOUT, feeling="embarrassed", order="P-1")
    assert document["gate"] != []
    assert tick(shop).sent == 1


HARM = "The lamp came broken. I do not want to live any more."


@pytest.mark.parametrize(
    "told",
    [
        {"verbatim": HARM},
        {"verbatim": HARM, "quote": "The lamp came broken."},
        {"verbatim": OWN, "summary": "She says she wants to kill herself."},
    ],
)
def test_nobody_who_may_come_to_harm_gets_a_letter_by_itself(
    shop: Shop, new_caller: NewCaller, told: dict[str, str]
) -> None:
    document = opened(new_caller, **told)
    assert [finding["rule"] for finding in document["gate"]] == ["G10"]
    assert "A person speaks to them before any letter goes." in document["hints"][0]
    assert tick(shop).deferred == 1
    assert rows(shop)[0].held_code == "gate"
    assert files(shop) == []


def test_a_sore_back_holds_no_letter(shop: Shop, new_caller: NewCaller) -> None:
    document = opened(new_caller, verbatim="My back is killing me since I carried the lamp back to the shop.")
    assert document["gate"] == []
    assert tick(shop).sent == 1
