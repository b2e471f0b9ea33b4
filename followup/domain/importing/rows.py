"""Reading the rows of a file to import: CSV and JSON lines, line by line. A row that cannot be read is
returned with its fault, so that it can be reported and set aside.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from followup.domain.importing.values import tidy
from followup.domain.shared.unreadable import UnreadableValue, nearest
from followup.errors import InvalidFile

HEADER_SEARCHED_LINES = 1000
ERROR_COLUMN = "import_error"
"""The column of a file of bad rows that says what is wrong with each row."""

_UNSPLIT = "A quote that opens a cell in this row is not closed, or text follows the quote that closes it."
_UNSPLIT_MEND = 'Put quotes around the whole cell, and write each quote inside it twice: "5"" pipe".'


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row: its number from 1, the line on which it begins, its cells by column, and its raw form: a list
    of cells, or one JSON text. `fault` says why the row cannot be read, and in which `column`.
    """

    number: int
    line: int
    cells: Mapping[str, str] = field(default_factory=dict)
    original: tuple[str, ...] = ()
    fault: UnreadableValue | None = None
    column: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a file. `columns` is the header; None if each row names its own columns."""

    columns: tuple[str, ...] | None
    rows: Iterator[FileRow]


def read_csv(lines: Iterable[str], delimiter: str, header_has: tuple[str, ...], encoding: str) -> Sheet:
    """The rows of a CSV text. `lines` must keep their line ends.

    The header is the first line that has all columns of `header_has` or, if that is empty, the first
    non-empty line. Lines that are empty or have only delimiters are skipped. Raises InvalidFile if there is
    no header.
    """
    source = _Lines(lines)
    columns = _header(source, delimiter, header_has)
    return Sheet(columns, _csv_rows(source, delimiter, columns, encoding))


class _Lines:
    """Numbered lines; those of the current row are kept."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.line = 0
        self.taken: list[str] = []

    def give_back(self, count: int) -> None:
        """Return the last lines to the input: they belong to later rows."""
        kept = len(self.taken) - count
        self._lines = chain(self.taken[kept:], self._lines)
        self.line -= count
        del self.taken[kept:]

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.line += 1
        self.taken.append(line)
        return line


def _header(source: _Lines, delimiter: str, header_has: tuple[str, ...]) -> tuple[str, ...]:
    best: tuple[str, ...] = ()
    while source.line < HEADER_SEARCHED_LINES:
        source.taken.clear()
        # Junk above the header may hold a lone quote, so there a row is one line.
        rows = csv.reader(source if not header_has else [next(source, "")], delimiter=delimiter, strict=True)
        try:
            cells = tuple(tidy(cell) for cell in next(rows, ()))
        except csv.Error:
            cells = ()
        if not source.taken:
            break
        if any(cells) and set(header_has) <= set(cells):
            return cells
        best = max(best, cells, key=lambda found: len(set(header_has) & set(found)))
    if not header_has or source.line == 0:
        raise InvalidFile("The file is empty.", hint="Give a file with a header and rows.", code="file_empty")
    lacking = [name for name in header_has if name not in best]
    near = nearest(lacking[0], best) if best and len(lacking) < len(header_has) else ""
    raise InvalidFile(
        f"None of the first {source.line} lines has the column {lacking[0]!r} with the others of header_has.",
        hint=f"Did you mean {near!r}?"
        if near
        else "Copy the names from the file's header to header_has in the map, and check delimiter.",
        code="header_not_found",
    )


def _csv_rows(source: _Lines, delimiter: str, columns: tuple[str, ...], encoding: str) -> Iterator[FileRow]:
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    number = 0
    while True:
        source.taken.clear()
        line = source.line + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            number += 1
            source.give_back(_swallowed(source.taken, delimiter, len(columns)))
            fault = UnreadableValue(_csv_message(error), _UNSPLIT_MEND)
            yield FileRow(number, line, {}, ("".join(source.taken).rstrip("\r\n"),), fault)
            continue
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        number += 1
        yield _csv_row(number, line, columns, tuple(cells), encoding)


def _swallowed(taken: list[str], delimiter: str, width: int) -> int:
    """The number of lines at the end of a row with an unclosed quote that are rows themselves."""
    for place, line in enumerate(taken[1:], start=1):
        try:
            cells = next(csv.reader([line], delimiter=delimiter, strict=True), [])
        except csv.Error:
            continue
        if len(cells) == width:
            return len(taken) - place
    return 0


def _csv_message(error: csv.Error) -> str:
    if "field larger" in str(error):
        return f"A cell is longer than {csv.field_size_limit():,} characters; is a quote not closed?"
    return _UNSPLIT


def _csv_row(
    number: int, line: int, columns: tuple[str, ...], cells: tuple[str, ...], encoding: str
) -> FileRow:
    named = dict(zip(columns, cells, strict=False))
    if len(cells) != len(columns):
        fault = UnreadableValue(
            f"The row has {_counted(len(cells), 'cell')}, the header has {len(columns)}.",
            "Look for a delimiter in a cell without quotes around it, or for a line that was cut off.",
        )
        return FileRow(number, line, named, cells, fault)
    for column, cell in named.items():
        foreign = None if cell.isascii() else foreign_bytes(cell, encoding)
        if foreign is not None:
            return FileRow(number, line, named, cells, foreign, column)
    return FileRow(number, line, named, cells)


def foreign_bytes(text: str, encoding: str) -> UnreadableValue | None:
    """The error if a text, decoded with the error handler surrogateescape, has bytes that are not in the
    encoding; else None.
    """
    bad = next((letter for letter in text if "\udc80" <= letter <= "\udcff"), None)
    if bad is None:
        return None
    return UnreadableValue(
        f"The byte {ord(bad) - 0xDC00:#x} is not {encoding}.",
        'Say how the file is encoded: encoding = "windows-1252" below [file] in the map.',
    )


def read_json_lines(lines: Iterable[str], encoding: str) -> Sheet:
    """The rows of a text with one JSON object per line. Empty lines are skipped."""
    return Sheet(None, _json_line_rows(lines, encoding))


def _json_line_rows(lines: Iterable[str], encoding: str) -> Iterator[FileRow]:
    number = 0
    for line, text in enumerate(lines, start=1):
        raw = text.strip()
        if not raw:
            continue
        number += 1
        try:
            yield json_row(number, line, DECODER.decode(raw), raw, encoding)
        except (json.JSONDecodeError, RecursionError) as error:
            what = error.msg if isinstance(error, json.JSONDecodeError) else "it is nested too deeply"
            fault = UnreadableValue(
                f"The line is not JSON: {what}.", 'Write one object on each line: {"Order": "A-1", …}'
            )
            yield FileRow(number, line, {}, (raw,), fault)


DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
"""A decoder that keeps numbers as texts, because money must not become a float."""


def json_row(number: int, line: int, value: object, raw: str, encoding: str) -> FileRow:
    """The row of a JSON value. Nested objects become columns: {"customer": {"email": …}} has the column
    customer.email.
    """
    if not isinstance(value, dict):
        fault = UnreadableValue(
            "The row is not an object with names and values.", 'Write it as {"Order": "A-1"}.'
        )
        return FileRow(number, line, {}, (raw,), fault)
    return FileRow(number, line, dict(_flat("", value)), (raw,), foreign_bytes(raw, encoding))


def _flat(above: str, value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, inner in value.items():
        column = tidy(f"{above}{name}")
        if isinstance(inner, dict) and above.count(".") < 5:
            yield from _flat(f"{column}.", inner)
        elif isinstance(inner, list) and not any(isinstance(one, dict | list) for one in inner):
            yield column, ", ".join(_plain(one) for one in inner)
        else:
            yield column, _plain(inner)


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def bad_csv_header(columns: tuple[str, ...]) -> tuple[str, ...]:
    """The header of a file of bad rows: that of the original file, and the column for the error."""
    return columns if ERROR_COLUMN in columns else (*columns, ERROR_COLUMN)


def bad_csv_row(row: FileRow, columns: tuple[str, ...], error: str) -> tuple[str, ...]:
    """A bad row in its original form, with its error. A row that could not be split is the text of the first
    cell.
    """
    cells = [*row.original, *[""] * (len(columns) - len(row.original))]
    if ERROR_COLUMN in columns:
        cells[columns.index(ERROR_COLUMN)] = error
    else:
        # What a row has too much stays behind the error, so that nothing is lost.
        cells.insert(len(columns), error)
    return tuple(cells)


def bad_json_line(row: FileRow, error: str) -> str:
    """A bad row in its original form, on one line, with its error. A row that is not an object is kept as a
    text.
    """
    written = json.dumps(error, ensure_ascii=False)
    raw = " ".join(row.original[0].splitlines()) if row.original else ""
    if not row.cells and row.fault is not None:
        return f'{{"unreadable": {json.dumps(raw)}, "{ERROR_COLUMN}": {written}}}'
    body = raw.rstrip().removesuffix("}").rstrip()
    comma = "" if body.endswith("{") else ", "
    return f'{body}{comma}"{ERROR_COLUMN}": {written}}}'


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
