"""A folder of .eml files, as an export or another program writes them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from followup.mail.mailbox.mailbox import MOST_BYTES, Ending, no_mailbox

_MOVED_TO = {
    Ending.DONE: "done",
    Ending.FOR_A_PERSON: "for-a-person",
    Ending.UNREADABLE: "quarantine",
}


@dataclass(frozen=True, slots=True)
class Folder:
    """A mailbox of files. Files that were read are moved to done/, for-a-person/ or quarantine/ beside
    them.
    """

    path: Path

    @contextmanager
    def open(self) -> Iterator["Folder"]:
        """The open mailbox; it needs no closing. Raises InvalidFile if the folder does not exist."""
        if not self.path.is_dir():
            raise no_mailbox(
                f"inbound_url names the folder {self.path}, which is not there.",
                hint="Make it, or name another.",
            )
        yield self

    def wait(self, seconds: float, stopping: threading.Event) -> bool:
        """Wait for `seconds`, or until `stopping` is set. Returns False: a folder does not announce new
        files.
        """
        stopping.wait(seconds)
        return False

    def new(self, limit: int) -> list[str]:
        """The files ending in .eml, in order of their names, at most `limit`."""
        found = (
            path.name
            for path in self.path.iterdir()
            if path.suffix.lower() == ".eml"
            and not path.name.startswith(".")
            and path.is_file()
            and not path.is_symlink()
        )
        return sorted(found)[:limit]

    def fetch(self, name: str) -> bytes | None:
        """The bytes of a file."""
        return read_file(self.path / name)

    def mark(self, name: str, ending: Ending) -> None:
        """Move a file. It does not overwrite a file of the same name that was moved before."""
        target = self.path / _MOVED_TO[ending]
        target.mkdir(mode=0o700, exist_ok=True)
        place, number = target / name, 1
        while place.exists():
            number += 1
            place = target / f"{Path(name).stem}-{number}{Path(name).suffix}"
        try:
            (self.path / name).rename(place)
        except FileNotFoundError:
            return


def read_file(path: Path) -> bytes | None:
    """The bytes of an email, at most MOST_BYTES; None if the file no longer exists."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except FileNotFoundError:
        return None
