"""The mailbox of a daemon: read before emails go out, so that an answer stops the email that is due.

Whatever goes wrong with it keeps no email back.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic

from followup.application.door import Caller, OpenWorkspace
from followup.application.inbound import mailbox
from followup.application.inbound.mailbox import Receipt
from followup.application.outbox import workers
from followup.operations import logs
from followup.operations.outages import Outages

MAILBOX = "mailbox"
"""The name of this part of the work, where it fails."""

EVERY_SECONDS = 60.0
_LEAST_GAP_SECONDS = 5.0
_READ_SECONDS = 30.0
"""For so long reading keeps emails from going out, however much has arrived; then it is their turn."""

_LISTEN_SECONDS = 540.0
"""Servers end a connection on which nothing was asked for half an hour; some do so sooner."""


@dataclass(slots=True)
class MailboxReader:
    """When the mailbox was read, and when it is next. `stopping` ends reading between two messages."""

    stopping: threading.Event
    faults: Outages
    seconds: Callable[[], float] = monotonic
    _woken: threading.Event = field(default_factory=threading.Event)
    _not_before: float = 0.0
    _next: float = 0.0

    def read(
        self,
        caller: Caller,
        clock: Callable[[], datetime],
        on_round: Callable[[], None] = lambda: None,
    ) -> None:
        """Read the mailbox if one is set and it is time: once a minute, when the server says that something
        is there, and whenever an email is about to go out. After a failure a minute passes first.
        `on_round` is called after each message."""
        began = self.seconds()
        if caller.place.workspace.settings.inbound_url is None or began < self._not_before:
            return

        def is_over() -> bool:
            return self.stopping.is_set() or self.seconds() > began + _READ_SECONDS

        def told(receipt: Receipt) -> None:
            logs.arrived(receipt)
            on_round()

        try:
            is_time = self._woken.is_set() or began >= self._next
            if not (is_time or workers.is_email_due(replace(caller, now=clock()))):
                return
            self._woken.clear()
            mailbox.receive_new(caller, clock=clock, stopping=is_over, on_receipt=told)
        except Exception as error:
            self.faults.failed(MAILBOX, error)
            self._not_before = self._next = self.seconds() + EVERY_SECONDS
        else:
            self.faults.works(MAILBOX)
            # What was left for want of time is read after the next emails.
            self._not_before = began if is_over() else self.seconds() + _LEAST_GAP_SECONDS
            self._next = began if is_over() else self.seconds() + EVERY_SECONDS

    @contextmanager
    def listening(self, place: Callable[[], OpenWorkspace], wake: Callable[[], None]) -> Iterator[None]:
        """Meanwhile, `wake` whoever reads when the server says that something new is there. `place` gives
        the workspace as it was last read."""
        thread = threading.Thread(target=self._listen, args=[place, wake], name="mailbox", daemon=True)
        if place().workspace.settings.inbound_url is not None:
            thread.start()
        try:
            yield
        finally:
            self.stopping.set()
            if thread.is_alive():
                # A server that does not answer keeps nobody from leaving.
                thread.join(2)

    def _listen(self, place: Callable[[], OpenWorkspace], wake: Callable[[], None]) -> None:
        while not self.stopping.is_set():
            try:
                if mailbox.wait_for_new(place(), _LISTEN_SECONDS, self.stopping):
                    self._woken.set()
                    wake()
                    # Until it was read, it is there each time that one asks.
                    self.stopping.wait(2 * _LEAST_GAP_SECONDS)
            except Exception:
                # Reading meets the same fault, and tells of it.
                self.stopping.wait(EVERY_SECONDS)
