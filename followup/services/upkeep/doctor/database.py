"""Checks of the database: connection, revision, and the contents of its tables."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine, text
from sqlmodel import Session

from followup.errors import FollowupError, Refused
from followup.services.outbox import transport_guard
from followup.services.shared.configuration import Configuration
from followup.services.upkeep import restored_copies
from followup.services.upkeep.doctor.clocks import check_clocks
from followup.services.upkeep.doctor.finding import Check, broken
from followup.services.upkeep.doctor.work import check_work
from followup.store import schema
from followup.store.engine import journal_is_safe, open_engine, reading, sqlite_file
from followup.workspace import Workspace


def check_database(workspace: Workspace, clock: Callable[[], datetime]) -> Iterator[Check]:
    """Check the database, then what is stored in it: clocks, people, budgets, emails, daemons. If the
    database cannot be used, the contents are not checked."""
    found: list[Check] = []
    try:
        with _opened(workspace) as engine, reading(engine) as session:
            schema.require_current(session)
            found = [_database(engine, session), *_copy(workspace, session), *_files(workspace, session)]
            found += [
                *check_clocks(session, clock),
                *check_work(session, Configuration(workspace, clock), clock()),
            ]
    except FollowupError as error:
        found = [broken("database", error)]
    yield from found


@contextmanager
def _opened(workspace: Workspace) -> Iterator[Engine]:
    """The workspace's database engine, disposed of at the end of the block."""
    engine = open_engine(workspace.database_url, lock_wait_seconds=workspace.settings.lock_wait_seconds)
    try:
        yield engine
    finally:
        engine.dispose()


def _database(engine: Engine, session: Session) -> Check:
    revision = f"revision {schema.NEWEST}"
    file = sqlite_file(engine)
    if file is None:
        version = session.execute(text("SHOW server_version")).scalar()
        return Check("database", True, f"{engine.dialect.name} {version}, {revision}")
    safe = journal_is_safe(sqlite3.sqlite_version_info)
    journal = str(session.execute(text("PRAGMA journal_mode")).scalar()).upper()
    why = "WAL" if safe else "a rollback journal, because this version can damage a WAL"
    found = f"{file}, {revision}, SQLite {sqlite3.sqlite_version} with {why}"
    if (journal == "WAL") == safe:
        return Check("database", True, found)
    return Check(
        "database",
        False,
        f"{file} is in {journal} mode, which SQLite {sqlite3.sqlite_version} cannot be trusted with",
        "Stop everything that has the file open, then run: followup db check",
        Refused.exit_code,
    )


def _copy(workspace: Workspace, session: Session) -> Iterator[Check]:
    """A finding if the database is a restored copy, else nothing."""
    why = restored_copies.is_copy(session, workspace)
    if why is not None:
        mend = "What is late in it is put in doubt when the daemon ticks: see followup daemon tick --dry-run"
        yield Check("copy", False, f"the database was restored: {why}", mend)


def _files(workspace: Workspace, session: Session) -> Iterator[Check]:
    """Findings if emails would become, or became, files in a database whose emails go to a mail server."""
    refusal = transport_guard.refused(session, workspace.settings)
    if refusal is not None:
        yield broken("transport", refusal)
    number = transport_guard.went_to_files(session)
    if number and transport_guard.last_relay(session) is not None:
        found = f"{number} emails count as sent and are only files"
        yield Check("files", False, found, "See them: followup outbox retry --went-to-files --dry-run")
