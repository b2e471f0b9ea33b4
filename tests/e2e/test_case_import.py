import io
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from followup.cli import app as boundary
from tests.e2e.conftest import Desk
from tests.e2e.installed import Answer, Installed
from tests.hanging import LONGEST_SECONDS
from tests.shop import MAX

Run = Callable[..., Answer]

EXAMPLES = Path(__file__).parents[2] / "examples" / "import"
FILE, MAP = str(EXAMPLES / "complaints.csv"), str(EXAMPLES / "map.toml")
IMPORT = ("case", "import", FILE, "--map", MAP)
KEYS = {
    "read",
    "imported",
    "importable",
    "already_there",
    "left_out",
    "erased",
    "bad",
    "dry_run",
    "by_reason",
    "by_severity",
    "errors_found",
    "errors",
    "cases",
}


@pytest.fixture
def run(desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in this process, because starting one for each call would take a minute."""
    monkeypatch.chdir(desk.root)
    for name, value in desk.followup.settings.items():
        monkeypatch.setenv(name, value)

    def call(*arguments: str, code: int = 0, stdin: str = "") -> Answer:
        monkeypatch.setattr(sys, "argv", ["followup", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        left = boundary.run()
        said = capsys.readouterr()
        answer = Answer(left, said.out, said.err)
        assert left == code, answer
        return answer

    return call


def document(run: Run, *arguments: str) -> Any:
    """The document of a command, which says everything: standard error stays empty."""
    answer = run(*arguments, "--json")
    assert answer.err == ""
    return answer.document


def complaint(run: Run, *arguments: str, code: int) -> str:
    """The one line that a command says which is refused."""
    said = run(*arguments, code=code).err
    assert said.count("\n") == 1, said
    return said


def broken(desk: Desk, rows: int = 1) -> str:
    """The example with days that are no days in its first rows."""
    text = Path(FILE).read_text("utf-8")
    path = desk.root / "broken.csv"
    path.write_text(text.replace(",21/09/2024,", ",31/09/2024,", rows), encoding="utf-8")
    return str(path)


def test_a_dry_run_says_what_would_be_imported_and_writes_nothing(desk: Desk) -> None:
    before = desk.database.read_bytes()
    answer = desk.followup.run(*IMPORT, "--dry-run")
    assert answer.err == ""
    last = answer.out.splitlines()[-1]
    assert last == "8 rows: 6 would be imported, 1 already there, 1 left out, 0 bad"
    assert [line.split() for line in answer.out.splitlines() if line.startswith("late")] == [
        ["late-delivery", "2"]
    ]
    assert desk.database.read_bytes() == before


def test_the_file_is_imported_once_however_often_it_is_imported(run: Run) -> None:
    assert run(*IMPORT).out == ("8 rows: 6 imported (C-0001 to C-0006), 1 already there, 1 left out, 0 bad\n")
    again = document(run, *IMPORT)
    assert set(again) == KEYS
    assert (again["imported"], again["already_there"], again["cases"]) == (0, 7, [])
    assert len(document(run, "case", "list")) == 6
    assert document(run, "gesture", "list") == []
    assert document(run, "audit", "verify")["broken"] == []


def test_one_bad_row_and_nothing_is_imported(desk: Desk, run: Run) -> None:
    answer = run("case", "import", broken(desk), "--map", MAP, code=5)
    assert answer.out == ""
    where, last = answer.err.splitlines()
    assert where.startswith(f"{desk.root}/broken.csv, line 4 (row 1, Received): '31/09/2024' is not a day")
    assert last.startswith("followup: 1 of 8 rows cannot be imported, so nothing was imported.")
    assert document(run, "case", "list") == []


def test_with_json_the_errors_stand_in_the_document_and_the_refusal_on_standard_error(
    desk: Desk, run: Run
) -> None:
    answer = run("case", "import", broken(desk, 2), "--map", MAP, "--json", code=5)
    assert answer.refusal["code"] == "bad_rows"
    found = answer.document
    assert (found["imported"], found["importable"], found["bad"]) == (0, 4, 2)
    assert [set(error) for error in found["errors"]] == [{"row", "line", "column", "message", "hint"}] * 2
    assert [(error["row"], error["line"]) for error in found["errors"]] == [(1, 4), (2, 6)]


def test_twenty_errors_are_shown_and_the_others_counted(desk: Desk, run: Run) -> None:
    lines = "".join(f'{{"Ticket": {number}}}\n' for number in range(30))
    (desk.root / "rows.jsonl").write_text(lines, encoding="utf-8")
    (desk.root / "map.toml").write_text(
        '[external_id]\ncolumn = "Ticket"\n[customer]\ndefault = "a@customers.example"\n'
        '[reason]\ndefault = "long-wait"\n[severity]\ntemplate = "so {Ticket}"\n',
        encoding="utf-8",
    )
    said = run("case", "import", "rows.jsonl", "--map", "map.toml", code=5).err.splitlines()
    assert len(said) == 22
    assert said[20] == "and 10 more"
    assert said[21].startswith("followup: 30 of 30 rows")


def test_bad_rows_are_set_aside_in_a_new_file_and_the_others_imported(desk: Desk, run: Run) -> None:
    command = ("case", "import", broken(desk), "--map", MAP, "--skip-bad", "bad.csv")
    dry = run(*command, "--dry-run")
    assert dry.out.splitlines()[-1] == "8 rows: 5 would be imported, 1 already there, 1 left out, 1 bad"
    assert not (desk.root / "bad.csv").exists()
    answer = run(*command)
    assert answer.out == "8 rows: 5 imported (C-0001 to C-0005), 1 already there, 1 left out, 1 bad\n"
    assert answer.err == "The bad rows are in bad.csv, each with its error.\n"
    aside = (desk.root / "bad.csv").read_text("utf-8-sig")
    assert "31/09/2024" in aside
    assert "is not a day that exists" in aside
    assert "exists already" in complaint(run, *command, code=4)
    assert (desk.root / "bad.csv").read_text("utf-8-sig") == aside


def test_no_file_of_bad_rows_stays_where_the_import_fails_after_all(desk: Desk, run: Run) -> None:
    (desk.root / "rows.json").write_text('[{"Ticket": 1}, {"Ticket"', encoding="utf-8")
    (desk.root / "map.toml").write_text(
        '[external_id]\ncolumn = "Ticket"\n[customer]\ncolumn = "Ticket"\n'
        '[reason]\ndefault = "long-wait"\n[severity]\ndefault = "minor"\n',
        encoding="utf-8",
    )
    command = ("case", "import", "rows.json", "--map", "map.toml", "--skip-bad", "bad.jsonl")
    assert "line 1 of the file" in complaint(run, *command, code=5).lower()
    assert not (desk.root / "bad.jsonl").exists()


def test_standard_input_can_be_imported(run: Run) -> None:
    text = Path(FILE).read_text("utf-8")
    answer = run("case", "import", "-", "--map", MAP, stdin=text)
    assert answer.out.startswith("8 rows: 6 imported")


def test_the_same_key_gives_the_first_answer_again(run: Run) -> None:
    first = document(run, *IMPORT, "--key", "monday")
    assert document(run, *IMPORT, "--key", "monday") == first
    assert first["imported"] == 6


def test_mistakes_of_the_call_and_of_the_map_are_one_line(desk: Desk, run: Run) -> None:
    missing = complaint(run, "case", "import", "nothing.csv", "--map", MAP, code=3)
    assert "There is no file nothing.csv" in missing
    assert "There is no file none.toml" in complaint(run, *IMPORT[:3], "--map", "none.toml", code=3)
    assert "--map" in complaint(run, *IMPORT[:3], code=2)
    wrong = Path(MAP).read_text("utf-8").replace('"Via"', '"Viaa"')
    (desk.root / "map.toml").write_text(wrong, encoding="utf-8")
    said = complaint(run, *IMPORT[:3], "--map", "map.toml", code=5)
    assert "map.toml, line 7" in said
    assert "Did you mean 'Via'?" in said


def test_somebody_must_be_known_who_imports(run: Run) -> None:
    assert "no agent" in complaint(run, *IMPORT, "--as", "nobody@shop.example", code=3)
    assert document(run, *IMPORT, "--as", MAX)["imported"] == 6
    assert document(run, "audit", "log")[-1]["by"] == MAX


@pytest.mark.parametrize(
    ("more", "environment", "shown"),
    [((), {}, True), ((), {"NO_COLOR": "1"}, False), (("--json",), {}, False)],
)
def test_a_bar_is_shown_on_a_terminal_only(
    desk: Desk, more: tuple[str, ...], environment: dict[str, str], shown: bool
) -> None:
    said = on_a_terminal(desk.followup, environment | {"TERM": "xterm"}, *IMPORT, *more)
    assert ("Importing" in said) is shown


def on_a_terminal(followup: Installed, environment: dict[str, str], *arguments: str) -> str:
    """What a command writes to a terminal as its standard error."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*followup.command, *arguments],
        cwd=followup.folder,
        env=followup.environment | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    said = b""
    try:
        while piece := os.read(ours, 4096):
            said += piece
    except OSError:
        pass  # Linux says so when the other end is closed.
    finally:
        os.close(ours)
    assert process.wait(LONGEST_SECONDS) == 0, said
    return said.decode()
