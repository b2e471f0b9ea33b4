"""A Maildir: one file per email, with flags in the file name (https://cr.yp.to/proto/maildir.html)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from followup.mail.mailbox.folder import read_file
from followup.mail.mailbox.mailbox import Ending, no_mailbox

_SEEN, _FLAGGED = "S", "F"
_FLAGS = {Ending.DONE: _SEEN, Ending.FOR_A_PERSON: _SEEN + _FLAGGED, Ending.UNREADABLE: _SEEN + _FLAGGED}
"""The flags for each ending. A Maildir has no keywords, so an email that waits for a person is flagged; mail
programs show a star.
"""


@dataclass(frozen=True, slots=True)
class Maildir:
    """A mailbox in which unseen emails are new. Emails that were read are marked as seen and stay."""

    path: Path

    @contextmanager
    def open(self) -> Iterator["Maildir"]:
        """The open mailbox; it needs no closing. Raises InvalidFile if there is no Maildir."""
        if not all((self.path / part).is_dir() for part in ("new", "cur")):
            raise no_mailbox(
                f"inbound_url names the Maildir {self.path}, which is none: it has no new/ and cur/.",
                hint="Name the folder that your mail server delivers to.",
            )
        yield self

    def wait(self, seconds: float, stopping: threading.Event) -> bool:
        """Wait for `seconds`, or until `stopping` is set. Returns False: a Maildir does not announce new
        files.
        """
        stopping.wait(seconds)
        return False

    def new(self, limit: int) -> list[str]:
        """The unseen files, oldest first, at most `limit`."""
        found = []
        for part in ("new", "cur"):
            for path in (self.path / part).iterdir():
                if path.name.startswith(".") or (part == "cur" and _SEEN in _flags(path.name)):
                    continue
                try:
                    found.append((path.stat().st_mtime_ns, path.name, f"{part}/{path.name}"))
                except FileNotFoundError:
                    # Another program has just moved the file.
                    continue
        return [name for _, _, name in sorted(found)[:limit]]

    def fetch(self, name: str) -> bytes | None:
        """The bytes of a file."""
        return read_file(self.path / name)

    def mark(self, name: str, ending: Ending) -> None:
        """Set the flags of an email, which moves it to cur/."""
        old = self.path / name
        flags = "".join(sorted({*_flags(old.name), *_FLAGS[ending]}))
        unique = old.name.partition(":2,")[0]
        try:
            old.rename(self.path / "cur" / f"{unique}:2,{flags}")
        except FileNotFoundError:
            return


def _flags(name: str) -> str:
    return name.partition(":2,")[2]
