"""Group commit: small writes of several threads are committed together.

Each commit waits for the disk, so threads that write at the same time share one commit: the first thread
writes for all that arrive meanwhile. Every thread waits until its own change is committed.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from sqlalchemy import Engine
from sqlmodel import Session

from followup.store.engine import writing

T = TypeVar("T")


@dataclass(slots=True)
class _Pending:
    change: Callable[[Session], Any]
    is_done: bool = False
    result: Any = None
    error: BaseException | None = field(default_factory=lambda: RuntimeError("it was not written"))


class GroupCommit:
    """The small writes of one process. Each change is a function that may be called again after a
    rollback.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._guard = threading.Lock()
        self._pending: list[_Pending] = []
        self._turn = threading.Lock()

    def do(self, change: Callable[[Session], T]) -> T:
        """Make a change in a transaction. Returns when it is committed, or raises what the change or the
        database raised; it is then rolled back. A failing change does not affect others.
        """
        own = _Pending(change)
        with self._guard:
            self._pending.append(own)
        with self._turn:
            if not own.is_done:
                with self._guard:
                    together, self._pending = self._pending, []
                self._commit(together)
        if own.error is not None:
            raise own.error
        return cast("T", own.result)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Block small writes during a longer one, if the database has a single writer: they would poll for
        the lock.
        """
        if self._engine.dialect.name == "sqlite":
            with self._turn:
                yield
        else:
            yield

    def _commit(self, together: list[_Pending]) -> None:
        try:
            if len(together) > 1 and self._try(together):
                return
            for one in together:
                try:
                    self._write([one])
                except Exception as error:
                    one.error = error
        finally:
            for one in together:
                one.is_done = True

    def _try(self, together: list[_Pending]) -> bool:
        """Whether all changes were committed. If not, none was, and each is then written by itself."""
        try:
            self._write(together)
        except Exception:
            return False
        return True

    def _write(self, together: list[_Pending]) -> None:
        with writing(self._engine, alone=False) as session:
            for one in together:
                one.result = one.change(session)
        for one in together:
            one.error = None
