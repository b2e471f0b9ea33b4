"""Translating errors of database drivers into errors that say what to do."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from followup.errors import FollowupError, InvalidFile, Refused, Unreachable, disk_full

_UNIQUE = "23505"
_NOTHING_CHANGED = "Nothing was changed. Run the command again."
_OF_STATES: dict[str, Callable[[str, int], FollowupError]] = {
    "25006": lambda _said, _waited: _read_only(
        "The database may only be read: it is a standby, or its role is set to read only.",
        "Nothing was changed. Name the primary server in database_url.",
    ),
    "25P03": lambda _said, _waited: _transaction_ended("that stood still for too long"),
    "40001": lambda _said, _waited: _transaction_ended("that was in the way of another"),
    "40P01": lambda _said, _waited: Unreachable(
        "Two processes waited for each other, and the database undid this one.",
        hint=_NOTHING_CHANGED,
        code="deadlock",
    ),
    "42501": lambda said, _waited: Refused(
        f"The role that the database knows you by may not do this: {said}.",
        hint="Nothing was changed. Have the database's owner grant it what docs/postgresql.md lists.",
        code="no_rights",
    ),
    "42P01": lambda _said, _waited: schema_missing(),
    "53100": lambda _said, _waited: disk_full(
        "The database server's disk is full, so nothing was changed.",
        hint="Free some space there, then run the same command again.",
    ),
    "55P03": lambda _said, waited: _locked(waited, "see pg_stat_activity for who is at work"),
    "57014": lambda _said, _waited: Unreachable(
        "The database server stopped a statement that took longer than it allows.",
        hint="Nothing was changed. Try again, or have statement_timeout raised for this role.",
        code="statement_timeout",
    ),
}
"""By SQLSTATE (PostgreSQL error codes): a function that makes the error from the server's message and the
number of seconds for which a lock was waited for.
"""

_CONNECTION_LOST = frozenset({"57P01", "57P02", "57P03", "57P05"})
_CONNECTING = re.compile(
    r"^(?:connection (?:failed|is bad): )?(?:connection to server (?:at|on socket) .*? failed: )?"
    r"(?:FATAL: +)?(?P<why>[^\n]*)"
)
"""The driver's message about a failed connection; the last group has the server's own words, if any."""


@contextmanager
def faults_named(engine: Engine, waited_seconds: int) -> Iterator[None]:
    """Translate errors of the database driver into errors that say what to do.

    `waited_seconds` is how long this engine waits for a lock.
    """
    try:
        yield
    except DBAPIError as error:
        find = _of_postgresql if engine.dialect.name == "postgresql" else _of_sqlite
        found = find(error, engine, waited_seconds)
        if found is None:
            raise
        raise found from error


def _of_postgresql(error: DBAPIError, engine: Engine, waited_seconds: int) -> FollowupError | None:
    state = getattr(error.orig, "sqlstate", None)
    said = str(error.orig)
    if state == _UNIQUE:
        return _conflict()
    if state in _OF_STATES:
        return _OF_STATES[state](said.splitlines()[0], waited_seconds)
    if state in _CONNECTION_LOST or (state is None and error.connection_invalidated):
        return Unreachable(
            "The connection to the database was lost on the way.",
            hint="See what was recorded before you run the command again; with --key it is done once.",
            code="database_lost",
        )
    if not isinstance(error, OperationalError):
        return None
    return _not_connected(said, engine) if state is None else _unreachable(said)


def _not_connected(said: str, engine: Engine) -> FollowupError:
    """The error for a failed connection. The driver's message has hosts, roles and databases, but no
    passwords.
    """
    match = _CONNECTING.match(said)
    why = (match["why"] if match else said).rstrip(".")
    url = engine.url
    named = url.query.get("host", ())
    hosts = url.host or (named if isinstance(named, str) else " or ".join(named))
    where = f" at {hosts}{f':{url.port}' if url.port else ''}" if hosts else ""
    if "password" in why:
        hint = "Set it in FOLLOWUP_DATABASE_URL, in PGPASSWORD, or in a password file (~/.pgpass)."
    elif f'database "{url.database}" does not exist' in why:
        hint = f"Have it made (createdb {url.database}), then run: followup db upgrade"
    else:
        hint = "See that the server runs, and check database_url with: followup doctor"
    return _cannot_reach(f"The database{where} cannot be reached: {why}.", hint)


def _of_sqlite(error: DBAPIError, _engine: Engine, waited_seconds: int) -> FollowupError | None:
    text = str(error.orig)
    if isinstance(error, OperationalError):
        return _named(text, waited_seconds)
    if isinstance(error, IntegrityError):
        return _conflict() if "unique" in text.lower() else None
    return _damage(text)


def schema_missing() -> Refused:
    """The error for a database without our tables."""
    return Refused(
        "The database has no followup tables.", hint="Run: followup db upgrade", code="schema_missing"
    )


def _read_only(message: str, hint: str) -> Refused:
    return Refused(message, hint=hint, code="database_read_only")


def _transaction_ended(which: str) -> Unreachable:
    return Unreachable(
        f"The database server ended a transaction {which}.", hint=_NOTHING_CHANGED, code="transaction_ended"
    )


def _locked(waited_seconds: int, look: str) -> Unreachable:
    return Unreachable(
        f"The database stayed locked by another process for {waited_seconds} seconds.",
        hint=f"Nothing was changed. Try again; if it stays so, {look}.",
        code="database_locked",
    )


def _conflict() -> Refused:
    return Refused(
        "Another process made the same change at the same time, so this one was undone.",
        hint="Look at what is there now, then run the command again if it is still needed.",
        code="conflict",
    )


def _damage(text: str) -> InvalidFile | None:
    """The error for a file that SQLite cannot read as a database."""
    mend = "Put a backup in its place, or move it away and run: followup db upgrade"
    if "not a database" in text:
        return InvalidFile("The database file is not a SQLite database.", hint=mend, code="not_a_database")
    if "malformed" in text:
        return InvalidFile("The database file is damaged.", hint=mend, code="database_damaged")
    return None


def _named(text: str, waited_seconds: int) -> FollowupError:
    if "locked" in text:
        return _locked(waited_seconds, "see what else has the file open")
    if "disk I/O error" in text:
        return Unreachable(
            "The database file cannot be read or written, so nothing was changed: disk I/O error.",
            hint="See that its disk has space, is not failing, and sets no limit to the size of files.",
            code="disk_error",
        )
    if "disk" in text and "full" in text:
        return disk_full(
            "The disk is full, so nothing was changed.",
            hint="Free some space where the database is, then run the same command again.",
        )
    if "readonly" in text:
        return _read_only("The database cannot be written.", "Check who owns the file and its folder.")
    if "no such table" in text:
        return schema_missing()
    return _unreachable(text)


def _unreachable(text: str) -> Unreachable:
    return _cannot_reach(
        f"The database cannot be reached: {text.strip().splitlines()[0]}",
        "Check database_url with: followup doctor",
    )


def _cannot_reach(message: str, hint: str) -> Unreachable:
    return Unreachable(message, hint=hint, code="database_unreachable")
