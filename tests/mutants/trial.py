"""A pytest plugin that tries mutants: each in a child of this process, after the tests were collected once.

mutmut's own runner starts pytest and collects the tests anew for every mutant, which takes most of its time.
"""

import gc
import mmap
import os
import pickle
import resource
import signal
import sys
import time
import traceback
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from math import ceil
from types import FrameType
from typing import Any

import hypothesis
import pytest

from tests.mutants.mutated import Mutant
from tests.mutants.switch import become, become_originals


class Verdict(Enum):
    """What became of a mutant."""

    KILLED = "killed"
    ENDLESS = "endless"
    """Killed as well: a test took many times as long as without it, in seconds of the processor."""
    SURVIVED = "survived"
    UNTESTED = "untested"
    """No test of its area runs the lines that it changes."""


@dataclass
class _Clean:
    """What the tests did without a mutant: which failed, how long each took, and who ran which line."""

    failed: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    tests_at: defaultdict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))


_FAILED, _SURVIVED, _BROKEN = 1, 0, 3
_LEAST_SECONDS = 1
_TIMES_AS_LONG = 10
_EXAMPLES = 20


class Trial:
    """Takes the place of pytest's loop over the tests. `tests_of` says which files or folders a mutant has to
    be killed by; `verdicts` holds what was found when pytest is done."""

    def __init__(
        self,
        mutants: Sequence[Mutant],
        tests_of: Callable[[Mutant], tuple[str, ...]],
        *,
        processes: int,
        tell: Callable[[Mutant, Verdict], None],
    ) -> None:
        self.mutants = mutants
        self.verdicts: dict[str, Verdict] = {}
        self.failed: list[str] = []
        self._tests_of = tests_of
        self._processes = processes
        self._tell = tell
        self._tries = False
        self._clean = _Clean()
        self._number_of: dict[str, int] = {}
        self._killers: defaultdict[str, dict[int, int]] = defaultdict(dict)
        # Shared with the children, each of which writes the number of the test that it runs.
        self._at_test = memoryview(mmap.mmap(-1, 4 * max(len(mutants), 1))).cast("i")

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """The same few examples for every mutant and in every run, and none made smaller: a failure is
        enough, and a survivor has to pass all of them."""
        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        hypothesis.settings.register_profile(
            "mutants",
            hypothesis.settings(),
            derandomize=True,
            database=None,
            phases=phases,
            max_examples=_EXAMPLES,
        )
        hypothesis.settings.load_profile("mutants")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[Any]) -> None:
        """In a child the first failure ends it, before anybody writes a report about it."""
        if call.excinfo is None or isinstance(call.excinfo.value, pytest.skip.Exception):
            return
        if self._tries:
            os._exit(_FAILED)
        self._clean.failed.append(item.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be read is a failure without a mutant."""
        if report.failed:
            self.failed.append(f"{report.nodeid}: {report.longrepr}")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests as they are, then for each mutant those that run what it changes."""
        # Who reports tests would report each of them once for every mutant.
        session.config.pluginmanager.unregister(name="terminalreporter")
        # The tests run in children only, so that nothing which they leave in memory hides a mutant.
        self._clean = _in_child(lambda: self._run_clean(session.items))
        self.failed += self._clean.failed
        if not self.failed:
            gc.freeze()
            self._try_all(session.items)
        return True

    def _run_clean(self, items: Sequence[pytest.Item]) -> _Clean:
        """Run each test for its time, and once more for the lines that it runs. What an earlier test left in
        a cache may hide a line of a later one; then a mutant survives that could have been killed."""
        become_originals()
        for item in items:
            begun = time.process_time()
            _run(item, None)
            self._clean.seconds[item.nodeid] = time.process_time() - begun
        files = {mutant.place[0] for mutant in self.mutants}
        for item in items:
            with _lines_run(files) as lines:
                _run(item, None)
            for line in lines:
                self._clean.tests_at[line].add(item.nodeid)
        return self._clean

    def _try_all(self, items: Sequence[pytest.Item]) -> None:
        running: dict[int, int] = {}
        self._number_of = {item.nodeid: number for number, item in enumerate(items)}
        for number, mutant in enumerate(self.mutants):
            tests = self._tests_for(mutant, items)
            if not tests:
                self._found(number, Verdict.UNTESTED)
                continue
            if len(running) == self._processes:
                self._wait(running)
            if (child := os.fork()) == 0:
                self._try(number, tests)
            running[child] = number
        while running:
            self._wait(running)

    def _tests_for(self, mutant: Mutant, items: Sequence[pytest.Item]) -> list[pytest.Item]:
        """Those that run a line which is changed: first what killed others of this function, then the rest,
        the quickest first."""
        file, lines = mutant.place
        running: set[str] = set()
        for line in lines:
            running |= self._clean.tests_at.get((file, line), set())
        places = self._tests_of(mutant)
        fitting = [item for item in items if item.nodeid in running and item.nodeid.startswith(places)]
        killers = self._killers[mutant.function]
        return sorted(
            fitting,
            key=lambda item: (
                -killers.get(self._number_of[item.nodeid], 0),
                self._clean.seconds[item.nodeid],
            ),
        )

    def _try(self, number: int, tests: Sequence[pytest.Item]) -> None:
        """Run the tests with a mutant until one fails, and end this process."""
        self._tries = True
        try:
            become(self.mutants[number].name)
        except BaseException:
            traceback.print_exc()
            os._exit(_BROKEN)
        try:
            for item, following in zip(tests, [*tests[1:], None], strict=True):
                self._at_test[number] = self._number_of[item.nodeid]
                longest = _LEAST_SECONDS + _TIMES_AS_LONG * self._clean.seconds[item.nodeid]
                until = ceil(time.process_time() + longest)
                resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))
                _run(item, following)
        except BaseException:
            os._exit(_FAILED)
        os._exit(_SURVIVED)

    def _wait(self, running: dict[int, int]) -> None:
        child, status = os.wait()
        ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        assert os.waitstatus_to_exitcode(status) != _BROKEN, "a mutant could not be made"
        verdict = Verdict.KILLED
        if ended_by in (signal.SIGXCPU, signal.SIGKILL):
            verdict = Verdict.ENDLESS
        elif status == _SURVIVED:
            verdict = Verdict.SURVIVED
        number = running.pop(child)
        if verdict is not Verdict.SURVIVED:
            killers = self._killers[self.mutants[number].function]
            killer = self._at_test[number]
            killers[killer] = killers.get(killer, 0) + 1
        self._found(number, verdict)

    def _found(self, number: int, verdict: Verdict) -> None:
        mutant = self.mutants[number]
        self.verdicts[mutant.name] = verdict
        self._tell(mutant, verdict)


@contextmanager
def _lines_run(files: Collection[str]) -> Iterator[set[tuple[str, int]]]:
    """The lines of these files that are run meanwhile."""
    found: set[tuple[str, int]] = set()

    def enter(frame: FrameType, _event: str, _arg: Any) -> Any:
        return at_line if frame.f_code.co_filename in files else None

    def at_line(frame: FrameType, event: str, _arg: Any) -> Any:
        if event == "line":
            found.add((frame.f_code.co_filename, frame.f_lineno))
        return at_line

    sys.settrace(enter)
    try:
        yield found
    finally:
        sys.settrace(None)


def _run(item: pytest.Item, following: pytest.Item | None) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def _in_child(work: Callable[[], _Clean]) -> _Clean:
    """What `work` returns in a child of this process."""
    ours, theirs = os.pipe()
    if os.fork() == 0:
        os.close(ours)
        with os.fdopen(theirs, "wb") as file:
            pickle.dump(work(), file)
        sys.stdout.flush()
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, "rb") as file:
        found = file.read()
    os.wait()
    clean = pickle.loads(found)
    assert isinstance(clean, _Clean)
    return clean


def killed_percent(verdicts: Mapping[str, Verdict]) -> float:
    """How many of the mutants are killed."""
    killed = sum(verdict in (Verdict.KILLED, Verdict.ENDLESS) for verdict in verdicts.values())
    return 100 * killed / len(verdicts) if verdicts else 100.0
