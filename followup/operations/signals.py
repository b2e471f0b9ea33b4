"""The signals of the daemon, read by its main thread when it is ready for them.

A handler that sets an event may deadlock, because the interrupted thread may hold the event's lock. So
handlers do nothing, and Python writes the signal numbers to a socket (`signal.set_wakeup_fd`).
"""

import select
import signal
import socket
from types import FrameType, TracebackType

_HEARD = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_WOKEN = 0


class Signals:
    """Receives SIGTERM, SIGINT and SIGHUP within its context. For the main thread only, except `wake`."""

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
        """The signals received, after waiting for the first of them, a `wake`, or `seconds` (None: without
        limit).
        """
        readable, _, _ = select.select([self._reader], [], [], seconds)
        numbers = frozenset(self._reader.recv(4096)) if readable else frozenset[int]()
        return numbers - {_WOKEN}

    def wake(self) -> None:
        """End the wait of the main thread, from any thread."""
        try:
            self._writer.send(bytes([_WOKEN]))
        except OSError:
            return  # nobody waits any more, or unread bytes will wake the main thread anyway


def _heard(_number: int, _frame: FrameType | None) -> None:
    """Does nothing. A handler must exist so that Python writes the number to the socket."""
