"""Events that stop the emails of a case: the customer replies, or a colleague reopens the case."""

from datetime import datetime

from sqlmodel import Session

from followup.domain.cases.answer_tone import AnswerTone
from followup.domain.cases.case import CaseStatus, NoteUse
from followup.domain.outbox.email_reason import EmailReason
from followup.services.cases import case_notes, cases
from followup.services.sequences import enrolments
from followup.services.shared import audit
from followup.services.shared.actors import Actor
from followup.services.shared.references import ref
from followup.store.tables import Case, Note


def record_reply(
    session: Session,
    case: Case,
    text: str,
    *,
    now: datetime,
    actor: Actor,
    tone: AnswerTone = AnswerTone.PLAIN,
) -> Note:
    """Record a customer's reply as a note, in the caller's transaction; `tone` is what kind of answer it is.
    Cancels the unsent emails of the case, and reopens the case if it was resolved or closed. Raises
    WrongUsage for an empty text."""
    note = case_notes.add_note(session, case, text, now=now, actor=actor)
    note.use = NoteUse.HEARD
    case.replied_at = now
    case.answer_tone = tone
    session.add_all((note, case))
    enrolments.end_active(session, case, now=now, because=EmailReason.ANSWERED.of(), actor=actor)
    if case.status is not CaseStatus.OPEN:
        cases.move_case(
            session, case, CaseStatus.OPEN, now=now, actor=actor, because=EmailReason.ANSWERED.say()
        )
    audit.record(session, now=now, actor=actor, action="case reply", subject=ref(case))
    return note


def reopen(session: Session, case: Case, *, now: datetime, actor: Actor, because: str | None) -> Case:
    """Reopen a resolved or closed case and cancel its unsent emails, which assume that all is well.

    Raises Refused for an open case."""
    cases.move_case(session, case, CaseStatus.OPEN, now=now, actor=actor, because=because)
    enrolments.end_active(session, case, now=now, because=EmailReason.REOPENED.of(), actor=actor)
    return case
