"""A pytest plugin that tries mutants: each in a child of this process, after the tests were collected once.

mutmut's own runner starts pytest and collects the tests anew for every mutant, which takes most of its time.
"""

import gc
import os
import pickle
import resource
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from math import ceil
from typing import Any

import hypothesis
import pytest
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state

from tests.mutants.mutated import Mutant


class Verdict(Enum):
    """What became of a mutant."""

    KILLED = "killed"
    ENDLESS = "endless"
    """Killed as well: a test took many times as long as without it, in seconds of the processor."""
    SURVIVED = "survived"
    UNTESTED = "untested"
    """No test of its area calls the function."""


@dataclass
class _Clean:
    """What the tests did without a mutant: which failed, how long each took, which functions it called."""

    failed: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    called: dict[str, set[str]] = field(default_factory=dict)


_FAILED, _SURVIVED = 1, 0
_LEAST_SECONDS = 3
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

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests once as they are, then for each mutant those that call its function."""
        # Who reports tests would report each of them once for every mutant.
        session.config.pluginmanager.unregister(name="terminalreporter")
        # The tests run in children only, so that nothing which they leave in memory hides a mutant.
        self._clean = _in_child(lambda: self._run_clean(session.items))
        self.failed = self._clean.failed
        if not self.failed:
            gc.freeze()
            self._try_all(session.items)
        return True

    def _run_clean(self, items: Sequence[pytest.Item]) -> _Clean:
        set_mutant_under_test("stats")
        for item in items:
            state()._stats.clear()
            begun = time.process_time()
            _run(item, None)
            self._clean.seconds[item.nodeid] = time.process_time() - begun
            for function in state()._stats:
                self._clean.called.setdefault(function, set()).add(item.nodeid)
        return self._clean

    def _try_all(self, items: Sequence[pytest.Item]) -> None:
        running: dict[int, Mutant] = {}
        for mutant in self.mutants:
            tests = self._tests_for(mutant, items)
            if not tests:
                self._found(mutant, Verdict.UNTESTED)
                continue
            if len(running) == self._processes:
                self._wait(running)
            if (child := os.fork()) == 0:
                self._try(mutant, tests)
            running[child] = mutant
        while running:
            self._wait(running)

    def _tests_for(self, mutant: Mutant, items: Sequence[pytest.Item]) -> list[pytest.Item]:
        called = self._clean.called.get(mutant.function, set())
        places = self._tests_of(mutant)
        fitting = [item for item in items if item.nodeid in called and item.nodeid.startswith(places)]
        return sorted(fitting, key=lambda item: self._clean.seconds[item.nodeid])

    def _try(self, mutant: Mutant, tests: Sequence[pytest.Item]) -> None:
        """Run the tests with a mutant, the quickest first, and end this process."""
        self._tries = True
        set_mutant_under_test(mutant.name)
        try:
            for item, following in zip(tests, [*tests[1:], None], strict=True):
                longest = _LEAST_SECONDS + _TIMES_AS_LONG * self._clean.seconds[item.nodeid]
                until = ceil(time.process_time() + longest)
                resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))
                _run(item, following)
        except BaseException:
            os._exit(_FAILED)
        os._exit(_SURVIVED)

    def _wait(self, running: dict[int, Mutant]) -> None:
        child, status = os.wait()
        ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        verdict = Verdict.KILLED
        if ended_by in (signal.SIGXCPU, signal.SIGKILL):
            verdict = Verdict.ENDLESS
        elif status == _SURVIVED:
            verdict = Verdict.SURVIVED
        self._found(running.pop(child), verdict)

    def _found(self, mutant: Mutant, verdict: Verdict) -> None:
        self.verdicts[mutant.name] = verdict
        self._tell(mutant, verdict)


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
