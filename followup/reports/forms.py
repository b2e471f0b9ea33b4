"""The forms in which an answer leaves: JSON and CSV, to a screen or a new file."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from followup.domain.money import Money
from followup.errors import Refused
from followup.reports.spend import SpendRow
from followup.store.sums import FIGURES

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def spend_document(
    by: str, rows: Iterable[SpendRow], totals: Sequence[SpendRow], currency: str
) -> dict[str, Any]:
    """The JSON contract of the spend report. `total` is in `currency`; `totals` has every currency."""
    listed = [_spend_row(total) for total in totals]
    own = [total for total in listed if total["currency"] == currency]
    empty = _spend_row(SpendRow("total", currency, 0, 0, 0, 0, 0))
    return {
        "by": by,
        "rows": [_spend_row(row) for row in rows],
        "total": own[0] if own else empty,
        "totals": listed or [empty],
    }


def _spend_row(row: SpendRow) -> dict[str, Any]:
    return {
        "key": row.key,
        "gestures": row.gestures,
        **{
            figure.value: Money(getattr(row, f"{figure.value}_minor"), row.currency).text
            for figure in FIGURES
        },
        "currency": row.currency,
    }


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
    """Write a file that must not exist yet. Raises Refused."""
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
    except FileExistsError as error:
        raise Refused(
            f"{path} exists already, and nothing is overwritten.",
            hint="Choose another name.",
            code="file_exists",
        ) from error
