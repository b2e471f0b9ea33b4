"""A row of the scorecard: a promise, how it is tried, and the result."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Database = Literal["sqlite", "postgresql"]
BOTH: tuple[Database, ...] = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row is tried: the database, an empty folder, and whether to make few tries."""

    database: Database
    folder: Path
    new_database: Callable[[], str]
    """Makes an empty database and returns its URL."""
    is_short: bool = False

    def count(self, full: int, short: int) -> int:
        """The number of tries: all that the promise names, or a few."""
        return short if self.is_short else full


@dataclass(frozen=True, slots=True)
class Seen:
    """The result of a row. `figures` is one line with the numbers, whether or not the promise was kept."""

    kept: bool
    figures: str


@dataclass(frozen=True, slots=True)
class Row:
    """One promise. A row that uses no database is tried once, on the first of `databases`."""

    number: int
    measure: str
    target: str
    run: Callable[[Place], Seen]
    databases: tuple[Database, ...] = BOTH
