"""Giving out, erasing, merging and taking in customers, as the command does it."""

import json
import os
import pty
import stat

import pytest

from tests.e2e.conftest import Desk
from tests.e2e.installed import ended
from tests.shop import MAX

WHY = ["--because", "they asked"]
PRIYA = "priya@example.com"


@pytest.fixture
def known(quick: Desk) -> Desk:
    """Priya has a case with a voucher, an email that went out and two to come, and answers kept for keys."""
    quick.shop.budget("500.00")
    run = quick.followup.json
    run("customer", "add", "--name", "Priya Shah", "--email", PRIYA, "--key", "k-0")
    opened = [
        "--what-happened",
        "Your lamp came two days late.",
        "--reason",
        "late-delivery",
        "--severity",
        "moderate",
        "--verbatim",
        "For Priya's birthday.",
    ]
    run("case", "open", "--customer", PRIYA, *opened, "--order-value", "80.00", "--accept", "--key", "k-1")
    run("case", "note", "C-0001", "Priya called.", "--key", "k-2")
    run("case", "set", "C-0001", "--promised", "a call to Priya", "--key", "k-3")
    run("voucher", "redeem", "G-0001", "--amount", "3.00", "--order", "PRIYA-9", "--key", "k-4")
    run("outbox", "hold", "E-0002", "--because", "Priya is away", "--key", "k-5")
    run("sequence", "pause", "C-0001", "--because", "Priya moves", "--key", "k-6")
    run("suppression", "add", PRIYA, "--because", "Priya asked", "--key", "k-7")
    run("daemon", "tick")
    return quick


def files_with(desk: Desk, text: str) -> list[str]:
    found = [
        path
        for path in desk.root.rglob("*")
        if path.is_file() and text.encode().lower() in path.read_bytes().lower()
    ]
    return [str(path.relative_to(desk.root)) for path in found]


def test_erasing_leaves_nothing_in_the_workspace_and_every_command_still_answers(known: Desk) -> None:
    run = known.followup
    assert [name for name in files_with(known, "priya") if name.startswith("db/")]
    spend = run.run("report", "spend", "--by", "segment", "--format", "csv").out
    liability = run.run("report", "liability", "--format", "csv").out
    document = run.json("customer", "erase", PRIYA, *WHY, "--yes", "--as", MAX)
    assert (document["customer"], document["cleared"], document["dry_run"]) == (
        "erased-1@invalid",
        True,
        False,
    )
    assert document["answers"] == 8
    assert files_with(known, "priya") == []
    assert run.run("report", "spend", "--by", "segment", "--format", "csv").out == spend
    assert run.run("report", "liability", "--format", "csv").out == liability
    assert run.json("audit", "verify")["ok"]
    assert run.json("budget", "reconcile")["drift"] == []
    assert run.json("customer", "list") == []
    assert run.json("case", "show", "C-0001")["customer"]["erased_at"]
    assert run.json("customer", "show", "erased-1@invalid")["erased_at"]
    assert run.json("gesture", "explain", "G-0001") == {}
    assert {row["to"] for row in run.json("outbox", "list")} == {"erased-1@invalid"}
    for asked in (
        ("case", "show", "C-0001"),
        ("case", "list"),
        ("customer", "show", "erased-1@invalid"),
        ("gesture", "show", "G-0001"),
        ("gesture", "explain", "G-0001"),
        ("voucher", "show", "G-0001"),
        ("outbox", "list"),
        *(("outbox", what, f"E-000{number}") for what in ("show", "why") for number in (1, 2, 3)),
        ("sequence", "timeline", "C-0001"),
        ("policy", "explain", "C-0001"),
        ("suppression", "list"),
        ("audit", "log"),
        ("customer", "export", "erased-1@invalid"),
        ("policy", "simulate", "--policy", "policy.toml"),
        ("daemon", "tick"),
    ):
        answer = run.run(*asked)
        assert "priya" not in (answer.out + answer.err).lower(), asked
    run.refused("customer", "show", PRIYA, code=3)


def test_the_voucher_of_somebody_erased_is_still_good(known: Desk) -> None:
    code = known.followup.json("gesture", "show", "G-0001")["voucher"]["code"]
    known.followup.run("customer", "erase", PRIYA, *WHY, "--yes", "--as", MAX)
    assert known.followup.json("voucher", "redeem", code)["left"] == "0.00"


def test_a_key_of_theirs_is_used_up_and_gives_nothing_away(known: Desk) -> None:
    erase = ["customer", "erase", PRIYA, *WHY, "--yes", "--as", MAX, "--key", "e-1"]
    first = known.followup.json(*erase)
    assert {**known.followup.json(*erase), "cleared": True} == first
    again = ["case", "note", "C-0001", "Priya called.", "--key", "k-2"]
    assert known.followup.refused(*again, code=4)["code"] == "erased"


def test_a_dry_run_counts_and_changes_nothing(known: Desk) -> None:
    before = known.database.read_bytes()
    foreseen = known.followup.json("customer", "erase", PRIYA, "--dry-run")
    assert (foreseen["dry_run"], foreseen["cases"], foreseen["notes"], foreseen["emails"]) == (True, 1, 1, 3)
    assert "would be erased-1@invalid" in known.followup.run("customer", "erase", PRIYA, "--dry-run").out
    assert known.database.read_bytes() == before


def test_it_is_meant_or_it_is_not_done(known: Desk) -> None:
    run = known.followup
    assert run.refused("customer", "erase", PRIYA, *WHY, "--as", MAX, code=2)["code"] == "not_confirmed"
    run.complaint("customer", "erase", PRIYA, "--yes", code=2)
    run.complaint("customer", "erase", code=2)
    run.complaint("customer", "erase", PRIYA, "--expired", code=2)
    assert run.refused("customer", "erase", PRIYA, *WHY, "--yes", code=4)["code"] == "manager_needed"
    assert run.refused("customer", "erase", "--expired", code=4)["code"] == "no_retention"
    run.refused("customer", "erase", "x@example.com", *WHY, "--yes", "--as", MAX, code=3)
    assert run.json("customer", "show", PRIYA)["erased_at"] is None


@pytest.mark.parametrize(("answer", "code", "left"), [("n", 4, 1), ("y", 0, 0)])
def test_on_a_terminal_a_person_is_asked(desk: Desk, answer: str, code: int, left: int) -> None:
    desk.shop.open_case(PRIYA)
    said, left_with = on_a_terminal(desk, answer, "customer", "erase", PRIYA, *WHY, "--as", MAX)
    assert f"Erase {PRIYA} for good? It cannot be undone. [y/N]:" in said
    assert left_with == code
    assert len(desk.followup.json("customer", "list")) == left


def on_a_terminal(desk: Desk, answer: str, *arguments: str) -> tuple[str, int]:
    """What a command shows on a terminal where somebody answers its question, and its exit code."""
    terminal, child_end = pty.openpty()
    started = desk.followup.begin_on(child_end, *arguments, NO_COLOR="1", TERM="dumb")
    os.write(terminal, f"{answer}\n".encode())
    shown = b""
    try:
        while part := os.read(terminal, 65536):
            shown += part
    except OSError:
        pass  # Linux says so when the other end is closed.
    os.close(terminal)
    return shown.decode(), ended(started)


def test_everybody_who_was_kept_too_long_is_erased_in_one_go(quick: Desk) -> None:
    quick.followup.settings["FOLLOWUP_RETENTION_DAYS"] = "30"
    for number in range(22):
        quick.shop.open_case(f"c{number}@example.com")
    for reference in ("C-0001", "C-0002"):
        quick.followup.json("case", "close", reference)
    assert quick.followup.json("customer", "list", "--due-for-erasure") == []
    long_ago = "UPDATE cases SET status = 'closed', closed_at = '2020-01-01 00:00:00.000000' WHERE id > 1"
    quick.shop.write(lambda session: session.connection().exec_driver_sql(long_ago))
    assert len(quick.followup.json("customer", "list", "--due-for-erasure")) == 21
    foreseen = quick.followup.json("customer", "erase", "--expired", "--dry-run")
    assert (foreseen["due"], foreseen["erased"], len(foreseen["people"])) == (21, 0, 21)
    done = quick.followup.json("customer", "erase", "--expired", "--yes", "--as", MAX)
    assert (done["due"], done["erased"], done["cleared"]) == (0, 21, True)
    assert [row["email"] for row in quick.followup.json("customer", "list")] == ["c0@example.com"]


def test_an_export_is_a_file_that_only_its_owner_reads_and_that_is_not_overwritten(known: Desk) -> None:
    target = known.root / "priya.json"
    told = known.followup.json("customer", "export", PRIYA, "--output", str(target))
    assert (told["cases"], told["emails"], told["notes"]) == (1, 3, 1)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    document = json.loads(target.read_text(encoding="utf-8"))
    assert document["cases"][0]["verbatim"] == "For Priya's birthday."
    assert known.followup.refused("customer", "export", PRIYA, "--output", str(target), code=4)
    missing = str(known.root / "nowhere" / "x.json")
    known.followup.refused("customer", "export", PRIYA, "--output", missing, code=3)


def test_two_records_become_one(known: Desk) -> None:
    run = known.followup
    run.json("customer", "add", "--name", "P. Shah", "--email", "p@example.com")
    merge = ["customer", "merge", PRIYA, "p@example.com"]
    foreseen = run.json(*merge, "--dry-run")
    assert (foreseen["cases"], foreseen["suppressed"]) == (["C-0001"], "manual")
    assert "would be one" in run.run(*merge, "--dry-run").out
    run.complaint(*merge, code=2)
    assert run.json(*merge, *WHY, "--key", "m-1") == run.json(*merge, *WHY, "--key", "m-1")
    assert run.json("customer", "show", PRIYA)["email"] == "p@example.com"
    assert run.refused(*merge, *WHY, code=4)["code"] == "same_customer"


BAD = "email,name\nok@example.com,Ok\nnobody,Nobody\n"


@pytest.mark.parametrize(
    ("noun", "listed"), [("customer", ["customer", "list"]), ("suppression", ["suppression", "list"])]
)
def test_an_import_is_whole_or_puts_bad_lines_aside(quick: Desk, noun: str, listed: list[str]) -> None:
    (quick.root / "list.csv").write_text(BAD, encoding="utf-8")
    answer = quick.followup.run(noun, "import", "list.csv", code=5)
    assert "list.csv, line 3 (row 2, " in answer.err
    assert quick.followup.json(*listed) == []
    answer = quick.followup.run(noun, "import", "list.csv", "--skip-bad", "bad.csv")
    assert "2 " in answer.out
    assert "bad.csv" in answer.err
    assert len(quick.followup.json(*listed)) == 1
    assert "nobody,Nobody," in (quick.root / "bad.csv").read_text(encoding="utf-8-sig")
    assert "standard input, line 3" in quick.followup.run(noun, "import", "-", stdin=BAD, code=5).err
    quick.followup.refused(noun, "import", "nowhere.csv", code=3)


def test_the_list_of_suppressed_addresses_goes_out_as_csv(known: Desk) -> None:
    out = known.followup.run("suppression", "export").out
    assert out.splitlines()[0] == "address,reason,since,because"
    assert out.splitlines()[1].startswith(f"{PRIYA},manual,")
    target = known.root / "list.csv"
    told = known.followup.json("suppression", "export", "--output", str(target))
    assert told == {"file": str(target), "addresses": len(out.splitlines()) - 1}
    assert target.read_bytes().decode() == out.replace("\n", "\r\n")
    known.followup.complaint("suppression", "import", str(target), "--reason", "erased", code=2)
