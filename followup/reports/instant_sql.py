"""Reckoning with instants in SQL, the same on both databases."""

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel.sql.sqltypes import UTCDateTime


class DaysAfter(FunctionElement[Any]):
    """The instant so many days of 24 hours after one."""

    inherit_cache = True
    type = UTCDateTime()


@compiles(DaysAfter, "sqlite")
def _on_sqlite(element: DaysAfter, compiler: SQLCompiler, **more: Any) -> str:
    # Instants are texts there, with six digits after the point, which its own reckoning would round.
    instant, days = (compiler.process(part, **more) for part in element.clauses)
    shifted = f"strftime('%Y-%m-%d %H:%M:%S', {instant}, '+' || {days} || ' days')"
    return f"({shifted} || substr({instant}, 20))"


@compiles(DaysAfter, "postgresql")
def _on_postgresql(element: DaysAfter, compiler: SQLCompiler, **more: Any) -> str:
    # Not days: those are as long as the server's own zone has them.
    instant, days = (compiler.process(part, **more) for part in element.clauses)
    return f"({instant} + {days} * INTERVAL '24 hours')"
