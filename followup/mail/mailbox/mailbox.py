"""The interface of mailboxes."""

import threading
from contextlib import AbstractContextManager
from typing import Protocol

from followup.domain.shared.word import Word
from followup.errors import InvalidFile

MOST_BYTES = 40 * 1024 * 1024 + 1
"""The greatest number of bytes fetched of an email: one more than the allowed size, so that a bigger one is
detected.
"""


class Ending(Word):
    """How an email is marked after it was read. Emails are never deleted."""

    DONE = "done", "It is dealt with"
    FOR_A_PERSON = "for_a_person", "A person still has to read it"
    UNREADABLE = "unreadable", "It could not be taken apart"


class OpenMailbox(Protocol):
    """An open mailbox, for use by one thread."""

    def new(self, limit: int) -> list[str]:
        """The names of at most `limit` emails that were not marked before, oldest first."""
        ...

    def fetch(self, name: str) -> bytes | None:
        """The bytes of an email, at most MOST_BYTES; None if it no longer exists. Changes nothing."""
        ...

    def mark(self, name: str, ending: Ending) -> None:
        """Mark an email, so that it is no longer new. Does nothing if it no longer exists."""
        ...


class Mailbox(Protocol):
    """A configured mailbox. Opening and using it raises Unreachable if the server does not answer,
    InvalidFile if it refuses the login or the folder does not exist.
    """

    def open(self) -> AbstractContextManager[OpenMailbox]:
        """Open the mailbox."""
        ...

    def wait(self, seconds: float, stopping: threading.Event) -> bool:
        """Wait until a new email arrives, `seconds` have passed, or `stopping` is set. Returns whether one
        has arrived; a mailbox that cannot announce email waits and returns False.
        """
        ...


def no_mailbox(message: str, *, hint: str) -> InvalidFile:
    """The error if inbound_url names something that does not exist or is no mailbox."""
    return InvalidFile(message, hint=hint, code="no_mailbox")
