"""Reading the daemon's mailbox before emails are sent, so that a customer's reply stops an email that is due.

A failure of the mailbox delays no email by itself; one that lasts makes follow-ups wait (`presend_checks`).
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
"""The name of this part of the work in reports of outages."""

EVERY_SECONDS = 60.0
_LEAST_GAP_SECONDS = 5.0
_READ_SECONDS = 30.0
"""The longest time for which reading delays sending, however much has arrived."""

_LISTEN_SECONDS = 540.0
"""How long to listen on one connection: servers close connections without commands after half an hour, some
sooner.
"""


@dataclass(slots=True)
class MailboxReader:
    """When the mailbox was last read and when it is read next. `stopping` ends reading between two
    messages.
    """

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
        """Read the mailbox if one is set and it is time: once a minute, when the server announces email, and
        before an email is sent. After a failure, it waits a minute. `on_round` is called after each message.
        """
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
            # Messages left for lack of time are read after the next emails are sent.
            self._not_before = began if is_over() else self.seconds() + _LEAST_GAP_SECONDS
            self._next = began if is_over() else self.seconds() + EVERY_SECONDS

    @contextmanager
    def listening(self, place: Callable[[], OpenWorkspace], wake: Callable[[], None]) -> Iterator[None]:
        """Within the context, call `wake` when the server announces email. `place` gives the workspace as it
        was last loaded.
        """
        thread = threading.Thread(target=self._listen, args=[place, wake], name="mailbox", daemon=True)
        if place().workspace.settings.inbound_url is not None:
            thread.start()
        try:
            yield
        finally:
            self.stopping.set()
            if thread.is_alive():
                # A server that does not answer must not delay the exit.
                thread.join(2)

    def _listen(self, place: Callable[[], OpenWorkspace], wake: Callable[[], None]) -> None:
        while not self.stopping.is_set():
            try:
                if mailbox.wait_for_new(place(), _LISTEN_SECONDS, self.stopping):
                    self._woken.set()
                    wake()
                    # Until it is read, the server announces it at each call.
                    self.stopping.wait(2 * _LEAST_GAP_SECONDS)
            except Exception:
                # Reading meets the same error, and reports it.
                self.stopping.wait(EVERY_SECONDS)
