"""What every mailbox can do, and the one that a URL names."""

import threading
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from followup.domain.word import Word
from followup.errors import InvalidFile
from followup.mail.password_command import password_from

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


def mailbox_for(url: str, password_command: str | None = None) -> Mailbox:
    """The mailbox of `imaps://user@host/Folder`, `maildir:///path` or `folder:///path`. The command is run
    for a password where the URL of a server holds none. Raises InvalidFile; no message holds a password."""
    parts = urlsplit(url)
    if parts.scheme in ("imap", "imaps"):
        from followup.mail.mailbox.imap import ImapMailbox
        from followup.mail.mailbox.imap_account import parse_account

        return ImapMailbox(
            parse_account(url), lambda: password_from(password_command) if password_command else None
        )
    path = Path(unquote(parts.path))
    if parts.scheme == "maildir" and not parts.netloc:
        from followup.mail.mailbox.maildir import Maildir

        return Maildir(path)
    if parts.scheme == "folder" and not parts.netloc:
        from followup.mail.mailbox.folder import Folder

        return Folder(path)
    raise InvalidFile(
        "inbound_url names no mailbox.",
        hint="Write imaps://user@host/INBOX, maildir:///path/to/Maildir or folder:///path/to/files.",
        code="bad_inbound_url",
    )
