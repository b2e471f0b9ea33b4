"""Temporary folders and databases for trying rows."""

import itertools
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests import memory, postgres
from tests.score.row import Database, Place


@contextmanager
def place(database: Database, *, is_short: bool, server: postgres.Server | None = None) -> Iterator[Place]:
    """A place with a database of this kind; for PostgreSQL on `server`, or on a server of its own."""
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
