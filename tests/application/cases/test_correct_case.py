"""Whatever was recorded by mistake is corrected or taken back: a case, its customer, a note, a cancelled
email."""

import shlex
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlmodel import Session, col, select

from followup.application.cases import change_case, list_cases, open_case, show_case
from followup.application.door import Caller, OpenWorkspace
from followup.application.goodwill import gestures
from followup.application.outbox import outbox
from followup.application.people import customers
from followup.application.privacy import erase
from followup.application.reporting import outcomes, spend
from followup.application.sequences import enrolments
from followup.errors import FollowupError, NotFound, Refused, WrongUsage
from followup.store.tables import AuditEvent
from tests.services.mailing import files, rows, states, tick
from tests.shop import ANA, MAX, SEN, Shop, happened

DAY = timedelta(days=1)
PRIYA, OMAR = "priya@example.com", "omar@example.com"


def caller(shop: Shop, email: str = ANA, key: str | None = None) -> Caller:
    place = OpenWorkspace(shop.workspace, shop.engine)
    return Caller(place=place, now=shop.now, login="nobody", actor_email=email, key=key)


def logged(shop: Shop, by: str = ANA, **more: Any) -> str:
    """A case with the apology or voucher that the policy recommends."""
    flags = {
        "reason": "late-delivery",
        "severity": "moderate",
        "occurred_on": "today",
        "order_value": "80.00",
        "what_happened": happened(more.get("locale")),
        **more,
    }
    document = open_case.open_case(caller(shop, by), customer=PRIYA, name="Priya Shah", accept=True, **flags)
    return str(document["case"]["ref"])


def refused(change: Any) -> str:
    with pytest.raises(FollowupError) as caught:
        change()
    return caught.value.code


def sequence(shop: Shop, case: str) -> str | None:
    state = show_case.show_case(caller(shop), case)["sequence"]
    return state["state"] if state else None


# ---- A case logged by mistake


def test_a_case_logged_by_mistake_leaves_all_that_counts(shop: Shop) -> None:
    shop.budget("100.00")
    case = logged(shop)
    change_case.resolve_case(caller(shop), case)
    shop.now += 3 * DAY
    assert refused(lambda: change_case.close(caller(shop), case, mistake=True)) == "mistake_without_reason"
    why = "It was another shop's parcel."

    def take_out() -> Any:
        return change_case.close(caller(shop), case, mistake=True, because=why)

    assert refused(take_out) == "mistake_given"
    gestures.void_gesture(caller(shop), "G-0001", because=why)
    document = take_out()
    assert (document["status"], document["hints"]) == ("undone", [])
    assert list_cases.list_cases(caller(shop)) == []
    assert list_cases.list_cases(caller(shop), needs_person=True) == []
    assert outcomes.outcomes(caller(shop, MAX)).tables[0].lines == ()
    assert [line.cells["gestures"] for line in spend.spend(caller(shop, MAX)).tables[0].lines] == [0]
    assert "scheduled" not in states(shop)
    assert show_case.show_case(caller(shop), case)["history"][-1]["because"] == why
    assert refused(take_out) == "case_undone"


def test_a_request_that_waits_is_withdrawn_with_its_case(shop: Shop) -> None:
    shop.budget("500.00")
    case = f"C-{shop.open_case(order_value='400.00').id:04d}"
    held = gestures.request_gesture(caller(shop), case, kind="refund", amount="7.00", hold=True)
    change_case.close(caller(shop), case, mistake=True, because="Logged twice.")
    assert gestures.show_gesture(caller(shop), held["ref"])["state"] == "void"


def test_once_it_was_told_or_counted_only_a_manager_says_that_it_was_a_mistake(shop: Shop) -> None:
    case = logged(shop, by=SEN)
    tick(shop)
    gestures.void_gesture(caller(shop, SEN), "G-0001", because="Not theirs.")

    def take(by: str) -> Any:
        return change_case.close(caller(shop, by), case, mistake=True, because="Not theirs.")

    assert refused(lambda: take(SEN)) == "manager_needed"
    document = take(MAX)
    (hint,) = document["hints"]
    assert hint.startswith("Its customer has had E-0001: tell them that it was a mistake, then note it: ")
    assert hint.endswith('followup case note C-0001 "…" --told')


@pytest.mark.parametrize("how", ["letter", "in person", "not at all"])
def test_whoever_heard_of_a_mistake_is_listed_until_somebody_has_told_them(shop: Shop, how: str) -> None:
    """The wrong person holds a code that is void. Nobody is listed who never heard of it."""
    case = logged(shop)
    if how == "letter":
        tick(shop)
    shop.now += DAY
    if how == "in person":
        change_case.add_note(caller(shop), case, "Told her of the code.", told=True)
    shop.now += DAY
    gestures.void_gesture(caller(shop), "G-0001", because="Not theirs.")
    change_case.close(caller(shop, MAX), case, mistake=True, because="Not theirs.")

    def listed() -> Any:
        return list_cases.list_cases(caller(shop), needs_person=True)

    if how == "not at all":
        assert listed() == []
        return
    shop.now += 30 * DAY
    tick(shop)
    (found,) = listed()
    assert (found["ref"], found["status"], found["urgency"]) == (case, "undone", "now")
    assert found["why_codes"] == ["mistake_told"]
    assert f'followup case note {case} "…" --told' in found["next_step"]
    assert [one["ref"] for one in list_cases.list_cases(caller(shop), mine=True)] == [case]
    change_case.add_note(caller(shop), case, "Rang: the letter was not meant for her.", told=True)
    assert listed() == []


def test_a_mistake_that_was_corrected_by_a_letter_or_before_needs_nobody(shop: Shop) -> None:
    case = logged(shop)
    tick(shop)
    gestures.void_gesture(caller(shop), "G-0001", because="Not theirs.")
    shop.now += DAY
    why = "Rang: the letter was not meant for her."
    change_case.close(caller(shop, MAX), case, mistake=True, because="Not theirs.", told=why)
    assert list_cases.list_cases(caller(shop), needs_person=True) == []


def test_a_mistake_has_no_outcome_and_a_closed_case_may_be_one(shop: Shop) -> None:
    shop.open_case(by=SEN)

    def both() -> Any:
        return change_case.close(caller(shop), "C-0001", outcome="lost", mistake=True, because="x")

    assert refused(both) == "mistake_with_outcome"
    change_case.close(caller(shop, SEN), "C-0001", outcome="lost")

    def take(by: str) -> Any:
        return change_case.close(caller(shop, by), "C-0001", mistake=True, because="Twice.")

    assert refused(lambda: take(SEN)) == "manager_needed"
    assert take(MAX)["status"] == "undone"


# ---- The customer of a case


def with_apology(shop: Shop) -> str:
    case = f"C-{shop.open_case(verbatim='Nobody came to the door.').id:04d}"
    gestures.request_gesture(caller(shop), case, kind="apology", because="She asked for no money.")
    return case


def test_emails_to_come_go_to_the_right_customer_and_to_nobody_else(shop: Shop) -> None:
    shop.settings(grace_minutes=15)
    case = with_apology(shop)
    shop.now += timedelta(minutes=14)
    document = change_case.set_case(caller(shop), case, customer=OMAR, name="Omar Haddad")
    assert document["customer"]["email"] == OMAR
    assert document["hints"][0].endswith(f"followup case set {case} --verbatim ''")
    assert {row.to_address for row in rows(shop)} == {OMAR}
    tick(shop)
    assert files(shop) == []
    shop.now += timedelta(minutes=15)
    tick(shop)
    (sent,) = files(shop)
    assert b"Omar" in sent
    assert b"Priya" not in sent
    assert b"priya" not in sent
    (event,) = [e for e in show_case.show_case(caller(shop), case)["history"] if e["action"] == "case set"]
    assert event["detail"] == {"changed": ["customer"], "customer_was": 1, "customer_is": 2}
    assert [row["ref"] for row in list_cases.list_cases(caller(shop), customer=PRIYA)] == []


def test_two_people_never_read_of_each_other(shop: Shop) -> None:
    case = with_apology(shop)

    def move() -> Any:
        return change_case.set_case(caller(shop), case, customer=OMAR, name="Omar")

    tick(shop)
    assert refused(move) == "customer_knows"
    other = f"C-{shop.open_case('li@example.com').id:04d}"
    change_case.add_note(caller(shop), other, "I live in Leeds.", from_customer=True)
    with pytest.raises(Refused) as caught:
        change_case.set_case(caller(shop), other, customer=OMAR, name="Omar")
    assert caught.value.code == "customer_knows"
    assert f"followup case close {other} --mistake" in caught.value.hint
    # Nothing was made for what was refused.
    assert refused(lambda: customers.show_customer(caller(shop), OMAR)) == "unknown_customer"


def test_money_is_taken_back_before_the_customer_is_corrected(shop: Shop) -> None:
    case = logged(shop)

    def move() -> Any:
        return change_case.set_case(caller(shop), case, customer=OMAR, name="Omar")

    assert refused(move) == "customer_has_gesture"
    gestures.void_gesture(caller(shop), "G-0001", because="For somebody else.")
    assert move()["customer"]["name"] == "Omar"
    assert gestures.request_gesture(caller(shop), case)["state"] == "issued"
    assert {row.to_address for row in rows(shop) if row.state.value == "scheduled"} == {OMAR}


def test_the_way_to_the_right_customer_is_said_in_commands_that_work(shop: Shop) -> None:
    """All that was given is named, and the commands, typed in their order, end with the right person."""
    case = logged(shop)
    customers.set_customer(caller(shop), PRIYA, address="2 High Street, Leeds")
    again: dict[str, Any] = {"again": True, "because": "The shade was broken as well, and Max agreed."}
    gestures.request_gesture(caller(shop, MAX), case, kind="replacement", item="Lamp", amount="9.00", **again)
    with pytest.raises(Refused) as caught:
        change_case.set_case(caller(shop), case, customer=OMAR, name="Omar")
    assert all(name in caught.value.message for name in ("G-0001", "G-0002"))
    ways = caught.value.hint.removeprefix("In this order: ").split("; ")
    assert [way.split()[2] for way in ways] == ["void", "void", "set", "request", "request"]
    assert [way.split()[3] for way in ways[:2]] == ["G-0002", "G-0001"]
    for way in ways[:2]:
        gestures.void_gesture(caller(shop, MAX), way.split()[3], because="For somebody else.")
    assert change_case.set_case(caller(shop), case, customer=OMAR, name="Omar")["customer"]["name"] == "Omar"
    for way in ways[3:]:
        words = shlex.split(way)
        wish: dict[str, Any] = {flag[2:]: told for flag, told in pairwise(words) if flag.startswith("--")}
        wish |= {"address": "1 High Street, Leeds"} if "address" in wish else {}
        wish["again"] = "--again" in words
        wish["because"] = "It was logged for somebody else, and is right for Omar as well."
        assert gestures.request_gesture(caller(shop, MAX), case, **wish)["state"] == "issued"
    assert {row.to_address for row in rows(shop) if row.state.value == "scheduled"} == {OMAR}


def test_within_the_grace_time_the_shortest_way_is_to_undo_it(shop: Shop) -> None:
    shop.settings(grace_minutes=15)
    case = logged(shop)
    with pytest.raises(Refused) as caught:
        change_case.set_case(caller(shop), case, customer=OMAR, name="Omar")
    assert f"followup case undo {case}" in caught.value.hint
    assert "Until Monday 2 November 2026, 10:15 (Europe/London)" in caught.value.hint
    shop.now += timedelta(minutes=16)
    with pytest.raises(Refused) as caught:
        change_case.set_case(caller(shop), case, customer=OMAR, name="Omar")
    assert "case undo" not in caught.value.hint


def test_a_customer_is_named_who_is_known_or_has_a_name(shop: Shop) -> None:
    shop.open_case()
    for wrong, code in (
        ({"customer": OMAR}, "unknown_customer"),
        ({"customer": PRIYA}, "customer_is_already"),
        ({"name": "Omar"}, "name_without_customer"),
    ):
        assert refused(lambda given=wrong: change_case.set_case(caller(shop), "C-0001", **given)) == code


def test_whoever_was_written_to_lately_has_no_second_series(shop: Shop) -> None:
    shop.open_case(OMAR, name="Omar Haddad")
    gestures.request_gesture(caller(shop), "C-0001", kind="apology", because="She asked for no money.")
    tick(shop)
    shop.open_case(PRIYA)
    gestures.request_gesture(caller(shop), "C-0002", kind="apology", because="She asked for no money.")
    document = change_case.set_case(caller(shop), "C-0002", customer=OMAR)
    assert document["hints"][0].startswith("No email of C-0002 is to come any more: ")
    assert sequence(shop, "C-0002") == "ended"


# ---- A note


def notes(shop: Shop) -> list[tuple[int, str]]:
    return [(note["number"], note["text"]) for note in show_case.show_case(caller(shop), "C-0001")["notes"]]


def test_a_corrected_note_keeps_its_place_and_the_log_keeps_the_old_text(shop: Shop) -> None:
    shop.open_case()
    change_case.add_note(caller(shop), "C-0001", "First.")
    change_case.add_note(caller(shop), "C-0001", "She rang on Mondy.")
    document = change_case.add_note(caller(shop), "C-0001", "She rang on Monday.", correct=2)
    assert (document["number"], document["text"], document["hints"]) == (2, "She rang on Monday.", [])
    assert notes(shop) == [(1, "First."), (2, "She rang on Monday.")]
    last = show_case.show_case(caller(shop), "C-0001")["history"][-1]
    assert (last["action"], last["because"], last["detail"]) == (
        *("case note correct", "She rang on Mondy.", {"note": 2}),
    )


def test_an_erasure_removes_what_a_note_said_before(shop: Shop) -> None:
    shop.open_case()
    change_case.add_note(caller(shop), "C-0001", "Her sister is Zora Quill.")
    change_case.add_note(caller(shop), "C-0001", "Her sister rang.", correct=1)
    assert "Zora Quill" in shop.stored()
    change_case.close(caller(shop), "C-0001", outcome="lost")
    erase.erase_customer(caller(shop, MAX), PRIYA, because="She asked.", yes=True)
    old = select(AuditEvent.because).where(col(AuditEvent.action) == "case note correct")
    assert shop.read(lambda session: session.exec(old).all()) == [None]


def test_a_note_is_corrected_by_its_author_or_a_manager_and_not_what_a_customer_wrote(shop: Shop) -> None:
    shop.open_case()
    change_case.add_note(caller(shop), "C-0001", "As I see it.")

    def correct(by: str, number: int = 1) -> Any:
        return change_case.add_note(caller(shop, by), "C-0001", "Otherwise.", correct=number)

    assert refused(lambda: correct(SEN)) == "manager_needed"
    assert refused(lambda: correct(ANA, 2)) == "unknown_note"
    assert refused(lambda: correct(ANA, 0)) == "unknown_note"
    assert correct(MAX)["text"] == "Otherwise."
    change_case.add_note(caller(shop), "C-0001", "It is broken.", from_customer=True)

    def as_if_by_email(session: Session) -> None:
        from followup.store.tables import Note

        note = session.get_one(Note, 2)
        note.actor = "inbound"
        session.add(note)

    shop.write(as_if_by_email)
    assert refused(lambda: correct(MAX, 2)) == "note_of_customer"


def test_what_a_letter_has_told_is_said_when_its_note_is_corrected(shop: Shop) -> None:
    case = with_apology(shop)
    change_case.add_note(caller(shop), case, "The parcel left on Monday.", tell_customer=True)
    shop.now += timedelta(minutes=1)
    tick(shop)
    document = change_case.add_note(caller(shop), case, "The parcel left on Tuesday.", correct=1)
    assert document["hints"] == [
        "E-0001 has told the customer what the note said before; write or call if it matters."
    ]
    (sent,) = files(shop)
    assert b"left on Monday" in sent


# ---- A cancelled email


def test_a_cancelled_email_goes_after_all(shop: Shop) -> None:
    with_apology(shop)
    outbox.cancel_email(caller(shop), "E-0001")
    assert outbox.restore_email(caller(shop), "E-0001", "The wrong one.")["state"] == "scheduled"
    tick(shop)
    assert (states(shop)[0], len(files(shop))) == ("sent", 1)


def test_a_series_that_was_completed_without_it_goes_on(shop: Shop) -> None:
    case = with_apology(shop)
    numbers = [f"E-{row.id:04d}" for row in rows(shop) if row.state.value == "scheduled"]
    for number in numbers:
        outbox.cancel_email(caller(shop), number)
    assert sequence(shop, case) == "completed"
    outbox.restore_email(caller(shop), numbers[0])
    assert sequence(shop, case) == "active"
    tick(shop)
    assert len(files(shop)) == 1


def test_an_email_is_not_restored_that_is_not_right_any_more(shop: Shop) -> None:
    case = with_apology(shop)

    def restore() -> Any:
        return outbox.restore_email(caller(shop), "E-0001")

    assert refused(restore) == "illegal_state"
    outbox.cancel_email(caller(shop), "E-0001")
    enrolments.unenrol(caller(shop), case, because="We spoke.")
    assert refused(restore) == "email_not_right"
    assert states(shop)[0] == "cancelled"
    shop.open_case(OMAR, name="Omar")
    gestures.request_gesture(caller(shop), "C-0002", kind="apology", because="He asked for no money.")
    second = next(f"E-{row.id:04d}" for row in rows(shop) if row.case_id == 2)
    outbox.skip_email(caller(shop), second, "We rang.")
    change_case.close(caller(shop), "C-0002", outcome="lost")
    assert refused(lambda: outbox.restore_email(caller(shop), second)) == "email_not_right"
    with pytest.raises(NotFound):
        outbox.restore_email(caller(shop), "E-0099")


def test_a_restored_email_is_restored_once_with_a_key(shop: Shop) -> None:
    with_apology(shop)
    outbox.cancel_email(caller(shop), "E-0001")
    first = outbox.restore_email(caller(shop, key="r"), "E-0001")
    tick(shop)
    assert outbox.restore_email(caller(shop, key="r"), "E-0001") == first
    assert states(shop)[0] == "sent"
    with pytest.raises(WrongUsage):
        change_case.add_note(caller(shop), "C-0001", " ")
