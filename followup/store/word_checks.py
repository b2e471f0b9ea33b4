"""Columns of enumerations in migrations: add one with its CHECK, or change the words that its CHECK allows.

Migrations of the past call these functions, so what they do to a table stays as it is. They use no
enumeration of today's program: a migration lists the words of its own time.
"""

import re
from collections.abc import Iterable

from sqlalchemy import Connection, text


def add_word_column(
    connection: Connection, table: str, column: str, words: Iterable[str], *, default: str | None = None
) -> None:
    """Add a column that holds one of `words`. With a default it is NOT NULL, otherwise it may be NULL.

    In plain SQL: adding a constraint in batch mode copies the whole table on SQLite and loses its other
    CHECKs.
    """
    if_not_null = "" if default is None else f" NOT NULL DEFAULT '{default}'"
    _execute(
        connection,
        f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR(24){if_not_null} "
        f"CONSTRAINT {_name(table, column)} CHECK ({_one_of(column, words)})",
    )


def change_words(connection: Connection, table: str, column: str, words: Iterable[str]) -> None:
    """Let a column hold `words` from now on: all of them, not only the new ones.

    Raises RuntimeError, without a change, if a row holds another word or the CHECK is not as earlier
    migrations left it.
    """
    name, condition = _name(table, column), _one_of(column, words)
    query = f"SELECT {column} FROM {table} WHERE NOT ({condition}) LIMIT 1"  # noqa: S608
    other = connection.execute(text(query)).scalar()
    if other is not None:
        raise RuntimeError(f"the table {table} has a row whose {column} is {other!r}")
    if connection.dialect.name == "sqlite":
        check = rf'(CONSTRAINT "?{name}"? CHECK) \("?{column}"? IN \([^()]*\)\)'
        edit_sqlite_table(connection, table, (check, rf"\1 ({condition})"))
    else:
        _execute(connection, f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        _execute(connection, f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition})")


_EMAIL_REASON_COLUMNS = (
    ("outbox", "reason_code"),
    ("outbox", "held_code"),
    ("emailevent", "reason_code"),
    ("enrolment", "ended_code"),
)


def change_email_reasons(connection: Connection, words: Iterable[str]) -> None:
    """Let every column that holds why an email waits or ended hold `words` from now on. Raises as
    `change_words`."""
    allowed = tuple(words)
    for table, column in _EMAIL_REASON_COLUMNS:
        change_words(connection, table, column, allowed)


def edit_sqlite_table(connection: Connection, table: str, *edits: tuple[str, str]) -> None:
    """Change constraints of a SQLite table by editing the schema's text (sqlite.org/lang_altertable.html, 7).

    SQLite cannot alter a constraint, and a table made anew would break the references to it. Rows stay in
    place and are not checked. Each edit is a regular expression and what replaces it. Raises RuntimeError,
    without a change, if one does not match exactly once.
    """
    where = "WHERE type = 'table' AND name = ?"
    found = f"SELECT sql FROM sqlite_schema {where}"  # noqa: S608
    changed: str = connection.exec_driver_sql(found, (table,)).scalar_one()
    for pattern, replacement in edits:
        changed, times = re.subn(pattern, replacement, changed)
        if times != 1:
            raise RuntimeError(f"the table {table} matches {pattern!r} {times} times, not once")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(f"UPDATE sqlite_schema SET sql = ? {where}", (changed, table))  # noqa: S608
    # Other connections reload the schema only if its version has changed.
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def _name(table: str, column: str) -> str:
    return f"ck_{table}_{column}_word"


def _one_of(column: str, words: Iterable[str]) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"{column} IN ({listed})"


def _execute(connection: Connection, statement: str) -> None:
    connection.execute(text(statement))
