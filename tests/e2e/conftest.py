"""What the tests of the installed command share."""

from dataclasses import dataclass
from datetime import time
from pathlib import Path

import pytest

from followup import clock
from tests.e2e.installed import ALWAYS_OPEN, Installed, Quick
from tests.shop import ANA, Shop


@pytest.fixture
def followup(tmp_path: Path) -> Installed:
    """The command in an empty folder, with an empty home and no settings."""
    folder, home = tmp_path / "work", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    return Installed(folder, home)


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
    shop.now = clock.now()
    shop.settings(send_window=(time(0), time.max), send_days=frozenset(range(7)), country="ZZ")
    at_work = Installed(
        shop.workspace.root, followup.home, {**ALWAYS_OPEN, "FOLLOWUP_AGENT": ANA}, followup.command
    )
    return Desk(shop, at_work)


@pytest.fixture
def quick(desk: Desk) -> Desk:
    """The same, its commands run inside this process."""
    at_work = desk.followup
    return Desk(desk.shop, Quick(at_work.folder, at_work.home, at_work.settings, at_work.command))
