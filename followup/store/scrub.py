"""Overwriting the bytes of removed data: a database only marks them as free, and they stay in its file.

A scrub is requested in the transaction that removes the data. If it cannot run at once, it stays requested.
"""

from datetime import datetime

from sqlalchemy import Engine, delete
from sqlmodel import Session, col

from followup.store.engine import faults_named, reading, writing
from followup.store.search import case_index
from followup.store.tables import CopyMark

_ASKED = "bytes to clear"


def ask(session: Session, now: datetime) -> None:
    """Request a scrub, in the transaction that removes data."""
    session.merge(CopyMark(name=_ASKED, since=now))


def asked_since(session: Session) -> datetime | None:
    """Since when a scrub has been requested; None if none is."""
    mark = session.get(CopyMark, _ASKED)
    return None if mark is None else mark.since


def clear(engine: Engine) -> bool:
    """Scrub if requested; returns whether it was.

    The search index is written anew without the removed words. SQLite rewrites its file without the free
    pages, and empties its journal. PostgreSQL makes the space of dead rows reusable; only VACUUM FULL, which
    locks tables, rewrites them. Raises Unreachable if others keep the database busy; the request then stays.
    """
    with reading(engine) as session:
        since = asked_since(session)
    if since is None:
        return False
    alone = engine.execution_options(isolation_level="AUTOCOMMIT")
    with faults_named(engine), alone.connect() as connection:
        if engine.dialect.name == "sqlite":
            # Our connections begin a transaction, in which VACUUM is not possible.
            connection.exec_driver_sql("COMMIT")
        case_index.clear_bytes(connection)
        connection.exec_driver_sql("VACUUM")
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    with writing(engine) as session:
        # A request made meanwhile is kept for the next scrub.
        session.execute(delete(CopyMark).where(col(CopyMark.name) == _ASKED, col(CopyMark.since) == since))
    return True
