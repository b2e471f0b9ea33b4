"""A command that prints a password: what is taken from it, and that nothing of it is ever repeated."""

import os
import shlex
import sys
from pathlib import Path
from time import sleep

import pytest

from followup.errors import Unreachable
from followup.mail.password_command import password_from


def python(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


@pytest.mark.parametrize(
    ("code", "password"),
    [
        ("print('canary')", "canary"),
        ("print('  canary with spaces\\t\\r'); print('user: ana')", "canary with spaces"),
        ("import sys; sys.stdout.write('canary')", "canary"),
        ("print('pässwörd')", "pässwörd"),
        ("print('canary'); print('x' * 1_000_000)", "canary"),
    ],
)
def test_the_first_line_is_the_password(code: str, password: str) -> None:
    assert password_from(python(code)) == password


def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    assert password_from(f"echo '$HOME' ; touch {tmp_path}/made") == f"$HOME ; touch {tmp_path}/made"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("'canary", "cannot be split"),
        ("  ", "is empty"),
        ("/no/such/canary", "could not be started: No such file or directory"),
        (python("print('canary'); raise SystemExit(3)"), "left with 3"),
        (python(""), "printed nothing"),
        (python("print(' '); print('canary')"), "printed nothing"),
        (python(r"import sys; sys.stdout.buffer.write(b'canary\xff')"), "printed no text"),
        (python("import sys; sys.stderr.write('canary'); sys.exit('canary')"), "left with 1"),
    ],
)
def test_what_goes_wrong_is_said_without_a_word_of_the_command(command: str, says: str) -> None:
    with pytest.raises(Unreachable) as caught:
        password_from(command)
    assert says in caught.value.message
    assert "canary" not in f"{caught.value.message}{caught.value.hint}"
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("then", ["", "echo canary;", "exec >&-;"])
def test_a_command_that_does_not_end_is_ended_with_its_children(tmp_path: Path, then: str) -> None:
    # A shell, because it has long started its child when a loaded machine is still starting a Python.
    command = shlex.join(["sh", "-c", f"sleep 600 & echo $! > {tmp_path / 'pid'}; {then} wait"])
    with pytest.raises(Unreachable, match="took longer than 1 seconds"):
        password_from(command, timeout_seconds=1)
    pid = int((tmp_path / "pid").read_text())
    while not _is_gone(pid):
        sleep(0.01)


def _is_gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has waited for yet counts as ended."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (ProcessLookupError, FileNotFoundError):
        return True
