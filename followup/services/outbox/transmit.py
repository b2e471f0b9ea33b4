"""Transmits one email and records the result. No transaction is open while talking to the mail server."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from followup.domain.outbox.email_state import EmailState
from followup.errors import FollowupError
from followup.mail.transport import Connection, Delivery, DeliveryOutcome, Phase, Transport
from followup.services.outbox import record_delivery, transport_guard
from followup.services.outbox.claim_batch import Frozen
from followup.services.outbox.tick_result import Report
from followup.services.shared.configuration import Configuration
from followup.store import claim
from followup.store.group_commit import GroupCommit

_RECORD_AGAIN_AFTER_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""Seconds between attempts to record a result, which a short database outage must not lose."""


class ClaimLost(Exception):
    """Another worker has claimed the email, so this one must not send it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What a transmission needs. `clock` returns the time during the batch; `stopping` is asked before each
    email."""

    engine: Engine
    rules: Configuration
    transport: Transport
    clock: Callable[[], datetime]
    stopping: Callable[[], bool]
    on_report: Callable[[Report], None]
    writes: GroupCommit = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "writes", GroupCommit(self.engine))


def hand_over(
    way: Way, connection: Connection, email: Frozen, on_begun: Callable[[], None]
) -> Delivery | None:
    """Transmit one email. Returns None if the claim was lost before the body began.

    `on_begun` is called just before the body is sent. Database errors before that point are raised: then
    nothing was sent. Every other error is part of the result."""
    begun = False

    def transmitting(session: Session) -> bool:
        # Renew the lease before each body; the emails before it may have used it up.
        changes = {
            "state": EmailState.TRANSMITTING,
            "lease_until": claim.lease_end(session),
            "transport": transport_guard.transport_of(way.rules.settings),
            "relay": way.transport.relay_name,
        }
        return claim.advance(session, email.email_id, email.epoch, EmailState.CLAIMED, **changes)

    def before_body() -> None:
        nonlocal begun
        if not way.writes.do(transmitting):
            raise ClaimLost
        begun = True
        on_begun()

    try:
        return connection.deliver(email.sender, email.recipient, email.message, before_body)
    except ClaimLost:
        return None
    except Exception as error:
        if not begun and isinstance(error, (FollowupError, SQLAlchemyError)):
            raise
        # An error in this email must not stop the others.
        detail = f"it could not be handed over: {type(error).__name__}"
        outcome = DeliveryOutcome.IN_DOUBT if begun else DeliveryOutcome.REFUSED_NOW
        return Delivery(outcome, Phase.BODY if begun else Phase.DATA, None, detail)


def record(way: Way, email: Frozen, delivery: Delivery) -> Report | None:
    """Record a result, retrying while the database is unreachable; see `record_delivery.record`.

    Raises the database's error after a minute, or while stopping. The email then stays in transmission, and
    the next worker that finds it puts it in doubt."""
    name, now = way.transport.relay_name, way.clock()

    def result(session: Session) -> Report | None:
        return record_delivery.record(session, way.rules, name, email, delivery, now=now)

    for seconds in _RECORD_AGAIN_AFTER_SECONDS:
        try:
            return way.writes.do(result)
        except (FollowupError, SQLAlchemyError):
            if way.stopping():
                raise
        threading.Event().wait(seconds)
    return way.writes.do(result)
