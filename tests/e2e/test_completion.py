"""What a shell completes: the values of the workspace, quickly, and never a word of trouble."""

import fcntl
import os
import pty
import select
import shutil
import sqlite3
import subprocess
import sys
import termios
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from followup.cli.completion import stored_values
from tests.e2e.conftest import Desk
from tests.hanging import LONGEST_SECONDS
from tests.shop import ANA, Shop

_START = "from followup.cli.entry import main; main()"
_HEAVY = ("typer", "sqlalchemy", "sqlmodel", "pydantic", "rich", "psycopg")


def completed(folder: Path, home: Path, *words: str, shell: str = "fish", **more: str) -> list[str]:
    """The lines that a shell is given after these words."""
    typed = words[0] if shell == "bash" else "\x1f".join(("followup", *words))
    done = subprocess.run(
        [sys.executable, "-c", _START],
        cwd=folder,
        env={
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "_FOLLOWUP_SHELL": shell,
            "_FOLLOWUP_BREAKS": "\"'@><=;|&(: ",
            "_FOLLOWUP_WORDS": typed,
            **more,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_SECONDS,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def rename_team(desk: Desk, name: str) -> None:
    change = text("UPDATE agent SET team = :team")
    desk.shop.write(lambda session: session.connection().execute(change, {"team": name}))


@pytest.mark.only_on("sqlite")
def test_commands_words_and_what_is_stored_are_completed(desk: Desk) -> None:
    desk.shop.open_case("priya@example.com", name="Priya Shah")
    desk.shop.budget("100.00", name="spring")
    root, home = desk.root, desk.followup.home

    assert completed(root, home, "ap") == [
        "approval\tApprovals of gestures that exceed an agent's authority."
    ]
    assert [line.split("\t")[0] for line in completed(root, home, "case", "open", "--severity", "s")] == [
        "serious",
        "severe",
    ]
    assert completed(root, home, "case", "open", "--severity=mi") == [
        "--severity=minor\tA nuisance, soon over"
    ]
    assert completed(root, home, "case", "show", "C-") == ["C-0001\tPriya Shah, open, late-delivery"]
    assert completed(root, home, "customer", "show", "pri") == ["priya@example.com\tPriya Shah"]
    assert completed(root, home, "--as", "ana") == [f"{ANA}\tAna Reyes, agent"]
    assert completed(root, home, "budget", "show", "s") == ["spring\tmonth"]
    assert completed(root, home, "gesture", "list", "--team", "") == ["north\t"]
    assert completed(root, home, "sequence", "show", "reco") == ["recovery\t"]
    assert "late-delivery\t" in completed(root, home, "case", "open", "--reason", "late")
    assert completed(root, home, "case", "show", "C-0001", "--j") == ["--json\tPrint one JSON document."]
    # Bash replaces what follows the last sign at which it breaks words, and takes a space for the end of one.
    assert completed(root, home, "followup customer show priya@", shell="bash") == ["example.com"]
    rename_team(desk, "Customer care")
    assert completed(root, home, "followup gesture list --team C", shell="bash") == ["'Customer care'"]
    assert completed(root, home, 'followup gesture list --team "C', shell="bash") == ["Customer care"]


@pytest.mark.only_on("sqlite")
def test_without_a_workspace_or_a_database_nothing_is_said_and_nothing_is_made(desk: Desk) -> None:
    desk.shop.open_case()
    outside, home = desk.followup.home, desk.followup.home
    assert completed(outside, home, "case", "show", "C-") == []
    assert len(completed(outside, home, "case", "show", "C-", FOLLOWUP_WORKSPACE=str(desk.root))) == 1
    assert len(completed(outside, home, "--workspace", str(desk.root), "case", "show", "C-")) == 1
    assert completed(outside, home, "case", "show", "C-", FOLLOWUP_WORKSPACE=str(desk.root / "db")) == []
    with sqlite3.connect(desk.database, isolation_level=None) as locked:
        locked.execute("BEGIN EXCLUSIVE")
        assert completed(desk.root, home, "case", "show", "C-") == []
    locked.close()
    assert len(completed(desk.root, home, "case", "show", "C-")) == 1
    desk.shop.engine.dispose()
    desk.database.unlink()
    assert completed(desk.root, home, "case", "show", "C-") == []
    assert not desk.database.exists()
    (desk.root / "followup.toml").write_text("no [ toml")
    assert completed(desk.root, home, "case", "show", "C-") == []


@pytest.mark.only_on("sqlite")
def test_hostile_names_are_one_harmless_line(desk: Desk) -> None:
    desk.shop.open_case(name="$(touch x) `y` \u202e\x1b[31m;'\"%n*"[:60].replace("\x1b", ""))
    rename_team(desk, "a'; rm -rf $(x) *")
    (line,) = completed(desk.root, desk.followup.home, "case", "show", "C-")
    assert line == "C-0001\t$(touch x) `y` [31m;'\"%n*, open, late-delivery"
    (quoted,) = completed(desk.root, desk.followup.home, "followup gesture list --team a", shell="bash")
    said = subprocess.run(["bash", "-c", f"printf %s {quoted}"], capture_output=True, text=True, check=True)
    assert said.stdout == "a'; rm -rf $(x) *"


@pytest.mark.parametrize("begun", ["'", '"; DROP', "C-%", "C-x", "C--1", "C-99999999999", "%", "_", "C-²"])
def test_whatever_is_typed_nothing_breaks(shop: Shop, begun: str) -> None:
    shop.open_case()
    url = {"FOLLOWUP_DATABASE_URL": shop.workspace.database_url}
    for kind in stored_values.KINDS:
        assert stored_values.values(kind, begun, shop.workspace.root, url) == []


def test_the_values_are_the_same_on_every_database(shop: Shop) -> None:
    url = {"FOLLOWUP_DATABASE_URL": shop.workspace.database_url}
    shop.request(shop.open_case())
    shop.budget("10.00")

    def values(kind: str, begun: str = "") -> list[tuple[str, str]]:
        return stored_values.values(kind, begun, shop.workspace.root, url)

    for begun in ("", "C", "C-", "C-0", "C-0001"):
        assert values("case", begun) == [("C-0001", "Priya Shah, open, late-delivery")], begun
    assert values("case", "c-00") == [("c-0001", "Priya Shah, open, late-delivery")]
    assert values("case", "C-1") == values("case", "G") == []
    assert values("gesture") == [("G-0001", "Priya Shah, voucher, issued")]
    assert values("customer", "p") == [("priya@example.com", "Priya Shah")]
    assert [value for value, _ in values("agent")] == sorted(
        ["ana@shop.example", "diana@shop.example", "max@shop.example", "sen@shop.example"]
    )
    assert values("budget", "good") == [("goodwill", "month")]
    assert values("email", "E-0001") == [("E-0001", values("email")[-1][1])]


def test_a_reference_is_found_by_its_first_figures() -> None:
    assert list(stored_values._numbers("12"))[:3] == [(1200, 1299), (12000, 12999), (120000, 129999)]
    assert list(stored_values._numbers("012")) == [(120, 129)]
    assert list(stored_values._numbers(""))[:2] == [(0, 9999), (10000, 99999)]


@pytest.mark.only_on("sqlite")
def test_completion_loads_neither_commands_nor_database_libraries(desk: Desk) -> None:
    desk.shop.open_case()
    words = ("case", "show", "C-")
    first = completed(desk.root, desk.followup.home, *words)
    assert [file.suffix for file in (desk.followup.home / ".cache" / "followup").iterdir()] == [".json"]
    program = f"""
import os, sys
from followup.cli.completion.answer import answer
answer(os.environ)
print([name for name in {_HEAVY!r} if name in sys.modules])
"""
    said = subprocess.run(
        [sys.executable, "-c", program],
        cwd=desk.root,
        env={
            "HOME": str(desk.followup.home),
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "_FOLLOWUP_SHELL": "fish",
            "_FOLLOWUP_WORDS": "\x1f".join(("followup", *words)),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.splitlines() == [*first, "[]"]


@dataclass(frozen=True)
class Interactive:
    """How a shell is begun on a terminal, without anybody's own settings, and taught to complete."""

    command: tuple[str, ...]
    taught: str


INTERACTIVE = {
    "bash": Interactive(
        ("bash", "--norc", "--noprofile", "-i"), 'eval "$(followup completion bash)"; echo tau""ght'
    ),
    "zsh": Interactive(
        ("zsh", "-f", "-i"),
        "autoload -Uz compinit && compinit -u -D && unsetopt beep && "
        'source <(followup completion zsh); echo tau""ght',
    ),
    "fish": Interactive(("fish", "--no-config", "-i"), 'followup completion fish | source; echo tau""ght'),
}


def in_a_shell(desk: Desk, name: str, folder: Path, typed: str, *, taught: bool = True) -> str:
    """What stands on the terminal of a real shell after keys were typed there, up to the end of what they
    began."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"no {name}")
    command = folder / "bin" / "followup"
    command.parent.mkdir(exist_ok=True)
    command.write_text(f"#!{sys.executable}\n{_START}\n")
    command.chmod(0o755)
    begun = INTERACTIVE[name]
    first = begun.taught if taught else 'echo tau""ght'
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (40, 160))
    shell = subprocess.Popen(
        [found, *begun.command[1:]],
        cwd=desk.root,
        env={
            "HOME": str(desk.followup.home),
            "PATH": f"{command.parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "TERM": "dumb",
            "LANG": "C.UTF-8",
        },
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    try:
        os.write(ours, f"{first}\n".encode())
        _until(ours, "taught")
        os.write(ours, typed.encode())
        return _until(ours, "ended")
    finally:
        shell.kill()
        shell.wait()
        os.close(ours)
        os.close(theirs)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("name", INTERACTIVE)
def test_a_real_shell_completes_a_reference(desk: Desk, tmp_path: Path, name: str) -> None:
    desk.shop.open_case()
    said = in_a_shell(desk, name, tmp_path, 'followup case show C\t --json; echo en""ded\n')
    assert '"ref": "C-0001"' in said


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("name", INTERACTIVE)
def test_a_shell_that_was_not_taught_does_not(desk: Desk, tmp_path: Path, name: str) -> None:
    """Without the script, the same keys name no case: what the test before shows is the script's doing."""
    desk.shop.open_case()
    said = in_a_shell(desk, name, tmp_path, 'followup case show C\t --json; echo en""ded\n', taught=False)
    assert '"ref": "C-0001"' not in said


def _until(terminal: int, wanted: str) -> str:
    said = ""
    while wanted not in said:
        ready, _, _ = select.select([terminal], [], [], LONGEST_SECONDS)
        assert ready, said
        said += os.read(terminal, 65_536).decode("utf-8", "replace")
    return said
