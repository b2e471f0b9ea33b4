"""Locks that tell which workers are alive. A lock is freed when its worker dies, whatever the cause.

On SQLite, a worker locks a file beside the database, and the kernel frees the lock with the process. On
PostgreSQL, it holds an advisory lock on its own connection, and the server frees it with the connection. So
the claims of a dead worker are detected at once. Leases are for workers that are alive but stand still, and
for workers on other machines that share SQLite's folder.
"""

import fcntl
import hashlib
import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Protocol
from urllib.parse import quote

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from followup.errors import Refused
from followup.store.engine import faults_named, sqlite_file

_TRIES = 20
_BETWEEN_TRIES_SECONDS = 0.05
"""The wait between attempts: another worker that tests whether this one is dead holds its lock for a
moment.
"""

_LOCKED_KEYS = """
SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 1 AND granted
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


class WorkerLock(Protocol):
    """The lock of a worker, held by this process."""

    @property
    def worker(self) -> str:
        """The name of the worker."""
        ...

    def keep(self) -> None:
        """Acquire the lock again if it was lost, because its file was removed or its connection broke. Claims
        made before may have been taken back; epochs guard against that.
        """
        ...


@contextmanager
def held(engine: Engine, worker: str) -> Iterator[WorkerLock]:
    """Hold the lock of a worker, from before its first claim until after its last result.

    Raises Refused if another process holds it, Unreachable if the database does not answer.
    """
    lock = _lock_of(engine, worker)
    _take(lock)
    try:
        yield lock
    finally:
        lock.release()


def dead_among(session: Session, workers: Iterable[str]) -> set[str]:
    """The workers that hold no lock. A worker for which that cannot be told counts as alive."""
    bind = session.get_bind()
    engine = bind if isinstance(bind, Engine) else bind.engine
    if engine.dialect.name == "postgresql":
        # Query pg_locks and do not try the lock: behind a pooler, this session may hold it and would get it.
        locked = set(session.execute(text(_LOCKED_KEYS)).scalars())
        return {worker for worker in workers if _key(worker) not in locked}
    folder = _folder(engine)
    return {worker for worker in workers if folder is not None and _is_dead(_path(folder, worker))}


def _take(lock: "_AnyLock") -> None:
    try:
        for _ in range(_TRIES):
            if lock.take():
                return
            sleep(_BETWEEN_TRIES_SECONDS)
    except OSError as error:
        raise Refused(
            f"The folder for the locks of workers cannot be written: {error.strerror}.",
            hint="Check who owns the database's folder and what is in it.",
            code="lock_not_written",
        ) from error
    raise Refused(
        f"A worker called {lock.worker} is running already.",
        hint="Each needs a name of its own.",
        code="worker_runs",
    )


class _NoLock:
    """For a database in memory, which other processes cannot see."""

    def __init__(self, worker: str) -> None:
        self.worker = worker

    def take(self) -> bool:
        return True

    def keep(self) -> None:
        """Nothing can be lost."""

    def release(self) -> None:
        """Nothing is held."""


class _FileLock:
    """A locked file that names this machine. On a file system without locks the file only exists, and its
    worker is never taken for dead.
    """

    def __init__(self, folder: Path, worker: str) -> None:
        self.worker = worker
        self._path = _path(folder, worker)
        self._file: int | None = None

    def take(self) -> bool:
        folder = self._path.parent
        folder.mkdir(mode=0o700, exist_ok=True)
        for other in folder.glob("*.lock"):
            _is_dead(other, remove=True)
        while not self._is_in_place():
            self.release()
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(self._file)
                self._file = None
                return False
            except OSError:
                pass
            os.pwrite(self._file, _here(), 0)
        return True

    def keep(self) -> None:
        if not self._is_in_place():
            self.take()

    def release(self) -> None:
        if self._file is not None:
            if self._is_in_place():
                self._path.unlink(missing_ok=True)
            os.close(self._file)
            self._file = None

    def _is_in_place(self) -> bool:
        """Whether the locked file still has its name. Others take a worker without a file for dead."""
        if self._file is None:
            return False
        try:
            return os.path.samestat(os.fstat(self._file), self._path.stat())
        except FileNotFoundError:
            return False


class _AdvisoryLock:
    """A session-level advisory lock on a connection used for nothing else."""

    def __init__(self, engine: Engine, worker: str) -> None:
        self.worker = worker
        self._engine = engine
        self._connection: Connection | None = None

    def take(self) -> bool:
        with faults_named(self._engine):
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            query = text("SELECT pg_try_advisory_lock(:key)")
            if not connection.execute(query, {"key": _key(self.worker)}).scalar():
                connection.close()
                return False
        self._connection = connection
        return True

    def keep(self) -> None:
        if self._connection is not None:
            try:
                self._connection.execute(text("SELECT 1"))
            except DBAPIError:
                self._connection.invalidate()
                self._connection.close()
                self._connection = None
        if self._connection is None:
            # The server may not have noticed yet that the old connection is gone; retry at the next call.
            self.take()

    def release(self) -> None:
        if self._connection is None:
            return
        try:
            self._connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _key(self.worker)})
        except DBAPIError:
            self._connection.invalidate()
        self._connection.close()
        self._connection = None


_AnyLock = _AdvisoryLock | _FileLock | _NoLock


def _lock_of(engine: Engine, worker: str) -> _AnyLock:
    if engine.dialect.name == "postgresql":
        return _AdvisoryLock(engine, worker)
    folder = _folder(engine)
    return _FileLock(folder, worker) if folder is not None else _NoLock(worker)


def _key(worker: str) -> int:
    """The 64-bit number of a worker's advisory lock."""
    return int.from_bytes(hashlib.sha256(worker.encode()).digest()[:8], signed=True)


def _folder(engine: Engine) -> Path | None:
    file = sqlite_file(engine)
    return file.parent / "workers" if file is not None else None


def _path(folder: Path, worker: str) -> Path:
    return folder / f"{quote(worker, safe='')}.lock"


def _here() -> bytes:
    """A value that identifies this machine among those that share the folder. Locks of another machine may be
    invisible here.
    """
    return socket.gethostname().encode()


def _is_dead(path: Path, *, remove: bool = False) -> bool:
    """Whether nobody holds the lock of this file. A file that does not exist was never locked, or was removed
    at the end.

    With `remove`, the file of a dead worker is removed while it is locked here. A worker that is acquiring it
    at the same moment notices and creates its file again.
    """
    try:
        file = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    try:
        # A file without a machine's name belongs to a worker that has not claimed anything yet.
        if os.pread(file, 1024, 0) not in (_here(), b""):
            return False
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if remove:
            path.unlink(missing_ok=True)
    except OSError:
        return False
    finally:
        os.close(file)
    return True
