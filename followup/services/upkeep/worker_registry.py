"""The registry of daemons: their names, hosts and last signs of life."""

from datetime import datetime

from sqlmodel import Session

from followup.store.tables import Worker


def beat(session: Session, worker: str, *, host: str, pid: int, now: datetime) -> None:
    """Record a sign of life of a daemon; the first one registers it."""
    row = session.get(Worker, worker) or Worker(
        id=worker, host=host, pid=pid, started_at=now, last_tick_at=now
    )
    row.last_tick_at = now
    session.add(row)


def stop(session: Session, worker: str, *, now: datetime) -> None:
    """Record that a daemon stopped normally."""
    row = session.get(Worker, worker)
    if row is not None:
        row.stopped_at = now
        session.add(row)
