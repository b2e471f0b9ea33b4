"""One dialect for all engines of a process that runs tests, so that a statement is compiled once.

What SQLAlchemy compiled, it finds again by the statement and the dialect, and each engine has a dialect.
A command or a daemon opens one engine; tests open thousands, and each compiled nearly everything anew.
"""

from typing import Any

from sqlalchemy import URL, Dialect, Engine, event
from sqlalchemy.util import LRUCache

from followup.store import engine as opening

_STATEMENTS = 4000
"""How many statements are kept; all tests together have about half as many."""

_DIALECTS: dict[URL, Dialect] = {}
"""The dialect of the first engine that connected, by the server, the user and the parameters."""

_COMPILED: dict[URL, LRUCache[Any, Any]] = {}


def share() -> None:
    """Let every engine that this process opens from now on use the dialect of the first of its kind."""
    names = vars(opening)
    make = names["create_engine"]

    def create_engine(url: URL | str, **options: Any) -> Engine:
        engine: Engine = make(url, **options)
        kind = engine.url.set(database="")
        if kind in _DIALECTS:
            engine.dialect = _DIALECTS[kind]
            engine.update_execution_options(compiled_cache=_COMPILED[kind])
        else:
            # At its first connection a dialect asks the server what it is; then it can be lent.
            event.listen(engine, "connect", lambda *_: _keep(kind, engine.dialect))
        return engine

    names["create_engine"] = create_engine


def _keep(kind: URL, dialect: Dialect) -> None:
    _COMPILED.setdefault(kind, LRUCache(_STATEMENTS))
    _DIALECTS.setdefault(kind, dialect)
