"""The domain calculates: it may import the standard library and itself, and nothing else."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import followup.domain

FOLDER = Path(followup.domain.__file__).parent
ALLOWED = sys.stdlib_module_names - {
    "sqlite3",
    "smtplib",
    "imaplib",
    "socket",
    "subprocess",
    "urllib",
    "http",
}
"""All that only calculates. Databases, networks and processes are the standard library's, too."""

OWN = ("followup.domain", "followup.errors")


def imported(source: str) -> Iterator[str]:
    """The full names of all modules that a source imports, also inside functions."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def foreign(source: str) -> list[str]:
    """The imports that a module of the domain may not have."""
    return [
        name
        for name in imported(source)
        if name.partition(".")[0] not in ALLOWED
        and not f"{name}.".startswith(tuple(f"{own}." for own in OWN))
    ]


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: str(path.relative_to(FOLDER)))
def test_a_module_of_the_domain_imports_the_standard_library_and_the_domain_alone(path: Path) -> None:
    assert foreign(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "import sqlmodel",
        "import sqlite3",
        "def f():\n    from babel.numbers import format_currency",
        "from followup.store import tables",
        "from followup.domains import money",
        "from ..store import tables",
    ],
)
def test_any_other_import_would_be_found(line: str) -> None:
    assert len(foreign(line)) == 1
