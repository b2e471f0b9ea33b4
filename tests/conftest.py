"""What tests share."""

import shutil
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

from followup.services import agents, workspaces
from followup.services.actors import Actor
from followup.store.engine import open_engine, writing
from followup.workspace import load_workspace
from tests.shop import ANA, DIANA, MAX, MONDAY, SEN, Shop

# How long an example takes says something about the machine, nothing about the program; and explaining a
# failure traces every line of every example, of which those with a database run several times as long.
hypothesis.settings.register_profile(
    "any machine",
    deadline=None,
    phases=[phase for phase in hypothesis.Phase if phase is not hypothesis.Phase.explain],
)
hypothesis.settings.load_profile("any machine")


@pytest.fixture(scope="session")
def _made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("made") / "shop"
    workspace, _ = workspaces.create_workspace(
        root,
        {"business": "Harbour Books", "sender": "Ana at Harbour Books <care@shop.example>"},
        environment={},
    )
    engine = open_engine(workspace.database_url)
    with writing(engine) as session:
        for name, email, role in (
            ("Ana Reyes", ANA, "agent"),
            ("Sen Ito", SEN, "senior"),
            ("Max Ortiz", MAX, "manager"),
            ("Diana Moss", DIANA, "director"),
        ):
            agents.add_agent(
                session, now=MONDAY, actor=Actor("test"), name=name, email=email, role=role, team="north"
            )
    engine.dispose()
    return root


@pytest.fixture
def new_shop(_made_once: Path, tmp_path: Path) -> Callable[[], Shop]:
    """Makes workspaces, each with a database of its own, for tests that need many."""

    def make() -> Shop:
        root = tmp_path / f"shop-{len(list(tmp_path.iterdir()))}"
        shutil.copytree(_made_once, root)
        workspace = load_workspace(root, {})
        return Shop(workspace, open_engine(workspace.database_url))

    return make


@pytest.fixture
def shop(new_shop: Callable[[], Shop]) -> Shop:
    """A workspace of one's own."""
    return new_shop()
