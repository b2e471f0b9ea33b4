"""A clock that is put forward and back while a daemon runs by it.

The dial is a small file that both processes have in memory. The daemon's process asks it wherever it asks for
the time of day: in the one module of the program that does, and in the library that ticks. How long a thing
takes is measured by another clock, as on a real machine.
"""

import mmap
import struct
import sys
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from followup import clock

_FORM = struct.Struct("d")


class Dial:
    """How far the clock is put forward, in seconds."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(_FORM.pack(0.0))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _FORM.size)

    def put(self, forward: timedelta) -> None:
        """Put the clock forward, from the real time; a negative time puts it back."""
        _FORM.pack_into(self._memory, 0, forward.total_seconds())

    @property
    def forward(self) -> timedelta:
        """How far it is put forward."""
        (seconds,) = _FORM.unpack_from(self._memory, 0)
        return timedelta(seconds=seconds)

    def now(self) -> datetime:
        """The time that it shows."""
        return clock.now() + self.forward


def follow(path: Path) -> None:
    """From now on, this process takes the time from a dial."""
    dial = Dial(path)

    class IsInstance(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, datetime)

    class Shown(datetime, metaclass=IsInstance):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.now(tz) + dial.forward  # noqa: TID251 -- this is the clock here

    asked = [clock, *(module for name, module in sys.modules.items() if name.startswith("apscheduler"))]
    for module in asked:
        if getattr(module, "datetime", None) is datetime:
            module.datetime = Shown  # type: ignore[attr-defined]
