"""What the tests of the installed command share."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time
from pathlib import Path

import pytest

from followup import clock
from tests.e2e.fork_server import ForkServer
from tests.e2e.installed import ALWAYS_OPEN, Forked, Installed, Quick
from tests.shop import ANA, Shop


@pytest.fixture(scope="session")
def fork_server() -> Iterator[ForkServer]:
    """What commands are forked from."""
    server = ForkServer.started()
    yield server
    server.stop()


@pytest.fixture
def followup(tmp_path: Path, fork_server: ForkServer) -> Installed:
    """The command in an empty folder, with an empty home and no settings."""
    folder, home = tmp_path / "work", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    return Forked(folder, home, server=fork_server)


@dataclass
class Desk:
    """A workspace with people, and the command run by Ana in it. What is due there goes out at once."""

    shop: Shop
    followup: Installed

    @property
    def root(self) -> Path:
        return self.shop.workspace.root

    @property
    def database(self) -> Path:
        return self.root / "db" / "followup.db"


@pytest.fixture
def desk(shop: Shop, followup: Installed) -> Desk:
    """A workspace whose send window is always open; its clock stands at the present."""
    shop.own_templates()  # Commands read and change them as they are in a workspace.
    shop.now = clock.now()
    shop.settings(send_window=(time(0), time.max), send_days=frozenset(range(7)), country="ZZ")
    settings = {**ALWAYS_OPEN, "FOLLOWUP_AGENT": ANA}
    return Desk(shop, replace(followup, folder=shop.workspace.root, settings=settings))


@pytest.fixture
def quick(desk: Desk) -> Desk:
    """The same, its commands run inside this process."""
    at_work = desk.followup
    return Desk(desk.shop, Quick(at_work.folder, at_work.home, at_work.settings, at_work.command))
