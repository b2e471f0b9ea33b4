"""What happens when the customer answers, and which cases then need a person."""

import pytest
from sqlmodel import Session, select

from followup.domain.cases.attention import AttentionReason
from followup.domain.cases.case import CaseStatus, NoteUse
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.errors import WrongUsage
from followup.services.cases import case_notes, cases, replies
from followup.store.tables import AuditEvent, Case, Email, EmailEvent
from tests.services.mailing import enrolment, rows, tick
from tests.services.waiting import said, tell
from tests.shop import ANA, Shop

ANSWERED = "the customer has answered, so a person does"


def reply(shop: Shop, case: Case, text: str = "It never came.") -> None:
    def heard(session: Session) -> None:
        found = session.get_one(Case, case.id)
        replies.record_reply(session, found, text, now=shop.now, actor=shop.actor(session))

    shop.write(heard)


def close(shop: Shop, case: Case, status: CaseStatus) -> None:
    def move(session: Session) -> None:
        found = session.get_one(Case, case.id)
        cases.move_case(session, found, status, now=shop.now, actor=shop.actor(session))

    shop.write(move)


def needing(shop: Shop) -> dict[int | None, str]:
    return said(shop)


def test_an_answer_stops_the_emails_and_is_kept(shop: Shop) -> None:
    case = shop.open_case()
    shop.request(case)
    tick(shop)
    reply(shop, case)
    assert [(row.state.value, row.reason) for row in rows(shop)] == [
        ("sent", None),
        ("cancelled", ANSWERED),
        ("cancelled", ANSWERED),
    ]
    assert enrolment(shop).ended_because == ANSWERED
    (note,) = shop.read(lambda session: case_notes.notes_of(session, case))
    assert (note.use, note.body, note.actor) == (NoteUse.HEARD, "It never came.", ANA)
    assert shop.read(lambda session: session.get_one(Case, case.id)).replied_at == shop.now
    assert needing(shop) == {case.id: "the customer has answered, so a person answers"}


def test_each_cancelled_email_remembers_who_stopped_it_and_why(shop: Shop) -> None:
    case = shop.open_case()
    shop.request(case)
    reply(shop, case)
    events = shop.read(lambda session: session.exec(select(EmailEvent)).all())
    stopped = [(e.email_id, e.reason, e.actor) for e in events if e.state is EmailState.CANCELLED]
    assert stopped == [(number, f"ended the sequence: {ANSWERED}", ANA) for number in (1, 2, 3)]


@pytest.mark.parametrize("status", [CaseStatus.RESOLVED, CaseStatus.CLOSED])
def test_an_answer_opens_a_case_again(shop: Shop, status: CaseStatus) -> None:
    case = shop.open_case()
    close(shop, case, status)
    reply(shop, case)
    assert shop.read(lambda session: session.get_one(Case, case.id)).status is CaseStatus.OPEN
    actions = [event.action for event in shop.read(lambda session: session.exec(select(AuditEvent)).all())]
    assert actions[-3:] == ["case note", "case open", "case reply"]


def test_an_empty_answer_changes_nothing(shop: Shop) -> None:
    case = shop.open_case()
    shop.request(case)
    with pytest.raises(WrongUsage):
        reply(shop, case, "  ")
    assert shop.read(lambda session: session.get_one(Case, case.id)).replied_at is None
    assert {row.state.value for row in rows(shop)} == {"scheduled"}


# ---- Cases that need a person


def test_a_case_that_goes_its_way_needs_nobody(shop: Shop) -> None:
    shop.request(shop.open_case())
    assert needing(shop) == {}


def test_every_reason_to_act_stays_after_the_case_is_resolved_until_they_were_told(shop: Shop) -> None:
    distressed = shop.open_case("dora@example.com", feeling="distressed")
    called = shop.open_case("carl@example.com")
    shop.request(called, "callback")
    shop.forget_phone("carl@example.com")
    shop.request(shop.open_case("sam@example.com"))
    second = shop.open_case("sam@example.com")
    shop.request(second, "apology")
    answered = shop.open_case("ada@example.com", feeling="distressed")
    reply(shop, answered)
    held = shop.open_case("hal@example.com")
    shop.request(held)

    def hold(session: Session) -> None:
        email = session.exec(select(Email).where(Email.case_id == held.id)).first()
        assert email is not None
        email.state, email.held_code = EmailState.DEFERRED, EmailReason.PERSON
        email.held_detail = "she may sue"

    shop.write(hold)
    found = needing(shop)
    must_call = "the customer is distressed, so a person must call"
    # The most urgent first: sam's second case has a letter of the first, so nobody waits for an answer.
    assert list(found) == [distressed.id, called.id, answered.id, held.id, second.id]
    assert found[distressed.id] == must_call
    assert found[called.id] == "we promised a call, and their telephone number is not known"
    assert found[second.id] == AttentionReason.ANOTHER_CASE.say()
    assert found[answered.id] == f"{must_call}; the customer has answered, so a person answers"
    assert found[held.id].endswith(" is held: she may sue")
    assert len(found) == 5
    for case in (distressed, called, second, answered):
        close(shop, case, CaseStatus.RESOLVED)
    assert set(needing(shop)) == set(found)
    for case in (distressed, called, second, answered):
        tell(shop, case)
    assert list(needing(shop)) == [held.id]
