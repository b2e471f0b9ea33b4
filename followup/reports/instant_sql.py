"""Calculations with instants in SQL, for both databases."""

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel.sql.sqltypes import UTCDateTime


class DaysAfter(FunctionElement[Any]):
    """The instant a number of 24-hour days after another one."""

    inherit_cache = True
    type = UTCDateTime()


@compiles(DaysAfter, "sqlite")
def _on_sqlite(element: DaysAfter, compiler: SQLCompiler, **more: Any) -> str:
    # SQLite stores instants as texts with six decimals, which its date functions would round.
    instant, days = (compiler.process(part, **more) for part in element.clauses)
    shifted = f"strftime('%Y-%m-%d %H:%M:%S', {instant}, '+' || {days} || ' days')"
    return f"({shifted} || substr({instant}, 20))"


@compiles(DaysAfter, "postgresql")
def _on_postgresql(element: DaysAfter, compiler: SQLCompiler, **more: Any) -> str:
    # Hours and not days, whose length depends on the time zone of the server.
    instant, days = (compiler.process(part, **more) for part in element.clauses)
    return f"({instant} + {days} * INTERVAL '24 hours')"
