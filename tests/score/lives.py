"""Daemons that live as long as the test lets them, each a process of its own.

Each is forked from a process that has already loaded the program, because loading takes longer than most
lives last. The daemon and its workspace are unchanged.
"""

import logging
import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from multiprocessing.process import BaseProcess
from pathlib import Path

from followup.application.door import OpenWorkspace
from followup.daemon import Daemon
from followup.workspace import load_workspace
from tests.hanging import LONGEST_SECONDS
from tests.score import processes


def nothing() -> None:
    """The default for `prepare`: leaves the daemon unchanged."""


def living(
    root: Path,
    environment: Mapping[str, str],
    *,
    drain_and_exit: bool = False,
    prepare: Callable[[], None] = nothing,
) -> AbstractContextManager[BaseProcess]:
    """A daemon in the workspace `root`, killed at the end of the context if it still runs. `prepare` is
    called first in its process.
    """
    return processes.running(_live, root, dict(environment), drain_and_exit, prepare)


def end_of(life: BaseProcess) -> int:
    """Wait until the daemon ends by itself; returns its exit code."""
    life.join(LONGEST_SECONDS)
    assert life.exitcode is not None, f"a daemon did not end in {LONGEST_SECONDS} seconds"
    return life.exitcode


def drain(root: Path, environment: Mapping[str, str], prepare: Callable[[], None] = nothing) -> None:
    """Let a daemon send what is due and exit."""
    with living(root, environment, drain_and_exit=True, prepare=prepare) as life:
        code = end_of(life)
    assert code == 0, f"a daemon left with {code}"


def _live(root: Path, environment: dict[str, str], drain_and_exit: bool, prepare: Callable[[], None]) -> None:
    logging.basicConfig(filename=root / "daemon.log", level=logging.INFO, format="%(process)d %(message)s")
    os.environ.update(environment)
    prepare()
    workspace = load_workspace(root, os.environ)
    Daemon(OpenWorkspace(workspace), tick_seconds=0.05).run(drain_and_exit=drain_and_exit)
