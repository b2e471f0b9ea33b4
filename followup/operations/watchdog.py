"""Whether ticks get on, so that a daemon that hangs is found out and started again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic


@dataclass(slots=True)
class Watchdog:
    """When something last got done. A tick that hangs gets nothing done, nor does a scheduler that died.

    `every_seconds` passes between two ticks; `patience_seconds` is the longest that one step may take, such
    as one email."""

    every_seconds: float
    patience_seconds: float
    seconds: Callable[[], float] = monotonic
    _last: float = field(init=False)
    _in_tick: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._last = self.seconds()

    def begin_tick(self) -> None:
        """A tick has begun."""
        self._last, self._in_tick = self.seconds(), True

    def step(self) -> None:
        """One thing of a tick is done."""
        self._last = self.seconds()

    def end_tick(self) -> None:
        """A tick has ended, in whatever way."""
        self._last, self._in_tick = self.seconds(), False

    @property
    def is_made(self) -> bool:
        """Whether the last thing that got done is recent enough."""
        wait = 0.0 if self._in_tick else self.every_seconds
        return self.seconds() - self._last <= wait + self.patience_seconds
