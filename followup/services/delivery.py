"""One tick of the daemon: claim what is due, look again, freeze, hand over, record each result at once.

No transaction is open while talking to the network.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from followup.domain.case import CaseStatus
from followup.domain.email_state import GIVE_UP_AFTER, UNSENT_STATES, EmailState, retry_delay
from followup.domain.enrolment import EnrolmentState
from followup.errors import FollowupError
from followup.mail.addresses import ascii_address
from followup.mail.transport import Connection, Delivery, Outcome, Phase, Transport
from followup.services import enrolments, letters, notices
from followup.services.enrolments import PAUSED
from followup.services.references import ref
from followup.services.rules import Rules
from followup.settings import OnDoubt
from followup.store import claim
from followup.store.engine import reading, writing
from followup.store.tables import Case, Customer, Email, Enrolment

BATCH = 25
LEASE = timedelta(minutes=15)
LEAST_GAP = timedelta(days=1)
"""How long a customer is left in peace between two emails of a case, unless they are planned closer."""
_UNDER_WAY = (EmailState.TRANSMITTING, EmailState.CLAIMED)


_BEFORE_THE_EMAIL = (Phase.CONNECT, Phase.EHLO, Phase.STARTTLS, Phase.AUTH)
"""Phases in which a relay that fails says nothing about the email."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one email, for the log: its reference and state, never an address."""

    email: str
    case: str
    step: int
    state: EmailState
    reason: str | None = None


@dataclass(slots=True)
class Tally:
    """What a tick did. `unreachable` says why the mail server took nothing, where it did not."""

    claimed: int = 0
    sent: int = 0
    deferred: int = 0
    skipped: int = 0
    failed: int = 0
    in_doubt: int = 0
    retried: int = 0
    unreachable: str | None = None
    reports: list[Report] = field(default_factory=list)

    def count(self, report: Report) -> None:
        """Add one email."""
        self.reports.append(report)
        if report.state is EmailState.SCHEDULED:
            self.retried += 1
        elif report.state is not EmailState.CANCELLED:
            setattr(self, report.state.value, getattr(self, report.state.value) + 1)

    def add(self, other: "Tally") -> None:
        """Add another tick."""
        for name in ("claimed", "sent", "deferred", "skipped", "failed", "in_doubt", "retried"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.unreachable = other.unreachable or self.unreachable
        self.reports += other.reports

    def to_document(self) -> dict[str, object]:
        """The JSON contract of `daemon tick`."""
        return {
            "claimed": self.claimed,
            "sent": self.sent,
            "deferred": self.deferred,
            "skipped": self.skipped,
            "failed": self.failed,
            "in_doubt": self.in_doubt,
            "retried": self.retried,
            "emails": [
                {
                    "email": report.email,
                    "case": report.case,
                    "step": report.step,
                    "state": report.state.value,
                    "reason": report.reason,
                }
                for report in self.reports
            ],
        }


@dataclass(frozen=True, slots=True)
class Frozen:
    """A claimed email, ready to be handed over."""

    email_id: int
    epoch: int
    case: str
    step: int
    attempts: int
    first_attempt_at: datetime | None
    sender: str
    recipient: str
    message: bytes

    def report(self, state: EmailState, reason: str | None = None) -> Report:
        """What became of it."""
        return Report(f"E-{self.email_id:04d}", self.case, self.step, state, reason)


class ClaimLost(Exception):
    """Another worker has the email now, so this one leaves it alone."""


def tick(
    engine: Engine,
    rules: Rules,
    transport: Transport,
    *,
    now: datetime,
    worker: str,
    stopping: Callable[[], bool] = lambda: False,
    on_report: Callable[[Report], None] = lambda _report: None,
    limit: int = BATCH,
    later: Callable[[], datetime] | None = None,
) -> Tally:
    """Claim up to `limit` due emails and hand them over one by one. Returns what became of them.

    `stopping` is asked before each email; what is claimed but not begun is given back. `later` gives the
    time as the batch goes on; without it, it stands still."""
    clock = later or (lambda: now)
    tally = Tally()
    frozen = _claim(engine, rules, tally, now=now, worker=worker, limit=limit)
    for report in tally.reports:
        on_report(report)
    if not frozen:
        return tally
    with transport.open() as connection:
        for place, email in enumerate(frozen):
            if stopping():
                _give_back(engine, frozen[place:], "the daemon was stopped first")
                break
            delivery = _hand_over(engine, connection, email, clock)
            if delivery is None:
                continue
            unreachable = delivery.outcome is Outcome.RELAY_UNREACHABLE
            if unreachable and delivery.phase in _BEFORE_THE_EMAIL:
                tally.unreachable = delivery.detail
                _give_back(engine, frozen[place:], delivery.detail)
                break
            # A relay that shuts down at this very email may do so each time: it counts as its attempt,
            # so that it waits its turn and does not stand before the others for ever.
            recorded = _record(engine, rules, email, delivery, now=clock())
            if recorded is not None:
                tally.count(recorded)
                on_report(recorded)
            if unreachable:
                tally.unreachable = delivery.detail
                _give_back(engine, frozen[place + 1 :], delivery.detail)
                break
    return tally


def _claim(
    engine: Engine, rules: Rules, tally: Tally, *, now: datetime, worker: str, limit: int
) -> list[Frozen]:
    """The first transaction: claim, look again, freeze the bytes."""
    frozen = []
    with writing(engine, alone=False) as session:
        claim.promote_put_off(session, now)
        resend = rules.settings.on_doubt is OnDoubt.RESEND
        dead = claim.release_dead(session, now, resend=resend)
        tally.in_doubt += 0 if resend else dead
        lease_until = now + LEASE
        for email in claim.claim_due(session, now=now, worker=worker, lease_until=lease_until, limit=limit):
            tally.claimed += 1
            ready = _freeze(session, rules, email, now=now)
            if isinstance(ready, Report):
                tally.count(ready)
            else:
                frozen.append(ready)
    return frozen


def _freeze(session: Session, rules: Rules, email: Email, *, now: datetime) -> Frozen | Report:
    assert email.id is not None
    case = session.get(Case, email.case_id)
    assert case is not None
    put_off = _put_off(session, rules, email, case, now)
    if put_off is not None:
        return _settle(session, email, case, *put_off, now=now)
    if email.message is None:
        written = _written(session, rules, email, now)
        if isinstance(written, str):
            return _settle(session, email, case, EmailState.FAILED, written, email.due_at, now=now)
        email.message = written.message
        email.message_sha256 = hashlib.sha256(written.message).hexdigest()
        email.message_id = written.message_id
        email.subject = written.subject
    session.add(email)
    session.flush()
    return Frozen(
        email.id,
        email.epoch,
        ref(case),
        email.step,
        email.attempts,
        email.first_attempt_at,
        letters.sender_address(rules),
        ascii_address(email.to_address),
        email.message,
    )


def _settle(
    session: Session,
    email: Email,
    case: Case,
    state: EmailState,
    reason: str,
    due_at: datetime,
    *,
    now: datetime,
) -> Report:
    """Record that an email does not go out now, and why."""
    email.state, email.reason, email.due_at = state, reason, due_at
    session.add(email)
    session.flush()
    enrolments.complete_if_done(session, email.enrolment_id, now=now)
    return Report(ref(email), ref(case), email.step, state, reason)


def _written(session: Session, rules: Rules, email: Email, now: datetime) -> letters.Written | str:
    """The email, or why it cannot be written. Whatever is wrong with it, the others go out."""
    try:
        return letters.write(session, rules, email, now=now)
    except FollowupError as error:
        return error.message
    except SQLAlchemyError:
        raise
    except Exception as error:
        return f"{email.template} cannot be written: {type(error).__name__}"


def _put_off(
    session: Session, rules: Rules, email: Email, case: Case, now: datetime
) -> tuple[EmailState, str, datetime] | None:
    """Look again: why this email must not go out now, if it must not."""
    if email.gesture_id is not None:
        return _put_off_colleague(session, rules, email, now)
    if case.status is CaseStatus.CLOSED:
        return EmailState.SKIPPED, "the case is closed", email.due_at
    enrolment = session.get_one(Enrolment, email.enrolment_id)
    if enrolment.state is EnrolmentState.ENDED:
        # It was under way when the sequence ended, and came back unsent.
        return EmailState.SKIPPED, enrolment.ended_because or "its sequence ended", email.due_at
    if enrolment.state is EnrolmentState.PAUSED:
        return EmailState.DEFERRED, PAUSED, now + timedelta(days=1)
    customer = session.get(Customer, case.customer_id)
    calendar = rules.calendar(customer)
    opens = calendar.next_open(now)
    if opens > now:
        return EmailState.DEFERRED, "outside the hours in which this customer is written to", opens
    too_soon = _too_soon(session, email, now)
    if too_soon is not None:
        reason, earliest = too_soon
        return EmailState.DEFERRED, reason, calendar.next_open(earliest)
    return None


def _too_soon(session: Session, email: Email, now: datetime) -> tuple[str, datetime] | None:
    """Why, and until when, a follow-up waits for the email before it: after an outage or a pause, a
    customer never gets two at once, and never the second before the first."""
    earlier = session.exec(
        select(Email)
        .where(
            col(Email.enrolment_id) == email.enrolment_id,
            col(Email.step) < email.step,
            col(Email.state).not_in((EmailState.SKIPPED, EmailState.CANCELLED)),
        )
        .order_by(col(Email.step).desc())
    ).first()
    if earlier is None:
        return None
    if earlier.sent_at is None:
        return f"the email before it, {ref(earlier)}, is {earlier.state}", now + LEAST_GAP
    planned = email.due_at - earlier.due_at
    gap = planned if timedelta() < planned < LEAST_GAP else LEAST_GAP
    if now < earlier.sent_at + gap:
        return "the email before it went out only now", earlier.sent_at + gap
    return None


def _put_off_colleague(
    session: Session, rules: Rules, email: Email, now: datetime
) -> tuple[EmailState, str, datetime] | None:
    """A colleague is asked only while there is something to decide, in the business's own hours."""
    if email.template == notices.FOR_APPROVAL and not notices.still_to_decide(session, email):
        return EmailState.SKIPPED, "it was decided already", email.due_at
    opens = rules.calendar().next_open(now)
    if opens > now:
        return EmailState.DEFERRED, "outside business hours", opens
    return None


def _hand_over(
    engine: Engine, connection: Connection, email: Frozen, clock: Callable[[], datetime]
) -> Delivery | None:
    """Talk to the mail server. None where the claim was lost before the body began."""

    def before_body() -> None:
        # The lease begins anew with each body, however long the emails before it took.
        transmitting = {"state": EmailState.TRANSMITTING, "lease_until": clock() + LEASE}
        with writing(engine, alone=False) as session:
            if not claim.advance(session, email.email_id, email.epoch, EmailState.CLAIMED, **transmitting):
                raise ClaimLost

    try:
        return connection.deliver(email.sender, email.recipient, email.message, before_body)
    except ClaimLost:
        return None


def _record(
    engine: Engine, rules: Rules, email: Frozen, delivery: Delivery, *, now: datetime
) -> Report | None:
    """The last transaction: the result, guarded by id, epoch and state. None where the claim was lost.

    A server's yes counts even for an email that was put in doubt meanwhile: it settles the doubt."""
    changes, report = _result(email, delivery, now, resend=rules.settings.on_doubt is OnDoubt.RESEND)
    accepted = report.state is EmailState.SENT
    states = (*_UNDER_WAY, EmailState.IN_DOUBT) if accepted else _UNDER_WAY
    with writing(engine, alone=False) as session:
        if not any(claim.advance(session, email.email_id, email.epoch, was, **changes) for was in states):
            return None
        if report.state in (EmailState.SENT, EmailState.FAILED):
            row = session.get_one(Email, email.email_id)
            enrolments.complete_if_done(session, row.enrolment_id, now=now)
    return report


def _result(
    email: Frozen, delivery: Delivery, now: datetime, *, resend: bool
) -> tuple[dict[str, object], Report]:
    """What a delivery makes of an email: the changes to its row, and the report."""
    attempts = email.attempts + 1
    # The five days of trying begin with the first real attempt, not with an outage of the relay.
    begun = email.first_attempt_at or now
    said = f"{delivery.code} {delivery.detail}".strip() if delivery.code else delivery.detail
    state: EmailState = EmailState.FAILED
    reason: str | None = said
    due_at: datetime | None = None
    if delivery.outcome is Outcome.ACCEPTED:
        state, reason = EmailState.SENT, None
    elif delivery.outcome is Outcome.IN_DOUBT and not resend:
        state, reason = EmailState.IN_DOUBT, f"nobody knows whether it went out: {said}"
    elif delivery.outcome is not Outcome.REFUSED_FOR_GOOD and now - begun < GIVE_UP_AFTER:
        jitter = int(hashlib.sha256(email.message).hexdigest()[:4], 16) / 0xFFFF
        state, due_at = EmailState.SCHEDULED, now + retry_delay(attempts, jitter)
    changes: dict[str, object] = {
        "state": state,
        "reason": reason,
        "attempts": attempts,
        "first_attempt_at": begun,
    }
    if state is EmailState.SENT:
        changes["sent_at"] = now
    if due_at is not None:
        changes["due_at"] = due_at
    return changes, email.report(state, reason)


def _give_back(engine: Engine, emails: list[Frozen], reason: str) -> None:
    """Schedule again what was claimed and provably not sent, be it that the server said so to its body."""
    with writing(engine, alone=False) as session:
        for email in emails:
            for was in _UNDER_WAY:
                claim.advance(
                    session, email.email_id, email.epoch, was, state=EmailState.SCHEDULED, reason=reason
                )


def due(engine: Engine, *, now: datetime, limit: int) -> list[Email]:
    """The emails that a tick would claim, the longest due first. Writes nothing."""
    query = (
        select(Email)
        .where(col(Email.state).in_(UNSENT_STATES), col(Email.due_at) <= now)
        .order_by(col(Email.due_at), col(Email.id))
        .limit(limit)
    )
    with reading(engine) as session:
        return list(session.exec(query).all())
