"""What every mailbox can do, and the one that a URL names."""

import threading
from contextlib import AbstractContextManager
from typing import Protocol

from followup.domain.shared.word import Word
from followup.errors import InvalidFile

MOST_BYTES = 25 * 1024 * 1024 + 1
"""So much of an email is fetched at most: one byte more than is read, so that one that is too big is seen."""


class Ending(Word):
    """How an email is left in its mailbox. None is ever deleted."""

    DONE = "done", "It is dealt with"
    FOR_A_PERSON = "for_a_person", "A person still has to read it"
    UNREADABLE = "unreadable", "It could not be taken apart"


class OpenMailbox(Protocol):
    """A mailbox that is open, for one thread."""

    def new(self, limit: int) -> list[str]:
        """The names of at most `limit` emails that nobody marked here before, the oldest first."""
        ...

    def fetch(self, name: str) -> bytes | None:
        """The bytes of an email, at most MOST_BYTES; None where it has gone meanwhile. Changes nothing."""
        ...

    def mark(self, name: str, ending: Ending) -> None:
        """Leave an email so that it is not new any more; nothing happens where it has gone meanwhile."""
        ...


class Mailbox(Protocol):
    """A mailbox as it is set. Opening it, and all that is done with it, raises Unreachable where the server
    does not answer, InvalidFile where it does not let us in or has no such folder."""

    def open(self) -> AbstractContextManager[OpenMailbox]:
        """Open it."""
        ...

    def wait(self, seconds: float, stopping: threading.Event) -> bool:
        """Wait until a new email is there, or `seconds` have passed, or `stopping` is set. Returns whether
        one is there; a mailbox that cannot say so by itself waits and returns False."""
        ...


def no_mailbox(message: str, *, hint: str) -> InvalidFile:
    """What inbound_url names is not there, or is no mailbox."""
    return InvalidFile(message, hint=hint, code="no_mailbox")
