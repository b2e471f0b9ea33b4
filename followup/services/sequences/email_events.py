"""The history of each email, event by event; `outbox why` shows it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session, col, select

from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.domain.shared.reason import Reason
from followup.services.shared.actors import DAEMON, Actor
from followup.store.tables import NO_REASON, Email, EmailEvent


def record(
    session: Session,
    events: Iterable[tuple[int | None, EmailState, Reason[EmailReason] | None]],
    *,
    now: datetime,
    actor: Actor,
) -> None:
    """Insert, in one statement, the states that emails reached and why. The first event of an email is its
    planning, with the time planned.

    Claims are not recorded. An email that comes back because the mail server is unreachable gets one event
    per outage: nothing else has happened to it, and a day's outage would add thousands of events."""
    rows = [
        {
            "email_id": number,
            "happened_at": now,
            "state": state,
            "actor": actor.name,
            **(NO_REASON if why is None else why.columns()),
        }
        for number, state, why in events
    ]
    if rows:
        session.execute(insert(EmailEvent), rows)


def plan_at_once(session: Session, emails: Sequence[Email], *, now: datetime) -> None:
    """Add emails to colleagues that are due now, each with the event of its planning."""
    session.add_all(emails)
    session.flush()
    planned = [(email.id, email.state, EmailReason.PLANNED_AT_ONCE.of()) for email in emails]
    record(session, planned, now=now, actor=DAEMON)


def events_of(session: Session, email: Email) -> list[EmailEvent]:
    """The events of an email, oldest first."""
    query = select(EmailEvent).where(col(EmailEvent.email_id) == email.id).order_by(col(EmailEvent.id))
    return list(session.exec(query).all())
