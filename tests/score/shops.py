"""Shops for trying rows: a workspace with an agent, a senior, a manager and a director, on a new database."""

from typing import Any

from sqlalchemy import Engine, event

from followup.services.people import agents
from followup.services.shared.actors import Actor
from followup.services.upkeep import new_workspace
from followup.settings import FILE_NAME
from followup.store.engine import open_engine, writing
from followup.workspace import load_workspace
from tests.score.row import Place
from tests.shop import ANA, DIANA, MAX, MONDAY, NO_GRACE, SEN, Shop

PEOPLE = (
    ("Ana Reyes", ANA, "agent"),
    ("Sen Ito", SEN, "senior"),
    ("Max Ortiz", MAX, "manager"),
    ("Diana Moss", DIANA, "director"),
)


def open_shop(here: Place, policy: str | None = None, *, name: str = "shop") -> Shop:
    """A new workspace on a new database of `here`, set in its followup.toml. `policy` replaces the default
    policy.toml.
    """
    root = here.folder / name
    url = here.new_database()
    new_workspace.create_workspace(
        root,
        {"business": "Harbour Books", "sender": "Ana at Harbour Books <care@shop.example>"},
        environment={"FOLLOWUP_DATABASE_URL": url},
    )
    settings = root / FILE_NAME
    settings.write_text(
        f'database_url = "{url}"\n{NO_GRACE}' + settings.read_text(encoding="utf-8"), encoding="utf-8"
    )
    if policy is not None:
        (root / "policy.toml").write_text(policy, encoding="utf-8")
    workspace = load_workspace(root, {})
    shop = Shop(workspace, open_database(workspace.database_url))
    with writing(shop.engine) as session:
        actor = Actor("score")
        for person, email, role in PEOPLE:
            added = agents.add_agent(
                session, now=MONDAY, actor=actor, name=person, email=email, role=role, team="north"
            )
            # The first agent adds the others.
            actor = actor if actor.agent else Actor(email, added)
    return shop


def open_database(url: str) -> Engine:
    """An engine that does not wait for the disk, like the PostgreSQL server of the tests: processes may die
    here at any moment, but the machine does not lose power.
    """
    engine = open_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def go_on_at_once(raw: Any, _record: Any) -> None:
            raw.execute("PRAGMA synchronous = OFF")

    return engine
