"""Connections kept open for the next emails, instead of one connection for every few."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic

from followup.mail.transport import Connection, Transport

IDLE_SECONDS = 60.0
"""Relays close idle connections after some minutes. Ours are closed before that, with QUIT."""


class KeptOpen:
    """A transport that keeps connections open after use. Call `close` at the end."""

    def __init__(self, transport: Transport, *, idle_seconds: float = IDLE_SECONDS) -> None:
        self.transport = transport
        self._idle_seconds = idle_seconds
        self._guard = threading.Lock()
        self._idle: list[tuple[float, Connection, ExitStack]] = []

    @property
    def relay_name(self) -> str | None:
        """The name of the wrapped transport's relay."""
        return self.transport.relay_name

    @property
    def most_connections(self) -> int:
        """The limit of the wrapped transport."""
        return self.transport.most_connections

    @contextmanager
    def open(self) -> Iterator[Connection]:
        """The connection used last, or a new one if all are in use. After an error it is closed, because the
        state of its dialogue is unknown.
        """
        with self._guard:
            kept = self._idle.pop() if self._idle else None
        if kept is None:
            own = ExitStack()
            connection = own.enter_context(self.transport.open())
        else:
            _, connection, own = kept
        try:
            yield connection
        except BaseException:
            own.close()
            raise
        with self._guard:
            self._idle.append((monotonic(), connection, own))

    def close_idle(self) -> None:
        """Close connections that have been idle for IDLE_SECONDS."""
        self._close(older_than=monotonic() - self._idle_seconds)

    def close(self) -> None:
        """Close all connections that are not in use."""
        self._close(older_than=monotonic() + 1)

    def _close(self, *, older_than: float) -> None:
        with self._guard:
            old = [kept for kept in self._idle if kept[0] < older_than]
            self._idle = [kept for kept in self._idle if kept[0] >= older_than]
        # In parallel, because closing a connection to a relay that is gone takes a moment.
        closing = [threading.Thread(target=own.close) for _, _, own in old]
        for thread in closing:
            thread.start()
        for thread in closing:
            thread.join()
