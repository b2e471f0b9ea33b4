"""The event log: who changed what, when and why, chained by hashes so that a gap shows."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from followup.services.actors import Actor
from followup.store.tables import AuditEvent

FIRST_HASH = "0" * 64


def record(
    session: Session,
    *,
    now: datetime,
    actor: Actor,
    action: str,
    subject: str,
    because: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write one event in the caller's transaction. `action` is noun and verb, `subject` a reference.

    Transactions that record are made one at a time (`writing`), so no two events follow the same one."""
    session.flush()
    newest = select(AuditEvent.hash).order_by(col(AuditEvent.id).desc()).limit(1)
    previous = session.exec(newest).first() or FIRST_HASH
    event = AuditEvent(
        happened_at=now,
        actor=actor.name,
        action=action,
        subject=subject,
        because=because,
        detail=detail or {},
        previous_hash=previous,
        hash="",
    )
    event.hash = _hash_of(event)
    session.add(event)
    session.flush()


def _hash_of(event: AuditEvent) -> str:
    covered = [
        event.previous_hash,
        event.happened_at.isoformat(),
        event.actor,
        event.action,
        event.subject,
        event.because,
        event.detail,
    ]
    return hashlib.sha256(json.dumps(covered, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def events(session: Session, subject: str | None, limit: int) -> list[AuditEvent]:
    """The newest `limit` events, of one subject or of all, oldest first."""
    query = select(AuditEvent).order_by(col(AuditEvent.id).desc()).limit(limit)
    if subject:
        query = query.where(col(AuditEvent.subject) == subject)
    return list(reversed(session.exec(query).all()))


def broken_links(session: Session) -> Iterator[tuple[int, str]]:
    """Walk the whole chain; yields (event number, what is wrong with it) for every break."""
    previous = FIRST_HASH
    for event in session.exec(select(AuditEvent).order_by(col(AuditEvent.id))):
        assert event.id is not None
        if event.previous_hash != previous:
            yield event.id, "it does not follow the event before it: one was changed or taken out"
        elif event.hash != _hash_of(event):
            yield event.id, "its content was changed"
        previous = event.hash
