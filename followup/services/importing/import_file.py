"""The files of an import: the file with the rows, which is read twice, and the file for bad rows."""

import csv
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import IO, BinaryIO

from followup.domain.importing.import_map import FileForm, FileFormat, ImportMap
from followup.domain.importing.import_map_file import load_import_map
from followup.domain.importing.json_rows import read_json_list
from followup.domain.importing.rows import (
    FileRow,
    Sheet,
    bad_csv_header,
    bad_csv_row,
    bad_json_line,
    read_csv,
    read_json_lines,
)
from followup.errors import InvalidFile, file_exists, file_missing, folder_missing

_PIECE_CHARACTERS = 65_536
_ENDINGS = {
    ".csv": FileFormat.CSV,
    ".tsv": FileFormat.CSV,
    ".txt": FileFormat.CSV,
    ".json": FileFormat.JSON,
    ".jsonl": FileFormat.JSON_LINES,
    ".ndjson": FileFormat.JSON_LINES,
}
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_map(path: Path, load: Callable[[str, str], ImportMap] = load_import_map) -> ImportMap:
    """Read a map file with `load`. Raises NotFound or InvalidFile."""
    with _reading_named(path):
        content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidFile(
            f"{path}, line {line}: this is not UTF-8 text.",
            hint="Save the map as UTF-8.",
            code="map_not_utf8",
        ) from error
    return load(text, str(path))


class ImportFile:
    """An open file with rows, and its format by the map and the file name."""

    def __init__(self, name: str, raw: BinaryIO, form: FileForm) -> None:
        self.name = name
        self.format = form.format or _format_of(name)
        self.delimiter = form.delimiter or ("\t" if name.lower().endswith(".tsv") else ",")
        self.encoding = _encoding(raw, form.encoding)
        self._raw = raw
        self._form = form
        self._found = os.fstat(raw.fileno())

    @property
    def part_read(self) -> float:
        """The part of the file read so far, from 0 to 1."""
        return min(self._raw.tell() / max(self._found.st_size, 1), 1.0)

    @property
    def changed(self) -> bool:
        """Whether the file was modified since it was opened."""
        now = os.fstat(self._raw.fileno())
        return (now.st_size, now.st_mtime_ns) != (self._found.st_size, self._found.st_mtime_ns)

    @contextmanager
    def sheet(self) -> Iterator[Sheet]:
        """Read the file from the beginning. Raises InvalidFile, at once or at a row, if it cannot be
        parsed."""
        self._raw.seek(0)
        # Let invalid bytes pass, so that the error can name their row.
        text = TextIOWrapper(self._raw, self.encoding, errors="surrogateescape", newline="")
        try:
            if self.format is FileFormat.CSV:
                yield read_csv(text, self.delimiter, self._form.header_has, self._form.encoding)
            elif self.format is FileFormat.JSON_LINES:
                yield read_json_lines(text, self._form.encoding)
            else:
                yield read_json_list(_pieces(text), self._form.list_path, self._form.encoding)
        except UnicodeError as error:
            raise InvalidFile(
                f"{self.name} is not written in {self._form.encoding}.",
                hint='Say how it is: encoding = "utf-8" or "windows-1252" below [file] in the map.',
                code="wrong_encoding",
            ) from error
        finally:
            text.detach()


@contextmanager
def open_import_file(path: Path | None, standard_input: BinaryIO, form: FileForm) -> Iterator[ImportFile]:
    """Open the file, or standard input for None. Input that cannot be read twice is copied to a temporary
    file first. Raises NotFound or InvalidFile."""
    if path is None:
        with _copied(standard_input) as raw:
            yield ImportFile("standard input", raw, form)
        return
    with _reading_named(path):
        opened = path.open("rb")
    with opened:
        if stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            yield ImportFile(str(path), opened, form)
            return
        with _copied(opened) as raw:
            yield ImportFile(str(path), raw, form)


@contextmanager
def _copied(stream: IO[bytes]) -> Iterator[BinaryIO]:
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(stream, copy)
        copy.flush()
        yield copy


@contextmanager
def _reading_named(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise file_missing(path, hint="Check its name and folder.") from error
    except OSError as error:
        raise InvalidFile(
            f"{path} cannot be read: {error.strerror}.",
            hint="Name a file that you may read.",
            code="file_unreadable",
        ) from error


def _format_of(name: str) -> FileFormat:
    ending = Path(name).suffix.lower()
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    if not ending:
        return FileFormat.CSV
    raise InvalidFile(
        f"The ending of {name} does not say how it is written.",
        hint='Say it in the map, below [file]: format = "csv", "json" or "json_lines".',
        code="unknown_file_form",
    )


def _encoding(raw: BinaryIO, written: str) -> str:
    raw.seek(0)
    if raw.read(2) in _UTF16_MARKS:
        return "utf-16"
    return "utf-8-sig" if written.lower().replace("_", "-") in ("utf-8", "utf8") else written


def _pieces(text: TextIOWrapper) -> Iterable[str]:
    return iter(lambda: text.read(_PIECE_CHARACTERS), "")


class BadRows:
    """A new file for rows that cannot be imported, in their original format, with their errors. It is created
    with the first such row."""

    def __init__(self, path: Path, source: ImportFile) -> None:
        """Raises Refused if the file exists."""
        if os.path.lexists(path):
            raise file_exists(path, hint="Give --skip-bad the name of a new file.")
        if not path.parent.is_dir():
            raise folder_missing(path.parent)
        self.path = path
        self._source = source
        self._stream: TextIOWrapper | None = None

    def put(self, row: FileRow, columns: tuple[str, ...] | None, error: str) -> None:
        """Write a bad row. `columns` are those of the header, if there is one."""
        if self._stream is None:
            self._stream = self._made()
            if columns is not None:
                self._write_csv(bad_csv_header(columns))
        sayable = error.encode(self._stream.encoding, "replace").decode(self._stream.encoding)
        if columns is None:
            self._stream.write(bad_json_line(row, sayable) + "\n")
        else:
            self._write_csv(bad_csv_row(row, columns, sayable))

    def _made(self) -> TextIOWrapper:
        encoding = self._source.encoding
        if self._source.format is not FileFormat.CSV:
            encoding = encoding.removesuffix("-sig")
        # Write invalid bytes back unchanged.
        return self.path.open("x", encoding=encoding, errors="surrogateescape", newline="")

    def _write_csv(self, cells: tuple[str, ...]) -> None:
        assert self._stream is not None
        csv.writer(self._stream, delimiter=self._source.delimiter, lineterminator="\n").writerow(cells)

    def close(self) -> None:
        """Finish the file."""
        if self._stream is not None:
            self._stream.close()

    def discard(self) -> None:
        """Delete the file, because nothing was imported."""
        if self._stream is not None:
            self._stream.close()
            self.path.unlink(missing_ok=True)


def file_changed(what: str) -> InvalidFile:
    """The error for a file that changed between the two passes."""
    return InvalidFile(
        f"{what} changed while it was read, so nothing was imported.",
        hint="Import it again when nobody writes to it.",
        code="file_changed",
    )
