"""An email that answers none of ours belongs to the one case of its sender, or goes to a person with all
cases that it may be about."""

from datetime import timedelta

import pytest

from followup.domain.cases.case import CaseStatus, NoteUse
from followup.services.cases import case_notes, cases, waiting_cases
from followup.services.sequences import sender_eligibility
from followup.store.tables import Case
from tests.services.inbound.answered_cases import case_now, followed, notes
from tests.services.mail_back import THEM, away, letter, receive
from tests.services.mailing import states, tick
from tests.shop import Shop

BY_ADDRESS = "it answers no email of ours, and is from the customer of this case alone"


def needs(shop: Shop) -> dict[str, list[str]]:
    """Why each case needs a person, by its reference."""
    found = shop.read(lambda session: waiting_cases.waiting(session, shop.rules, now=shop.now))
    return {f"C-{one.case.id:04}": [need.why.code.value for need in one.needs] for one in found}


def sequence(shop: Shop, case: Case) -> str | None:
    found = shop.read(lambda session: sender_eligibility.active_enrolment(session, case))
    return None if found is None else found.state.value


def moved(shop: Shop, case: Case, to: CaseStatus) -> None:
    shop.write(
        lambda session: cases.move_case(
            session, session.get_one(Case, case.id), to, now=shop.now, actor=shop.actor(session)
        )
    )


def test_an_email_of_a_customer_with_one_open_case_belongs_to_it(shop: Shop) -> None:
    case, other = followed(shop), followed(shop, "tom@example.com")
    receipt = receive(shop, letter("It is broken, too.", subject="My lamp"))
    assert (receipt.kind.value, receipt.case, receipt.reason) == ("reply", "C-0001", BY_ADDRESS)
    (note,) = notes(shop, case)
    assert (note.use, note.actor, note.body) == (NoteUse.HEARD, "customer", "It is broken, too.")
    assert notes(shop, other) == []
    assert states(shop) == ["sent", "cancelled", "cancelled", "sent", "scheduled", "scheduled"]
    assert needs(shop) == {"C-0001": ["answered"]}


@pytest.mark.parametrize(
    ("sender", "case"),
    [
        (f"PRIYA SHAH <{THEM.upper()}>", "C-0001"),
        (THEM, "C-0001"),
        ("Priya Shah <priya.shah@elsewhere.example>", None),
        (f'"{THEM}" <stranger@elsewhere.example>', None),
    ],
)
def test_only_the_address_counts_and_never_a_name_that_is_shown(
    shop: Shop, sender: str, case: str | None
) -> None:
    followed(shop)
    assert receive(shop, letter(sender=sender)).case == case
    assert ("cancelled" in states(shop)) is (case is not None)


def test_with_several_open_cases_a_person_says_which_and_all_their_emails_wait(shop: Shop) -> None:
    first, second = followed(shop), shop.open_case(THEM, reason="wrong-item", order="HB-9")
    shop.request(second)
    closed = shop.open_case(THEM, reason="rude-service", order="HB-7")
    moved(shop, closed, CaseStatus.CLOSED)
    receipt = receive(shop, letter("When will it come?"))
    assert (receipt.kind.value, receipt.case) == ("unknown", None)
    assert receipt.reason == (
        "it names no email of ours, and may be about C-0001 or C-0002; a person says which"
    )
    assert sequence(shop, first) == "paused"
    assert {name: codes[0] for name, codes in needs(shop).items() if "may_be_answer" in codes} == {
        "C-0001": "may_be_answer",
        "C-0002": "may_be_answer",
    }
    shop.now += timedelta(days=5)
    assert tick(shop).sent == 0
    shop.write(
        lambda session: case_notes.add_note(
            session,
            session.get_one(Case, first.id),
            "It is about the other.",
            now=shop.now,
            actor=shop.actor(session),
        )
    )
    assert "may_be_answer" not in needs(shop).get("C-0001", [])
    assert "may_be_answer" in needs(shop)["C-0002"]


@pytest.mark.parametrize("order", ["#hb 2041", "Your order HB-2041"])
def test_of_several_cases_the_one_whose_order_is_named_is_meant(shop: Shop, order: str) -> None:
    shop.open_case(THEM, order="HB-2040")
    shop.open_case(THEM, reason="wrong-item", order="HB-2041")
    assert receive(shop, letter("Where is it?", subject=order)).case == "C-0002"
    both = letter(f"HB-2040 and {order}", subject="Both")
    assert receive(shop, both).case is None


def test_a_customer_without_a_case_at_work_is_about_no_case(shop: Shop) -> None:
    case = followed(shop)
    moved(shop, case, CaseStatus.CLOSED)
    receipt = receive(shop, letter())
    assert (receipt.kind.value, receipt.reason) == ("unknown", "it is about no case we know")


def test_a_resolved_case_is_opened_again(shop: Shop) -> None:
    case = followed(shop)
    moved(shop, case, CaseStatus.RESOLVED)
    assert receive(shop, letter()).case == "C-0001"
    assert case_now(shop, case).status is CaseStatus.OPEN


def test_a_copy_of_the_same_email_is_noted_once(shop: Shop) -> None:
    case = followed(shop)
    for to in ("care@shop.example", "info@shop.example"):
        receive(shop, letter(to=to, Message_ID="<one@elsewhere.example>"))
    assert len(notes(shop, case)) == 1


def test_an_automatic_email_without_a_thread_changes_nothing(shop: Shop) -> None:
    case = followed(shop)
    receipt = receive(shop, away())
    assert (receipt.kind.value, receipt.case) == ("auto_reply", None)
    assert notes(shop, case) == []
    assert "cancelled" not in states(shop)
