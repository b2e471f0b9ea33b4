"""The audit log: who changed what, when and why. Events are chained by hashes, so that a gap is detected.

Events are never changed, so they hold no personal data: subjects are numbers, details are words of the
product. Only the reason is free text that may name a customer. Erasing a customer removes the reasons; the
event of the erasure lists those removed and the hash that each remaining event must have.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from followup.services.shared.actors import Actor
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
    """Append one event in the caller's transaction. `action` is noun and verb, `subject` a reference.

    Writing transactions run one at a time (`writing`), so no two events follow the same one."""
    session.flush()
    newest = select(AuditEvent.hash).order_by(col(AuditEvent.id).desc()).limit(1)
    previous = session.exec(newest).first() or FIRST_HASH
    event = AuditEvent(
        happened_at=now,
        actor=actor.name,
        action=action,
        subject=subject,
        because=because,
        because_salt=None if because is None else secrets.token_hex(16),
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
        # Events recorded before salts existed, or without a reason, are hashed in the original way.
        *([] if event.because_salt is None else [event.because_salt]),
    ]
    return hashlib.sha256(json.dumps(covered, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


REASONS_TAKEN_OUT = "reasons_taken_out"
"""The detail of an erasure's event that lists the events whose reason was removed, with their new hashes."""


def take_out_reasons(session: Session, numbers: Iterable[int]) -> dict[str, str]:
    """Remove the reasons of some events. Returns the hash of what remains, by event number.

    The caller must record these hashes as the detail REASONS_TAKEN_OUT of an event; else the log shows a
    break."""
    left: dict[str, str] = {}
    for number in numbers:
        event = session.get_one(AuditEvent, number)
        if event.because is None:
            continue
        session.execute(
            update(AuditEvent)
            .where(col(AuditEvent.id) == number)
            .values(because=None, because_salt=None)
            .execution_options(synchronize_session=False)
        )
        session.refresh(event)
        left[str(number)] = _hash_of(event)
    return left


def events(session: Session, subject: str | None, limit: int) -> list[AuditEvent]:
    """The newest `limit` events, of one subject or of all, oldest first."""
    query = select(AuditEvent).order_by(col(AuditEvent.id).desc()).limit(limit)
    if subject:
        query = query.where(col(AuditEvent.subject) == subject)
    return list(reversed(session.exec(query).all()))


def broken_links(session: Session) -> Iterator[tuple[int, str]]:
    """Verify the whole chain. Yields (event number, what is wrong) for every break. A reason that an erasure
    removed is no break."""
    previous = FIRST_HASH
    taken_out: dict[str, str] | None = None
    for event in session.exec(select(AuditEvent).order_by(col(AuditEvent.id))):
        assert event.id is not None
        if event.previous_hash != previous:
            yield event.id, "it does not follow the event before it: one was changed or taken out"
        elif event.hash != _hash_of(event):
            taken_out = _reasons_taken_out(session) if taken_out is None else taken_out
            if event.because is not None or taken_out.get(str(event.id)) != _hash_of(event):
                yield event.id, "its content was changed"
        previous = event.hash


def _reasons_taken_out(session: Session) -> dict[str, str]:
    found: dict[str, str] = {}
    erasures = select(AuditEvent.detail).where(col(AuditEvent.action) == "customer erase")
    for detail in session.exec(erasures):
        found |= detail.get(REASONS_TAKEN_OUT, {})
    return found
