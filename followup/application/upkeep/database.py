"""The database itself: `followup db`. These functions run outside the usual transactions, because they work
on the file or on the schema.
"""

from pathlib import Path

from typing_extensions import TypedDict

from followup.application.door import Caller, Reading, look_up, works
from followup.services.goodwill import budgets
from followup.services.shared import audit
from followup.services.upkeep import restored_copies
from followup.services.upkeep.restored_copies import RestoredDocument
from followup.store import backup_copy, integrity, schema
from followup.store.engine import writing
from followup.store.search import case_index


class UpgradeDocument(TypedDict):
    """The revisions of the schema before and after; `before` is None for an empty database."""

    before: str | None
    after: str
    changed: bool


class DatabaseCheckDocument(TypedDict):
    """What is wrong with the database, in sentences."""

    ok: bool
    problems: list[str]


class BackupDocument(TypedDict):
    """The path of a backup."""

    file: str
    bytes: int


@works("db upgrade", changes=True)
def upgrade(caller: Caller) -> UpgradeDocument:
    """Upgrade the schema to the revision that this program needs, in one transaction. Raises Refused if the
    database is newer than the program."""
    before, after = schema.upgrade(caller.place.database)
    return {"before": before, "after": after, "changed": before != after}


@works("db check --repair", changes=True)
def check_and_repair(caller: Caller) -> DatabaseCheckDocument:
    """Write the search index anew, then check as `check`. Nothing else can be computed from the rest."""
    with writing(caller.place.engine) as session:
        case_index.rebuild(session.connection())
    return check(caller)


@works("db check")
def check(caller: Caller) -> DatabaseCheckDocument:
    """Check the file, the revision, the audit log, the budgets' figures and the search index. All but the
    first two are read in one snapshot."""
    problems = [*integrity.problems(caller.place.engine), *look_up(caller, _wrong_in_the_books)]
    return {"ok": not problems, "problems": problems}


def _wrong_in_the_books(work: Reading) -> list[str]:
    broken = [f"audit event {number}: {why}" for number, why in audit.broken_links(work.session)]
    drift = [
        f"budget {found.budget} {found.period}: {found.figure} is off by "
        f"{found.stored_minor - found.computed_minor} minor units"
        for found in budgets.reconcile(work.session)[1]
    ]
    return broken + drift + case_index.problems(work.session.connection())


@works("db backup")
def backup(caller: Caller, target: str) -> BackupDocument:
    """Copy a SQLite database to a new file while it is in use. The copy is marked as a backup.

    Raises Refused if the file exists or cannot be written, and for PostgreSQL."""
    size = backup_copy.backup(
        caller.place.engine,
        Path(target),
        lambda session: restored_copies.mark_as_copy(session, now=caller.now),
    )
    return {"file": target, "bytes": size}


@works("db restore", changes=True)
def restore(caller: Caller, source: str) -> RestoredDocument:
    """Replace the database by a backup; the previous database is kept beside it.

    Raises Refused while a daemon runs and for PostgreSQL, NotFound if there is no such file, InvalidFile if
    it is no intact database."""
    return restored_copies.restore(caller.place.workspace, Path(source), now=caller.now)
