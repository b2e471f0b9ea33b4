"""Daemons: who they are, and when each last did something."""

from datetime import datetime

from sqlmodel import Session

from followup.store.tables import Worker


def beat(session: Session, worker: str, *, host: str, pid: int, now: datetime) -> None:
    """Record that a daemon is alive; the first beat introduces it."""
    row = session.get(Worker, worker) or Worker(
        id=worker, host=host, pid=pid, started_at=now, last_tick_at=now
    )
    row.last_tick_at = now
    session.add(row)


def stop(session: Session, worker: str, *, now: datetime) -> None:
    """Record that a daemon stopped in good order."""
    row = session.get(Worker, worker)
    if row is not None:
        row.stopped_at = now
        session.add(row)
