"""Whatever goes wrong, a user reads one line that says what, where and what to do; programs read JSON."""

import os
import re
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from followup.cli import app as boundary
from followup.errors import Unreachable
from followup.store.engine import open_engine, writing
from followup.store.tables import Email, Note
from tests.e2e.conftest import Desk
from tests.e2e.installed import Installed, instant
from tests.shop import MAX

NEW_CASE = ("case", "open", "--customer", "new@example.com", "--reason", "long-wait", "--severity", "minor")
HARBOUR = ("init", "harbour", "--business", "Harbour Books")


def confined(*, file_bytes: int | None = None, as_owner_only: bool = False) -> tuple[str, ...]:
    """What to put before a command so that no file grows beyond a size, or so that even the superuser is
    bound by the permissions of files."""
    # Without the last, Python would leave its own compiled files behind, cut short.
    program = ["import os, resource, sys", "os.environ['PYTHONDONTWRITEBYTECODE'] = '1'"]
    if file_bytes is not None:
        program.append(f"resource.setrlimit(resource.RLIMIT_FSIZE, ({file_bytes}, {file_bytes}))")
    if as_owner_only and os.geteuid() == 0:
        # PR_CAPBSET_DROP of CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH.
        program += [
            "import ctypes",
            "libc = ctypes.CDLL(None, use_errno=True)",
            "assert not libc.prctl(24, 1, 0, 0, 0) and not libc.prctl(24, 2, 0, 0, 0)",
        ]
    program.append("os.execv(sys.argv[1], sys.argv[1:])")
    return (sys.executable, "-c", "\n".join(program))


# ---- What was typed


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["case", "open", "--severty", "minor"], r"No such option: --severty .*--severity"),
        (["csae", "list"], r"No such command 'csae'.*case"),
        (["outbox", "list", "--state", "sennt"], r"'sennt' is not a state\. Did you mean sent\?"),
        (["case", "show", "X-1"], r"'X-1' is not a reference to a case\. Write it as C-0012"),
        (["case", "show", "C-9999999999999"], r"is not a reference to a case"),
        ([*NEW_CASE, "--name", "N", "--severity", "sever"], r"Did you mean severe\?"),
        ([*NEW_CASE, "--name", "N", "--fact", "weight=3"], r"weight"),
        (["daemon", "tick", "--at", "tomorrow"], r"not an instant.*2026-12-07T10:00:00\+00:00"),
        (["daemon", "tick", "--at", "2026-12-07T10:00:00"], r"with an offset"),
        (["case", "list", "--limit", "0"], r"--limit"),
        (["report", "spend", "--from", "1/2/26"], r"not a date\. Write it as 2026-11-23"),
        (["report", "spend", "--by", "resaon"], r"'resaon' is not a kind of row\. Did you mean reason\?"),
        (["policy", "explain", "--reason", "Late delivery!"], r"is not a reason\. Use small letters"),
        (["customer", "list", "--search", "\udcff\udcfe"], r"search is not UTF-8 text"),
    ],
)
def test_wrong_usage_is_one_line_that_says_what_to_type(quick: Desk, typed: list[str], says: str) -> None:
    assert re.search(says, quick.followup.complaint(*typed, code=2))


def test_a_noun_without_its_verb_shows_what_can_be_done_with_it(followup: Installed) -> None:
    answer = followup.run("case", code=2)
    assert answer.out == ""
    assert "\n  resolve  " in answer.err


def test_with_json_a_refusal_is_one_json_document_on_standard_error(desk: Desk) -> None:
    refusal = desk.followup.refused("customer", "show", "nobody@example.com", code=3)
    assert refusal["code"] == "unknown_customer"
    assert refusal["message"] == "There is no customer nobody@example.com."
    assert "followup customer add" in refusal["hint"]
    assert desk.followup.refused("case", "list", "--limit", "none", code=2)["code"] == "wrong_usage"


def test_a_case_of_somebody_unknown_needs_their_name(quick: Desk) -> None:
    assert quick.followup.refused(*NEW_CASE, code=3)["code"] == "unknown_customer"


def test_off_a_terminal_a_missing_answer_is_an_error(quick: Desk) -> None:
    assert "Give --severity" in quick.followup.complaint(*NEW_CASE[:-2], code=2)


def test_who_acts_must_be_known(quick: Desk) -> None:
    quick.shop.request(quick.shop.open_case(), "refund", "40.00")
    decide = ("approval", "approve", "A-0001", "--as", "ghost@shop.example")
    assert quick.followup.refused(*decide, code=3)["code"] == "unknown_agent"
    del quick.followup.settings["FOLLOWUP_AGENT"]
    assert "--as EMAIL" in quick.followup.complaint(*NEW_CASE, "--name", "N", code=2)


# ---- Rules that say no


def test_nobody_approves_their_own_request(desk: Desk) -> None:
    desk.shop.request(desk.shop.open_case(), "refund", "40.00")
    refusal = desk.followup.refused("approval", "approve", "A-0001", code=4)
    assert refusal["code"] == "self_approval"
    assert "senior" in refusal["hint"]


def test_an_exhausted_budget_says_what_is_left_and_until_when(quick: Desk) -> None:
    quick.shop.budget("10.00", "year")
    quick.shop.request(quick.shop.open_case())
    quick.shop.open_case("tom@example.com")
    refusal = quick.followup.refused("gesture", "request", "C-0002", code=4)
    assert refusal["code"] == "budget_exhausted"
    # A tenth of 80.00 is gone; the next year begins on 1 January.
    begins = f"1 January {quick.shop.rules.today(quick.shop.now).year + 1}"
    assert f"Budget goodwill has 2.00 GBP left until {begins}" in refusal["message"]
    assert "needs 8.00 GBP" in refusal["message"]
    assert quick.followup.json("budget", "show", "goodwill")["available"] == "2.00"


# ---- The workspace and its files


def test_without_a_workspace_it_says_how_to_make_one(followup: Installed) -> None:
    assert "followup init" in followup.complaint("case", "list", code=3)
    assert "followup init" in followup.complaint("case", "list", "--workspace", "nowhere", code=3)


def test_a_workspace_is_found_upwards_from_where_one_is(quick: Desk) -> None:
    quick.followup.folder = quick.root / "templates" / "en" / "partials"
    assert quick.followup.json("agent", "list")


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("followup.toml", ("case", "list")),
        ("policy.toml", ("policy", "explain", "--reason", "long-wait")),
        ("sequences.toml", ("sequence", "list")),
    ],
)
def test_broken_toml_is_named_with_its_file_line_and_column(
    quick: Desk, name: str, command: tuple[str, ...]
) -> None:
    (quick.root / name).write_text('good = "yes"\n\nbad = = 1\n', encoding="utf-8")
    refusal = quick.followup.refused(*command, code=5)
    assert str(quick.root / name) in refusal["message"]
    assert "line 3, column 7" in refusal["message"]
    assert refusal["hint"]


def test_an_unknown_setting_is_named_with_the_nearest(quick: Desk) -> None:
    path = quick.root / "followup.toml"
    path.write_text('timezon = "Europe/London"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    refusal = quick.followup.refused("case", "list", code=5)
    assert refusal["code"] == "unknown_setting"
    assert refusal["hint"] == "Did you mean timezone?"


def test_a_setting_from_the_environment_is_named_as_the_variable_and_never_shown(quick: Desk) -> None:
    quick.followup.settings["FOLLOWUP_SMTP_URL"] = "http://user:hunter2@mail.example"
    said = quick.followup.complaint("case", "list", code=5)
    assert "FOLLOWUP_SMTP_URL" in said
    assert "hunter2" not in said


def test_doctor_names_each_fault_and_leaves_with_the_code_of_the_first(quick: Desk) -> None:
    (quick.root / "policy.toml").write_text("bad = = 1\n", encoding="utf-8")
    (quick.root / "sequences.toml").unlink()
    document = quick.followup.json("doctor", code=5)
    faulty = {check["name"]: check["mend"] for check in document["checks"] if not check["ok"]}
    assert {"policy", "sequences"} <= set(faulty)
    assert all(faulty.values())


# ---- The database


@contextmanager
def locked(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield other


@pytest.mark.parametrize("command", [("case", "list"), ("case", "note", "C-0001", "She called.")])
def test_a_database_that_stays_locked_is_named_after_the_wait(desk: Desk, command: tuple[str, ...]) -> None:
    desk.shop.open_case()
    desk.followup.settings["FOLLOWUP_LOCK_WAIT_SECONDS"] = "1"
    with locked(desk.database):
        refusal = desk.followup.refused(*command, code=6)
    assert refusal["code"] == "database_locked"
    assert notes(desk) == []


def notes(desk: Desk) -> list[str]:
    return desk.shop.read(lambda session: [row.body for row in session.exec(select(Note))])


def test_a_lock_that_ends_within_the_wait_is_not_noticed(desk: Desk) -> None:
    desk.shop.open_case()
    with locked(desk.database) as other:
        threading.Timer(2, lambda: other.execute("COMMIT")).start()
        desk.followup.run("case", "note", "C-0001", "She called.")
    assert notes(desk) == ["She called."]


def test_a_newer_database_is_refused_and_left_alone(quick: Desk) -> None:
    with closing(sqlite3.connect(quick.database)) as other, other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    before = quick.database.read_bytes()
    for command in (("case", "list"), ("db", "upgrade"), ("daemon", "run", "--drain-and-exit")):
        assert quick.followup.refused(*command, code=4)["code"] == "schema_newer"
    assert quick.followup.json("doctor", code=4)["ok"] is False
    assert quick.database.read_bytes() == before


def test_an_empty_database_is_upgraded_when_one_says_so(quick: Desk) -> None:
    quick.shop.engine.dispose()
    quick.database.unlink()
    refusal = quick.followup.refused("agent", "list", code=4)
    assert refusal["code"] == "schema_missing"
    assert refusal["hint"] == "Run: followup db upgrade"
    assert quick.followup.json("db", "upgrade")["changed"] is True
    assert quick.followup.json("agent", "list") == []
    assert quick.followup.json("db", "upgrade")["changed"] is False


def test_a_file_that_is_no_database_is_named(quick: Desk) -> None:
    quick.shop.engine.dispose()
    quick.database.write_bytes(b"These are my notes, and nobody should write over them.\n" * 100)
    before = quick.database.read_bytes()
    for command in (("agent", "list"), ("db", "upgrade")):
        assert quick.followup.refused(*command, code=5)["code"] == "not_a_database"
    assert quick.database.read_bytes() == before


def test_a_damaged_database_is_named(desk: Desk) -> None:
    desk.shop.engine.dispose()
    whole = desk.database.read_bytes()
    desk.database.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    assert desk.followup.refused("agent", "list", code=5)["code"] == "database_damaged"


def test_a_database_url_that_means_nothing_is_named_without_its_password(quick: Desk) -> None:
    quick.followup.settings["FOLLOWUP_DATABASE_URL"] = "mysql://root:hunter2@localhost/followup"
    answer = quick.followup.run("case", "list", code=5)
    assert "mysql" in answer.err
    assert "hunter2" not in answer.err


# ---- The disk


def test_a_full_disk_changes_nothing_and_says_so(quick: Desk) -> None:
    quick.shop.open_case()
    size = quick.database.stat().st_size
    note = ("case", "note", "C-0001", "word " * 4000)
    refusal = quick.followup.refused(*note, code=6, before=confined(file_bytes=size))
    assert "nothing was changed" in refusal["message"]
    assert "space" in refusal["hint"]
    assert quick.followup.json("case", "show", "C-0001")["notes"] == []
    assert quick.followup.json("db", "check")["ok"] is True
    assert len(list((quick.root / "db").glob("followup.db*"))) == 1
    # The same command goes through where there is room.
    quick.followup.run(*note, before=confined(file_bytes=size * 4))


def test_sqlites_own_report_of_a_full_disk_is_understood(quick: Desk) -> None:
    engine = open_engine(quick.shop.workspace.database_url)

    def fill(session: Session) -> None:
        session.execute(text("PRAGMA max_page_count = 1"))
        session.execute(text("CREATE TABLE filler AS SELECT zeroblob(1000000) AS room"))

    with pytest.raises(Unreachable) as caught, writing(engine) as session:
        fill(session)
    assert caught.value.code == "disk_full"
    engine.dispose()


@pytest.mark.parametrize("file_bytes", [1_000, 40_000])
def test_a_workspace_that_cannot_be_finished_is_taken_away_again(
    followup: Installed, file_bytes: int
) -> None:
    refusal = followup.refused(*HARBOUR, code=6, before=confined(file_bytes=file_bytes))
    assert "hanged" in refusal["message"]
    assert list(followup.folder.iterdir()) == []
    followup.run(*HARBOUR)


def test_what_was_there_before_a_failed_init_stays(followup: Installed) -> None:
    folder = followup.folder / "harbour"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    followup.refused(*HARBOUR, code=6, before=confined(file_bytes=1_000))
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_a_folder_that_cannot_be_written_is_named(followup: Installed) -> None:
    followup.folder.chmod(0o500)
    refusal = followup.refused(*HARBOUR, code=4, before=confined(as_owner_only=True))
    followup.folder.chmod(0o700)
    assert "harbour" in refusal["message"]
    assert list(followup.folder.iterdir()) == []


def test_a_database_in_a_folder_that_cannot_be_written_is_named(quick: Desk) -> None:
    quick.shop.open_case()
    folder = quick.root / "db"
    folder.chmod(0o500)
    quick.database.chmod(0o400)
    refusal = quick.followup.refused(
        "case", "note", "C-0001", "She called.", code=4, before=confined(as_owner_only=True)
    )
    assert refusal["code"] == "database_read_only"
    listed = quick.followup.run("case", "list", before=confined(as_owner_only=True))
    folder.chmod(0o700)
    assert "priya@example.com" in listed.out


# ---- Emails


def states(quick: Desk) -> list[str]:
    return quick.shop.read(lambda session: [row.state.value for row in session.exec(select(Email))])


def test_while_the_mail_server_does_not_answer_the_emails_wait(desk: Desk) -> None:
    desk.shop.request(desk.shop.open_case())
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        desk.followup.settings["FOLLOWUP_SMTP_URL"] = f"smtp://127.0.0.1:{free.getsockname()[1]}"
    answer = desk.followup.run("daemon", "tick", "--json", code=6)
    assert answer.refusal["code"] == "mail_unreachable"
    assert (answer.document["claimed"], answer.document["sent"]) == (1, 0)
    assert states(desk) == ["scheduled", "scheduled", "scheduled"]
    assert desk.followup.run("daemon", "run", "--drain-and-exit", code=6).err.count("followup: ") == 1
    assert desk.followup.json("doctor", code=6)["ok"] is False


def test_a_mistake_in_a_template_fails_the_email_visibly_until_it_is_mended(quick: Desk) -> None:
    quick.shop.request(quick.shop.open_case())
    path = quick.root / "templates" / "en" / "apology.md"
    right = path.read_text(encoding="utf-8")
    line = right.count("\n") + 1
    path.write_text(f"{right}{{{{ customer.shoe_size }}}}\n", encoding="utf-8")
    assert quick.followup.json("daemon", "tick")["failed"] == 1
    failed = quick.followup.json("outbox", "list", "--state", "failed")
    assert [row["id"] for row in failed] == ["E-0001"]
    assert f"apology.md, line {line}: " in failed[0]["reason"]
    assert "shoe_size" in failed[0]["reason"]
    path.write_text(right, encoding="utf-8")
    assert quick.followup.json("outbox", "retry", "E-0001")["state"] == "scheduled"
    assert quick.followup.json("daemon", "tick")["sent"] == 1
    assert len(list((quick.root / "outbox").rglob("*.eml"))) == 1


def test_an_email_that_cannot_be_written_as_a_file_waits_and_says_why(quick: Desk) -> None:
    quick.shop.request(quick.shop.open_case())
    (quick.root / "outbox").rmdir()
    (quick.root / "outbox").write_text("in the way", encoding="utf-8")
    tick = quick.followup.json("daemon", "tick")
    assert (tick["claimed"], tick["sent"], tick["retried"]) == (1, 0, 1)
    waiting = [row for row in quick.followup.json("outbox", "list") if row["id"] == "E-0001"]
    assert waiting[0]["state"] == "scheduled"
    assert "could not be written" in waiting[0]["reason"]
    assert instant(waiting[0]["due_at"]) > quick.shop.now


# ---- The streams


def test_a_reader_that_goes_away_is_no_error(desk: Desk) -> None:
    for number in range(30):
        desk.shop.open_case(f"c{number}@example.com")
    command = " ".join(desk.followup.command)
    done = subprocess.run(
        ["sh", "-c", f"{command} case list --json | head -c 1"],
        cwd=desk.root,
        env=desk.followup.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("[", "")


def test_a_bug_asks_to_be_reported_and_repeats_nothing_of_the_data() -> None:
    try:
        raise ValueError("4111 1111 1111 1111")
    except ValueError as error:
        named = boundary._named(error)
    assert named.exit_code == 1
    assert "bug in followup" in named.message
    assert "report" in named.hint
    assert "4111" not in named.message + named.hint


def test_an_approver_without_the_authority_is_told_who_has_it(quick: Desk) -> None:
    # 300.00 for an order of 250.00 is above a manager's 250.00.
    case = quick.shop.open_case(order_value="250.00")
    quick.shop.request(case, "refund", "300.00", because="word " * 20)
    refusal = quick.followup.refused("approval", "approve", "A-0001", "--as", MAX, code=4)
    assert refusal["code"] == "authority_exceeded"
    assert "a director may" in refusal["message"]
