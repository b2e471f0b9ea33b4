"""One tick of the daemon: claim what is due, look again, freeze, hand over, record each result at once.

No transaction is open while talking to the network.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from followup.domain.email_state import GIVE_UP_AFTER, UNSENT_STATES, EmailState, retry_delay
from followup.errors import FollowupError
from followup.mail.addresses import envelope_address
from followup.mail.transport import Connection, Delivery, Outcome, Phase, Transport
from followup.services import email_history, enrolments, letters, rechecks
from followup.services.actors import DAEMON
from followup.services.rechecks import Decision, Situation, Verdict
from followup.services.references import ref
from followup.services.rules import Rules
from followup.services.tally import Report, Tally
from followup.settings import OnDoubt
from followup.store import claim
from followup.store.engine import reading, writing
from followup.store.tables import Email

BATCH = 25
LEASE = timedelta(minutes=15)
_UNDER_WAY = (EmailState.TRANSMITTING, EmailState.CLAIMED)
_BECOMES = {
    Decision.SKIP: EmailState.SKIPPED,
    Decision.END: EmailState.SKIPPED,
    Decision.DEFER: EmailState.DEFERRED,
    Decision.HOLD: EmailState.DEFERRED,
    Decision.FAIL: EmailState.FAILED,
}

_BEFORE_THE_EMAIL = (Phase.CONNECT, Phase.EHLO, Phase.STARTTLS, Phase.AUTH)
"""Phases in which a relay that fails says nothing about the email."""


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
        _take_back_from_the_dead(session, rules, tally, now)
        lease_until = now + LEASE
        emails = claim.claim_due(session, now=now, worker=worker, lease_until=lease_until, limit=limit)
        tally.claimed += len(emails)
        for situation in rechecks.situations(session, rules, emails, now=now):
            verdict = _looked_at(situation)
            if verdict is None:
                frozen.append(_frozen(situation, rules))
            else:
                tally.count(_settle(situation, verdict))
    return frozen


def _take_back_from_the_dead(session: Session, rules: Rules, tally: Tally, now: datetime) -> None:
    resend = rules.settings.on_doubt is OnDoubt.RESEND
    state = EmailState.SCHEDULED if resend else EmailState.IN_DOUBT
    doubtful = claim.release_dead(session, now, resend=resend)
    email_history.record(
        session, [(number, state, claim.DIED_ON_THE_WAY) for number in doubtful], now=now, actor=DAEMON
    )
    tally.in_doubt += 0 if resend else len(doubtful)


def _looked_at(situation: Situation) -> Verdict | None:
    """Why an email does not go out now. Without a reason it is written, if it was not before, and frozen.
    Whatever is wrong with it, the others go out."""
    email = situation.email
    try:
        verdict = rechecks.look_again(situation)
        if verdict is not None or email.message is not None:
            return verdict
        written = letters.write(situation.session, situation.rules, email, now=situation.now)
        verdict = rechecks.of_what_it_says(situation, written)
    except FollowupError as error:
        return Verdict(Decision.FAIL, error.message)
    except SQLAlchemyError:
        raise
    except Exception as error:
        return Verdict(Decision.FAIL, f"{email.template} cannot be written: {type(error).__name__}")
    if verdict is None:
        email.message = written.message
        email.message_sha256 = hashlib.sha256(written.message).hexdigest()
        email.message_id = written.message_id
        email.subject = written.subject
        situation.session.add(email)
        situation.session.flush()
    return verdict


def _frozen(situation: Situation, rules: Rules) -> Frozen:
    email = situation.email
    assert email.id is not None
    assert email.message is not None
    return Frozen(
        email.id,
        email.epoch,
        ref(situation.case),
        email.step,
        email.attempts,
        email.first_attempt_at,
        letters.envelope_sender(rules, email),
        envelope_address(email.to_address),
        email.message,
    )


def _settle(situation: Situation, verdict: Verdict) -> Report:
    """Record that an email does not go out now, and why. A reason that is there already is not told again."""
    session, email, now = situation.session, situation.email, situation.now
    state = _BECOMES[verdict.decision]
    is_news = state is not EmailState.DEFERRED or email.reason != verdict.reason
    email.state, email.reason, email.due_at = state, verdict.reason, verdict.until or email.due_at
    told = verdict.reason
    if verdict.decision is Decision.HOLD:
        email.held_because = verdict.found or verdict.reason
        told = f"held for a person: {email.held_because}"
    session.add(email)
    session.flush()
    if is_news:
        email_history.record(session, [(email.id, state, told)], now=now, actor=DAEMON)
    if verdict.decision is Decision.END and situation.enrolment is not None:
        enrolments.end(session, situation.enrolment, now=now, because=verdict.reason, actor=DAEMON)
    enrolments.complete_if_done(session, email.enrolment_id, now=now)
    return Report(ref(email), ref(situation.case), email.step, state, verdict.reason)


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
        told = report.reason or _said(delivery)
        email_history.record(session, [(email.email_id, report.state, told)], now=now, actor=DAEMON)
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
    said = _said(delivery)
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


def _said(delivery: Delivery) -> str:
    """What the mail server answered, or what went wrong with it."""
    return f"{delivery.code} {delivery.detail}".strip() if delivery.code else delivery.detail


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
        .where(col(Email.held_because).is_(None))
        .order_by(col(Email.due_at), col(Email.id))
        .limit(limit)
    )
    with reading(engine) as session:
        return list(session.exec(query).all())
