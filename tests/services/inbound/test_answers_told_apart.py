"""After an answer nothing goes out by itself, and what kind of answer it is stands where somebody looks."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from followup.services.cases import waiting_cases
from followup.services.people import customers
from followup.services.sequences import single_emails
from followup.services.shared.actors import DAEMON
from followup.store.tables import Customer, Email
from tests.services.inbound.answered_cases import case_now, followed, notes, suppressed
from tests.services.mail_back import arrived, care_address, letter, receive
from tests.services.mailing import states, tick
from tests.shop import Shop


def needs(shop: Shop) -> list[str]:
    found = shop.read(lambda session: waiting_cases.waiting(session, shop.rules, now=shop.now))
    return [need.why.text for one in found for need in one.needs]


def agree(session: Session) -> None:
    session.exec(select(Customer)).one().marketing_consent = True


@pytest.mark.parametrize(
    "text",
    [
        "Stop.",
        "Don't write to me again.",
        "bitte keine Mails mehr",
        "no me escriban más",
        "ne m'écrivez plus",
    ],
)
def test_who_asks_not_to_be_written_to_withdraws_and_is_flagged(shop: Shop, text: str) -> None:
    case = followed(shop)
    shop.write(agree)
    receipt = receive(shop, letter(f"{text}\n", to=care_address(shop, case)))
    assert receipt.kind == "reply"
    assert arrived(shop)[0].reason_code == "opted_out"
    assert states(shop) == ["sent", "cancelled", "cancelled"]
    assert not shop.read(
        lambda session: customers.customer_of(session, case_now(shop, case)).marketing_consent
    )
    assert notes(shop, case)[0].body == text
    assert needs(shop) == ["the customer asks not to be written to any more, so a person answers"]
    # A person decides whether anything else may be written about the open case.
    assert suppressed(shop) == {}


def test_a_stranger_withdraws_nobodys_consent(shop: Shop) -> None:
    case = followed(shop)
    shop.write(agree)
    receive(shop, letter("Stop.\n", sender="other@example.net", to=care_address(shop, case)))
    assert shop.read(lambda session: customers.customer_of(session, case_now(shop, case)).marketing_consent)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("My solicitor will write to you.", "speaks of a lawyer or an authority"),
        ("This is ridiculous.", "is angry"),
        ("When does it come?", "asks something"),
        ("Thank you.", "says thank you"),
        ("It still drips.", "has answered"),
    ],
)
def test_the_queue_says_what_kind_of_answer_waits(shop: Shop, text: str, said: str) -> None:
    case = followed(shop)
    receive(shop, letter(f"{text}\n", to=care_address(shop, case)))
    assert needs(shop) == [f"the customer {said}, so a person answers"]


def reminders(shop: Shop) -> int:
    """Those that are planned two weeks before the voucher's last day."""
    case = shop.read(lambda session: session.exec(select(Email)).first())
    assert case is not None
    later = shop.now + timedelta(days=355)
    return shop.write(
        lambda session: single_emails.plan_reminders(session, shop.rules, now=later, actor=DAEMON)
    )


def test_who_has_answered_is_reminded_of_no_voucher(shop: Shop) -> None:
    case = shop.open_case()
    shop.request(case, "voucher", "8.00")
    tick(shop)
    receive(shop, letter("It still drips.\n", to=care_address(shop, case)))
    assert reminders(shop) == 0


def test_who_has_not_answered_is_reminded(shop: Shop) -> None:
    """The negative control."""
    shop.request(shop.open_case(), "voucher", "8.00")
    tick(shop)
    assert reminders(shop) == 1
