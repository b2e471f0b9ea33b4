"""A migration lets a column hold more words, on both databases alike, and loses nothing on the way."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from followup.store.engine import reading, writing
from followup.store.word_checks import add_word_column, change_words, edit_sqlite_table

TABLE = (
    'CREATE TABLE thing (id INTEGER PRIMARY KEY, "kind" VARCHAR(24) NOT NULL, amount INTEGER, '
    "CONSTRAINT ck_thing_amount_not_negative CHECK (amount >= 0), "
    "CONSTRAINT ck_thing_kind_word CHECK (kind IN ('gift', 'refund')))"
)
REFERRING = "CREATE TABLE part (thing_id INTEGER NOT NULL REFERENCES thing (id))"


@pytest.fixture
def things(new_database: Callable[[], str], opened: Callable[[str], Engine]) -> Engine:
    """A table of things with a gift, to which another table refers."""
    engine = opened(new_database())
    for statement in (
        TABLE,
        REFERRING,
        "INSERT INTO thing (id, kind, amount) VALUES (1, 'gift', 5)",
        "INSERT INTO part VALUES (1)",
    ):
        _do(engine, statement)
    return engine


def _do(engine: Engine, statement: str) -> None:
    with writing(engine) as session:
        session.connection().execute(text(statement))


def _migrate(engine: Engine, change: Callable[[Connection], None]) -> None:
    with writing(engine) as session:
        change(session.connection())


def _kinds(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.connection().execute(text("SELECT kind FROM thing ORDER BY id")).scalars())


def test_a_new_word_is_allowed_and_no_other_and_the_rest_of_the_table_stays(things: Engine) -> None:
    donation = "INSERT INTO thing (id, kind, amount) VALUES (2, 'donation', 1)"
    with pytest.raises(IntegrityError):
        _do(things, donation)

    _migrate(things, lambda connection: change_words(connection, "thing", "kind", ("gift", "donation")))

    _do(things, donation)
    assert _kinds(things) == ["gift", "donation"]
    for broken in (
        "INSERT INTO thing (id, kind, amount) VALUES (3, 'refund', 1)",
        "INSERT INTO thing (id, kind, amount) VALUES (3, 'gift', -1)",
        "INSERT INTO part VALUES (9)",
    ):
        with pytest.raises(IntegrityError):
            _do(things, broken)


def test_words_can_be_changed_again(things: Engine) -> None:
    for words in (("gift", "donation"), ("gift", "donation", "apology")):
        _migrate(things, lambda connection, words=words: change_words(connection, "thing", "kind", words))  # type: ignore[misc]

    _do(things, "INSERT INTO thing (id, kind) VALUES (2, 'apology')")
    assert _kinds(things) == ["gift", "apology"]


def test_a_word_in_use_cannot_be_taken_away(things: Engine) -> None:
    with pytest.raises(RuntimeError, match="the table thing has a row whose kind is 'gift'"):
        _migrate(things, lambda connection: change_words(connection, "thing", "kind", ("refund",)))

    _do(things, "INSERT INTO thing (id, kind) VALUES (2, 'gift')")
    assert _kinds(things) == ["gift", "gift"]


def test_a_column_of_words_is_added_with_its_check(things: Engine) -> None:
    def add(connection: Connection) -> None:
        add_word_column(connection, "thing", "colour", ("red", "blue"), default="red")
        add_word_column(connection, "thing", "size", ("small", "large"))

    _migrate(things, add)

    with reading(things) as session:
        assert session.connection().execute(text("SELECT colour, size FROM thing")).one() == ("red", None)
    for broken in ("UPDATE thing SET colour = 'green'", "UPDATE thing SET colour = NULL"):
        with pytest.raises(IntegrityError):
            _do(things, broken)
    with pytest.raises(IntegrityError):
        _do(things, "UPDATE thing SET size = 'huge'")
    _migrate(things, lambda connection: change_words(connection, "thing", "size", ("small", "huge")))
    _do(things, "UPDATE thing SET size = 'huge'")


@pytest.mark.only_on("sqlite")
def test_an_open_connection_sees_the_changed_check(things: Engine, opened: Callable[[str], Engine]) -> None:
    other = opened(things.url.render_as_string(hide_password=False))
    with other.connect() as earlier:
        assert earlier.execute(text("SELECT count(*) FROM thing")).scalar_one() == 1
        earlier.rollback()
        _migrate(things, lambda connection: change_words(connection, "thing", "kind", ("gift", "donation")))
        earlier.execute(text("INSERT INTO thing (id, kind) VALUES (2, 'donation')"))
        earlier.commit()
    assert _kinds(things) == ["gift", "donation"]


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(("pattern", "times"), [("no such text", 0), ("INTEGER", 2)])
def test_an_edit_that_does_not_match_once_changes_nothing(things: Engine, pattern: str, times: int) -> None:
    with pytest.raises(RuntimeError, match=f"matches '{pattern}' {times} times, not once"):
        _migrate(
            things,
            lambda connection: edit_sqlite_table(connection, "thing", ("gift", "donation"), (pattern, "x")),
        )

    with pytest.raises(IntegrityError):
        _do(things, "INSERT INTO thing (id, kind) VALUES (2, 'donation')")
