"""Reading a list of objects from a JSON document, piece by piece. The document may be larger than memory; a
single row may not.
"""

import json
from collections.abc import Iterable, Iterator

from followup.domain.importing.rows import DECODER, FileRow, Sheet, json_row
from followup.domain.shared.unreadable import nearest
from followup.errors import InvalidFile

LONGEST_VALUE = 8_000_000
"""The greatest number of characters of one row."""

_BLANK = " \t\r\n\ufeff"


def read_json_list(pieces: Iterable[str], path: tuple[str, ...], encoding: str) -> Sheet:
    """The rows of a JSON text that comes in `pieces`. `path` has the names that lead from the top of the
    document to the list.

    Raises InvalidFile, here or at a later row, if the text is not JSON or has no such list.
    """
    window = _Window(pieces)
    _find_list(window, path)
    return Sheet(None, _rows(window, encoding))


def _find_list(window: "_Window", path: tuple[str, ...]) -> None:
    for name in path:
        _find_name(window, name)
    if window.next_letter() == "[":
        window.take("[")
        return
    if path:
        raise _unusable(window.line, f"{'.'.join(path)} is not a list.", "Name the list in the map: list = …")
    raise _unusable(
        window.line,
        "the file is not a list of rows.",
        'Say where the list is: list = "complaints" below [file] in the map. If each line is a row of its '
        'own: format = "json_lines".',
    )


def _find_name(window: "_Window", wanted: str) -> None:
    """Move to the value of a name in the object that begins here."""
    window.take("{")
    names: list[str] = []
    while window.next_letter() == '"':
        name = str(window.value()[0])
        window.take(":")
        if name == wanted:
            return
        names.append(name)
        window.value()
        if window.next_letter() == ",":
            window.take(",")
    near = nearest(wanted, names)
    raise _unusable(
        window.line,
        f"there is no {wanted!r} in it.",
        f"Did you mean {near!r}?" if near else f"It has: {', '.join(names[:20]) or 'nothing'}.",
    )


def _rows(window: "_Window", encoding: str) -> Iterator[FileRow]:
    number = 0
    while window.next_letter() != "]":
        if number:
            window.take(",")
        number += 1
        value, raw, line = window.value()
        yield json_row(number, line, value, raw, encoding)


class _Window:
    """The part of the text that is in memory."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = iter(pieces)
        self._text = ""
        self._place = 0
        self.line = 1

    def next_letter(self) -> str:
        """The next character that is not white space, without consuming it; "" at the end."""
        while True:
            while self._place < len(self._text) and self._text[self._place] in _BLANK:
                self.line += self._text[self._place] == "\n"
                self._place += 1
            if self._place < len(self._text):
                return self._text[self._place]
            if not self._more():
                return ""

    def take(self, letter: str) -> None:
        """Consume a character that must come next."""
        found = self.next_letter()
        if found != letter:
            what = f"{letter} is missing before {found}" if found else f"the file ends before {letter}"
            raise _unusable(self.line, f"{what}.", "The file may have been cut off; get it anew.")
        self._place += 1

    def value(self) -> tuple[object, str, int]:
        """The next value, its text, and its line."""
        self.next_letter()
        while True:
            try:
                value, end = DECODER.raw_decode(self._text, self._place)
            except json.JSONDecodeError as error:
                # It may only be cut off where the piece ends.
                if len(self._text) - self._place < LONGEST_VALUE and self._more():
                    continue
                line = self.line + self._text.count("\n", self._place, error.pos)
                raise _unusable(
                    line, f"this is not JSON: {error.msg}.", "Mend it there, or get it anew."
                ) from None
            except RecursionError:
                raise _unusable(self.line, "a row is nested too deeply.", "Make the rows flatter.") from None
            if end < len(self._text) or not self._more():
                break
        line, raw = self.line, self._text[self._place : end]
        self.line += raw.count("\n")
        self._place = end
        return value, raw, line

    def _more(self) -> bool:
        """Read more text, at least as much as is left, so that a long value is not parsed again and again."""
        left = self._text[self._place :]
        found: list[str] = []
        length = 0
        for piece in self._pieces:
            found.append(piece)
            length += len(piece)
            if length >= len(left):
                break
        self._text, self._place = left + "".join(found), 0
        return bool(length)


def _unusable(line: int, what: str, mend: str) -> InvalidFile:
    return InvalidFile(f"Line {line} of the file: {what}", hint=mend, code="bad_json")
