"""`outbox edit`: a letter in an editor, from a file, and back to its template."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Desk
from tests.e2e.terminal import Terminal

OURS = "Your cat is not to blame for what our driver did."


@pytest.fixture
def letter(desk: Desk) -> str:
    """The reference of a letter that is to come."""
    desk.shop.request(desk.shop.open_case())
    return "E-0001"


def editor(desk: Desk, folder: Path, does: str) -> None:
    """Make a program the agent's editor; it finds the file in "$1"."""
    program = folder / "editor"
    program.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
    program.chmod(0o755)
    desk.followup.settings["EDITOR"] = str(program)


def test_what_is_saved_in_the_editor_is_the_letter(desk: Desk, letter: str, tmp_path: Path) -> None:
    editor(desk, tmp_path, f"""cp "$1" {tmp_path}/shown; sed -i 's/^Ana Reyes$/{OURS}\\n\\n&/' "$1" """)
    terminal = Terminal(desk, "dumb", "outbox", "edit", letter)
    assert terminal.end() == 0
    assert f"{letter} is scheduled." in terminal.seen
    shown = (tmp_path / "shown").read_text(encoding="utf-8")
    assert shown.startswith("Subject: ")
    assert "Hello Priya," in shown
    again = desk.followup.json("outbox", "edit", letter, "--file", str(tmp_path / "shown"))
    assert OURS not in again["text"]


def test_a_letter_that_was_not_changed_stays_its_templates(desk: Desk, letter: str, tmp_path: Path) -> None:
    editor(desk, tmp_path, "true")
    terminal = Terminal(desk, "dumb", "outbox", "edit", letter)
    assert terminal.end() == 0
    assert "You changed nothing." in terminal.seen
    assert desk.followup.json("outbox", "show", letter)["edited"] is False


def test_words_that_are_refused_are_kept_in_a_file(desk: Desk, letter: str, tmp_path: Path) -> None:
    editor(desk, tmp_path, """head -c 5000 /dev/zero | tr '\\0' x >> "$1" """)
    terminal = Terminal(desk, "dumb", "outbox", "edit", letter)
    assert terminal.end() == 2
    assert "That is too long" in terminal.seen
    kept = Path(terminal.seen.replace("\r\n", "").partition("--file ")[2].partition(".txt")[0] + ".txt")
    assert kept.read_text(encoding="utf-8").count("x") >= 5000
    assert kept.stat().st_mode & 0o077 == 0
    kept.unlink()


@pytest.mark.parametrize(
    ("program", "code"), [("exit 3", "left with 3"), (None, "No editor is set"), ("", "cannot be started")]
)
def test_an_editor_that_does_not_work_is_said(
    desk: Desk, letter: str, tmp_path: Path, program: str | None, code: str
) -> None:
    if program:
        editor(desk, tmp_path, program)
    else:
        desk.followup.settings["EDITOR"] = "" if program is None else str(tmp_path / "not-there")
    terminal = Terminal(desk, "dumb", "outbox", "edit", letter, VISUAL="")
    assert terminal.end() == 2
    assert code in terminal.seen
    assert desk.followup.json("outbox", "show", letter)["edited"] is False


def test_without_a_terminal_the_words_come_from_a_file(desk: Desk, letter: str, tmp_path: Path) -> None:
    assert "--file FILE" in desk.followup.run("outbox", "edit", letter, code=2).err
    file = tmp_path / "letter.txt"
    planned = desk.followup.json("sequence", "timeline", "C-0001")["emails"][0]["text"]
    text = planned.replace("Ana Reyes", f"{OURS}\n\nAna Reyes")
    file.write_text(f"subject:  Your cat\n\n{text}", encoding="utf-8")
    edited = desk.followup.json("outbox", "edit", letter, "--file", str(file), "--because", "The cat.")
    assert (edited["subject"], edited["edited"], edited["state"]) == ("Your cat", True, "scheduled")
    assert OURS in edited["text"]
    dropped = desk.followup.json("outbox", "edit", letter, "--drop")
    assert (dropped["edited"], OURS in dropped["text"]) == (False, False)
    told = desk.followup.json("outbox", "why", letter)["story"]
    assert [event["text"] for event in told[-2:]] == [
        "Ana Reyes wrote its words: The cat.",
        "Ana Reyes let its template write it again.",
    ]
    desk.followup.run("outbox", "edit", letter, "--drop", "--file", str(file), code=2)
    desk.followup.run("outbox", "edit", letter, "--file", str(tmp_path / "no.txt"), code=3)
    desk.followup.run("outbox", "edit", letter, "--file", str(tmp_path), code=2)
