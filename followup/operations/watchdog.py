"""Detecting ticks that hang, so that the daemon is restarted."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic


@dataclass(slots=True)
class Watchdog:
    """The time of the last progress. A hanging tick makes none, and neither does a dead scheduler.

    `every_seconds` is the interval of ticks; `patience_seconds` is the longest duration of a single step,
    such as one email.
    """

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
        """A step of a tick is done."""
        self._last = self.seconds()

    def end_tick(self) -> None:
        """A tick has ended, successfully or not."""
        self._last, self._in_tick = self.seconds(), False

    @property
    def is_made(self) -> bool:
        """Whether the last progress is recent enough."""
        wait = 0.0 if self._in_tick else self.every_seconds
        return self.seconds() - self._last <= wait + self.patience_seconds
