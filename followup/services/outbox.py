"""The outbox as people see it: what will go out, what did, what did not and why."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from followup.domain.email_state import EMAIL_MOVES, UNSENT_STATES, EmailState
from followup.errors import Refused
from followup.services import audit, enrolments, entries
from followup.services.actors import Actor
from followup.services.references import find, ref
from followup.store.tables import Email


def list_emails(session: Session, *, state: str | None, case_id: int | None, limit: int) -> list[Email]:
    """The `limit` emails that fit, in the order in which they are due."""
    query = select(Email).order_by(col(Email.due_at), col(Email.id)).limit(limit)
    if state:
        query = query.where(col(Email.state) == entries.word("state", state, EmailState))
    if case_id is not None:
        query = query.where(col(Email.case_id) == case_id)
    return list(session.exec(query).all())


def find_email(session: Session, text: str) -> Email:
    """The email that E-0012 names. Raises WrongUsage or NotFound."""
    return find(session, Email, text)


def counts(session: Session) -> dict[str, int]:
    """How many emails are in each state."""
    found = dict(session.exec(select(Email.state, func.count()).group_by(col(Email.state))).all())
    return {state.value: int(found.get(state, 0)) for state in EmailState}


def retry(session: Session, email: Email, *, now: datetime, actor: Actor, because: str | None) -> Email:
    """Schedule a failed email again, or one in doubt: then it may go out twice, and a person says so.

    A failed email is written anew, with the template as it is now; one in doubt keeps its bytes.
    Raises Refused for any other."""
    session.refresh(email, with_for_update=True)
    if email.state not in (EmailState.FAILED, EmailState.IN_DOUBT):
        raise _illegal(email, EmailState.SCHEDULED)
    if email.state is EmailState.FAILED:
        email.message = email.message_sha256 = email.message_id = email.subject = None
    email.attempts = 0
    email.first_attempt_at = None
    email.due_at = now
    return _set(session, email, EmailState.SCHEDULED, now=now, actor=actor, because=because)


def cancel(session: Session, email: Email, *, now: datetime, actor: Actor, because: str | None) -> Email:
    """Stop one email that has not gone out. Raises Refused after that."""
    session.refresh(email, with_for_update=True)
    if email.state not in UNSENT_STATES:
        raise _illegal(email, EmailState.CANCELLED)
    return _set(session, email, EmailState.CANCELLED, now=now, actor=actor, because=because)


def resolve_as_sent(
    session: Session, email: Email, *, now: datetime, actor: Actor, because: str | None
) -> Email:
    """Say that an email in doubt did go out. Raises Refused for any other."""
    session.refresh(email, with_for_update=True)
    if email.state is not EmailState.IN_DOUBT:
        raise _illegal(email, EmailState.SENT)
    email.sent_at = email.first_attempt_at or now
    return _set(session, email, EmailState.SENT, now=now, actor=actor, because=because)


def _set(
    session: Session, email: Email, state: EmailState, *, now: datetime, actor: Actor, because: str | None
) -> Email:
    assert state in EMAIL_MOVES[email.state]
    email.state = state
    email.reason = because
    session.add(email)
    session.flush()
    enrolments.complete_if_done(session, email.enrolment_id, now=now)
    audit.record(
        session, now=now, actor=actor, action=f"outbox {state.value}", subject=ref(email), because=because
    )
    return email


def _illegal(email: Email, state: EmailState) -> Refused:
    return Refused(
        f"{ref(email)} is {email.state}, so it cannot become {state}.",
        hint=f"See what happened to it: followup outbox show {ref(email)}",
        code="illegal_state",
    )
