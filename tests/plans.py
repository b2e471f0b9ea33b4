"""How the database finds the rows that a statement asks for."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import event

from tests.shop import Shop

Asked = tuple[str, object]
_MADE_ON_THE_WAY = re.compile(r"SCAN (CONSTANT ROW|\(subquery|due$)")
"""What SQLite reads that is no table: nothing at all, a subquery, the emails just found to be due."""


@contextmanager
def statements(shop: Shop) -> Iterator[list[Asked]]:
    """The statements that are executed meanwhile and look for rows."""
    seen: list[Asked] = []

    def note(_connection: object, _cursor: object, statement: str, given: object, *_rest: object) -> None:
        if statement.startswith(("SELECT", "UPDATE", "WITH")) and "FROM pg_" not in statement:
            seen.append((statement, given))

    event.listen(shop.engine, "before_cursor_execute", note)
    yield seen
    event.remove(shop.engine, "before_cursor_execute", note)


def scans(shop: Shop, asked: Iterable[Asked]) -> set[Asked]:
    """Where a table is read from end to end, with the statement that does it.

    PostgreSQL reads small tables that way; told not to, it does so only where no index helps."""
    on_sqlite = shop.engine.dialect.name == "sqlite"
    explain, scan = ("EXPLAIN QUERY PLAN", "SCAN") if on_sqlite else ("EXPLAIN", "Seq Scan")
    found: set[Asked] = set()
    with shop.engine.connect() as connection:
        if not on_sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for statement, given in asked:
            plan = connection.exec_driver_sql(f"{explain} {statement}", given)  # type: ignore[arg-type]
            steps = [str(row.detail if on_sqlite else row[0]).strip(" ->") for row in plan]
            found |= {(step, statement) for step in steps if step.startswith(scan)}
    return {one for one in found if not _MADE_ON_THE_WAY.match(one[0])}
