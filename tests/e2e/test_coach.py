import os
import pty
import select
from pathlib import Path

import pytest
from sqlmodel import select as sql_select

from followup.store.tables import PracticeRound
from tests.e2e.conftest import Desk
from tests.e2e.installed import ended
from tests.hanging import LONGEST_SECONDS
from tests.shop import ANA, MAX

BAD_REPLY = ("Dear Moira,", "", "We are sorry for any inconvenience.", "", "Ana Reyes")
CONTROL_D, WIPE_LINE = "\x04", "\x15"
AGAIN = "to improve this reply? [y/N]: "
GOOD_LINE = "Your son's bike came on 12 March without pedals, and that is our fault."


class Practice:
    """A real terminal in which `followup coach` shows a complaint and waits for a reply."""

    def __init__(self, desk: Desk, *arguments: str) -> None:
        self.seen = ""
        self.descriptor, child_end = pty.openpty()
        surroundings = {"NO_COLOR": "1", "TERM": "dumb"}
        self._started = desk.followup.begin_on(child_end, "coach", *arguments, **surroundings)

    def wait_for(self, text: str) -> str:
        """Read until a text is there; gives what came before it, and forgets it."""
        while text not in self.seen:
            assert self._read(), f"{text!r} never came:\n{self.seen}"
        before, _, self.seen = self.seen.partition(text)
        return before

    def write(self, *lines: str) -> None:
        """Type lines of a reply, each when the terminal waits for it."""
        for line in lines:
            self.press("> ", f"{line}\n")

    def press(self, waiting: str, keys: str) -> None:
        """Press keys when the terminal shows what it waits with."""
        self.wait_for(waiting)
        os.write(self.descriptor, keys.encode())

    def end(self) -> int:
        """Wait until the command is over; gives its exit code."""
        while self._read():
            continue
        os.close(self.descriptor)
        return ended(self._started)

    def _read(self) -> bool:
        ready, _, _ = select.select([self.descriptor], [], [], LONGEST_SECONDS)
        if not ready:
            return False
        try:
            part = os.read(self.descriptor, 65536)
        except OSError:
            # How a terminal says that nobody is at its other end any more.
            return False
        self.seen += part.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(part)


def rounds(desk: Desk) -> list[PracticeRound]:
    return desk.shop.read(lambda session: list(session.exec(sql_select(PracticeRound)).all()))


def test_on_a_terminal_a_reply_is_answered_line_by_line_and_can_be_tried_again(desk: Desk) -> None:
    terminal = Practice(desk, "--exercise", "birthday-bike")
    shown = terminal.wait_for("A line with only a dot ends it.")
    for fact in ("Moira Fenn", "His feet had nowhere to go", "12 March 2026", "voucher of 24.00 GBP"):
        assert fact in " ".join(shown.split())
    terminal.write(*BAD_REPLY, ".")
    terminal.wait_for("Your reply\n")
    at_sentence = terminal.wait_for("The reply as a whole")
    assert at_sentence.index("We are sorry for any inconvenience.") < at_sentence.index("E1")
    assert "E8" in terminal.wait_for("One good reply, to compare")
    terminal.wait_for("1st round, ")
    terminal.press(AGAIN, "y\n")
    # The greeting and the empty line are kept; the sentence that did harm is wiped and written anew.
    terminal.press("> Dear Moira,", "\n")
    terminal.press("> ", "\n")
    terminal.press("> We are sorry for any inconvenience.", f"{WIPE_LINE}{GOOD_LINE}\n")
    terminal.press("> ", "\n")
    terminal.press("> Ana Reyes", "\n")
    terminal.write(".")
    terminal.wait_for("Your reply\n")
    again = terminal.wait_for("2nd round, ")
    assert "E1 " not in again
    assert "It says in the first person whose doing it was." in again
    terminal.press(AGAIN, "n\n")
    assert terminal.end() == 0
    first, second = rounds(desk)
    assert {"E1", "E8"} <= set(first.rules)
    assert not {"E1", "E8"} & set(second.rules)


def test_control_d_ends_a_reply_and_a_call_is_right_for_somebody_in_distress(desk: Desk) -> None:
    terminal = Practice(desk, "--exercise", "late-flowers")
    terminal.write("call")
    terminal.press("> ", CONTROL_D)
    shown = terminal.wait_for("1st round, no finding")
    assert "A person speaks to a person" in shown
    assert "Your reply" not in shown
    assert terminal.end() == 0
    assert [row.rules for row in rounds(desk)] == [[]]


def test_nothing_written_is_nothing_recorded(desk: Desk) -> None:
    terminal = Practice(desk, "--rounds", "3")
    terminal.wait_for("Round 1 of 3")
    terminal.write(".")
    terminal.wait_for("nothing more is recorded")
    assert terminal.end() == 0
    assert rounds(desk) == []


def test_a_call_where_a_letter_is_asked_for_is_asked_again(desk: Desk) -> None:
    terminal = Practice(desk, "--exercise", "cold-flat")
    terminal.write("call", ".")
    terminal.wait_for("can be answered in writing")
    terminal.write(".")
    assert terminal.end() == 0
    assert rounds(desk) == []


def test_rounds_follow_one_another_with_other_exercises(desk: Desk) -> None:
    terminal = Practice(desk, "--rounds", "2", "--language", "fr")
    for number in (1, 2):
        terminal.wait_for(f"Round {number} of 2")
        terminal.write("Bonjour.", ".")
        terminal.press(AGAIN, "n\n")
    assert terminal.end() == 0
    assert len({row.exercise for row in rounds(desk)}) == 2


def test_an_editor_can_be_used_and_leaves_no_file(desk: Desk, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/place\necho "Mistakes were made." > "$1"\n')
    editor.chmod(0o755)
    desk.followup.settings["EDITOR"] = str(editor)
    terminal = Practice(desk, "--exercise", "cold-flat", "--editor")
    terminal.wait_for("E4")
    terminal.press(AGAIN, "n\n")
    assert terminal.end() == 0
    assert not Path((tmp_path / "place").read_text().strip()).exists()


def test_off_a_terminal_a_reply_is_judged_once_as_one_document(quick: Desk) -> None:
    (quick.root / "reply.txt").write_text("\n".join(BAD_REPLY), encoding="utf-8")
    asked = ("coach", "--exercise", "birthday-bike", "--reply")
    document = quick.followup.json(*asked, "reply.txt")
    assert set(document) == {"exercise", "answered", "findings", "kept", "good_reply", "progress"}
    assert (document["exercise"], document["answered"]) == ("birthday-bike", "email")
    stock = next(finding for finding in document["findings"] if finding["rule"] == "E1")
    assert set(stock) == {"rule", "level", "sentence", "why", "instead"}
    assert (stock["level"], stock["sentence"]) == ("E", "We are sorry for any inconvenience.")
    assert document["good_reply"].endswith("Ana Reyes\nLindgren Cycles")
    found = len(document["findings"])
    assert document["progress"] == {"round": 1, "findings": found, "last_time": None}
    piped = quick.followup.json(*asked, "-", stdin=document["good_reply"])
    assert piped["findings"] == []
    assert [kept["rule"] for kept in piped["kept"]] == ["E6", "E8", "E9", "E13", "W1"]
    assert piped["progress"] == {"round": 2, "findings": 0, "last_time": found}
    people = quick.followup.run(*asked, "-", stdin="\n".join(BAD_REPLY))
    assert people.err == ""
    assert people.out.endswith(f"3rd round, {found} findings; last time none\n")


def test_no_word_of_a_reply_is_kept_anywhere(quick: Desk) -> None:
    reply = "The quokka ate it."
    quick.followup.json("coach", "--exercise", "cold-flat", "--reply", "-", stdin=reply)
    files = [path for path in quick.root.rglob("*") if path.is_file()]
    assert quick.database in files
    assert [path for path in files if b"quokka" in path.read_bytes()] == []


def test_the_list_marks_what_comes_next_and_hides_the_good_replies(quick: Desk) -> None:
    listed = quick.followup.json("coach", "--list")
    assert len(listed) == 31
    (following,) = [item for item in listed if item["next"]]
    assert following["language"] == "en"
    assert "good_reply" not in following
    answered = quick.followup.json("coach", "--reply", "-", stdin="Hello.")
    assert answered["exercise"] == following["exercise"]
    german = quick.followup.json("coach", "--list", "--language", "de")
    assert {item["language"] for item in german} == {"de"}
    assert "birthday-bike" in quick.followup.run("coach", "--list").out


def test_a_teams_own_exercises_are_used_and_a_mistake_in_one_is_named(quick: Desk) -> None:
    folder = quick.root / "templates" / "en" / "coaching"
    text = (folder / "cold-flat.toml").read_text(encoding="utf-8")
    (folder / "our-own.toml").write_text(text.replace("Dele Adeyemi", "Ida Own"), encoding="utf-8")
    listed = quick.followup.json("coach", "--list")
    assert [item["customer"] for item in listed if item["exercise"] == "our-own"] == ["Ida Own"]
    (folder / "our-own.toml").write_text(text.replace("feeling = ", "feling = "), encoding="utf-8")
    refusal = quick.followup.refused("coach", "--list", code=5)
    line = 1 + text[: text.index("feeling = ")].count("\n")
    assert f"our-own.toml, line {line}: unknown key 'feling'." in refusal["message"]


def test_a_folder_without_exercises_says_what_to_do(quick: Desk) -> None:
    for path in (quick.root / "templates").glob("*/coaching/*.toml"):
        path.unlink()
    assert "no exercises" in quick.followup.run("coach", "--list").err
    assert quick.followup.json("coach", "--list") == []
    assert quick.followup.refused("coach", "--reply", "-", code=3)["code"] == "no_exercise"


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        ((), 2, "missing"),
        (("--reply", "nowhere.txt"), 3, "no_file"),
        (("--exercise", "nothing", "--reply", "-"), 3, "unknown_exercise"),
        (("--language", "it", "--reply", "-"), 3, "no_exercise"),
        (("--reply", "-"), 2, "empty"),
        (("--rounds", "0"), 2, "wrong_usage"),
        (("--list", "--as", "nobody@shop.example"), 3, "unknown_agent"),
    ],
)
def test_what_cannot_be_done_is_said(quick: Desk, arguments: tuple[str, ...], code: int, word: str) -> None:
    refusal = quick.followup.refused("coach", *arguments, code=code)
    assert (refusal["code"], bool(refusal["hint"])) == (word, True)


def test_nobody_practises_for_a_login_that_no_agent_has(quick: Desk) -> None:
    del quick.followup.settings["FOLLOWUP_AGENT"]
    assert quick.followup.json("coach", "--list")
    assert quick.followup.refused("coach", "--reply", "-", code=2)["code"] == "unknown_actor"
    assert quick.followup.refused("report", "coaching", code=2)["code"] == "unknown_actor"


def test_names_of_exercises_are_completed(desk: Desk) -> None:
    desk.followup.settings |= {
        "_FOLLOWUP_COMPLETE": "complete_bash",
        "COMP_WORDS": "followup coach --exercise bi",
        "COMP_CWORD": "3",
    }
    assert desk.followup.run().out.split() == ["birthday-bike"]


def practise(desk: Desk, by: str, times: int) -> None:
    for _ in range(times):
        desk.followup.json(
            "coach", "--exercise", "cold-flat", "--reply", "-", "--as", by, stdin="Mistakes were made."
        )


def test_a_manager_reads_how_agents_get_on_and_an_agent_reads_their_own(quick: Desk) -> None:
    empty = quick.followup.run("report", "coaching")
    assert (empty.out, "followup coach" in empty.err) == ("", True)
    practise(quick, ANA, 3)
    practise(quick, MAX, 1)
    everybody = quick.followup.json("report", "coaching", "--as", MAX)["rows"]
    assert [(row["agent"], row["rounds"], row["trend"]) for row in everybody] == [
        (ANA, 3, "same"),
        (MAX, 1, "too few to say"),
    ]
    assert "E4 The failure told in the passive" in everybody[0]["most_broken"]
    own = quick.followup.json("report", "coaching")["rows"]
    assert [row["agent"] for row in own] == [ANA]


def test_the_report_leaves_in_every_form(quick: Desk) -> None:
    practise(quick, ANA, 1)
    heading, line = quick.followup.run("report", "coaching", "--format", "csv").out.splitlines()
    assert heading.startswith("agent,name,rounds,rounds_without_error,most_broken,trend")
    assert line.startswith(f"{ANA},Ana Reyes,1,0,")
    assert "too few to say" in quick.followup.run("report", "coaching").out
    quick.followup.run("report", "coaching", "--format", "csv", "--output", "coaching.csv")
    assert (quick.root / "coaching.csv").read_text(encoding="utf-8").splitlines()[1] == line
    assert quick.followup.json("report", "coaching", "--to", "2020-01-01")["rows"] == []
