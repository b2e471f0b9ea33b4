"""Column types and constraints shared by tables."""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, Dialect, Index, String, TypeDecorator, text
from sqlmodel import SQLModel

from followup.domain.shared.word import Word

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Naming convention: every constraint has a name, so that migrations can refer to it on every database."""


VALUES = JSON(none_as_null=True)
"""The values of a reason's sentence; NULL if there are none."""


class DatabaseTable(SQLModel):
    """What every table is made from, so that none is defined before its constraints have their names.

    Rows are not validated when they are made, so pydantic builds what validates a table only if it is asked
    to: every command waits for that otherwise."""

    model_config = {"defer_build": True}


DatabaseTable.metadata.naming_convention = NAMING


class WordColumn(TypeDecorator[Word]):
    """A column of an enumeration, stored as text. `one_of` adds its CHECK constraint."""

    impl = String(24)
    cache_ok = True

    def __init__(self, words: type[Word]) -> None:
        super().__init__()
        self.words = words
        self._by_value: dict[str, Word] = {word.value: word for word in words}

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        """The text to store. Raises KeyError for a value outside the enumeration."""
        return None if value is None else self._by_value[value].value

    def process_result_value(self, value: Any, _dialect: Dialect) -> Word | None:
        """The member for a stored text."""
        return None if value is None else self._by_value[value]


def one_of(column: str, words: type[Word]) -> CheckConstraint:
    """A CHECK constraint that `column` is one of the words."""
    listed = ", ".join(f"'{value}'" for value in words.values())
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_word")


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of the rows that fulfil `where`. Migrations make it, on PostgreSQL as well: naming an option
    of PostgreSQL here would load its dialect in every command."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where))


def not_negative(*columns: str) -> CheckConstraint:
    """A CHECK constraint that none of the columns is negative."""
    return CheckConstraint(
        " AND ".join(f"{column} >= 0" for column in columns), name=f"{columns[0]}_not_negative"
    )
