"""A clock that can be put forward and back while a daemon runs.

The dial is a small file mapped into the memory of both processes. The daemon's process reads it wherever it
asks for the time of day: in the program's clock module and in APScheduler. Durations are measured by another
clock, as on a real machine.
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
    """The offset of the clock, in seconds."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(_FORM.pack(0.0))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _FORM.size)

    def put(self, forward: timedelta) -> None:
        """Set the offset from the real time; a negative offset puts the clock back."""
        _FORM.pack_into(self._memory, 0, forward.total_seconds())

    @property
    def forward(self) -> timedelta:
        """The offset."""
        (seconds,) = _FORM.unpack_from(self._memory, 0)
        return timedelta(seconds=seconds)

    def now(self) -> datetime:
        """The time that the clock shows."""
        return clock.now() + self.forward


def follow(path: Path) -> None:
    """From now on, this process takes the time of day from the dial in `path`."""
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
