"""What tests share: shops, each with a database of its own, on SQLite or on PostgreSQL.

Every test loads this file, and most of those in unit/, corpus/ and golden/ know no database. So each fixture
imports what it needs when it is asked for, and a machine without a PostgreSQL runs all that needs none.
"""

from __future__ import annotations

import gc
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests import memory, shared_templates

# readline, which pytest imports, puts the width of its terminal there; commands would fit their tables to it.
for _name in ("COLUMNS", "LINES"):
    os.environ.pop(_name, None)

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from followup.workspace import Workspace
    from tests import postgres
    from tests.shop import Shop

_MADE_BEFORE_COLLECTING = 20_000
"""So many objects are made before the collector of garbage looks at them; Python's own number is 700."""

SQLITE, POSTGRESQL = "sqlite", "postgresql"

# How long an example takes says something about the machine, nothing about the program; and explaining a
# failure traces every line of every example, of which those with a database run several times as long.
hypothesis.settings.register_profile(
    "any machine",
    deadline=None,
    phases=[phase for phase in hypothesis.Phase if phase is not hypothesis.Phase.explain],
)
hypothesis.settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=(SQLITE, POSTGRESQL),
        default=SQLITE,
        help="on which database; with postgresql only the tests that use one are run",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "only_on(database): what is tested exists on this database alone")
    if (in_memory := memory.folder()) is not None:
        # pytest makes the folders of tests below it. A process that is started there has them in memory, too.
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(in_memory))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what belongs to the other database; on PostgreSQL also what touches no database."""
    database = config.getoption("database")
    left_out = [item for item in items if not _belongs(item, database)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _belongs(item, database)]


def pytest_collection_finish() -> None:
    """What was collected and imported stays until the end, so the collector of garbage need not look through
    it again and again, and comes less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_MADE_BEFORE_COLLECTING, 20, 20)


def _belongs(item: pytest.Item, database: str) -> bool:
    only_on = item.get_closest_marker("only_on")
    if only_on is not None:
        return database in only_on.args
    return database == SQLITE or new_database.__name__ in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def database_server(pytestconfig: pytest.Config) -> Iterator[postgres.Server | None]:
    """The PostgreSQL server of this process; None where the tests run on SQLite."""
    if pytestconfig.getoption("database") == SQLITE:
        yield None
        return
    from tests import postgres

    with postgres.running() as server:
        yield server


@pytest.fixture(scope="session")
def _one_dialect() -> None:
    """What is compiled for one database is found again by all of its kind."""
    from tests import one_dialect

    one_dialect.share()


@pytest.fixture(scope="session")
def _made_once(
    tmp_path_factory: pytest.TempPathFactory, database_server: postgres.Server | None, _one_dialect: None
) -> _Made:
    from followup.workspace import load_workspace
    from tests.shop import found

    root = tmp_path_factory.mktemp("made") / "shop"
    found(root, database_server.create(_MADE) if database_server else None)
    workspace = load_workspace(root, {})
    return _Made(workspace, shared_templates.versions(workspace.templates_dir))


@dataclass(frozen=True)
class _Made:
    """The shop of which all others are copies."""

    workspace: Workspace
    templates: shared_templates.Versions


_MADE = "made"
"""The database that those of the shops are copies of."""


@pytest.fixture
def new_database(database_server: postgres.Server | None, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Makes databases and returns their URLs: empty ones, or copies of another one of the server."""
    numbers = itertools.count(1)
    made: list[str] = []

    def make(*, like: str = "template1") -> str:
        number = next(numbers)
        if database_server is None:
            return f"sqlite:///{tmp_path / f'database-{number}.db'}"
        made.append(f"test_{number}")
        return database_server.create(made[-1], like=like)

    yield make
    for name in made:
        assert database_server is not None
        database_server.drop(name)


@pytest.fixture
def opened(_one_dialect: None) -> Iterator[Callable[[str], Engine]]:
    """Opens databases by their URLs, until the end of the test."""
    from followup.store.engine import open_engine

    engines: list[Engine] = []

    def open_one(url: str) -> Engine:
        # Tests with many shops use one after the other; an engine put aside connects again when it is used.
        for engine in engines:
            engine.dispose()
        engines.append(open_engine(url))
        return engines[-1]

    yield open_one
    for engine in engines:
        engine.dispose()


@pytest.fixture
def new_shop(
    _made_once: _Made,
    tmp_path: Path,
    database_server: postgres.Server | None,
    new_database: Callable[..., str],
    opened: Callable[[str], Engine],
) -> Iterator[Callable[[], Shop]]:
    """Makes workspaces, each with a database of its own, for tests that need many."""
    from followup.settings import FILE_NAME
    from tests.shop import Shop

    made = _made_once.workspace

    def make() -> Shop:
        root = tmp_path / f"shop-{len(list(tmp_path.iterdir()))}"
        shutil.copytree(made.root, root, ignore=shutil.ignore_patterns(made.templates_dir.name))
        shared_templates.share(root / made.templates_dir.name, made.templates_dir)
        workspace = replace(made, root=root.resolve())
        if database_server is not None:
            settings = (root / FILE_NAME).read_text(encoding="utf-8")
            url = new_database(like=_MADE)
            (root / FILE_NAME).write_text(f'database_url = "{url}"\n{settings}', encoding="utf-8")
            workspace = replace(workspace, settings=replace(made.settings, database_url=url))
        return Shop(workspace, opened(workspace.database_url))

    yield make
    assert shared_templates.versions(made.templates_dir) == _made_once.templates, "use Shop.own_templates()"


@pytest.fixture
def shop(new_shop: Callable[[], Shop]) -> Shop:
    """A workspace of one's own."""
    return new_shop()
