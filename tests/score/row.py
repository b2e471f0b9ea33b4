"""A row of the scorecard: a promise, how it is tried, and what was seen."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Database = Literal["sqlite", "postgresql"]
BOTH: tuple[Database, ...] = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row is tried: on which database, in which empty folder, and in how many tries."""

    database: Database
    folder: Path
    new_database: Callable[[], str]
    """Makes an empty database and returns its URL."""
    is_short: bool = False

    def count(self, full: int, short: int) -> int:
        """How many tries: all that the promise names, or so few that it is quick."""
        return short if self.is_short else full


@dataclass(frozen=True, slots=True)
class Seen:
    """What a row found. `figures` is one line with the numbers, whether the promise was kept or not."""

    kept: bool
    figures: str


@dataclass(frozen=True, slots=True)
class Row:
    """One promise. A row that touches no database is tried once, on the first of `databases`."""

    number: int
    measure: str
    target: str
    run: Callable[[Place], Seen]
    databases: tuple[Database, ...] = BOTH
