"""Insert a row unless one with its key is there, also if another process inserts it at the same time."""

from typing import Any

from sqlalchemy import literal_column
from sqlmodel import Session

from followup.store.columns import DatabaseTable


def insert_once(session: Session, table: type[DatabaseTable], **values: Any) -> bool:
    """Insert a row in the caller's transaction. Returns whether it was not there before."""
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    statement: Any = insert(table).values(**values).on_conflict_do_nothing().returning(literal_column("1"))
    return session.execute(statement).first() is not None
