"""What an email quotes of a customer: chosen by the agent, or by what they minded."""

from typing import Any

import pytest

from followup.application.cases import change_case, open_case
from followup.errors import WrongUsage
from tests.application.conftest import NewCaller
from tests.services.mailing import files, tick
from tests.shop import Shop

TOLD: dict[str, Any] = {
    "customer": "priya@example.com",
    "name": "Priya Shah",
    "reason": "late-delivery",
    "severity": "moderate",
    "fact": ["days_late=2"],
    "order": "P-1",
}
WORDS = "Hello, hope you are well. The lamp was a present. It came broken, and my mother cried."


def letter(shop: Shop) -> str:
    assert tick(shop).sent == 1
    text: str = files(shop)[0].decode().partition("\r\n\r\n")[2].replace("=\r\n", "")
    return " ".join(text.replace("\r\n", "\n").replace("\n> ", " ").split())


def test_their_politeness_is_not_quoted(shop: Shop, new_caller: NewCaller) -> None:
    open_case.open_case(new_caller(), **TOLD, verbatim=WORDS, accept=True)
    written = letter(shop)
    assert "The lamp was a present. It came broken, and my mother cried." in written
    assert "hope you are well" not in written


def test_an_agent_chooses_what_is_quoted(shop: Shop, new_caller: NewCaller) -> None:
    made = open_case.open_case(
        new_caller(), **TOLD, verbatim=WORDS, quote="my mother cried", summary="Lamp broken.", accept=True
    )
    assert (made["case"]["quote"], made["case"]["summary"]) == ("my mother cried", "Lamp broken.")
    written = letter(shop)
    assert "my mother cried" in written
    assert "present" not in written
    assert "Lamp broken" not in written


def test_a_quotation_that_they_did_not_say_is_refused(shop: Shop, new_caller: NewCaller) -> None:
    before = shop.stored()
    with pytest.raises(WrongUsage) as refused:
        open_case.open_case(new_caller(), **TOLD, verbatim=WORDS, quote="my father cried")
    assert refused.value.code == "not_their_words"
    assert shop.stored() == before
    open_case.open_case(new_caller(), **TOLD, verbatim=WORDS)
    with pytest.raises(WrongUsage):
        change_case.set_case(new_caller(), "C-0001", quote="my father cried")
    assert change_case.set_case(new_caller(), "C-0001", quote="it came BROKEN")["quote"] == "it came BROKEN"


def test_a_quotation_alone_is_what_they_said(shop: Shop, new_caller: NewCaller) -> None:
    made = open_case.open_case(new_caller(), **TOLD, quote="It came broken.")
    assert made["case"]["verbatim"] == "It came broken."


def test_other_words_take_a_quotation_away_that_they_do_not_hold(shop: Shop, new_caller: NewCaller) -> None:
    open_case.open_case(new_caller(), **TOLD, verbatim=WORDS, quote="my mother cried")
    changed = change_case.set_case(new_caller(), "C-0001", verbatim="It was late.")
    assert (changed["verbatim"], changed["quote"]) == ("It was late.", None)


@pytest.mark.parametrize(
    ("channel", "says"),
    [
        ("email", "email|wrote"),
        ("phone", "phone|called"),
        ("social", "post|social"),
        ("web", "form|website"),
        ("chat", "chat"),
    ],
)
def test_the_sentence_around_a_quotation_fits_how_they_told_us(
    channel: str, says: str, shop: Shop, new_caller: NewCaller
) -> None:
    open_case.open_case(new_caller(), **TOLD, verbatim=WORDS, channel=channel, accept=True)
    before = letter(shop).partition("The lamp was a present")[0].rpartition(".")[2]
    assert any(word in before for word in says.split("|")), before
    assert "wrote it down" not in before


def test_without_a_channel_no_way_is_claimed(shop: Shop, new_caller: NewCaller) -> None:
    open_case.open_case(new_caller(), **TOLD, verbatim=WORDS, accept=True)
    before = letter(shop).partition("The lamp was a present")[0].rpartition(".")[2]
    assert not [word for word in ("wrote", "email", "phone", "took", "rang") if word in before]


def test_an_insult_is_left_out_and_the_rest_is_quoted(shop: Shop, new_caller: NewCaller) -> None:
    open_case.open_case(
        new_caller(), **TOLD, verbatim="You useless morons. The lamp came broken.", accept=True
    )
    written = letter(shop)
    assert "The lamp came broken." in written
    assert "morons" not in written


def test_see_attached_is_not_quoted_and_holds_nothing(shop: Shop, new_caller: NewCaller) -> None:
    open_case.open_case(new_caller(), **TOLD, verbatim="See attached.", accept=True)
    assert "See attached" not in letter(shop)
