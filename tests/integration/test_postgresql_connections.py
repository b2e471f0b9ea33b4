"""Reaching a PostgreSQL server, and what is said when that goes wrong: one line, and never a password."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from followup.errors import FollowupError
from followup.store.engine import open_engine, reading
from followup.store.tables import Note
from tests import postgres
from tests.e2e.installed import Installed, Quick
from tests.shop import ANA, Shop

SECRET = "hunter2"

pytestmark = pytest.mark.only_on("postgresql")


@pytest.fixture
def server(database_server: postgres.Server | None) -> postgres.Server:
    assert database_server is not None
    return database_server


@pytest.fixture
def name(shop: Shop) -> str:
    """The name of the shop's database."""
    return shop.workspace.database_url.rpartition("/")[2]


@pytest.fixture
def at(shop: Shop, tmp_path: Path) -> Quick:
    """The command run by Ana in the shop's workspace."""
    shop.open_case()
    return Quick(shop.workspace.root, tmp_path, {"FOLLOWUP_AGENT": ANA})


@pytest.fixture
def ana(server: postgres.Server, shop: Shop) -> Iterator[str]:
    """A role with rights that is asked for its password."""
    server.do(
        f"CREATE ROLE {postgres.ASKED}",
        f"CREATE ROLE ana LOGIN PASSWORD '{SECRET}' IN ROLE {postgres.ASKED}, pg_read_all_data",
    )
    yield "ana"
    server.do("DROP ROLE ana", f"DROP ROLE {postgres.ASKED}")


@contextmanager
def variables(**values: str) -> Iterator[None]:
    """What libpq reads from the environment by itself."""
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in values.items():
            patch.setenv(variable, value)
        yield


def refusal(at: Installed, url: str, *words: str, code: int) -> dict[str, str]:
    """What a command says with another URL. Whatever it is, it is one line without the password."""
    at.settings["FOLLOWUP_DATABASE_URL"] = url
    said = at.complaint(*(words or ("case", "list")), code=code)
    assert SECRET not in said
    return at.refused(*(words or ("case", "list")), code=code)


def reached(at: Installed, url: str) -> bool:
    at.settings["FOLLOWUP_DATABASE_URL"] = url
    return len(at.json("case", "list")) == 1


# ---- The ways to say where it is


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg", "postgres"])
def test_each_name_of_the_scheme_will_do(at: Quick, shop: Shop, scheme: str) -> None:
    assert reached(at, shop.workspace.database_url.replace("postgresql", scheme))


@pytest.mark.parametrize(
    "more", ["sslmode=prefer", "application_name=desk-3", "connect_timeout=3&keepalives_idle=5"]
)
def test_parameters_of_the_library_reach_it(at: Quick, shop: Shop, more: str) -> None:
    assert reached(at, f"{shop.workspace.database_url}?{more}")


def test_a_connection_says_whose_it_is_unless_told_otherwise(shop: Shop) -> None:
    def name_of(url: str) -> str:
        engine = open_engine(url)
        with reading(engine) as session:
            found = str(session.execute(text("SHOW application_name")).scalar_one())
        engine.dispose()
        return found

    url = shop.workspace.database_url
    assert name_of(url) == "followup"
    assert name_of(f"{url}?application_name=desk-3") == "desk-3"


def test_a_socket_will_do(at: Quick, server: postgres.Server, name: str) -> None:
    folder = str(server.sockets)
    assert reached(at, f"postgresql://followup@/{name}?host={folder}&port={server.port}")
    assert reached(at, f"postgresql://followup@{folder.replace('/', '%2F')}:{server.port}/{name}")


def test_of_several_servers_the_one_that_answers_is_taken(
    at: Quick, server: postgres.Server, name: str
) -> None:
    hosts = f"host=127.0.0.1:1&host=127.0.0.1:{server.port}"
    assert reached(at, f"postgresql://followup@/{name}?{hosts}&target_session_attrs=read-write")


def test_a_service_file_will_do(at: Quick, server: postgres.Server, name: str, tmp_path: Path) -> None:
    service = tmp_path / "services"
    service.write_text(
        f"[shop]\nhost=127.0.0.1\nport={server.port}\ndbname={name}\nuser=followup\n", encoding="ascii"
    )
    with variables(PGSERVICEFILE=str(service)):
        assert reached(at, "postgresql:///?service=shop")


def test_the_password_may_stand_in_the_url_a_variable_or_a_file(
    at: Quick, server: postgres.Server, name: str, ana: str, tmp_path: Path
) -> None:
    at.settings.pop("FOLLOWUP_AGENT")
    without = server.url(name, ana)
    assert "password" in refusal(at, without, code=6)["hint"]
    assert reached(at, without.replace("ana@", f"ana:{SECRET}@"))
    assert reached(at, f"{without}?password={SECRET}")
    with variables(PGPASSWORD=SECRET):
        assert reached(at, without)
    passwords = tmp_path / "passwords"
    passwords.write_text(f"127.0.0.1:{server.port}:*:ana:{SECRET}\n", encoding="ascii")
    passwords.chmod(0o600)
    with variables(PGPASSFILE=str(passwords)):
        assert reached(at, without)


# ---- What goes wrong before there is a connection


@pytest.mark.parametrize(
    ("user", "database", "more", "said"),
    [
        ("nobody", "", "", 'role "nobody" does not exist'),
        ("followup", "nix", "", 'database "nix" does not exist'),
        ("followup", "", "?sslmode=require", "server does not support SSL"),
        ("followup", "", "?sslmode=sometimes", "invalid sslmode value"),
        ("followup", "", "?target_session_attrs=standby", "not in hot standby mode"),
    ],
)
def test_what_the_server_refuses_is_said_in_its_words(
    at: Quick, server: postgres.Server, name: str, user: str, database: str, more: str, said: str
) -> None:
    url = server.url(database or name, f"{user}:{SECRET}") + more
    found = refusal(at, url, code=6)
    assert found["code"] == "database_unreachable"
    assert said in found["message"]
    assert f"127.0.0.1:{server.port}" in found["message"]
    assert ("createdb nix" in found["hint"]) is (database == "nix")


def test_a_wrong_password_is_said_without_it(at: Quick, server: postgres.Server, name: str, ana: str) -> None:
    found = refusal(at, server.url(name, f"ana:{SECRET}0"), code=6)
    assert 'password authentication failed for user "ana"' in found["message"]
    assert "FOLLOWUP_DATABASE_URL" in found["hint"]


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("127.0.0.1:1", "Connection refused"),
        ("nowhere.invalid", "failed to resolve host"),
        ("%2Fnowhere", "No such file or directory"),
    ],
)
def test_a_server_that_is_not_there_is_named(at: Quick, where: str, said: str) -> None:
    assert said in refusal(at, f"postgresql://ana:{SECRET}@{where}/x", code=6)["message"]


def test_all_of_several_servers_are_named(at: Quick) -> None:
    found = refusal(at, f"postgresql://ana:{SECRET}@/x?host=127.0.0.1:1&host=localhost:2", code=6)
    assert "at 127.0.0.1:1 or localhost:2 cannot be reached" in found["message"]


@pytest.mark.parametrize("words", [("doctor",), ("db", "upgrade"), ("daemon", "tick"), ("daemon", "run")])
def test_every_command_says_it(at: Quick, words: tuple[str, ...]) -> None:
    at.settings["FOLLOWUP_DATABASE_URL"] = f"postgresql://ana:{SECRET}@127.0.0.1:1/x"
    more = ("--drain-and-exit",) if words[-1] == "run" else ()
    answer = at.run(*words, *more, code=6)
    assert "Connection refused" in answer.err + answer.out
    assert SECRET not in answer.err + answer.out


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ana:{secret}@127.0.0.1:x/followup",
        "postgresql://ana:p@{secret}@127.0.0.1:1/followup",
        "postgresql://ana:p@x/{secret}@127.0.0.1:1/followup",
        "postgresql://ana:p@127.0.0.1:1/followup?{secret}=1",
        "postgresql://ana:p@127.0.0.1:1/followup?password=p&{secret}=1",
        "postgresql://ana:p@127.0.0.1:1/followup?connect_timeout={secret}",
        "postgresql://ana:{secret}@one:1,two:2/followup",
    ],
)
def test_a_url_that_cannot_be_meant_is_refused_before_anything_is_tried(at: Quick, url: str) -> None:
    assert refusal(at, url.format(secret=SECRET), code=5)["code"] == "bad_database_url"


@pytest.mark.parametrize(
    "password", ["{0}/x", "{0}#x", "{0}?x", "{0}:12", "{0} x", "{0}%x", "[{0}]", "x%40{0}"]
)
def test_no_letter_of_a_password_makes_it_be_shown(at: Quick, password: str) -> None:
    url = f"postgresql://ana:{password.format(SECRET)}@127.0.0.1:1/followup"
    assert "Connection refused" in refusal(at, url, code=6)["message"]


# ---- What goes wrong afterwards


@pytest.mark.parametrize(
    "words", [("case", "note", "C-0001", "She called.", "--key"), ("agent", "set", ANA, "--login")]
)
def test_what_no_index_can_hold_is_refused_before_it_is_tried(at: Quick, words: tuple[str, ...]) -> None:
    assert at.refused(*words, secrets.token_hex(6000), code=2)["code"] == "too_long"


def test_an_empty_database_is_upgraded_when_one_says_so(at: Quick, server: postgres.Server) -> None:
    url = server.create("empty")
    assert refusal(at, url, code=4)["code"] == "schema_missing"
    assert at.json("db", "upgrade")["changed"] is True
    assert at.json("case", "list") == []
    server.drop("empty")


def test_a_newer_database_is_refused(at: Quick, server: postgres.Server, name: str) -> None:
    server.do("UPDATE alembic_version SET version_num = '9999'", database=name)
    for words in (("case", "list"), ("db", "upgrade")):
        assert at.refused(*words, code=4)["code"] == "schema_newer"


def test_a_database_set_to_read_only_is_looked_at_and_not_changed(
    at: Quick, server: postgres.Server, name: str
) -> None:
    server.do(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    assert len(at.json("case", "list")) == 1
    assert at.refused("case", "note", "C-0001", "She called.", code=4)["code"] == "database_read_only"


def fault(shop: Shop, change: Callable[[Session], object]) -> FollowupError:
    """What is raised where a change fails."""
    with pytest.raises(FollowupError) as caught:
        shop.write(change)
    return caught.value


def test_a_statement_that_takes_longer_than_the_server_allows_is_named(shop: Shop) -> None:
    def dawdle(session: Session) -> None:
        session.execute(text("SET LOCAL statement_timeout = 20"))
        session.execute(text("SELECT pg_sleep(10)"))

    found = fault(shop, dawdle)
    assert (found.code, found.exit_code) == ("statement_timeout", 6)


def cut(server: postgres.Server, name: str) -> None:
    """Close all connections to a database, as the server does when it shuts down."""
    server.do(f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{name}'")


def test_a_connection_that_is_cut_in_the_middle_changes_nothing_and_the_next_one_works(
    shop: Shop, server: postgres.Server, name: str
) -> None:
    shop.open_case()

    def note_twice(session: Session) -> None:
        for body in ("She called.", "She called again."):
            note = Note(case_id=1, actor=ANA, written_at=shop.now, body=body)
            session.add(note)
            session.flush()
            cut(server, name)

    found = fault(shop, note_twice)
    assert (found.code, found.exit_code) == ("database_lost", 6)
    # One that lay idle in the pool is cut too, which is noticed before it is used.
    assert shop.read(notes) == []
    cut(server, name)
    assert shop.read(notes) == []


def notes(session: Session) -> list[str]:
    return list(session.exec(select(Note.body)).all())


def test_a_pool_gives_each_of_many_threads_a_connection(shop: Shop) -> None:
    def connections(engine: Engine, number: int) -> int:
        if number == 0:
            return 0
        with reading(engine) as session:
            session.execute(text("SELECT 1"))
            return 1 + connections(engine, number - 1)

    assert connections(shop.engine, 64) == 64
