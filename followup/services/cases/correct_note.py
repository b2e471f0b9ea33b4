"""A note, corrected. The audit log keeps the text that it had, until its customer is erased."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from followup.domain.cases.case import NoteUse
from followup.domain.outbox.email_kind import TO_CUSTOMERS
from followup.domain.people.agent import Role
from followup.domain.people.rights import Right
from followup.errors import NotFound, Refused
from followup.services.cases import case_notes
from followup.services.people import agents, rights
from followup.services.shared import audit
from followup.services.shared.actors import INBOUND, Actor, manager_needed
from followup.services.shared.references import ref
from followup.store.tables import Case, Email, Note


def number_of(session: Session, note: Note) -> int:
    """The number of a note on its case: 1 for the first."""
    query = select(func.count()).where(col(Note.case_id) == note.case_id, col(Note.id) <= note.id)
    return session.exec(query).one()


def correct(
    session: Session, case: Case, number: int, body: str, *, now: datetime, actor: Actor
) -> tuple[Note, list[str]]:
    """Give a note of a case, by its number, another text. Emails that told the old one stay as they are.
    Returns the note and sentences about what the customer was told.

    Raises NotFound for an unknown number, WrongUsage for an empty text, Refused for what a customer wrote
    themselves, or if somebody else wrote the note and the actor is no manager."""
    notes = case_notes.notes_of(session, case)
    if not 1 <= number <= len(notes):
        raise NotFound(
            f"{ref(case)} has no note {number}.",
            hint=f"See its notes with their numbers: followup case show {ref(case)}",
            code="unknown_note",
        )
    note = notes[number - 1]
    _require_entitled(session, note, number, case, actor)
    text = case_notes.note_text(body)
    if text == note.body:
        return note, []
    before, note.body = note.body, text
    session.add(note)
    session.flush()
    # A reason is the one text of the log that an erasure removes.
    audit.record(
        session,
        now=now,
        actor=actor,
        action="case note correct",
        subject=ref(case),
        because=before,
        detail={"note": number},
    )
    return note, _hints(session, note)


def _require_entitled(session: Session, note: Note, number: int, case: Case, actor: Actor) -> None:
    if note.actor == INBOUND.name or note.answer is not None:
        raise Refused(
            f"Note {number} of {ref(case)} is what the customer wrote, so it stays as it is.",
            hint=f'Write beside it what is to be known: followup case note {ref(case)} "…"',
            code="note_of_customer",
        )
    agent = actor.needed_agent
    own = note.actor in agents.addresses_of(session, agent)
    if not (own or rights.holds(agent, Right.CORRECTIONS)):
        raise manager_needed(
            f"{note.actor} wrote note {number} of {ref(case)}, so they or a {Role.MANAGER} correct it.",
            hint=f'Ask one of them, or write another: followup case note {ref(case)} "…"',
        )


def _hints(session: Session, note: Note) -> list[str]:
    if note.use not in (NoteUse.TELL, NoteUse.DONE):
        return []
    told = select(Email).where(
        col(Email.case_id) == note.case_id,
        col(Email.kind).in_(TO_CUSTOMERS),
        col(Email.sent_at) > note.written_at,
    )
    email = session.exec(told.order_by(col(Email.sent_at))).first()
    if email is None:
        return []
    return [f"{ref(email)} has told the customer what the note said before; write or call if it matters."]
