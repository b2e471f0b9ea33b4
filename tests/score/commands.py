"""The `followup` command as a process, forked from one that has already loaded it, because starting Python
takes longer than most commands. The command is unchanged; it has its own streams, folder and settings.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from multiprocessing.process import BaseProcess
from pathlib import Path

from followup.cli import app
from tests.hanging import LONGEST_SECONDS
from tests.score.processes import context

_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Command:
    """A command started in the workspace `root`, and the files of its streams."""

    arguments: tuple[str, ...]
    process: BaseProcess
    out: Path
    err: Path

    def end(self) -> int:
        """Wait until the command ends; returns its exit code."""
        self.process.join(LONGEST_SECONDS)
        code = self.process.exitcode
        assert code is not None, f"followup {' '.join(self.arguments)} did not end"
        return code

    def stop(self) -> int:
        """Ask the command to end, and wait; returns its exit code."""
        assert self.process.pid is not None
        os.kill(self.process.pid, signal.SIGTERM)
        return self.end()

    @property
    def printed(self) -> str:
        """Its standard output."""
        return self.out.read_text(encoding="utf-8")

    @property
    def said(self) -> str:
        """Its standard error."""
        return self.err.read_text(encoding="utf-8")


@contextmanager
def started(
    root: Path, settings: Mapping[str, str], *arguments: str, bug: Callable[[], None] | None = None
) -> Iterator[Command]:
    """Start a command in the workspace `root` with only these FOLLOWUP_ settings. `bug` is called first in
    its process and breaks something. If it still runs at the end, it is killed.
    """
    number = next(_NUMBERS)
    streams = {name: root / f"{number}.{name}" for name in ("out", "err")}
    for path in streams.values():
        path.touch()
    process = context.Process(target=_run, args=(root, dict(settings), arguments, streams, bug))
    process.start()
    try:
        yield Command(arguments, process, streams["out"], streams["err"])
    finally:
        process.kill()
        process.join()


def _run(
    root: Path,
    settings: dict[str, str],
    arguments: tuple[str, ...],
    streams: dict[str, Path],
    bug: Callable[[], None] | None,
) -> None:
    for name in [name for name in os.environ if name.startswith("FOLLOWUP_")]:
        del os.environ[name]
    os.environ.update(settings)
    os.chdir(root)
    # Redirect the file descriptors, so that output of every library is captured.
    for number, name in enumerate(("out", "err"), 1):
        os.dup2(os.open(streams[name], os.O_WRONLY | os.O_APPEND), number)
    if bug is not None:
        bug()
    sys.argv = ["followup", *arguments]
    sys.exit(app.run())
