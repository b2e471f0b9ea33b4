"""What a template's file is like now: whether it exists, and a value that changes with each version of it.

A letter is written from some thirty files, each of which may have been changed since the letter before, and
most of which are asked about again and again while it is written. While one is written, each is looked at
once; whoever writes many letters at once says so with `looked_at_once`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR, S_ISREG


@dataclass(frozen=True, slots=True)
class _Look:
    """What was found at a path."""

    is_file: bool = False
    is_folder: bool = False
    version: tuple[int, int] | None = None


_NOTHING = _Look()
_looks: ContextVar[dict[Path, _Look] | None] = ContextVar("_looks", default=None)
"""What was found within `looked_at_once`, by path."""


@contextmanager
def looked_at_once() -> Iterator[None]:
    """Within this, each file is looked at once: a change to it counts only afterwards."""
    if _looks.get() is not None:
        yield
        return
    before = _looks.set({})
    try:
        yield
    finally:
        _looks.reset(before)


def signature(path: Path) -> tuple[int, int] | None:
    """A value that changes with each version of a file; None if it does not exist."""
    return _look(path).version


def is_file(path: Path) -> bool:
    """Whether a path is a file."""
    return _look(path).is_file


def is_folder(path: Path) -> bool:
    """Whether a path is a folder."""
    return _look(path).is_folder


class Seen:
    """The versions of some files, to be asked whether they are still the same."""

    def __init__(self, files: tuple[Path, ...]) -> None:
        self._files = files
        self._versions = [signature(file) for file in files]
        self._asked_within = _looks.get()

    def is_unchanged(self) -> bool:
        """Whether no file has changed, appeared or gone."""
        looks = _looks.get()
        if looks is not None and looks is self._asked_within:
            return True
        unchanged = [signature(file) for file in self._files] == self._versions
        if unchanged:
            self._asked_within = looks
        return unchanged


def _look(path: Path) -> _Look:
    looks = _looks.get()
    if looks is None:
        return _looked(path)
    found = looks.get(path)
    if found is None:
        found = looks[path] = _looked(path)
    return found


def _looked(path: Path) -> _Look:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return _NOTHING
    mode = status.st_mode
    return _Look(S_ISREG(mode), S_ISDIR(mode), (status.st_mtime_ns, status.st_size))
