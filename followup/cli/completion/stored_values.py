"""What is stored in a workspace and may stand in a command line: references, customers, budgets and so on.

This is the only code of the commands that goes past the application: loading it takes many times as long as
a person waits after pressing a key. It reads only: SQLite is opened for reading, PostgreSQL told so, and
neither is waited for. It returns values for a command line and never anything that a command acts on.
Whatever goes wrong, there is nothing to complete.
"""

import re
import sqlite3
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

Values = list[tuple[str, str]]
"""Values with their descriptions."""

_SLUG = re.compile(r"[a-z0-9_-]+")
_MOST = 50
_WAIT_SECONDS = 0.1

Query = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]


def find_workspace(folder: str | None, environment: Mapping[str, str]) -> Path | None:
    """The workspace that a command would use, or None."""
    named = folder or environment.get("FOLLOWUP_WORKSPACE")
    if named:
        return Path(named) if (Path(named) / "followup.toml").is_file() else None
    here = Path.cwd()
    return next((one for one in (here, *here.parents) if (one / "followup.toml").is_file()), None)


def values(kind: str, begun: str, workspace: Path, environment: Mapping[str, str]) -> Values:
    """The values of a kind that begin with `begun`, at most 50, the newest or most used first."""
    if kind in _FROM_FILES:
        found = _FROM_FILES[kind](workspace)
        if kind != "reason":
            return [one for one in found if one[0].startswith(begun)][:_MOST]
    else:
        found = []
    with _database(workspace, environment) as query:
        if kind in _REFERENCES:
            return _references(kind, begun, query)
        column, about, source = _COLUMNS[kind]
        # Only "=" compares: no sign in what was typed has a meaning.
        rows = query(
            f"SELECT {column}, {about} FROM {source} AND substr({column}, 1, ?) = ? "  # noqa: S608
            f"GROUP BY 1, 2 ORDER BY 1 LIMIT {_MOST}",
            (len(begun), begun),
        )
    known = {value for value, _ in found}
    named = [one for one in found if one[0].startswith(begun)]
    return [*named, *((str(value), str(what or "")) for value, what in rows if value not in known)][:_MOST]


_COLUMNS = {
    "customer": ("email", "name", "customer WHERE erased_at IS NULL AND merged_into_id IS NULL"),
    "agent": ("email", "name || ', ' || role", "agent WHERE active"),
    "team": ("team", "''", "agent WHERE team IS NOT NULL"),
    "budget": ("name", "period", "budget WHERE 1 = 1"),
    "reason": ("reason", "''", "cases WHERE 1 = 1"),
    "segment": ("segment", "''", "customer WHERE segment IS NOT NULL"),
    "schedule": ("name", "''", "reportschedule WHERE 1 = 1"),
}
_OF_CUSTOMER = "JOIN customer p ON p.id = c.customer_id"
_REFERENCES = {
    "case": ("C", "c.id, p.name || ', ' || c.status || ', ' || c.reason", f"cases c {_OF_CUSTOMER}", "c.id"),
    "gesture": (
        "G",
        "g.id, p.name || ', ' || g.kind || ', ' || g.state",
        f"gesture g JOIN cases c ON c.id = g.case_id {_OF_CUSTOMER}",
        "g.id",
    ),
    "approval": (
        "A",
        "a.id, p.name || ', ' || g.kind || ', ' || a.state",
        f"approval a JOIN gesture g ON g.id = a.gesture_id JOIN cases c ON c.id = g.case_id {_OF_CUSTOMER}",
        "a.id",
    ),
    "email": ("E", "e.id, e.template || ', ' || e.state", "outbox e", "e.id"),
    "message": ("M", "m.id, m.kind", "inboundmail m", "m.id"),
}


def _references(kind: str, begun: str, query: Query) -> Values:
    letter, columns, source, number = _REFERENCES[kind]
    typed, dash, digits = begun.partition("-")
    if typed.upper() not in ("", letter) or (digits and not (digits.isascii() and digits.isdecimal())):
        return []
    where = " OR ".join(f"{number} BETWEEN {low} AND {high}" for low, high in _numbers(digits))
    rows = query(
        f"SELECT {columns} FROM {source} WHERE {where or '1 = 0'} "  # noqa: S608
        f"ORDER BY {number} DESC LIMIT {_MOST}",
        (),
    )
    shown = (typed or letter) + (dash or "-")
    return [(f"{shown}{row:04d}", str(about or "")) for row, about in rows]


def _numbers(digits: str) -> Iterator[tuple[int, int]]:
    """The ranges of numbers that begin with these digits once they are written with four or more."""
    for width in range(max(4, len(digits)), 10):
        if width == 4 or not digits.startswith("0"):
            unit = 10 ** (width - len(digits))
            low = int(digits or "0") * unit
            yield max(low, 0 if width == 4 else 10 ** (width - 1)), low + unit - 1


@contextmanager
def _database(workspace: Path, environment: Mapping[str, str]) -> Iterator[Query]:
    """A way to query the workspace's database."""
    url = environment.get("FOLLOWUP_DATABASE_URL")
    if not url and (named := environment.get("FOLLOWUP_DATABASE_URL_FILE")):
        url = Path(named).read_text("utf-8").strip()
    url = url or _toml(workspace / "followup.toml").get("database_url")
    if not url or str(url).startswith("sqlite"):
        named = unquote(str(url or "").partition(":///")[2].partition("?")[0])
        file = Path(named) if named else workspace / "db" / "followup.db"
        # `mode=ro` makes no file where there is none.
        with closing(
            sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=_WAIT_SECONDS)
        ) as raw:
            yield lambda sql, given: raw.execute(sql, given).fetchall()
        return
    import psycopg

    bare = "postgresql://" + str(url).partition("://")[2]
    options = "-c default_transaction_read_only=on -c statement_timeout=500 -c lock_timeout=100"
    with psycopg.connect(bare, connect_timeout=2, options=options) as server:
        yield lambda sql, given: server.execute(sql.replace("?", "%s").encode(), given).fetchall()


def _toml(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))


def _reasons(workspace: Path) -> Values:
    found: dict[str, str] = {}

    def look(part: Any) -> None:
        if isinstance(part, dict):
            for name, value in part.items():
                if name == "reason":
                    found.update((one, "") for one in (value if isinstance(value, list) else [value]))
                look(value)
        elif isinstance(part, list):
            for value in part:
                look(value)

    look(_toml(workspace / "policy.toml"))
    return [(reason, about) for reason, about in found.items() if _SLUG.fullmatch(str(reason))]


def _sequences(workspace: Path) -> Values:
    stored = _toml(workspace / "sequences.toml")
    listed = stored.get("sequence", stored)
    names = [one.get("name") for one in listed] if isinstance(listed, list) else list(listed)
    return [(str(name), "") for name in names if name]


def _templates(workspace: Path) -> Values:
    found: dict[str, list[str]] = {}
    for file in sorted((workspace / "templates").glob("*/*.md")):
        found.setdefault(file.name.removesuffix(".md"), []).append(file.parent.name)
    return [(name, ", ".join(places)) for name, places in found.items()]


_FROM_FILES: dict[str, Callable[[Path], Values]] = {
    "reason": _reasons,
    "sequence": _sequences,
    "template": _templates,
}
KINDS = frozenset({*_COLUMNS, *_REFERENCES, *_FROM_FILES})
"""What can be completed from a workspace."""
