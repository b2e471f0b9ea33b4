"""The database engine (SQLite or PostgreSQL), and the two ways to open a transaction."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sqlalchemy import URL, Connection, Engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlmodel import Session, create_engine

from followup.errors import InvalidFile
from followup.store import db_errors
from followup.store.search import case_index

LOCK_WAIT_SECONDS = 60
"""The default time that a transaction waits for a lock of another process, in seconds."""

_WRITERS_LOCK = 7_204_551
"""The number of the advisory lock of writers on PostgreSQL; an arbitrary choice."""

_ABANDONED_AFTER_SECONDS = 60
"""After this many idle seconds the server ends a transaction, so that a client that lost its power or its
network blocks nobody.
"""

_BOUNDS = (
    "SELECT set_config('lock_timeout', %s, true), set_config('idle_in_transaction_session_timeout', %s, true)"
)
"""Time limits are set per transaction, so that they also hold behind a pooler that gives each transaction
another connection.
"""

_LOOKING = ", set_config('transaction_read_only', 'on', true)"
"""Set by statement and not by the driver, which would request READ WRITE for other transactions, overriding
the server's default.
"""

_CONNECTING = {
    "connect_timeout": 10,
    "fallback_application_name": "followup",
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
"""Connection parameters (times in seconds), unless database_url sets others. An unreachable server is
noticed.
"""

WAL_RESET_BUG = ((3, 7, 0), (3, 51, 2))
WAL_RESET_BUG_MENDED = ((3, 44, 6), (3, 50, 7))


def journal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite version may use WAL with several writing processes.

    Versions 3.7.0 to 3.51.2 can corrupt the file if the log is reset at the wrong moment, except 3.44.6 and
    3.50.7, which have the fix.
    """
    first, last = WAL_RESET_BUG
    return not first <= version <= last or version in WAL_RESET_BUG_MENDED


def open_engine(url: str, *, lock_wait_seconds: int = LOCK_WAIT_SECONDS) -> Engine:
    """An engine for a database URL (sqlite:///… or postgresql://…). It connects at its first use.

    `lock_wait_seconds` is how long a transaction waits for another process. Raises InvalidFile for an invalid
    URL or an unsupported kind of database.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise _bad_url(
            "database_url is not a database URL.",
            "Write sqlite:///path/to/file.db or postgresql://user@host/name.",
        ) from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _sqlite_engine(parsed.render_as_string(hide_password=False), lock_wait_seconds)
    if backend in ("postgresql", "postgres"):
        return _postgresql_engine(parsed, lock_wait_seconds)
    raise _bad_url(f"database_url names {backend}, which followup cannot use.", "Use sqlite or postgresql.")


def _bad_url(message: str, hint: str) -> InvalidFile:
    return InvalidFile(message, hint=hint, code="bad_database_url")


def _postgresql_engine(url: URL, lock_wait_seconds: int) -> Engine:
    host = unquote(url.host or "")
    if "@" in host + (url.database or ""):
        # Then the part read as the host belongs to a password, which must not be looked up or shown.
        raise _bad_url(
            "database_url has an @ too many.",
            "In a user name or password, write @ as %40, : as %3A and / as %2F.",
        )
    url = url.set(drivername="postgresql+psycopg", host=host or None)
    try:
        engine = create_engine(
            url,
            connect_args={name: value for name, value in _CONNECTING.items() if name not in url.query},
            execution_options={"lock_wait_seconds": lock_wait_seconds},
            hide_parameters=True,
            pool_pre_ping=True,
            # Avoids a query at each start about a type that no table uses.
            use_native_hstore=False,
            # Each thread has one connection; the number of threads is limited elsewhere.
            max_overflow=-1,
        )
    except ModuleNotFoundError as error:
        raise InvalidFile(
            "PostgreSQL is asked for, but its driver is not installed.",
            hint="Install followup with it: pip install 'followup[postgresql]'.",
            code="driver_missing",
        ) from error
    _require_known_parameters(engine)

    @event.listens_for(engine, "begin")
    def bound(connection: Connection) -> None:
        looks = connection.get_execution_options().get("looks", False)
        waits = (str(_waits(connection) * 1000), str(_ABANDONED_AFTER_SECONDS * 1000))
        connection.exec_driver_sql(_BOUNDS + _LOOKING if looks else _BOUNDS, waits)

    return engine


def _require_known_parameters(engine: Engine) -> None:
    """Refuse a URL with a parameter that the driver does not know, before connecting."""
    from psycopg import Error
    from psycopg.conninfo import make_conninfo, timeout_from_conninfo

    given = engine.dialect.create_connect_args(engine.url)[1]
    given.pop("context", None)  # is for the driver in Python
    try:
        make_conninfo(**given)
        timeout_from_conninfo({name: str(value) for name, value in given.items()})
    except Error as error:
        raise _bad_url(
            "database_url has a parameter that PostgreSQL does not know, or with a value it cannot have.",
            "After the ? stand names as sslmode, connect_timeout, service, joined with &.",
        ) from error


def _sqlite_engine(url: str, lock_wait_seconds: int) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": lock_wait_seconds},
        execution_options={"lock_wait_seconds": lock_wait_seconds},
    )
    safe = journal_is_safe(sqlite3.sqlite_version_info)

    @event.listens_for(engine, "connect")
    def set_pragmas(raw: Any, _record: Any) -> None:
        # The driver would begin transactions itself, and too late for BEGIN IMMEDIATE.
        raw.isolation_level = None
        journal, synchronous = ("WAL", "NORMAL") if safe else ("DELETE", "FULL")
        if raw.execute("PRAGMA journal_mode").fetchone()[0] != journal.lower():
            raw.execute(f"PRAGMA journal_mode = {journal}")
        raw.execute(f"PRAGMA synchronous = {synchronous}")
        raw.execute("PRAGMA foreign_keys = ON")
        # Without it, INSERT OR REPLACE deletes a row without firing delete triggers.
        raw.execute("PRAGMA recursive_triggers = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads and then writes fails at once if another has written in between.
        immediate = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session for a read-only transaction, which sees a single snapshot."""
    with faults_named(engine), Session(_for_looking(engine), expire_on_commit=False) as session:
        yield session


def _for_looking(engine: Engine) -> Engine:
    """The engine for reading. On SQLite every transaction is a snapshot; on PostgreSQL it has to be
    requested.
    """
    if engine.dialect.name != "postgresql":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", looks=True)


@contextmanager
def writing(engine: Engine, *, alone: bool = True) -> Iterator[Session]:
    """A session for a transaction that is committed at the end, or rolled back on any error.

    Services read, decide, then write, so with `alone` only one of them runs at a time: by the write lock on
    SQLite, by an advisory lock on PostgreSQL. Use `alone=False` for guarded statements that may run
    concurrently, and that change no words of a case: `alone` also keeps the search index up to date. Raises
    Unreachable after waiting for the engine's lock_wait_seconds.
    """
    with (
        faults_named(engine),
        Session(engine.execution_options(writes=True), expire_on_commit=False) as session,
        session.begin(),
    ):
        if alone and engine.dialect.name == "postgresql":
            session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITERS_LOCK})
        yield session
        if alone:
            session.flush()
            case_index.refresh(session.connection())


@contextmanager
def faults_named(engine: Engine) -> Iterator[None]:
    """Translate errors of the database driver into errors that say what to do."""
    with db_errors.faults_named(engine, _waits(engine)):
        yield


def _waits(engine: Engine | Connection) -> int:
    return int(engine.get_execution_options().get("lock_wait_seconds", LOCK_WAIT_SECONDS))


def sqlite_file(engine: Engine) -> Path | None:
    """The file of a SQLite engine; None for PostgreSQL and for a database in memory."""
    if engine.dialect.name != "sqlite" or engine.url.database in (None, "", ":memory:"):
        return None
    return Path(str(engine.url.database))
