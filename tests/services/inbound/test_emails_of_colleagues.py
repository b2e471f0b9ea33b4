"""An email of somebody who works here, with a case among its readers, is no answer of the customer's."""

import pytest

from followup.domain.inbound.message_kind import InboundKind
from tests.services.inbound.answered_cases import case_now, followed, notes
from tests.services.mail_back import THEM, arrived, away, care_address, letter, receive
from tests.services.mailing import states
from tests.shop import SEN, Shop


@pytest.mark.parametrize("sender", [f"Sen Ito <{SEN}>", "warehouse@shop.example"])
def test_what_a_colleague_writes_is_a_note_and_stops_nothing(shop: Shop, sender: str) -> None:
    case = followed(shop)
    raw = letter("It left today.\n", sender=sender, to=THEM, Cc=care_address(shop, case))
    receipt = receive(shop, raw, shop.now)
    assert (receipt.kind, receipt.case) == (InboundKind.NOTICE, "C-0001")
    assert receipt.reason == "it is from a colleague, so it is a note and no answer"
    assert states(shop) == ["sent", "scheduled", "scheduled"]
    assert case_now(shop, case).replied_at is None
    (note,) = notes(shop, case)
    assert "It left today." in note.body
    assert ("Sen Ito" in note.body) is (SEN in sender)


def test_the_same_email_fetched_twice_is_one_note(shop: Shop) -> None:
    case = followed(shop)
    for footer in ("", "\nScanned.\n"):
        raw = letter(
            f"It left.\n{footer}", sender=SEN, to=care_address(shop, case), Message_ID="<one@x.example>"
        )
        receive(shop, raw, shop.now)
    assert len(notes(shop, case)) == 1


def test_a_colleague_who_is_away_puts_nothing_off(shop: Shop) -> None:
    case = followed(shop)
    receive(shop, away(sender=SEN, to=care_address(shop, case)), shop.now)
    assert states(shop) == ["sent", "scheduled", "scheduled"]
    assert notes(shop, case) == []


def test_the_customer_and_a_stranger_still_stop_the_emails(shop: Shop) -> None:
    for customer, sender in ((THEM, THEM), ("bob@example.com", "aunt@elsewhere.example")):
        case = followed(shop, customer)
        receive(shop, letter("Where is it?\n", sender=sender, to=care_address(shop, case)), shop.now)
        assert case_now(shop, case).replied_at is not None


def test_a_customer_at_our_own_domain_answers_as_anybody(shop: Shop) -> None:
    case = followed(shop, "intern@shop.example")
    raw = letter("Where is it?\n", sender="intern@shop.example", to=care_address(shop, case))
    receive(shop, raw, shop.now)
    assert case_now(shop, case).replied_at is not None
    assert [row.kind for row in arrived(shop)] == [InboundKind.REPLY]
