"""Backups of a SQLite database: made while it is in use, and restored."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from followup.errors import InvalidFile, Refused, cannot_write, file_exists, file_missing
from followup.store import integrity, schema
from followup.store.engine import open_engine, reading, sqlite_file, writing

_BESIDE = ("-journal", "-wal", "-shm")
"""The suffixes of files that SQLite may keep beside the database."""


def backup(engine: Engine, target: Path, mark: Callable[[Session], None]) -> int:
    """Copy a SQLite database to a new file while others use it, and call `mark` with a session on the copy.
    Returns the size of the copy in bytes.

    Raises Refused if the file exists, and for PostgreSQL, which has its own tools.
    """
    source = _file_of(engine, "backed up", "pg_dump --format=custom --file=FILE DATABASE")
    if target.exists():
        raise file_exists(target, hint="Choose another name.")
    if not target.parent.is_dir():
        raise Refused(f"There is no folder {target.parent}.", hint="Make it first.", code="no_folder")
    partial = target.with_name(target.name + ".part")
    try:
        _copy(source, partial)
        copy = open_engine(f"sqlite:///{partial}")
        try:
            with writing(copy) as session:
                mark(session)
        finally:
            copy.dispose()
        os.link(partial, target)
    except FileExistsError:
        raise Refused(
            f"{target} was made by somebody else meanwhile.",
            hint="Choose another name.",
            code="backup_file_taken",
        ) from None
    except OSError as error:
        raise cannot_write(target, error) from error
    finally:
        for name in (partial, *(partial.with_name(partial.name + end) for end in _BESIDE)):
            name.unlink(missing_ok=True)
    return target.stat().st_size


def restore(engine: Engine, source: Path, aside: Path) -> None:
    """Replace a SQLite database by the copy `source`, and move the current one, if any, to `aside`. The copy
    is checked first, and migrated if its schema is older.

    Nobody else may have the database open. Raises NotFound, InvalidFile if the copy is damaged or no database
    of ours, Refused if its schema is newer, and for PostgreSQL.
    """
    place = _file_of(engine, "restored", "pg_restore --clean --dbname=DATABASE FILE")
    if not source.is_file():
        raise file_missing(source, hint="Name a file that db backup wrote.")
    if aside.exists():
        raise Refused(f"{aside} exists already.", hint="Try again in a second.", code="set_aside_file_exists")
    partial = place.with_name(place.name + ".part")
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _copy(source, partial)
        _require_sound(partial, source)
        engine.dispose()
        if place.exists():
            _move_aside(place, aside)
        partial.replace(place)
    finally:
        for name in (partial, *(partial.with_name(partial.name + end) for end in _BESIDE)):
            name.unlink(missing_ok=True)


def _file_of(engine: Engine, done: str, means: str) -> Path:
    file = sqlite_file(engine)
    if file is None:
        raise Refused(
            f"This database is {done} with its own means.", hint=f"For PostgreSQL: {means}", code="not_sqlite"
        )
    return file


def _copy(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    try:
        with (
            closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as whole,
            closing(sqlite3.connect(target)) as copy,
        ):
            whole.backup(copy)
    except sqlite3.DatabaseError as error:
        raise InvalidFile(
            f"{source} cannot be read as a SQLite database: {error}.",
            hint="Name a file that db backup wrote.",
            code="backup_not_a_database",
        ) from error


def _require_sound(copy: Path, source: Path) -> None:
    engine = open_engine(f"sqlite:///{copy}")
    try:
        with reading(engine) as session:
            if schema.current_revision(session) is None:
                raise InvalidFile(
                    f"{source} has no followup tables.",
                    hint="Name a file that db backup wrote.",
                    code="backup_without_tables",
                )
        found = integrity.problems(engine)
        if found:
            raise InvalidFile(
                f"{source} is damaged: {found[0]}.", hint="Take an older backup.", code="backup_damaged"
            )
        schema.upgrade(engine)
    finally:
        engine.dispose()


def _move_aside(place: Path, aside: Path) -> None:
    # WAL and journal first: beside another database they could be applied to it.
    for end in _BESIDE:
        beside = place.with_name(place.name + end)
        if beside.exists():
            beside.replace(aside.with_name(aside.name + end))
    place.replace(aside)
