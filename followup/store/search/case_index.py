"""The index by which cases are found by their words.

The tables' triggers note in `casesearchdue` which cases have changed, whoever changes them, and `refresh`
writes the words of those cases before the transaction commits. So the index holds what the tables hold, and
both databases hold the same words: neither of them takes texts apart itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, CursorResult, bindparam, text
from sqlmodel.sql.sqltypes import UTCDateTime

from followup.domain.cases.case_search import CaseText, Narrowing, Term, indexed_words
from followup.domain.goodwill.budget import day_start
from followup.store.search.case_texts import texts_of
from followup.store.search.postgresql_words import PostgresqlWords
from followup.store.search.sqlite_words import SqliteWords
from followup.store.search.words_table import WordsTable

_BATCH = 500

TRIGGERS = frozenset(
    {
        "casesearch_case_added",
        "casesearch_case_changed",
        "casesearch_case_removed",
        "casesearch_customer_changed",
        "casesearch_note_added",
        "casesearch_note_changed",
        "casesearch_note_removed",
    }
)
"""The triggers that note which cases have changed."""

_TABLES: dict[str, WordsTable] = {"sqlite": SqliteWords(), "postgresql": PostgresqlWords()}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases to look among. `agents` are the numbers of agents; days are those on which it happened, or
    else, where nobody knows that, on which the case was logged by the clocks of `timezone`.
    """

    agents: tuple[int, ...] | None = None
    since: date | None = None
    until: date | None = None
    timezone: str = "UTC"

    @property
    def logged_since(self) -> datetime | None:
        """The instant at which the first day begins."""
        return None if self.since is None else day_start(self.since, self.timezone)

    @property
    def logged_before(self) -> datetime | None:
        """The instant at which the last day has ended."""
        return None if self.until is None else day_start(self.until + timedelta(days=1), self.timezone)


def refresh(connection: Connection) -> int:
    """Write the words of the cases that have changed. Returns how many there were. A database of an older
    revision has no index, and nothing is done."""
    if not _table(connection).exists(connection):
        return 0
    done = 0
    while ids := _due(connection):
        _write(connection, ids)
        done += len(ids)
    return done


def rebuild(connection: Connection) -> int:
    """Write the index anew for all cases. Returns how many there are."""
    for statement in (
        "DELETE FROM casesearch",
        "DELETE FROM casesearchdue",
        "INSERT INTO casesearchdue (case_id) SELECT id FROM cases",
    ):
        connection.execute(text(statement))
    return refresh(connection)


def problems(connection: Connection) -> list[str]:
    """What is wrong with the index, in sentences."""
    table = _table(connection)
    missing = sorted(TRIGGERS - table.triggers(connection))
    found = [f"search index: the trigger {name} is missing, so changes are not noticed" for name in missing]
    stored = dict(table.stored(connection))
    wrong = 0
    for number, texts in _all_texts(connection):
        wrong += stored.pop(number, None) != table.kept(connection, indexed_words(texts))
    wrong += len(stored)
    if wrong:
        cases = "1 case" if wrong == 1 else f"{wrong:,} cases"
        found.append(f"search index: {cases} cannot be found by their words; run: followup db check --repair")
    return found


def find(
    connection: Connection, narrowing: Narrowing, only: CaseFilter, *, limit: int, beside: Sequence[int] = ()
) -> list[int]:
    """The numbers of the newest `limit` cases in which all terms are found, without those in `beside`."""
    query = _selecting(connection, "s.id", narrowing.terms, only)
    query.where("s.id NOT IN :beside", beside=tuple(beside) or None)
    return [int(row[0]) for row in query.run(connection, " ORDER BY s.id DESC LIMIT :limit", limit=limit)]


def newest(connection: Connection, only: CaseFilter, *, limit: int) -> list[int]:
    """The numbers of the newest `limit` cases of a filter."""
    query = _selecting(connection, "s.id", (), only)
    return [int(row[0]) for row in query.run(connection, " ORDER BY s.id DESC LIMIT :limit", limit=limit)]


def count(connection: Connection, terms: Sequence[Term], only: CaseFilter, *, most: int) -> int:
    """In how many cases of a filter all terms are found; `most` at most are counted."""
    found = _selecting(connection, "s.id", terms, only).run(connection, " LIMIT :most", most=most)
    return len(found.all())


def clear_bytes(connection: Connection) -> None:
    """Remove the bytes of words that were deleted from the index. `connection` has no transaction open."""
    if _table(connection).exists(connection):
        _table(connection).clear_bytes(connection)


class _Query:
    """A SELECT that is put together from conditions; values that are None add none."""

    def __init__(self, selected: str) -> None:
        self.sql = selected
        self.values: dict[str, Any] = {}

    def where(self, condition: str, **given: Any) -> None:
        if all(value is not None for value in given.values()):
            self.sql += f" AND {condition}"
            self.values |= given

    def run(self, connection: Connection, end: str = "", **given: Any) -> CursorResult[Any]:
        values = {**self.values, **given}
        lists = (name for name, value in values.items() if isinstance(value, tuple))
        instants = (name for name, value in values.items() if isinstance(value, datetime))
        statement = text(self.sql + end).bindparams(
            *(bindparam(name, expanding=True) for name in lists),
            *(bindparam(name, type_=UTCDateTime()) for name in instants),
        )
        return connection.execute(statement, values)


def _selecting(connection: Connection, columns: str, terms: Sequence[Term], only: CaseFilter) -> _Query:
    table = _table(connection)
    source = table.source if terms else "cases s JOIN cases c ON c.id = s.id"
    query = _Query(f"SELECT {columns} FROM {source} WHERE 1 = 1")  # noqa: S608
    if terms:
        query.values["search"] = table.expression(terms)
    # No row has the number 0, and an empty list is no SQL.
    query.where("c.agent_id IN :agents", agents=None if only.agents is None else only.agents or (0,))
    query.where(
        "(c.occurred_on >= :since OR c.occurred_on IS NULL AND c.logged_at >= :logged_since)",
        since=only.since,
        logged_since=only.logged_since,
    )
    query.where(
        "(c.occurred_on <= :until OR c.occurred_on IS NULL AND c.logged_at < :logged_before)",
        until=only.until,
        logged_before=only.logged_before,
    )
    return query


def _table(connection: Connection) -> WordsTable:
    return _TABLES[connection.dialect.name]


def _due(connection: Connection) -> list[int]:
    query = text("SELECT case_id FROM casesearchdue ORDER BY case_id LIMIT :most")
    return list(connection.execute(query, {"most": _BATCH}).scalars())


def _write(connection: Connection, ids: list[int]) -> None:
    table = _table(connection)
    words = {number: indexed_words(texts) for number, texts in texts_of(connection, ids).items()}
    for name, column in (("casesearch", table.number), ("casesearchdue", "case_id")):
        statement = text(f"DELETE FROM {name} WHERE {column} IN :ids")  # noqa: S608
        connection.execute(statement.bindparams(bindparam("ids", expanding=True)), {"ids": ids})
    table.add(connection, words)


def _all_texts(connection: Connection) -> Iterator[tuple[int, list[CaseText]]]:
    last = 0
    query = text("SELECT id FROM cases WHERE id > :last ORDER BY id LIMIT :most")
    while ids := list(connection.execute(query, {"last": last, "most": _BATCH}).scalars()):
        yield from sorted(texts_of(connection, ids).items())
        last = ids[-1]
