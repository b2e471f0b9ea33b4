"""The dispatcher: claims due emails batch by batch, transmits them, and records each result at once."""

from collections.abc import Callable
from datetime import datetime
from math import inf
from time import monotonic

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from followup.domain.outbox.email_state import UNSENT_STATES
from followup.mail.transport import Transport
from followup.services.outbox.claim_batch import Batch, claim_batch
from followup.services.outbox.connection_pool import ConnectionPool
from followup.services.outbox.tick_result import Report, TickResult
from followup.services.outbox.transmit import Way
from followup.services.shared.configuration import Configuration
from followup.store.tables import Email
from followup.store.worker_lock import WorkerLock

BATCH = 25
_SMALL_BATCH = 8
"""How many emails may be claimed and written while results wait to be recorded."""

_ROUND_SECONDS = 0.5
_LOOK_AGAIN_SECONDS = 1.0
"""Seconds to wait for the last emails in transmission before looking for newly due ones."""


def drain(
    engine: Engine,
    rules: Configuration,
    transport: Transport,
    lock: WorkerLock,
    *,
    now: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
    on_report: Callable[[Report], None] = lambda _report: None,
    on_round: Callable[[], None] = lambda: None,
    keep_reports: bool = True,
    seconds: float = inf,
) -> TickResult:
    """Send due emails until none is left, the mail server is paused, or `stopping` returns true.

    Returns the tally of all outcomes. At the end, emails in transmission are finished, and claimed emails
    that were not begun are given back. With a rate limit, this waits for free slots; if `now` returns a fixed
    time, it leaves the emails that have no slot yet. `on_round` is called at least every second while it
    waits for a slot, but not during a transmission, because a transmission that hangs is no progress.

    Without `keep_reports` the result holds only counts, so its size does not grow with the queue. After
    `seconds` no more is claimed, and the result has `more_to_do` set."""
    tally = TickResult()
    way = Way(
        engine=engine, rules=rules, transport=transport, clock=now, stopping=stopping, on_report=on_report
    )
    size = BATCH if transport.relay_name is None else _SMALL_BATCH
    look_at = monotonic()
    ends_at = look_at + seconds
    with ConnectionPool(way, tally) as handing_over:
        while not (stopping() or handing_over.is_over):
            if not handing_over.is_busy:
                on_round()
            if not keep_reports:
                tally.reports.clear()
            if handing_over.is_busy and not (handing_over.is_hungry and monotonic() >= look_at):
                handing_over.wait(_ROUND_SECONDS)
                continue
            if monotonic() >= ends_at:
                tally.more_to_do = True
                break
            lock.keep()
            moment = now()
            batch = claim_and_feed(way, handing_over, tally, now=moment, worker=lock.worker, limit=size)
            if batch.next_at is not None:
                handing_over.wait(min((batch.next_at - moment).total_seconds(), _ROUND_SECONDS))
            more_to_come = batch.claimed > 0 or (batch.next_at is not None and now() != moment)
            if not (more_to_come or handing_over.is_busy):
                break
            look_at = monotonic() + (0 if more_to_come else _LOOK_AGAIN_SECONDS)
        handing_over.finish()
        while handing_over.is_busy:
            handing_over.wait(_ROUND_SECONDS)
    return tally


def claim_and_feed(
    way: Way, handing_over: ConnectionPool, tally: TickResult, *, now: datetime, worker: str, limit: int
) -> Batch:
    """Claim up to `limit` due emails, once, and hand them to the pool, which transmits them."""
    name = way.transport.relay_name
    with way.writes.waiting():
        batch = claim_batch(way.engine, way.rules, name, now=now, worker=worker, limit=limit)
    tally.claimed += batch.claimed
    handing_over.tell(batch.settled)
    if batch.closed is not None:
        handing_over.leave_alone(batch.closed)
    handing_over.feed(batch.emails)
    return batch


def due(session: Session, *, now: datetime, limit: int) -> list[Email]:
    """The emails that a tick would claim, the longest overdue first."""
    query = (
        select(Email)
        .where(col(Email.state).in_(UNSENT_STATES), col(Email.due_at) <= now)
        .where(col(Email.held_code).is_(None))
        .order_by(col(Email.due_at), col(Email.id))
        .limit(limit)
    )
    return list(session.exec(query).all())
