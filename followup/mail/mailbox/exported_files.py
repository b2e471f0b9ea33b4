"""Reading exported emails: single files, folders of them, and mbox files (RFC 4155)."""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from followup.errors import file_missing
from followup.mail.mailbox.mailbox import MOST_BYTES

_SEPARATOR = re.compile(rb"From \S+.*\d{4}")
_QUOTED = re.compile(rb">+From ")


def exported(place: str) -> Iterator[tuple[str, bytes]]:
    """Each email of a file, a folder, or standard input (`-`), with a name for messages.

    In a folder, files ending in .eml or .mbox and the emails of a Maildir are read. Raises NotFound if
    nothing exists at `place`.
    """
    if place == "-":
        yield from _messages("standard input", sys.stdin.buffer)
        return
    path = Path(place)
    if not path.exists():
        raise file_missing(place, hint="Name a file, a folder, or - for standard input.")
    for file in _files(path) if path.is_dir() else [path]:
        with file.open("rb") as lines:
            yield from _messages(file.name, lines)


def _files(folder: Path) -> list[Path]:
    maildir = [folder / part for part in ("new", "cur") if (folder / part).is_dir()]
    inside = [path for part in maildir for path in part.iterdir()]
    given = [path for path in folder.iterdir() if path.suffix.lower() in (".eml", ".mbox")]
    return sorted(path for path in (*inside, *given) if path.is_file() and not path.name.startswith("."))


def _messages(name: str, lines: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """The email in a file, or each email if its first line shows that it is an mbox. Of an email that is too
    big, only enough is kept to detect that.
    """
    is_mbox: bool | None = None
    kept: list[bytes] = []
    number = size = 0
    blank_before = True
    for line in lines:
        if is_mbox is None:
            is_mbox = _SEPARATOR.match(line) is not None
        if is_mbox and blank_before and _SEPARATOR.match(line):
            if number:
                yield f"{name}, email {number}", _without_last_blank(kept)
            kept, size, number = [], 0, number + 1
            continue
        blank_before = not line.strip()
        if size < MOST_BYTES:
            kept.append(line[1:] if is_mbox and _QUOTED.match(line) else line)
            size += len(line)
    if is_mbox:
        yield f"{name}, email {number}", _without_last_blank(kept)
    elif is_mbox is not None:
        yield name, b"".join(kept)[:MOST_BYTES]


def _without_last_blank(lines: list[bytes]) -> bytes:
    """Remove the empty line that an mbox adds after each email."""
    return b"".join(lines[:-1] if lines and not lines[-1].strip() else lines)[:MOST_BYTES]
