"""The search index on SQLite: an FTS5 table (sqlite.org/fts5.html).

Its tokenizer is `ascii`, which splits at spaces and takes every other letter as it is: the words come folded.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from followup.domain.cases.case_search import Phrase, Term


class SqliteWords:
    """The table `casesearch` as FTS5 has it: a row per case, with the words in a row."""

    number = "rowid"
    # CROSS JOIN keeps SQLite from looking at cases first: FTS5 gives the newest first by itself.
    source = (
        "(SELECT rowid AS id FROM casesearch WHERE casesearch MATCH :search) s "
        "CROSS JOIN cases c ON c.id = s.id"
    )

    def exists(self, connection: Connection) -> bool:
        """Whether the database has the index."""
        query = "SELECT 1 FROM sqlite_schema WHERE name = 'casesearchdue'"
        return connection.exec_driver_sql(query).first() is not None

    def triggers(self, connection: Connection) -> set[str]:
        """The names of the triggers that are there."""
        query = "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
        return set(connection.exec_driver_sql(query).scalars())

    def add(self, connection: Connection, rows: Mapping[int, list[str]]) -> None:
        """Write the words of cases that are not in the table."""
        if rows:
            connection.exec_driver_sql(
                "INSERT INTO casesearch (rowid, words) VALUES (?, ?)",
                [(number, self.kept(connection, words)) for number, words in rows.items()],
            )

    def stored(self, connection: Connection) -> Iterator[tuple[int, Any]]:
        """The number of each case in the table, with its words as `kept` gives them."""
        for row in connection.exec_driver_sql("SELECT rowid, words FROM casesearch"):
            yield row[0], row[1]

    def kept(self, _connection: Connection, words: list[str]) -> Any:
        """Words as the database keeps them."""
        return " ".join(words)

    def expression(self, terms: Sequence[Term]) -> str:
        """All terms as an expression of FTS5. Words have no quotes, so none ends a string."""
        return " AND ".join(f"({_any(term)})" for term in terms)

    def clear_bytes(self, connection: Connection) -> None:
        """Merge the parts of the index into one; deleted words are not carried over."""
        connection.exec_driver_sql("INSERT INTO casesearch (casesearch) VALUES ('optimize')")


def _any(term: Term) -> str:
    return " OR ".join(
        "(" + " AND ".join(_phrase(phrase) for phrase in way) + ")" for way in term.alternatives
    )


def _phrase(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.words)}"' + (" *" if phrase.begins else "")
