"""Reports with hostile strings in every format: each string must be shown as text and have no effect."""

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

from rich.console import Console

from followup.domain.shared.money import Money
from followup.reports.answer import (
    Chart,
    Column,
    Drawn,
    Kind,
    Line,
    ReportAnswer,
    ReportTable,
    columns,
    document,
    plain_value,
    sentence,
)
from followup.reports.renderers.cell_format import Reader
from followup.reports.renderers.letter import as_html, as_text
from followup.reports.renderers.page import as_page
from followup.reports.renderers.terminal import as_renderable
from followup.reports.renderers.text import as_json, table_as_csv
from followup.reports.renderers.workbook import as_workbook
from tests.integration.test_hostile_strings import harmless
from tests.score.harmless_text import steers

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
READER = Reader("en-GB", "Europe/London")
_COLUMNS = columns(
    ("who", "Who", Kind.TEXT),
    ("amount", "Amount", Kind.MONEY, True),
    ("currency", "Currency", Kind.CURRENCY),
    ("why", "Why", Kind.TEXT),
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Includes full-width characters, which some keyboards and spreadsheets treat alike."""

_UNSEEN = " \t\r\n\x0b\x0c\xa0\ufeff\u2028\u2029"
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_WIDER_THAN_ANYTHING = 100_000
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def answer_about(strings: list[str]) -> ReportAnswer:
    """An answer that contains these strings wherever an answer may contain words of people."""
    lines = tuple(
        Line({"who": text, "amount": Money(number * 100, "GBP"), "currency": "GBP", "why": text}, ("G-0001",))
        for number, text in enumerate(strings, 1)
    )
    charts = tuple(Chart("Amounts", drawn, "spend", "who", ("amount",)) for drawn in Drawn)
    return ReportAnswer(
        name="spend",
        question="What was spent?",
        period=sentence("2026-11"),
        says=tuple(sentence("{who} got the most.", who=text) for text in strings),
        tables=(ReportTable("spend", "Spend", _COLUMNS, lines),),
        empty="Nothing.",
        charts=charts,
    )


def wrong_in_reports(strings: list[str]) -> Iterator[str]:
    """Effects of a report with these strings that a report with harmless ones does not have."""
    answer, same = answer_about(strings), answer_about([harmless(text) for text in strings])
    yield from _wrong_in_page(answer, same, strings[0])
    yield from _wrong_in_letter(answer, same, strings[0])
    yield from _wrong_in_workbook(answer, strings[0])
    yield from _wrong_in_csv(answer)
    shown = as_json(document(answer, "GBP"))
    if [row["who"] for row in json.loads(shown)["rows"]] != strings:
        yield "JSON: a string is not what it was"
    printed = _printed(answer)
    yield from (f"terminal: {found}" for found in steers(printed))
    if printed.count("\n") != _printed(answer_about(["Jo"] * len(strings))).count("\n"):
        yield "terminal: a string began a line of its own"


def _printed(answer: ReportAnswer) -> str:
    paper = io.StringIO()
    Console(file=paper, width=_WIDER_THAN_ANYTHING, highlight=False).print(as_renderable(answer, READER))
    return paper.getvalue()


class _Markup(HTMLParser):
    """Counts what a browser would treat as markup: the names of tags and their attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = " ".join(name for name, _ in attrs)
        links = " ".join(value or "" for name, value in attrs if name in ("href", "src", "action", "style"))
        self.found[f"<{tag} {names}> {links}"] += 1

    def handle_endtag(self, tag: str) -> None:
        self.found[f"</{tag}>"] += 1

    def handle_comment(self, _data: str) -> None:
        self.found["<!-- -->"] += 1

    def handle_decl(self, decl: str) -> None:
        self.found[f"<!{decl}>"] += 1

    def unknown_decl(self, _data: str) -> None:
        self.found["<![]>"] += 1

    def handle_pi(self, _data: str) -> None:
        self.found["<? ?>"] += 1


def _markup(page: str) -> Counter[str]:
    parser = _Markup()
    parser.feed(page)
    parser.close()
    return parser.found


def _wrong_in_page(answer: ReportAnswer, same: ReportAnswer, business: str) -> Iterator[str]:
    found, expected = (
        _markup(as_page([each], READER, business=name, now=NOW))
        for each, name in ((answer, business), (same, harmless(business)))
    )
    for markup in (found - expected) + (expected - found):
        yield f"HTML report: {markup[:80]}"


def _wrong_in_letter(answer: ReportAnswer, same: ReportAnswer, business: str) -> Iterator[str]:
    """Effects in a report that is sent by email."""
    found, expected = (
        _markup(as_html([each], READER, business=name, heading=name, remarks=[name]))
        for each, name in ((answer, business), (same, harmless(business)))
    )
    for markup in (found - expected) + (expected - found):
        yield f"report by email: {markup[:80]}"
    written = as_text([answer], READER, business=business, heading=business, remarks=[business])
    yield from (f"report by email, as text: {found}" for found in steers(written))


def _wrong_in_workbook(answer: ReportAnswer, business: str) -> Iterator[str]:
    raw = as_workbook([answer], READER, business=business, now=NOW)
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        for name in book.namelist():
            text = book.read(name).decode("utf-8")
            if not name.endswith((".xml", ".rels")):
                yield f"XLSX: {name}"
                continue
            # Whoever opens it reads it as XML first.
            root = ET.fromstring(text)
            tags = Counter(element.tag.removeprefix(_SHEET) for element in root.iter())
            if tags["f"]:
                yield f"XLSX: {tags['f']} formulas in {name}"
            if tags["hyperlink"] or tags["oleObject"] or 'TargetMode="External"' in text:
                yield f"XLSX: a link in {name}"
            if "externalLink" in name or "vba" in name:
                yield f"XLSX: {name}"


def _wrong_in_csv(answer: ReportAnswer) -> Iterator[str]:
    table = answer.main
    rows = list(csv.reader(io.StringIO(table_as_csv(table), newline="")))
    if len(rows) != len(table.lines) + 1 or {len(row) for row in rows} != {len(table.columns) + 1}:
        yield "CSV: other rows or columns than there are"
    for row, line in zip(rows[1:], table.lines, strict=False):
        for column, cell in zip(table.columns, row, strict=False):
            yield from _wrong_in_cell(cell, column, line)


def _wrong_in_cell(cell: str, column: Column, line: Line) -> Iterator[str]:
    written = str(plain_value(line.cells[column.name], column.kind))
    if cell not in (written, f"'{written}"):
        yield f"CSV: {written[:40]!r} became {cell[:40]!r}"
    if column.kind is Kind.TEXT and is_formula(cell):
        yield f"CSV: a formula: {cell[:40]!r}"


def is_formula(cell: str) -> bool:
    """Whether some spreadsheet could treat a cell as more than a text or a plain number."""
    return cell.lstrip(_UNSEEN).startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(cell)
