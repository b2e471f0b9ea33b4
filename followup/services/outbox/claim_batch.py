"""The first transaction of a delivery: claim due emails, run the presend checks, write and store
their bytes."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session, col, select

from followup.domain.outbox.email_kind import TO_COLLEAGUES
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.domain.shared.reason import Reason
from followup.errors import FollowupError
from followup.mail.addresses import envelope_address
from followup.services.letters import letters
from followup.services.outbox import notifications, presend_checks, relay_state
from followup.services.outbox.kinds.registry import kind_of
from followup.services.outbox.presend_checks import Looked, PresendDecision, PresendVerdict
from followup.services.outbox.tick_result import Report
from followup.services.sequences import email_events, enrolments
from followup.services.shared.actors import DAEMON
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import case_ref, ref
from followup.settings import OnDoubt
from followup.store import claim, worker_lock
from followup.store.engine import writing
from followup.store.tables import Email

_BECOMES = {
    PresendDecision.SKIP: EmailState.SKIPPED,
    PresendDecision.END: EmailState.SKIPPED,
    PresendDecision.DEFER: EmailState.DEFERRED,
    PresendDecision.HOLD: EmailState.DEFERRED,
    PresendDecision.FAIL: EmailState.FAILED,
}


@dataclass(frozen=True, slots=True)
class Frozen:
    """A claimed email whose bytes are stored and no longer change; ready to be transmitted."""

    email_id: int
    enrolment_id: int | None
    epoch: int
    case: str | None
    step: int
    attempts: int
    first_attempt_at: datetime | None
    sender: str
    recipient: str
    message: bytes

    def report(self, state: EmailState, why: Reason[EmailReason] | None = None) -> Report:
        """The log line for this email, with the state it reached and why."""
        return Report(f"E-{self.email_id:04d}", self.case, self.step, state, why)


@dataclass(slots=True)
class Batch:
    """The result of one claim: the emails to transmit, and in `settled` the outcome of every other email that
    was touched: those that a presend check stopped, and those that a dead worker left in transmission.

    If emails are due and none may be sent, `closed` says why the mail server is paused, or `next_at` is the
    time at which the rate limit allows the next email."""

    claimed: int = 0
    emails: list[Frozen] = field(default_factory=list)
    settled: list[Report] = field(default_factory=list)
    closed: str | None = None
    next_at: datetime | None = None


def claim_batch(
    engine: Engine, rules: Configuration, relay_name: str | None, *, now: datetime, worker: str, limit: int
) -> Batch:
    """Claim up to `limit` due emails, fewer if the mail server's pause or rate limit allows fewer.

    First takes back the claims of dead workers. Runs in its own transaction, which is committed on return."""
    batch = Batch()
    with writing(engine, alone=False) as session:
        claim.promote_put_off(session, now)
        batch.settled = _take_back_from_the_dead(session, rules, worker, now)
        # Lock emails first, mail servers second. A fixed order prevents deadlocks.
        room = relay_state.room(
            session, relay_name, limit, per_minute=rules.settings.smtp_emails_per_minute, now=now
        )
        if room.emails > 0:
            kinds = TO_COLLEAGUES if room.to_colleagues else None
            emails = claim.claim_due(session, now=now, worker=worker, limit=room.emails, kinds=kinds)
            batch.claimed = len(emails)
            for situation in presend_checks.looked_at(session, rules, emails, now=now):
                found = _looked_at(situation)
                if isinstance(found, Frozen):
                    batch.emails.append(found)
                else:
                    batch.settled.append(_settle(situation, found))
            relay_state.take(session, relay_name, room, len(batch.emails), now=now)
        nothing_goes = room.emails == 0 or (room.to_colleagues and not batch.claimed)
        if nothing_goes and claim.anything_due(session, now):
            batch.closed = room.closed
            batch.next_at = room.slots.first if room.slots is not None else None
    return batch


def _take_back_from_the_dead(
    session: Session, rules: Configuration, worker: str, now: datetime
) -> list[Report]:
    """Take back the claims of dead workers. Returns the emails that are in doubt as a result."""
    resend = rules.settings.on_doubt is OnDoubt.RESEND
    state = EmailState.SCHEDULED if resend else EmailState.IN_DOUBT
    others = claim.claimants(session) - {worker}
    dead = worker_lock.dead_among(session, others) if others else set()
    doubtful = claim.release_dead(session, dead, now, resend=resend)
    email_events.record(
        session, [(number, state, claim.WORKER_DIED) for number in doubtful], now=now, actor=DAEMON
    )
    if resend or not doubtful:
        return []
    rows = session.exec(select(Email).where(col(Email.id).in_(doubtful)).order_by(col(Email.id))).all()
    return [Report(ref(row), case_ref(row.case_id), row.step, state, claim.WORKER_DIED) for row in rows]


def _looked_at(situation: Looked) -> Frozen | PresendVerdict:
    """Check one email and write it if it is not written yet. Returns its bytes, or the verdict that stops it.
    An error in this email does not stop the rest of the batch."""
    template = situation.email.template
    try:
        with situation.session.begin_nested():
            return kind_of(situation.email).look_again(situation) or _written(situation)
    except FollowupError as error:
        return PresendVerdict(PresendDecision.FAIL, EmailReason.CANNOT_BE_WRITTEN.of(error.message))
    except OperationalError:
        raise
    except Exception as error:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise
        broke = EmailReason.WRITING_BROKE.of(template=template, error=type(error).__name__)
        return PresendVerdict(PresendDecision.FAIL, broke)


def _written(situation: Looked) -> Frozen | PresendVerdict:
    """Return the email with its bytes, which are final from now on, or a verdict if its content
    must be held."""
    session, rules, email = situation.session, situation.rules, situation.email
    if email.message is None:
        written = kind_of(email).write(situation)
        verdict = kind_of(email).of_what_it_says(situation, written)
        if verdict is not None:
            return verdict
        email.message = written.message
        email.message_sha256 = hashlib.sha256(written.message).hexdigest()
        email.message_id = written.message_id
        email.subject = written.subject
        session.add(email)
    assert email.id is not None
    return Frozen(
        email.id,
        email.enrolment_id,
        email.epoch,
        situation.about,
        email.step,
        email.attempts,
        email.first_attempt_at,
        letters.envelope_sender(rules, email),
        envelope_address(email.to_address),
        email.message,
    )


def _settle(situation: Looked, verdict: PresendVerdict) -> Report:
    """Record that an email is not sent now, and why. A reason that is recorded already adds no
    further event."""
    session, email, now = situation.session, situation.email, situation.now
    state = _BECOMES[verdict.decision]
    is_news = state is not EmailState.DEFERRED or email.why != verdict.reason
    email.stand(state, verdict.reason)
    email.due_at = verdict.until or email.due_at
    told = verdict.reason
    if verdict.decision is PresendDecision.HOLD:
        email.held_code, email.held_detail = verdict.reason.code, verdict.found
        told = EmailReason.HELD.of(verdict.found, why=verdict.reason.code.value)
    session.add(email)
    session.flush()
    if is_news:
        email_events.record(session, [(email.id, state, told)], now=now, actor=DAEMON)
    if verdict.decision is PresendDecision.END and situation.enrolment:
        enrolments.end(session, situation.enrolment, now=now, because=verdict.reason, actor=DAEMON)
    enrolments.complete_if_done(session, email.enrolment_id, now=now)
    if state is EmailState.FAILED:
        notifications.tell_of_undelivered(session, situation.rules, email, now=now)
    return Report(ref(email), situation.about, email.step, state, verdict.reason)
