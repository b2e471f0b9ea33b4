"""What the search index asks of a database."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection

from followup.domain.cases.case_search import Term


class WordsTable(Protocol):
    """The table `casesearch` of one kind of database: the words of each case, by the number of the case."""

    number: str
    """The column that holds the number of the case."""

    source: str
    """What a query selects from to find cases: `c` is the case, `s.id` its number in the index, and the
    parameter `search` an expression of `expression`."""

    def exists(self, connection: Connection) -> bool:
        """Whether the database has the index; one of an older revision has none."""
        ...

    def triggers(self, connection: Connection) -> set[str]:
        """The names of the triggers that are there."""
        ...

    def add(self, connection: Connection, rows: Mapping[int, list[str]]) -> None:
        """Write the words of cases that are not in the table."""
        ...

    def stored(self, connection: Connection) -> Iterator[tuple[int, Any]]:
        """The number of each case in the table, with its words as `kept` gives them."""
        ...

    def kept(self, connection: Connection, words: list[str]) -> Any:
        """Words as the database keeps them."""
        ...

    def expression(self, terms: Sequence[Term]) -> str:
        """All terms as an expression of the database's search."""
        ...

    def clear_bytes(self, connection: Connection) -> None:
        """Remove the bytes of deleted words. `connection` has no transaction open."""
        ...
