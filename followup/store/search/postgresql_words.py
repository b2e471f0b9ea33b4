"""The search index on PostgreSQL: a tsvector with a GIN index.

The words and their positions are given, so no configuration of a language takes part
(postgresql.org/docs/current/datatype-textsearch.html).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from followup.domain.cases.case_search import BETWEEN, Phrase, Term

_LAST_POSITION = 16_383
_MOST_POSITIONS = 256
"""Limits of a tsvector; a word that is beyond them is still found, only not as part of a phrase."""


class PostgresqlWords:
    """The table `casesearch` as PostgreSQL has it: a row per case, with its words as a tsvector."""

    number = "case_id"
    source = (
        "(SELECT case_id AS id FROM casesearch WHERE words @@ CAST(:search AS tsquery)) s "
        "JOIN cases c ON c.id = s.id"
    )

    def exists(self, connection: Connection) -> bool:
        """Whether the database has the index."""
        return connection.execute(text("SELECT to_regclass('casesearchdue')")).scalar() is not None

    def triggers(self, connection: Connection) -> set[str]:
        """The names of the triggers that are there and not switched off."""
        return set(connection.execute(text("SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'")).scalars())

    def add(self, connection: Connection, rows: Mapping[int, list[str]]) -> None:
        """Write the words of cases that are not in the table."""
        if rows:
            connection.execute(
                text("INSERT INTO casesearch (case_id, words) VALUES (:number, CAST(:words AS tsvector))"),
                [{"number": number, "words": _vector(words)} for number, words in rows.items()],
            )

    def stored(self, connection: Connection) -> Iterator[tuple[int, Any]]:
        """The number of each case in the table, with its words as `kept` gives them."""
        query = text("SELECT case_id, CAST(words AS text) FROM casesearch")
        for row in connection.execute(query.execution_options(yield_per=500)):
            yield row[0], row[1]

    def kept(self, connection: Connection, words: list[str]) -> Any:
        """Words as the database keeps them."""
        query = text("SELECT CAST(CAST(:words AS tsvector) AS text)")
        return connection.execute(query, {"words": _vector(words)}).scalar_one()

    def expression(self, terms: Sequence[Term]) -> str:
        """All terms as a tsquery. Words have no quotes and no backslashes, so none ends a string."""
        return " & ".join(f"({_any(term)})" for term in terms)

    def clear_bytes(self, connection: Connection) -> None:
        """Write the GIN index anew, as it keeps a word for ever once it had it. Only the owner may."""
        is_owner = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'casesearch'::regclass"
        if connection.execute(text(is_owner)).scalar():
            connection.execute(text("DROP INDEX CONCURRENTLY IF EXISTS ix_casesearch_words_ccnew"))
            connection.execute(text("REINDEX INDEX CONCURRENTLY ix_casesearch_words"))


def _vector(words: list[str]) -> str:
    """Words in the form of a tsvector, with their positions."""
    places: dict[str, list[str]] = defaultdict(list)
    for position, word in enumerate(words, start=1):
        if word != BETWEEN and len(places[word]) < _MOST_POSITIONS:
            places[word].append(str(min(position, _LAST_POSITION)))
    return " ".join(f"'{word}':{','.join(at)}" for word, at in places.items())


def _any(term: Term) -> str:
    return " | ".join(
        "(" + " & ".join(f"({_phrase(phrase)})" for phrase in way) + ")" for way in term.alternatives
    )


def _phrase(phrase: Phrase) -> str:
    return " <-> ".join(f"'{word}'" for word in phrase.words) + (":*" if phrase.begins else "")
