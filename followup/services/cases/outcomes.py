"""Outcomes of cases: the customer's answer to the closing email, or no response."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from followup.domain.cases.case import CaseStatus, NoteUse, Outcome
from followup.domain.cases.outcomes import NO_RESPONSE_DAYS, OutcomeAnswer
from followup.domain.outbox.email_kind import IN_SERIES
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.sequences.sequence import CLOSING
from followup.services.cases import case_notes, cases, close_case, replies
from followup.services.sequences import email_events, enrolments
from followup.services.shared import audit
from followup.services.shared.actors import INBOUND, Actor
from followup.services.shared.references import ref
from followup.store.tables import Case, Email, Note

_SAID = {
    OutcomeAnswer.MADE_RIGHT: EmailReason.ALL_WELL.of(),
    OutcomeAnswer.NOT_YET: EmailReason.NOT_YET.of(),
}
"""Each answer, as the history of the closing email words it."""

_UNANSWERED = f"the closing email had no answer for {NO_RESPONSE_DAYS} days"


def record_answer(
    session: Session,
    case: Case,
    answer: OutcomeAnswer,
    text: str,
    *,
    now: datetime,
    actor: Actor,
    is_alone: bool,
) -> Note:
    """Record a customer's answer as a note, in the caller's transaction, and apply it to the case.

    The newest answer overrides earlier answers and decisions. "All is well" stops the emails and closes the
    case as recovered. "Not yet" reopens it for a person, as `replies.record_reply` does. `is_alone` says that
    the customer added no text of their own. Raises WrongUsage for an empty text."""
    if answer is OutcomeAnswer.NOT_YET:
        note = replies.record_reply(session, case, text, now=now, actor=actor)
    else:
        note = _made_right(session, case, text, now=now, actor=actor)
    note.answer, note.is_answer_alone = answer, is_alone
    session.add(note)
    email = closing_email(session, case)
    if email is not None:
        email_events.record(session, [(email.id, email.state, _SAID[answer])], now=now, actor=INBOUND)
    audit.record(
        session,
        now=now,
        actor=actor,
        action="case answer",
        subject=ref(case),
        detail={"answer": answer.value},
    )
    return note


def _made_right(session: Session, case: Case, text: str, *, now: datetime, actor: Actor) -> Note:
    note = case_notes.add_note(session, case, text, now=now, actor=actor)
    note.use = NoteUse.HEARD
    case.replied_at = now
    session.add_all((note, case))
    enrolments.end_active(session, case, now=now, because=EmailReason.ALL_WELL.of(), actor=actor)
    said = EmailReason.ALL_WELL.say()
    if case.status is CaseStatus.OPEN:
        cases.move_case(session, case, CaseStatus.RESOLVED, now=now, actor=actor, because=said)
    if case.status is CaseStatus.RESOLVED:
        close_case.close(session, case, now=now, actor=actor, because=said, outcome=Outcome.RECOVERED)
    # The case may have been closed before, with another outcome.
    case.outcome = Outcome.RECOVERED
    session.add(case)
    session.flush()
    return note


def closing_email(session: Session, case: Case) -> Email | None:
    """The latest closing email of the case, which asks the customer how it ended; None if none was sent."""
    return session.exec(
        select(Email)
        .where(
            col(Email.case_id) == case.id,
            col(Email.template) == CLOSING,
            col(Email.kind).in_(IN_SERIES),
            col(Email.sent_at).is_not(None),
        )
        .order_by(col(Email.sent_at).desc(), col(Email.id).desc())
    ).first()


def close_unanswered(session: Session, *, now: datetime, actor: Actor, limit: int = 500) -> int:
    """Close, with the outcome no_response, resolved cases whose closing email had no answer for
    `NO_RESPONSE_DAYS`. Open cases stay open, because work on them is pending. Returns the number closed,
    `limit` at most."""
    asked = (
        select(func.max(col(Email.sent_at)))
        .where(
            col(Email.case_id) == col(Case.id),
            col(Email.template) == CLOSING,
            col(Email.kind).in_(IN_SERIES),
        )
        .correlate(Case)
        .scalar_subquery()
    )
    query = (
        select(Case)
        .where(
            col(Case.status) == CaseStatus.RESOLVED,
            asked <= now - timedelta(days=NO_RESPONSE_DAYS),
            func.coalesce(col(Case.replied_at) < asked, True),
        )
        .order_by(col(Case.id))
        .limit(limit)
    )
    found = session.exec(query).all()
    for case in found:
        close_case.close(
            session, case, now=now, actor=actor, because=_UNANSWERED, outcome=Outcome.NO_RESPONSE
        )
    return len(found)
