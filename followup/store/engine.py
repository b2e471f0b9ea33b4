"""The database engine: SQLite or PostgreSQL, and the two ways to open a transaction."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, OperationalError
from sqlmodel import Session, create_engine

from followup.errors import InvalidFile, Refused, Unreachable

LOCK_WAIT_SECONDS = 60
"""How long a transaction waits for another process before it gives up, unless set otherwise."""

_WRITERS_LOCK = 7_204_551
"""The number that writers on PostgreSQL agree on; any other would do."""

WAL_RESET_BUG = ((3, 7, 0), (3, 51, 2))
WAL_RESET_BUG_MENDED = ((3, 44, 6), (3, 50, 7))


def journal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite may use WAL with several writing processes.

    Versions 3.7.0 to 3.51.2 can corrupt the file when the log is reset at the wrong moment,
    except 3.44.6 and 3.50.7 which carry the repair.
    """
    first, last = WAL_RESET_BUG
    return not first <= version <= last or version in WAL_RESET_BUG_MENDED


def open_engine(url: str, *, lock_wait_seconds: int = LOCK_WAIT_SECONDS) -> Engine:
    """An engine for a database URL (sqlite:///… or postgresql://…). Connects only when it is used.

    `lock_wait_seconds` is for SQLite, where one process locks the others out.
    Raises InvalidFile for a URL that means nothing or a database kind that is not supported.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise InvalidFile(
            "database_url is not a database URL.",
            hint="Write sqlite:///path/to/file.db or postgresql://user@host/name.",
            code="bad_database_url",
        ) from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _sqlite_engine(parsed.render_as_string(hide_password=False), lock_wait_seconds)
    if backend == "postgresql":
        try:
            return create_engine(
                parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, hide_parameters=True
            )
        except ModuleNotFoundError as error:
            raise InvalidFile(
                "PostgreSQL is asked for, but its driver is not installed.",
                hint="Install followup with it: pip install 'followup[postgresql]'.",
                code="driver_missing",
            ) from error
    raise InvalidFile(
        f"database_url names {backend}, which followup cannot use.",
        hint="Use sqlite or postgresql.",
        code="bad_database_url",
    )


def _sqlite_engine(url: str, lock_wait_seconds: int) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": lock_wait_seconds},
        execution_options={"lock_wait_seconds": lock_wait_seconds},
    )
    safe = journal_is_safe(sqlite3.sqlite_version_info)

    @event.listens_for(engine, "connect")
    def set_pragmas(raw: Any, _record: Any) -> None:
        # The driver would begin transactions by itself, and too late for BEGIN IMMEDIATE.
        raw.isolation_level = None
        journal, synchronous = ("WAL", "NORMAL") if safe else ("DELETE", "FULL")
        if raw.execute("PRAGMA journal_mode").fetchone()[0] != journal.lower():
            raw.execute(f"PRAGMA journal_mode = {journal}")
        raw.execute(f"PRAGMA synchronous = {synchronous}")
        raw.execute("PRAGMA foreign_keys = ON")
        # Without it, INSERT OR REPLACE removes a row and no trigger notices.
        raw.execute("PRAGMA recursive_triggers = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later fails at once when another wrote between.
        immediate = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session for looking only; nothing is written."""
    with faults_named(engine), Session(engine, expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(engine: Engine, *, alone: bool = True) -> Iterator[Session]:
    """A session whose transaction is committed at the end, or undone by any error.

    Services look, decide, then write, so `alone` lets one of them do so at a time: SQLite by its write
    lock, PostgreSQL by an advisory lock. Without `alone`, for guarded statements that may run beside
    others."""
    with (
        faults_named(engine),
        Session(engine.execution_options(writes=True), expire_on_commit=False) as session,
        session.begin(),
    ):
        if alone and engine.dialect.name == "postgresql":
            session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITERS_LOCK})
        yield session


@contextmanager
def faults_named(engine: Engine) -> Iterator[None]:
    """Turn what the database driver reports into errors that say what to do."""
    try:
        yield
    except OperationalError as error:
        waited = engine.get_execution_options().get("lock_wait_seconds", LOCK_WAIT_SECONDS)
        raise _named(str(error.orig), waited) from error
    except IntegrityError as error:
        if "unique" not in str(error.orig).lower():
            raise
        raise Refused(
            "Another process made the same change at the same time, so this one was undone.",
            hint="Look at what is there now, then run the command again if it is still needed.",
            code="conflict",
        ) from error
    except DatabaseError as error:
        damage = _damage(str(error.orig))
        if damage is None:
            raise
        raise damage from error


def _damage(text: str) -> InvalidFile | None:
    """The error for a file that SQLite cannot read as a database."""
    if "not a database" in text:
        what, code = "The database file is not a SQLite database.", "not_a_database"
    elif "malformed" in text:
        what, code = "The database file is damaged.", "database_damaged"
    else:
        return None
    return InvalidFile(
        what, hint="Put a backup in its place, or move it away and run: followup db upgrade", code=code
    )


def _named(text: str, waited_seconds: int) -> Exception:
    if "deadlock" in text:
        return Unreachable(
            "Two processes waited for each other, and the database undid this one.",
            hint="Nothing was changed. Run the command again.",
            code="deadlock",
        )
    if "locked" in text:
        return Unreachable(
            f"The database stayed locked by another process for {waited_seconds} seconds.",
            hint="Nothing was changed. Try again; if it stays so, see what else has the file open.",
            code="database_locked",
        )
    if "disk I/O error" in text:
        return Unreachable(
            "The database file cannot be read or written, so nothing was changed: disk I/O error.",
            hint="See that its disk has space, is not failing, and sets no limit to the size of files.",
            code="disk_error",
        )
    if ("disk" in text and "full" in text) or "No space" in text:
        return Unreachable(
            "The disk is full, so nothing was changed.",
            hint="Free some space where the database is, then run the same command again.",
            code="disk_full",
        )
    if "readonly" in text or "read-only" in text:
        return Refused(
            "The database cannot be written.",
            hint="Check who owns the file and its folder.",
            code="database_read_only",
        )
    if "no such table" in text or "does not exist" in text:
        return Refused(
            "The database has no followup tables.",
            hint="Run: followup db upgrade",
            code="schema_missing",
        )
    return Unreachable(
        f"The database cannot be reached: {text.strip().splitlines()[0]}",
        hint="Check database_url with: followup doctor",
        code="database_unreachable",
    )


def sqlite_file(engine: Engine) -> Path | None:
    """The file of a SQLite engine; None for PostgreSQL or a database in memory."""
    if engine.dialect.name != "sqlite" or engine.url.database in (None, "", ":memory:"):
        return None
    return Path(str(engine.url.database))
