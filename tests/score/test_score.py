"""All promises of the scorecard, with a few tries each."""

from collections.abc import Iterator

import pytest

from tests import postgres
from tests.score.places import place
from tests.score.row import Database, Row
from tests.score.rows import all_rows

TRIALS = [
    pytest.param(row, database, id=f"{row.number:02}-{database}")
    for row in all_rows()
    for database in row.databases
]


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    with postgres.running() as started:
        yield started


@pytest.mark.parametrize(("row", "database"), TRIALS)
def test_the_promise_is_kept(row: Row, database: Database, server: postgres.Server) -> None:
    with place(database, is_short=True, server=server if database == "postgresql" else None) as here:
        seen = row.run(here)
    assert seen.kept, f"{row.measure}: {row.target}; seen: {seen.figures}"
