"""The installed `followup` command, run as a process in a home and a folder of its own."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Protocol

import pytest

from followup.cli import app as boundary
from tests.application import documents
from tests.e2e.fork_server import ForkServer
from tests.hanging import LONGEST_SECONDS

COMMAND = Path(sys.executable).with_name("followup")
ALWAYS_OPEN = {
    "FOLLOWUP_SEND_WINDOW": "00:00-24:00",
    "FOLLOWUP_SEND_DAYS": "mon,tue,wed,thu,fri,sat,sun",
    "FOLLOWUP_COUNTRY": "ZZ",
}
"""Settings under which what is due goes out at once, on whatever day the tests run: ZZ has no holidays."""


@dataclass(frozen=True)
class Answer:
    """What a command left behind: its exit code, and the two streams."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as exactly one JSON document."""
        return json.loads(self.out)

    @property
    def refusal(self) -> dict[str, str]:
        """The error that --json puts on standard error, which holds nothing else."""
        assert self.err.count("\n") == 1, self.err
        refusal: dict[str, str] = json.loads(self.err)["error"]
        assert set(refusal) == {"code", "message", "hint"}
        return refusal


@dataclass
class Installed:
    """The command, where it runs, and the FOLLOWUP_ settings it runs with; no others reach it."""

    folder: Path
    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = (str(COMMAND),)

    @property
    def environment(self) -> dict[str, str]:
        # Without a grace time, what is logged is written about at once.
        kept = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "FOLLOWUP_GRACE_MINUTES": "0"}
        return {**kept, "HOME": str(self.home), **self.settings}

    def run(
        self, *arguments: str, code: int | None = 0, stdin: str = "", before: tuple[str, ...] = ()
    ) -> Answer:
        """Run a command to its end, with the exit code `code` (None: whichever it is). Whatever happens, no
        traceback is shown. `before` is put before it."""
        done = subprocess.run(
            [*before, *self.command, *arguments],
            cwd=self.folder,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=LONGEST_SECONDS,
            check=False,
        )
        return self.expected(Answer(done.returncode, done.stdout, done.stderr), arguments, code)

    @staticmethod
    def expected(answer: Answer, arguments: tuple[str, ...], code: int | None) -> Answer:
        """The answer, which shows no traceback and has the exit code."""
        assert "Traceback" not in answer.err + answer.out, answer.err
        assert code in (None, answer.code), f"followup {' '.join(arguments)} left with {answer}"
        return answer

    def json(self, *arguments: str, code: int = 0, stdin: str = "") -> Any:
        """Run a command with --json; gives its document, which has the type that the application says and
        says everything: stderr stays empty."""
        answer = self.run(*arguments, "--json", code=code, stdin=stdin)
        assert answer.err == ""
        documents.check(arguments, answer.document)
        return answer.document

    def refused(self, *arguments: str, code: int, before: tuple[str, ...] = ()) -> dict[str, str]:
        """Run a command with --json that must be refused with an exit code; gives the error."""
        answer = self.run(*arguments, "--json", code=code, before=before)
        assert answer.out == ""
        return answer.refusal

    def complaint(self, *arguments: str, code: int, before: tuple[str, ...] = ()) -> str:
        """Run a command that must be refused; gives the one line that it says."""
        answer = self.run(*arguments, code=code, before=before)
        assert answer.err.count("\n") == 1, answer.err
        assert answer.err.startswith("followup: ")
        return answer.err

    @contextmanager
    def running(self, *arguments: str, log: Path) -> Iterator["Running"]:
        """Start a command and go on; what still runs at the end is killed."""
        with log.open("wb") as file:
            process = subprocess.Popen(
                [*self.command, *arguments],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
            )
        try:
            yield Running(process, log)
        finally:
            process.kill()
            process.wait()

    def begin_on(self, terminal: int, *arguments: str, **environment: str) -> "Started":
        """Begin a command whose terminal is this one, the end of the child; it is closed here. `environment`
        is added to the settings."""
        child = os.fork()
        if child == 0:
            os.chdir(self.folder)
            os.login_tty(terminal)
            # As a log-in does: who runs the tests in the background lets them ignore Ctrl-C.
            for number in (signal.SIGINT, signal.SIGQUIT):
                signal.signal(number, signal.SIG_DFL)
            command = [*self.command, *arguments]
            os.execvpe(command[0], command, self.environment | environment)
        os.close(terminal)
        return _Child(child)


class Started(Protocol):
    """A command that was begun."""

    def poll(self) -> int | None:
        """Its exit code, or the number of the signal that ended it as a negative number; None while it
        runs."""

    def kill(self) -> None:
        """End it at once."""


@dataclass
class _Child:
    pid: int

    def poll(self) -> int | None:
        over, status = os.waitpid(self.pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if over else None

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


def ended(started: Started, meanwhile: Callable[[], object] = lambda: time.sleep(0.02)) -> int:
    """Wait until a command is over; gives its exit code."""
    until = time.monotonic() + LONGEST_SECONDS
    while (code := started.poll()) is None:
        assert time.monotonic() < until, "the command never ended"
        meanwhile()
    return code


@dataclass
class Forked(Installed):
    """The same command as a process that need not import anything, since it is forked from one that has."""

    server: ForkServer = field(kw_only=True)

    def run(
        self, *arguments: str, code: int | None = 0, stdin: str = "", before: tuple[str, ...] = ()
    ) -> Answer:
        if before or self.command != (str(COMMAND),):
            return super().run(*arguments, code=code, stdin=stdin, before=before)
        with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
            given.write(stdin.encode())
            given.seek(0)
            command = [str(COMMAND), *arguments]
            left_with = self.server.run(command, self.folder, self.environment, given, out, err)
            out.seek(0)
            err.seek(0)
            answer = Answer(left_with, out.read().decode(), err.read().decode())
        return self.expected(answer, arguments, code)

    def begin_on(self, terminal: int, *arguments: str, **environment: str) -> Started:
        if self.command != (str(COMMAND),):
            return super().begin_on(terminal, *arguments, **environment)
        command = [str(COMMAND), *arguments]
        try:
            return self.server.begin(command, self.folder, self.environment | environment, terminal)
        finally:
            os.close(terminal)


@dataclass
class Quick(Installed):
    """The same command inside this process: for what does not depend on being a process, since starting
    one takes longer than most commands."""

    def run(
        self, *arguments: str, code: int | None = 0, stdin: str = "", before: tuple[str, ...] = ()
    ) -> Answer:
        if before:
            return super().run(*arguments, code=code, stdin=stdin, before=before)
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.folder)
            for name in [name for name in os.environ if name.startswith("FOLLOWUP_")]:
                patch.delenv(name)
            for name, value in self.environment.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["followup", *arguments])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
            with redirect_stdout(out), redirect_stderr(err):
                left_with = boundary.run()
        answer = Answer(left_with, out.getvalue(), err.getvalue())
        assert code in (None, answer.code), f"followup {' '.join(arguments)} left with {answer}"
        return answer


@dataclass
class Running:
    """A command that was started, and the file that what it says goes to."""

    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def stop(self, number: int) -> int:
        """Send a signal and wait; gives the exit code."""
        self.process.send_signal(number)
        return self.process.wait(LONGEST_SECONDS)


def wait_until(happened: Callable[[], object], what: str) -> None:
    """Wait for something that another process does. Says what did not happen."""
    for _ in range(LONGEST_SECONDS * 20):
        if happened():
            return
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen in {LONGEST_SECONDS} seconds")


def instant(text: str) -> datetime:
    """An instant as a JSON document carries it."""
    moment = datetime.fromisoformat(text)
    assert moment.tzinfo is not None
    return moment
