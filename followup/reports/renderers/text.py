"""JSON and CSV output, and atomic writing of files."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from followup.errors import cannot_write, file_exists
from followup.reports.answer import ReportTable, plain_value

_FORMULA = re.compile(r"[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
"""The beginning of a text that a spreadsheet may interpret as a formula, including full-width characters,
which some treat alike.
"""

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def as_json(document: Mapping[str, Any]) -> str:
    """One JSON document."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def table_as_csv(table: ReportTable) -> str:
    """The lines of a table as CSV, without totals, which would be counted twice. If lines have references,
    those are the last column.
    """
    kinds = {column.name: column.kind for column in table.columns}
    drilled = any(line.behind for line in table.lines)
    rows = (
        {
            **{name: plain_value(line.cells.get(name), kind) for name, kind in kinds.items()},
            **({"behind": " ".join(line.behind)} if drilled else {}),
        }
        for line in table.lines
    )
    return as_csv([*kinds, *(["behind"] if drilled else [])], rows)


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """CSV (RFC 4180) with a header row. A text that a spreadsheet would interpret as a formula is prefixed
    with a quote.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_harmless(row[column]) for column in columns])
    return text.getvalue()


def _harmless(value: object) -> object:
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return "'" + value
    return value


def write_new(path: Path, content: str | bytes) -> None:
    """Write a new file atomically. Raises Refused if it exists."""
    raw = content.encode() if isinstance(content, str) else content
    try:
        file = path.open("xb")
    except FileExistsError as error:
        raise file_exists(path, hint="Choose another name.") from error
    except OSError as error:
        raise cannot_write(path, error) from error
    try:
        with file:
            file.write(raw)
    except OSError:
        path.unlink(missing_ok=True)
        raise
