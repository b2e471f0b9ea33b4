"""A workspace with people in it, on a real database, with `now` as a parameter."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from zlib import crc32

from sqlalchemy import Engine
from sqlmodel import Session, SQLModel

from followup.application.door import OpenWorkspace
from followup.domain.goodwill.gesture import GestureKind
from followup.domain.shared.money import Money
from followup.services.cases import cases
from followup.services.goodwill import budgets, currency_policies, gestures
from followup.services.people import agents, customers
from followup.services.shared import actors
from followup.services.shared.actors import Actor
from followup.services.shared.configuration import Configuration
from followup.services.upkeep import new_workspace
from followup.settings import FILE_NAME
from followup.store.engine import open_engine, reading, sqlite_file, writing
from followup.store.tables import Case, Gesture
from followup.workspace import Workspace
from tests import shared_templates

T = TypeVar("T")
MONDAY = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
"""Ten o'clock on a working Monday in London."""

ANA, SEN, MAX, DIANA = "ana@shop.example", "sen@shop.example", "max@shop.example", "diana@shop.example"


NO_GRACE = 'grace_minutes = 0\nnotify_owners = "off"\n'
"""In the shops of tests the first email of a series is due at once, and colleagues get no notifications."""

_PEOPLE = (
    ("Ana Reyes", ANA, "agent"),
    ("Sen Ito", SEN, "senior"),
    ("Max Ortiz", MAX, "manager"),
    ("Diana Moss", DIANA, "director"),
)


def found(root: Path, database_url: str | None = None) -> None:
    """Make the workspace of a shop and its people in the folder `root`: on the empty database of this URL, or
    on an SQLite file of its own."""
    workspace, _ = new_workspace.create_workspace(
        root,
        {"business": "Harbour Books", "sender": "Ana at Harbour Books <care@shop.example>"},
        environment={"FOLLOWUP_DATABASE_URL": database_url} if database_url else {},
    )
    settings = root / FILE_NAME
    settings.write_text(NO_GRACE + settings.read_text(encoding="utf-8"), encoding="utf-8")
    engine = open_engine(workspace.database_url)
    with writing(engine) as session:
        actor = Actor("test")
        for name, email, role in _PEOPLE:
            added = agents.add_agent(
                session, now=MONDAY, actor=actor, name=name, email=email, role=role, team="north"
            )
            # The first agent adds the others.
            actor = actor if actor.agent else Actor(email, added)
    engine.dispose()


_HAPPENED = {
    "en": "Your lamp came two days late.",
    "de": "Ihre Lampe kam zwei Tage nach dem Fest.",
    "es": "Su lámpara llegó dos días después de la fiesta.",
    "pt": "A sua luminária chegou dois dias depois da festa.",
    "fr": "Votre lampe est arrivée deux jours après la fête.",
}


def happened(locale: str | None = None) -> str:
    """What an agent writes of what happened, in the language of a locale: the gate holds another one."""
    return _HAPPENED[(locale or "en").partition("-")[0]]


@dataclass
class Shop:
    """A workspace with an agent, a senior, a manager and a director, and short ways to use it."""

    workspace: Workspace
    engine: Engine
    now: datetime = MONDAY

    @property
    def rules(self) -> Configuration:
        return Configuration(self.workspace)

    @property
    def place(self) -> OpenWorkspace:
        return OpenWorkspace(self.workspace, self.engine)

    def settings(self, **changes: Any) -> None:
        self.workspace = replace(self.workspace, settings=replace(self.workspace.settings, **changes))

    def also_in(self, currency: str) -> None:
        """Count in one more currency, with the policy of the main one turned into it."""
        counted = dict.fromkeys((*self.workspace.settings.all_currencies, currency))
        self.settings(currencies=tuple(counted))
        currency_policies.create(self.rules, currency)

    def own_templates(self) -> Path:
        """The folder of templates, to be changed: until somebody asks, it is shared with other shops."""
        shared_templates.own(self.workspace.templates_dir)
        return self.workspace.templates_dir

    def read(self, look: Callable[[Session], T]) -> T:
        with reading(self.engine) as session:
            return look(session)

    def write(self, change: Callable[[Session], T]) -> T:
        with writing(self.engine) as session:
            return change(session)

    def stored(self) -> str:
        """All that the database holds: its rows, and on SQLite whatever else is in the file."""
        tables = SQLModel.metadata.sorted_tables
        with self.engine.connect() as connection:
            rows = [
                (table.name, sorted(map(repr, connection.exec_driver_sql(f'SELECT * FROM "{table.name}"'))))
                for table in tables
            ]
        file = sqlite_file(self.engine)
        return f"{rows}{file.read_bytes().decode('latin-1') if file else ''}"

    def actor(self, session: Session, email: str = ANA) -> Actor:
        return actors.acting(session, email, "nobody")

    def open_case(self, customer: str = "priya@example.com", by: str = ANA, **told: str) -> Case:
        facts = {name[5:]: value for name, value in told.items() if name.startswith("fact_")}
        flags = {
            "customer": customer,
            "name": "Priya Shah",
            "reason": "late-delivery",
            "severity": "moderate",
            "order_value": "80.00",
            "occurred_on": "today",
            "what_happened": "Your blue lamp came two days after the party.",
            "phone": f"0113 {crc32(customer.encode()) % 10**7:07}",
            "address": f"{customer} House, Leeds",
            **{name: value for name, value in told.items() if not name.startswith("fact_")},
        }

        def change(session: Session) -> Case:
            entry = cases.read_case(self.rules, flags, facts, now=self.now)
            return cases.open_case(session, self.rules, entry, now=self.now, actor=self.actor(session, by))

        return self.write(change)

    def forget_phone(self, email: str) -> None:
        """Take a customer's number out, as if it had been wrong."""
        self.write(
            lambda session: customers.change_customer(
                session,
                self.rules.settings,
                customers.find_customer(session, email),
                {"phone": ""},
                now=self.now,
                actor=self.actor(session),
            )
        )

    def budget(self, limit: str, period: str = "month", name: str = "goodwill", **more: Any) -> None:
        self.write(
            lambda session: budgets.create_budget(
                session,
                self.rules,
                now=self.now,
                actor=self.actor(session, MAX),
                name=name,
                limit=limit,
                period=period,
                **more,
            )
        )

    def request(
        self, case: Case, kind: str | None = None, amount: str | None = None, by: str = ANA, **more: Any
    ) -> Gesture:
        wish = gestures.Wish(
            kind=GestureKind._value2member_map_[kind] if kind else None,  # type: ignore[arg-type]
            amount=Money.parse(amount, case.currency) if amount else None,
            **more,
        )

        def change(session: Session) -> Gesture:
            found = session.get_one(Case, case.id)
            return gestures.request_gesture(
                session, self.rules, found, wish, now=self.now, actor=self.actor(session, by)
            )

        return self.write(change)
