"""Emails that their readers did not get and may get now: those that failed, and those that came back for what
is not the reader's trouble."""

from datetime import datetime

from sqlalchemy import or_, text
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from followup.domain.inbound.bounce_cause import BounceCause
from followup.domain.inbound.message_kind import InboundKind
from followup.domain.inbound.unreceived import NOT_WRITTEN, REASONS
from followup.domain.outbox.email_kind import IN_SERIES
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.errors import WrongUsage
from followup.services.shared.references import ref_of
from followup.store.tables import Email, EmailEvent, InboundMail

_THEIRS = (BounceCause.ADDRESS, BounceCause.MAILBOX)
_UNWRITTEN = (EmailReason.CANNOT_BE_WRITTEN, EmailReason.WRITING_BROKE)
# Must be written exactly as in the partial index, else the index is not used.
FAILED = text("outbox.state IN ('failed', 'in_doubt', 'skipped', 'cancelled') AND outbox.state = 'failed'")


def references(session: Session, reason: str | None, since: datetime | None) -> list[str]:
    """The references of these emails, the oldest first: of one reason, or of all but those whose address is
    to be corrected first; with `since`, only what was to be sent then or later. Raises WrongUsage for an
    unknown reason."""
    if reason is not None and reason not in REASONS:
        raise WrongUsage(
            f"{reason!r} is not a reason.",
            hint=f"The choices are {', '.join(REASONS)}.",
            code="unknown_retry_reason",
        )
    numbers = {*_failed(session, reason, since), *_returned(session, reason, since)}
    return [ref_of(Email, number) for number in sorted(numbers)]


def _failed(session: Session, reason: str | None, since: datetime | None) -> list[int]:
    query = select(Email.id).where(FAILED)
    if reason == NOT_WRITTEN:
        query = query.where(col(Email.reason_code).in_(_UNWRITTEN))
    elif reason is not None:
        query = query.where(col(Email.cause) == reason)
    else:
        query = query.where(or_(col(Email.cause).is_(None), col(Email.cause).not_in(_THEIRS)))
    if since is not None:
        query = query.where(col(Email.due_at) >= since)
    return [number for number in session.exec(query) if number is not None]


def _returned(session: Session, reason: str | None, since: datetime | None) -> list[int]:
    """Letters of a sequence that came back, and were not sent again since."""
    if reason == NOT_WRITTEN:
        return []
    again = aliased(EmailEvent)
    sent_again = select(again.id).where(
        col(again.email_id) == col(Email.id), col(again.reason_code) == EmailReason.RETRIED_BY
    )
    query = (
        select(Email.id)
        .join(InboundMail, col(InboundMail.email_id) == col(Email.id))
        .where(col(InboundMail.kind) == InboundKind.BOUNCE, col(Email.state) == EmailState.SENT)
        .where(col(Email.kind).in_(IN_SERIES), ~sent_again.exists())
    )
    if reason is not None:
        query = query.where(col(InboundMail.cause) == reason)
    else:
        query = query.where(col(InboundMail.cause).not_in(_THEIRS))
    if since is not None:
        query = query.where(col(Email.sent_at) >= since)
    return [number for number in session.exec(query) if number is not None]


def came_back(session: Session, email: Email) -> bool:
    """Whether an email came back."""
    query = select(InboundMail.id).where(
        col(InboundMail.email_id) == email.id, col(InboundMail.kind) == InboundKind.BOUNCE
    )
    return session.exec(query).first() is not None
