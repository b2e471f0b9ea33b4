"""Notes on a case: what was learnt, done, or told to its customer."""

from datetime import datetime

from sqlmodel import Session, col, select

from followup.domain.cases.case import NoteUse
from followup.domain.letters.gate.private_numbers import without_cards
from followup.errors import WrongUsage
from followup.services.shared import audit, parse_input
from followup.services.shared.actors import Actor
from followup.services.shared.references import ref
from followup.store.tables import Case, Note


def add_note(
    session: Session,
    case: Case,
    body: str,
    *,
    now: datetime,
    actor: Actor,
    use: NoteUse = NoteUse.INTERNAL,
) -> Note:
    """Store a note on a case. One of what the customer was told in person settles what they were to be told
    until now. Raises WrongUsage if it is empty."""
    text = note_text(body)
    assert case.id is not None
    note = Note(case_id=case.id, actor=actor.name, written_at=now, body=text, use=use)
    session.add(note)
    if use is NoteUse.TOLD:
        case.told_at = now
        session.add(case)
    audit.record(
        session,
        now=now,
        actor=actor,
        action="case note",
        subject=ref(case),
        detail={"use": use.value},
    )
    return note


def note_text(body: str) -> str:
    """The text of a note, without the numbers of cards. Raises WrongUsage if it is empty."""
    text = without_cards(parse_input.passage("note", body))
    if not text:
        raise WrongUsage(
            "The note is empty.", hint="Give the text, or - to read standard input.", code="note_empty"
        )
    return text


def notes_of(session: Session, case: Case) -> list[Note]:
    """The notes of a case, oldest first."""
    return list(session.exec(select(Note).where(col(Note.case_id) == case.id).order_by(col(Note.id))).all())
