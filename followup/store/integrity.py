"""The integrity check of the database."""

from sqlalchemy import Engine, text

from followup.store.engine import reading


def problems(engine: Engine) -> list[str]:
    """What SQLite's integrity and foreign key checks find wrong; [] for PostgreSQL, which maintains its own
    files.
    """
    if engine.dialect.name != "sqlite":
        return []
    with reading(engine) as session:
        found = [str(row[0]) for row in session.execute(text("PRAGMA integrity_check"))]
        broken = session.execute(text("PRAGMA foreign_key_check")).all()
    return [line for line in found if line != "ok"] + [
        f"{row[0]} row {row[1]} refers to a {row[2]} that is not there" for row in broken
    ]
