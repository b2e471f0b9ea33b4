"""On PostgreSQL an agent is who the server says, with the rights that docs/postgresql.md has granted."""

import itertools
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests import postgres
from tests.e2e.installed import ALWAYS_OPEN, Quick
from tests.shop import ANA, MAX, SEN

DOCUMENT = Path(__file__).parents[2] / "docs" / "postgresql.md"
OWNER = "followup_owner"
BUSINESS = ("--business", "Harbour Books", "--sender", "Ana <care@shop.example>")
NUMBERS = itertools.count(1)

pytestmark = pytest.mark.only_on("postgresql")


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    """A server of its own, because roles belong to all of its databases."""
    with postgres.running() as started:
        yield started


def told_by_the_document() -> list[str]:
    """The statements of the document, one text for each of its blocks."""
    text = DOCUMENT.read_text(encoding="utf-8").replace("'…'", "'secret'")
    return re.findall(r"```sql\n(.*?)```", text, re.DOTALL)


@pytest.fixture(scope="module")
def office(server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose database was set up word by word as the document says. Max is the first agent."""
    the_database, the_roles, the_rights = told_by_the_document()
    folder = tmp_path_factory.mktemp("office")
    execute(server.url("postgres"), the_database)
    execute(server.url("postgres"), the_roles)
    server.do("CREATE ROLE temp LOGIN IN ROLE followup_agents", "CREATE ROLE guest LOGIN")
    first = Quick(folder, folder, {"FOLLOWUP_DATABASE_URL": server.url("followup", OWNER), **ALWAYS_OPEN})
    first.run("init", "shop", *BUSINESS)
    execute(server.url("followup", OWNER), the_rights)
    at_home = Quick(folder / "shop", folder, first.settings)
    for name, email, role in (
        ("Max Ortiz", MAX, "manager"),
        ("Ana Reyes", ANA, "agent"),
        ("Sen", SEN, "senior"),
    ):
        at_home.run("agent", "add", "--name", name, "--email", email, "--role", role)
    at_home.run("agent", "set", ANA, "--login", "ana")
    return folder / "shop"


def execute(url: str, block: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in block.split(";\n"):
            if statement.strip():
                connection.execute(statement.encode())


Desk = Callable[..., Quick]


@pytest.fixture
def desk(office: Path, server: postgres.Server, tmp_path: Path) -> Desk:
    """The command on another machine, with a role of one's choice: a clone of the folder, and the key."""
    root = tmp_path / "clone"
    shutil.copytree(office, root, ignore=shutil.ignore_patterns("db", "outbox"))
    shutil.copy(office / "db" / "secret.key", tmp_path / "secret.key")

    def sit_down(role: str, **settings: str) -> Quick:
        url = {"FOLLOWUP_DATABASE_URL": server.url("followup", role)}
        key = {"FOLLOWUP_SECRET_KEY_FILE": str(tmp_path / "secret.key")}
        return Quick(root, tmp_path, {**ALWAYS_OPEN, **url, **key, **settings})

    return sit_down


def the_actor_of_a_note(at: Quick, *words: str) -> str:
    case = opened_case(at, *words)
    event: dict[str, str] = at.json("audit", "log", "--subject", case)[-1]
    return event["by"]


def opened_case(at: Quick, *words: str) -> str:
    # Somebody new each time, because for the same person an agent must ask.
    person = ("--customer", f"c{next(NUMBERS)}@example.com", "--name", "Priya")
    what = (
        "--what-happened",
        "Your lamp came two days late.",
        "--reason",
        "late-delivery",
        "--severity",
        "moderate",
        "--order-value",
        "80.00",
    )
    return str(at.json("case", "open", *person, *what, *words)["case"]["ref"])


def test_the_agent_of_the_role_acts(desk: Desk) -> None:
    assert the_actor_of_a_note(desk("ana")) == ANA
    # Saying so too is no contradiction.
    assert the_actor_of_a_note(desk("ana"), "--as", ANA.upper()) == ANA


@pytest.mark.parametrize("how", ["--as", "FOLLOWUP_AGENT"])
@pytest.mark.parametrize("other", [MAX, SEN, "nobody@shop.example"])
def test_nobody_else_acts_with_the_role_of_an_agent(desk: Desk, how: str, other: str) -> None:
    at = desk("ana", **({how: other} if how == "FOLLOWUP_AGENT" else {}))
    words = ("--as", other) if how == "--as" else ()
    before = len(at.json("audit", "log", "--limit", "1000"))
    refusal = at.refused("agent", "set", SEN, "--team", "south", *words, code=4)
    assert refusal["code"] == "other_agent"
    assert ANA in refusal["message"]
    assert len(at.json("audit", "log", "--limit", "1000")) == before


def test_looking_asks_the_role_too(desk: Desk) -> None:
    case = opened_case(desk("ana"))
    assert desk("ana").refused("policy", "explain", case, "--as", MAX, code=4)["code"] == "other_agent"


def test_a_role_that_is_no_agents_vouches_for_nobody(desk: Desk) -> None:
    assert the_actor_of_a_note(desk(OWNER), "--as", SEN) == SEN
    assert the_actor_of_a_note(desk("temp"), "--as", SEN) == SEN


def test_nobody_takes_themselves_off_their_role(desk: Desk) -> None:
    # Only a manager changes agents at all; while there is no director, Max takes the role away again.
    desk(OWNER).run("agent", "set", ANA, "--role", "manager", "--as", MAX)
    for login in ("", "temp"):
        assert desk("ana").refused("agent", "set", ANA, "--login", login, code=4)["code"] == "own_role"
    # Somebody whom the server does not vouch for as Ana does it.
    desk(OWNER).run("agent", "set", ANA, "--login", "", "--as", MAX)
    assert the_actor_of_a_note(desk("ana"), "--as", SEN) == SEN
    desk(OWNER).run("agent", "set", ANA, "--login", "ana", "--as", MAX)
    desk(OWNER).run("agent", "set", ANA, "--role", "agent", "--as", MAX)


def test_an_agent_who_left_no_longer_acts_whatever_the_role(desk: Desk) -> None:
    desk(OWNER).run("agent", "set", ANA, "--inactive", "--as", MAX)
    for words in ((), ("--as", SEN)):
        refused = desk("ana").run("agent", "set", SEN, "--team", "x", *words, code=None)
        assert refused.code == (4 if words else 2)
    assert "x" not in {one["team"] for one in desk(OWNER).json("agent", "list")}
    desk(OWNER).run("agent", "set", ANA, "--active", "--as", MAX)


def test_what_the_document_grants_is_enough_for_a_days_work(desk: Desk) -> None:
    manager, ana = desk(OWNER, FOLLOWUP_AGENT=MAX), desk("ana")
    manager.run("budget", "create", "goodwill", "--limit", "500.00", "--period", "month")
    case = opened_case(ana)
    gesture = ana.json("gesture", "request", case, "--kind", "voucher", "--amount", "5.00")
    assert ana.json("daemon", "tick")["sent"] >= 1
    assert ana.json("voucher", "redeem", gesture["voucher"]["code"], "--order", "O-1")
    for words in (
        ("doctor",),
        ("db", "check"),
        ("audit", "verify"),
        ("budget", "reconcile"),
        ("case", "list"),
    ):
        ana.run(*words)
    assert ana.json("report", "spend")["total"]["gestures"] == 1


def test_it_is_not_enough_for_more(desk: Desk, server: postgres.Server) -> None:
    for statement in (
        "DELETE FROM auditevent",
        "TRUNCATE auditevent",
        "DROP TRIGGER auditevent_append_only ON auditevent",
        "UPDATE alembic_version SET version_num = '0001'",
        "CREATE TABLE mine (number integer)",
    ):
        with psycopg.connect(server.url("followup", "ana")) as connection, pytest.raises(psycopg.Error):
            connection.execute(statement)


def test_without_the_rights_the_missing_one_is_named(desk: Desk) -> None:
    refusal = desk("guest").refused("case", "list", code=4)
    assert refusal["code"] == "no_rights"
    assert "permission denied for" in refusal["message"]


def test_another_key_gives_out_no_code(desk: Desk, tmp_path: Path) -> None:
    ana = desk("ana")
    case = opened_case(ana)
    asked = ("gesture", "request", case, "--kind", "voucher", "--amount", "5.00", "--key", "once")
    code = ana.json(*asked)["voucher"]["code"]
    assert ana.json(*asked)["voucher"]["code"] == code
    (tmp_path / "secret.key").write_text("another key of at least thirty-two characters")
    assert "another secret key" in ana.refused(*asked, code=5)["message"]


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata"])
def test_the_log_reads_the_same_wherever_the_server_takes_the_client_to_be(
    desk: Desk, server: postgres.Server, zone: str
) -> None:
    opened_case(desk("ana"))
    elsewhere = server.url("followup", "ana") + f"?options=-c%20TimeZone%3D{zone}"
    assert desk("ana", FOLLOWUP_DATABASE_URL=elsewhere).json("audit", "verify")["ok"] is True
