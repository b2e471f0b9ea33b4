"""The schema of the database: its revision, and migration to the newest one with Alembic."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text
from sqlmodel import Session

from followup.errors import Refused
from followup.resources import shipped
from followup.store.db_errors import schema_missing
from followup.store.engine import reading, writing

if TYPE_CHECKING:
    from alembic.config import Config

NEWEST = "0033"
"""The revision that this program needs. It is repeated here so that most commands need not load Alembic; a
test compares it with the newest file in db/versions.
"""


def current_revision(session: Session) -> str | None:
    """The revision of the database, or None if it has none."""
    connection = session.connection()
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def require_current(session: Session) -> None:
    """Raise Refused if the database is older or newer than this program."""
    revision = current_revision(session)
    if revision == NEWEST:
        return
    if revision is None:
        raise schema_missing()
    if revision in known_revisions():
        raise Refused(
            f"The database is at revision {revision}; this program needs {NEWEST}.",
            hint="Run: followup db upgrade",
            code="schema_older",
        )
    raise Refused(
        f"The database is at revision {revision}, which this program does not know: it is newer.",
        hint="Use the followup that wrote it, or a newer one. Nothing was changed.",
        code="schema_newer",
    )


def known_revisions() -> frozenset[str]:
    """The revisions for which this program has a migration."""
    return frozenset(path.name.split("_")[0] for path in (shipped("db") / "versions").glob("[0-9]*.py"))


def upgrade(engine: Engine) -> tuple[str | None, str]:
    """Migrate the database to the newest revision in one transaction.

    Returns the revision before and after. Raises Refused for a newer database.
    """
    from alembic import command

    path = engine.url.database
    if engine.dialect.name == "sqlite" and path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    with reading(engine) as session:
        before = current_revision(session)
    if before is not None and before not in known_revisions():
        with reading(engine) as session:
            require_current(session)
    if before != NEWEST:
        with writing(engine) as session:
            configuration = alembic_configuration()
            configuration.attributes["connection"] = session.connection()
            command.upgrade(configuration, "head")
    return before, NEWEST


def alembic_configuration() -> "Config":
    """Alembic's configuration without an ini file; the connection is passed separately."""
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", str(shipped("db")))
    return configuration
