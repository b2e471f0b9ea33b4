"""The last transaction of a delivery: the result is recorded as soon as it is known."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, func, select

from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import GIVE_UP_AFTER, MOST_ATTEMPTS, EmailState, retry_delay
from followup.domain.shared.reason import Reason
from followup.mail.transport import Delivery, DeliveryOutcome
from followup.services.outbox import notifications, refusals, relay_state
from followup.services.outbox.claim_batch import Frozen
from followup.services.outbox.tick_result import Report
from followup.services.sequences import email_events, enrolments
from followup.services.shared.actors import DAEMON
from followup.services.shared.configuration import Configuration
from followup.settings import OnDoubt
from followup.store import claim
from followup.store.tables import NO_REASON, Email, EmailEvent

_REFUSED = (DeliveryOutcome.REFUSED_NOW, DeliveryOutcome.REFUSED_FOR_GOOD)
_UNDER_WAY = (EmailState.TRANSMITTING, EmailState.CLAIMED)


def record(
    session: Session,
    rules: Configuration,
    relay_name: str | None,
    email: Frozen,
    delivery: Delivery,
    *,
    now: datetime,
) -> Report | None:
    """Record the result of a delivery, guarded by id, epoch and state. Returns None if the claim was lost.

    An acceptance (250) counts even if the email was put in doubt meanwhile; it is then sent, not in doubt."""
    refusal = refusals.refusal_in(delivery)
    common = refusal.common if refusal else None
    changes, report = _result(
        email,
        delivery,
        now,
        resend=rules.settings.on_doubt is OnDoubt.RESEND,
        is_its_own=not (
            refusal is not None
            and (refusal.is_about_us or relay_state.refuses_all(session, relay_name, common))
        ),
    )
    changes["cause"] = refusal.cause if refusal and report.state is EmailState.FAILED else None
    accepted = report.state is EmailState.SENT
    states = (*_UNDER_WAY, EmailState.IN_DOUBT) if accepted else _UNDER_WAY
    if not any(claim.advance(session, email.email_id, email.epoch, was, **changes) for was in states):
        return None
    told = report.why or _said_to_its_body(delivery)
    email_events.record(session, [(email.email_id, report.state, told)], now=now, actor=DAEMON)
    if report.state in (EmailState.SENT, EmailState.FAILED):
        enrolments.complete_if_done(session, email.enrolment_id, now=now)
    if accepted:
        relay_state.count_accepted(session, relay_name, is_rehearsal=rules.settings.rehearsal, now=now)
    elif delivery.outcome in _REFUSED:
        relay_state.count_refused(session, relay_name, with_=common, said=said(delivery), now=now)
    if report.state is EmailState.FAILED:
        if refusal is not None:
            refusals.suppress_if_gone(session, email, refusal, now=now)
        undelivered = session.get_one(Email, email.email_id)
        notifications.tell_of_undelivered(session, rules, undelivered, now=now)
    return report


def _result(
    email: Frozen, delivery: Delivery, now: datetime, *, resend: bool, is_its_own: bool
) -> tuple[dict[str, object], Report]:
    """The changes to an email's row, and the report, that follow from a delivery. `is_its_own`: a refusal is
    one of this email, not of everything we send."""
    attempts = email.attempts + 1
    # The five days of retries begin with the first real attempt, not with an outage of the server.
    begun = email.first_attempt_at or now
    may_be_tried_again = now - begun < GIVE_UP_AFTER and attempts < MOST_ATTEMPTS
    why = EmailReason.MAIL_SERVER.of(said(delivery))
    state: EmailState = EmailState.FAILED
    reason: Reason[EmailReason] | None = why
    due_at: datetime | None = None
    if delivery.outcome is DeliveryOutcome.ACCEPTED:
        state, reason = EmailState.SENT, None
    elif delivery.outcome is DeliveryOutcome.IN_DOUBT and not resend:
        state, reason = EmailState.IN_DOUBT, EmailReason.RESULT_UNKNOWN.of(said(delivery))
    elif may_be_tried_again and not (delivery.outcome is DeliveryOutcome.REFUSED_FOR_GOOD and is_its_own):
        jitter = int(hashlib.sha256(email.message).hexdigest()[:4], 16) / 0xFFFF
        state, due_at = EmailState.SCHEDULED, now + retry_delay(attempts, jitter)
    changes: dict[str, object] = {
        "state": state,
        **(NO_REASON if reason is None else reason.columns()),
        "attempts": attempts,
        "first_attempt_at": begun,
    }
    if state is EmailState.SENT:
        changes["sent_at"] = now
    if due_at is not None:
        changes["due_at"] = due_at
    return changes, email.report(state, reason)


def said(delivery: Delivery) -> str:
    """The server's reply, or the error, as text."""
    return f"{delivery.code} {delivery.detail}".strip() if delivery.code else delivery.detail


def _said_to_its_body(delivery: Delivery) -> Reason[EmailReason]:
    """The reason to store in the history of an accepted email."""
    if delivery.file is not None:
        return EmailReason.WRITTEN_TO_FILE.of(str(delivery.file))
    return EmailReason.MAIL_SERVER.of(said(delivery))


def give_back(
    session: Session, emails: Iterable[Frozen], *, because: Reason[EmailReason], now: datetime
) -> None:
    """Schedule claimed emails again that were certainly not sent, including those whose body the server
    refused.

    An outage of the mail server is recorded once per email, however long it lasts."""
    given = [email.email_id for email in emails if _scheduled_again(session, email, because)]
    if because.code is EmailReason.TAKES_NOTHING:
        known = _in_an_outage(session, given)
        news = [(number, EmailState.SCHEDULED, because) for number in given if number not in known]
        email_events.record(session, news, now=now, actor=DAEMON)


def _scheduled_again(session: Session, email: Frozen, because: Reason[EmailReason]) -> bool:
    changes = {"state": EmailState.SCHEDULED, **because.columns()}
    return any(claim.advance(session, email.email_id, email.epoch, was, **changes) for was in _UNDER_WAY)


def _in_an_outage(session: Session, numbers: list[int]) -> set[int]:
    """The emails whose latest event is an outage, so the outage continues."""
    newest = (
        select(func.max(EmailEvent.id))
        .where(col(EmailEvent.email_id).in_(numbers))
        .group_by(col(EmailEvent.email_id))
    )
    query = select(EmailEvent.email_id).where(
        col(EmailEvent.id).in_(newest), col(EmailEvent.reason_code) == EmailReason.TAKES_NOTHING
    )
    return set(session.exec(query).all())
