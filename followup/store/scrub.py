"""Clearing the bytes of what was removed: a database only marks them as free, in the file they stay.

Whoever removes something asks for it in the same transaction, so that it is done later where it could not
be done at once.
"""

from datetime import datetime

from sqlalchemy import Engine, delete
from sqlmodel import Session, col

from followup.store.engine import faults_named, reading, writing
from followup.store.tables import CopyMark

_ASKED = "bytes to clear"


def ask(session: Session, now: datetime) -> None:
    """Ask for it, in the transaction that removes something."""
    session.merge(CopyMark(name=_ASKED, since=now))


def asked_since(session: Session) -> datetime | None:
    """Since when it has been waited for; None where nothing is to be cleared."""
    mark = session.get(CopyMark, _ASKED)
    return None if mark is None else mark.since


def clear(engine: Engine) -> bool:
    """Clear what was asked for, if anything; returns whether there was something.

    SQLite writes its file anew, without what is free in it, and empties its journal. PostgreSQL frees the
    rows for others to overwrite; only VACUUM FULL, which locks its tables, writes them anew. Raises
    Unreachable where others keep the database busy; it is then still asked for."""
    with reading(engine) as session:
        since = asked_since(session)
    if since is None:
        return False
    alone = engine.execution_options(isolation_level="AUTOCOMMIT")
    with faults_named(engine), alone.connect() as connection:
        if engine.dialect.name == "sqlite":
            # Every connection of ours begins a transaction, and a file is not written anew within one.
            connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("VACUUM")
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    with writing(engine) as session:
        # What was asked for meanwhile is for the next time.
        session.execute(delete(CopyMark).where(col(CopyMark.name) == _ASKED, col(CopyMark.since) == since))
    return True
