"""Looking after the database file: checks and copies."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine, text

from followup.errors import Refused
from followup.store.engine import reading, sqlite_file


def problems(engine: Engine) -> list[str]:
    """What the database itself finds wrong with its file; nothing for PostgreSQL, which looks after it."""
    if engine.dialect.name != "sqlite":
        return []
    with reading(engine) as session:
        found = [str(row[0]) for row in session.execute(text("PRAGMA integrity_check"))]
        broken = session.execute(text("PRAGMA foreign_key_check")).all()
    return [line for line in found if line != "ok"] + [
        f"{row[0]} row {row[1]} refers to a {row[2]} that is not there" for row in broken
    ]


def backup(engine: Engine, target: Path) -> int:
    """Copy a SQLite database to a new file while others read and write it. Returns its size in bytes.

    Raises Refused where the file exists, or for PostgreSQL, which has its own means."""
    source = sqlite_file(engine)
    if source is None:
        raise Refused(
            "This database is backed up with its own means.",
            hint="For PostgreSQL: pg_dump --format=custom --file=FILE DATABASE",
            code="not_sqlite",
        )
    if target.exists():
        raise Refused(
            f"{target} exists already, and nothing is overwritten.",
            hint="Choose another name.",
            code="file_exists",
        )
    if not target.parent.is_dir():
        raise Refused(f"There is no folder {target.parent}.", hint="Make it first.", code="no_folder")
    partial = target.with_name(target.name + ".part")
    try:
        partial.touch(mode=0o600)
        with closing(sqlite3.connect(source)) as whole, closing(sqlite3.connect(partial)) as copy:
            whole.backup(copy)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return target.stat().st_size
