"""Processes that start quickly: each is forked from one that has loaded the program, and shares nothing
else.
"""

import gc
import multiprocessing
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar

from followup.workspace import load_workspace
from tests.hanging import LONGEST_SECONDS
from tests.score.shops import open_database
from tests.shop import Shop

T = TypeVar("T")

context = multiprocessing.get_context("forkserver")
"""The multiprocessing context for processes and shared memory."""
context.set_forkserver_preload(
    ["pytest", "followup.cli.app", "followup.daemon", "tests.score.warm", "tests.score.rows"]
)
_all_here: threading.Barrier | None = None


def at_once(work: Callable[..., T], calls: Sequence[tuple[Any, ...]]) -> list[T]:
    """The results of `work` for each of the calls, all made at the same time, each in its own process."""
    pool = ProcessPoolExecutor(
        len(calls), mp_context=context, initializer=_begin, initargs=(context.Barrier(len(calls)),)
    )
    with pool:
        return [started.result() for started in [pool.submit(work, *call) for call in calls]]


def meet() -> None:
    """Within `at_once`, wait until every process has reached this point."""
    assert _all_here is not None
    _all_here.wait(LONGEST_SECONDS)


def _begin(all_here: threading.Barrier) -> None:
    global _all_here
    _all_here = all_here
    gc.freeze()


@contextmanager
def running(work: Callable[..., object], *arguments: object) -> Iterator[BaseProcess]:
    """Run a function in another process within the context. If it still runs at the end, it is killed."""
    process = context.Process(target=work, args=arguments)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()
        process.close()


def enter(root: Path) -> Shop:
    """Open the shop in a folder from another process."""
    workspace = load_workspace(root, {})
    return Shop(workspace, open_database(workspace.database_url))
