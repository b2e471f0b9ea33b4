"""The forms in which an answer leaves: JSON and CSV, to a screen or a new file."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Protocol

from followup.domain.money import Money
from followup.errors import Refused

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class ReportRow(Protocol):
    """A row of a report: a frozen dataclass whose amounts are fields ending in _minor."""

    @property
    def currency(self) -> str:
        """The currency of its amounts."""
        ...


def report_document(
    by: str, rows: Iterable[ReportRow], totals: Sequence[ReportRow], currency: str
) -> dict[str, Any]:
    """The JSON contract of a report. `total` is the one in `currency` (null where there is none),
    `totals` has every currency."""
    listed = [_as_document(total) for total in totals]
    own = [total for total in listed if total["currency"] == currency]
    return {
        "by": by,
        "rows": [_as_document(row) for row in rows],
        "total": own[0] if own else None,
        "totals": listed,
    }


def _as_document(row: ReportRow) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for field in fields(row):  # type: ignore[arg-type]
        value = getattr(row, field.name)
        if field.name.endswith("_minor"):
            document[field.name.removesuffix("_minor")] = Money(value, row.currency).text
        else:
            document[field.name] = value
    # The currency stands beside the amounts, at the end, as in every document.
    document["currency"] = document.pop("currency")
    return document


def as_json(document: Mapping[str, Any]) -> str:
    """One JSON document."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """RFC 4180 text with a heading. What a spreadsheet would take for a formula gets a leading quote."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_harmless(row[column]) for column in columns])
    return text.getvalue()


def _harmless(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS) and not _is_number(value):
        return "'" + value
    return value


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


def write_new(path: Path, text: str) -> None:
    """Write a file that must not exist yet; it is there whole or not at all. Raises Refused."""
    try:
        file = path.open("x", encoding="utf-8", newline="")
    except FileExistsError as error:
        raise Refused(
            f"{path} exists already, and nothing is overwritten.",
            hint="Choose another name.",
            code="file_exists",
        ) from error
    try:
        with file:
            file.write(text)
    except OSError:
        path.unlink(missing_ok=True)
        raise
