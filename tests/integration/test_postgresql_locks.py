"""Who waits for whom on PostgreSQL, how long, and what happens when somebody does not come back."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, func, select

from followup.errors import FollowupError
from followup.store import engine as engines
from followup.store.engine import open_engine, reading, writing
from followup.store.tables import Case
from tests.e2e.installed import Quick
from tests.hanging import LONGEST_SECONDS
from tests.shop import ANA, Shop

pytestmark = pytest.mark.only_on("postgresql")
NOTE = ("case", "note", "C-0001", "She called.")


@pytest.fixture
def at(shop: Shop, tmp_path: Path) -> Quick:
    shop.open_case()
    return Quick(shop.workspace.root, tmp_path, {"FOLLOWUP_AGENT": ANA, "FOLLOWUP_LOCK_WAIT_SECONDS": "1"})


@contextmanager
def writer(shop: Shop) -> Iterator[psycopg.Connection]:
    """Somebody who is in the middle of a change, from another process's point of view."""
    with psycopg.connect(shop.workspace.database_url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", (engines._WRITERS_LOCK,))
        yield other


def test_a_change_waits_for_another_as_long_as_is_set_and_says_so(at: Quick, shop: Shop) -> None:
    with writer(shop):
        refusal = at.refused(*NOTE, code=6)
    assert refusal["code"] == "database_locked"
    assert refusal["message"] == "The database stayed locked by another process for 1 seconds."
    assert at.json("case", "show", "C-0001")["notes"] == []


def test_a_change_that_ends_within_the_wait_is_not_noticed(at: Quick, shop: Shop) -> None:
    at.settings["FOLLOWUP_LOCK_WAIT_SECONDS"] = str(LONGEST_SECONDS)
    with writer(shop) as other:
        ending = threading.Timer(0.3, other.rollback)
        ending.start()
        at.run(*NOTE)
        ending.join()
    assert len(at.json("case", "show", "C-0001")["notes"]) == 1


def test_looking_and_what_is_guarded_by_itself_wait_for_nobody(at: Quick, shop: Shop) -> None:
    with writer(shop):
        assert len(at.json("case", "list")) == 1
        at.run("report", "spend")
        with writing(shop.engine, alone=False) as session:
            session.execute(text("UPDATE outbox SET attempts = attempts"))


def test_somebody_who_looks_and_does_not_end_keeps_nobody_waiting(at: Quick, shop: Shop) -> None:
    with reading(shop.engine) as session:
        assert cases(session) == 1
        at.run(*NOTE)
        shop.open_case("sam@example.com")
        # What is being looked at stays as it was; whoever looks now sees more.
        assert cases(session) == 1
        assert shop.read(cases) == 2


def cases(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Case)).one()


def test_nothing_is_changed_by_looking(shop: Shop) -> None:
    with pytest.raises(FollowupError) as caught, reading(shop.engine) as session:
        session.execute(text("UPDATE outbox SET attempts = 0"))
    assert caught.value.code == "database_read_only"


HOLDING = """
import sys, time
from sqlalchemy import text
from followup.store.engine import open_engine, writing
with writing(open_engine(sys.argv[1])) as session:
    session.execute(text("SELECT 1"))
    print("held", flush=True)
    time.sleep(600)
"""


def test_a_killed_process_frees_what_it_held(at: Quick, shop: Shop) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDING, shop.workspace.database_url], stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    assert at.refused(*NOTE, code=6)["code"] == "database_locked"
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    at.settings["FOLLOWUP_LOCK_WAIT_SECONDS"] = str(LONGEST_SECONDS)
    at.run(*NOTE)


def test_a_process_that_stands_still_in_a_change_loses_it(
    at: Quick, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A second in place of the minute, for one that holds what all others need and says nothing.
    monkeypatch.setattr(engines, "_ABANDONED_AFTER_SECONDS", 1)
    at.settings["FOLLOWUP_LOCK_WAIT_SECONDS"] = str(LONGEST_SECONDS)

    def stand_still(session: Session) -> None:
        session.execute(text("UPDATE cases SET reason = 'long-wait'"))
        at.run(*NOTE)
        session.execute(text("SELECT 1"))

    with pytest.raises(FollowupError) as caught:
        shop.write(stand_still)
    assert (caught.value.code, caught.value.exit_code) == ("transaction_ended", 6)
    found = at.json("case", "show", "C-0001")
    assert (found["reason"], len(found["notes"])) == ("late-delivery", 1)


@pytest.fixture
def other_engine(shop: Shop, opened: Callable[[str], Engine]) -> Engine:
    return opened(shop.workspace.database_url)


def test_two_who_take_the_same_rows_crosswise_are_told_apart(shop: Shop, other_engine: Engine) -> None:
    for customer in ("a@example.com", "b@example.com"):
        shop.open_case(customer)
    both_have_one = threading.Barrier(2)
    faults: list[str] = []

    def take(engine: Engine, *rows: int) -> None:
        try:
            with writing(engine, alone=False) as session:
                for row in rows:
                    session.execute(text(f"UPDATE cases SET reason = 'long-wait' WHERE id = {row}"))
                    if row == rows[0]:
                        both_have_one.wait(LONGEST_SECONDS)
        except FollowupError as error:
            faults.append(error.code)

    threads = [
        threading.Thread(target=take, args=(shop.engine, 1, 2)),
        threading.Thread(target=take, args=(other_engine, 2, 1)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == ["deadlock"]


def test_a_wait_is_for_one_transaction_and_no_setting_of_the_connection(shop: Shop) -> None:
    engine = open_engine(shop.workspace.database_url, lock_wait_seconds=7)
    with writing(engine) as session:
        assert session.execute(text("SHOW lock_timeout")).scalar_one() == "7s"
        assert session.execute(text("SHOW idle_in_transaction_session_timeout")).scalar_one() == "1min"
    with engine.connect() as connection:
        inner = connection.connection.driver_connection
        assert isinstance(inner, psycopg.Connection)
        assert inner.execute("SHOW lock_timeout").fetchone() == ("0",)
        inner.rollback()
    engine.dispose()
