"""Places to try rows in: folders and databases that are thrown away."""

import itertools
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests import memory, postgres
from tests.score.row import Database, Place


@contextmanager
def place(database: Database, *, is_short: bool, server: postgres.Server | None = None) -> Iterator[Place]:
    """A place on a database of this kind; with PostgreSQL on `server`, or on one of its own."""
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="followup-score-", dir=memory.folder()))
        )
        numbers = itertools.count(1)
        if database == "postgresql" and server is None:
            server = stack.enter_context(postgres.running())

        def new_database() -> str:
            number = next(numbers)
            if server is None:
                return f"sqlite:///{folder / f'{number}.db'}"
            return server.create(f"{folder.name}-{number}".lower())

        yield Place(database, folder, new_database, is_short)
