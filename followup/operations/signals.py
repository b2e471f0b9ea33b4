"""The signals that a daemon hears, read by its main thread when it is ready for them.

A handler that sets an event may wait for ever: the thread it interrupts may hold the event's lock. So the
handlers do nothing, and Python writes the numbers of the signals to a socket (`signal.set_wakeup_fd`).
"""

import select
import signal
import socket
from types import FrameType, TracebackType

_HEARD = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_WOKEN = 0


class Signals:
    """Hears SIGTERM, SIGINT and SIGHUP inside its `with`. To be used by the main thread only, save `wake`."""

    def __enter__(self) -> "Signals":
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)
        self._fd_before = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, _heard) for number in _HEARD}
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._fd_before)
        self._reader.close()
        self._writer.close()

    def wait(self, seconds: float | None) -> frozenset[int]:
        """The signals that came, after the first of them, a `wake`, or so many seconds."""
        readable, _, _ = select.select([self._reader], [], [], seconds)
        numbers = frozenset(self._reader.recv(4096)) if readable else frozenset[int]()
        return numbers - {_WOKEN}

    def wake(self) -> None:
        """End the wait of the main thread, from any thread."""
        try:
            self._writer.send(bytes([_WOKEN]))
        except OSError:
            return  # nobody waits any more, or so much is unread that they wake anyway


def _heard(_number: int, _frame: FrameType | None) -> None:
    """Nothing: that a handler is there makes Python write the number."""
