"""Answers as a workbook: a summary in words, then a sheet for each question, with numeric cells.

Customers' words are written as text only: the library is configured never to create formulas or links.
"""

import io
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from followup.domain.shared.money import Money, decimals
from followup.reports.answer import Cell, Kind, Line, ReportAnswer, ReportTable
from followup.reports.renderers.cell_format import Reader
from followup.reports.renderers.workbook_charts import (
    Placed,
    by_currency,
    cell_text,
    charts,
    columns_of,
    currencies_of,
)

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_A4 = 9
_LONGEST_NAME = 31
_MOST_LINES = 20
"""The greatest height of a row, in lines."""

_WIDEST = 60
_BAR, _SOFT = "#9CC9D8", "#57606A"
_PAGE_WIDTH = 90
"""The width of an upright A4 page, in characters."""

_FIRST_ROW, _PAGE_ROWS = 2, 42
_ROW_HEIGHT = 20
"""The height of a row, in pixels."""

_NUMBER_FORMATS = {
    Kind.COUNT: "#,##0",
    Kind.SHARE: "0%",
    Kind.NUMBER: "#,##0.0",
    Kind.DAY: "d mmm yyyy",
    Kind.INSTANT: "d mmm yyyy hh:mm",
}
_DATES = frozenset({_NUMBER_FORMATS[Kind.DAY], _NUMBER_FORMATS[Kind.INSTANT]})
_FIGURES = frozenset({Kind.COUNT, Kind.MONEY, Kind.SHARE, Kind.NUMBER})


def as_workbook(answers: Sequence[ReportAnswer], reader: Reader, *, business: str, now: datetime) -> bytes:
    """One .xlsx file. Instants are in the reader's time zone. Amounts have the currency in their number
    format, and in a separate column. Equal answers give equal bytes.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, _OPTIONS)
    book.set_properties(
        {"title": "Goodwill", "author": business, "created": now.astimezone(UTC).replace(tzinfo=None)}
    )
    writer = _Writer(book, reader)
    writer.summary(f"{cell_text(business)}, {reader.shown(now, Kind.INSTANT)}")
    for answer in answers:
        writer.tell(answer, *writer.sheet(answer))
    book.close()
    return target.getvalue()


class _Writer:
    """Writes one workbook."""

    def __init__(self, book: xlsxwriter.Workbook, reader: Reader) -> None:
        self._book = book
        self._reader = reader
        self._formats: dict[tuple[Any, ...], Format] = {}
        self._row = _FIRST_ROW
        self._breaks: list[int] = []
        self._zone = ZoneInfo(reader.timezone)

    def _name(self, wanted: str) -> str:
        """A sheet name that is not used yet."""
        taken = {name.lower() for name in self._book.sheetnames}
        name = wanted[:_LONGEST_NAME]
        number = 1
        while name.lower() in taken:
            number += 1
            name = f"{wanted[: _LONGEST_NAME - len(str(number)) - 1]} {number}"
        return name

    def summary(self, made: str) -> None:
        """Create the first sheet, for each question with its answer in sentences and its charts. `tell` fills
        it.
        """
        self._summary = self._book.add_worksheet("Summary")
        self._summary.set_column(0, 0, _PAGE_WIDTH)
        self._summary.set_paper(_A4)
        self._summary.set_margins(left=0.5, right=0.5)
        self._summary.write_string(0, 0, made, self._format("", colour=_SOFT))

    def tell(self, answer: ReportAnswer, sheet: str, placed: Mapping[str, Placed]) -> None:
        """Write a question, its answer and its charts on the first sheet."""
        page = self._summary
        soft = self._format("", colour=_SOFT)
        drawn = list(charts(self._book, sheet, answer, placed, soft))
        said = [self._reader.said(sentence) for sentence in answer.says]
        said += [] if answer.main.lines else [answer.empty]
        lines = [max(1, len(textwrap.wrap(text, _PAGE_WIDTH))) for text in said]
        self._make_room(2 + sum(lines) + sum(_rows(each.high) for each in drawn[:1]))
        page.write_string(self._row, 0, answer.question, self._format("", bold=True, size=13))
        page.write_string(self._row + 1, 0, self._reader.said(answer.period), self._format("", colour=_SOFT))
        self._row += 2
        for text, number in zip(said, lines, strict=True):
            page.set_row_pixels(self._row, _ROW_HEIGHT * number)
            page.write_string(self._row, 0, cell_text(text), self._format("", wrap=True))
            self._row += 1
        for each in drawn:
            self._make_room(_rows(each.high))
            look = {"description": each.title, "y_offset": _ROW_HEIGHT // 2}
            page.insert_chart(self._row, 0, each.chart, look)
            self._row += _rows(each.high)
        self._row += 1

    def _make_room(self, rows: int) -> None:
        """Begin a new page of the first sheet if `rows` rows do not fit on the current one."""
        begun = self._breaks[-1] if self._breaks else _FIRST_ROW
        if self._row > begun and self._row - begun + rows > _PAGE_ROWS:
            self._breaks.append(self._row)
            self._summary.set_h_pagebreaks(self._breaks)

    def sheet(self, answer: ReportAnswer) -> tuple[str, dict[str, Placed]]:
        """Write the sheet of a question: its main table at the first cell, so that it can be filtered and
        sorted, and its other tables below. Lines are grouped by currency for the charts. Returns the name of
        the sheet, and the places of the tables.
        """
        name = self._name(answer.name)
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        row = 0
        placed: dict[str, Placed] = {}
        tables = [by_currency(table) for table in answer.tables]
        for table in tables:
            if row:
                sheet.write_string(row, 0, table.title, self._format("", bold=True))
                row += 1
            placed[table.name] = Placed(table, row + 1)
            row = self._table(sheet, table, row)
        if tables[0].lines:
            sheet.autofilter(0, 0, len(tables[0].lines), columns_of(tables[0]) - 1)
        self._set_widths(sheet, tables)
        sheet.print_area(0, 0, row, max(map(columns_of, tables)) - 1)
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return name, placed

    def _table(self, sheet: Worksheet, table: ReportTable, row: int) -> int:
        """Write a table with its heading in `row`; returns the row after it and an empty one."""
        drilled = any(line.behind for line in table.lines)
        sheet.set_row_pixels(row, 2 * _ROW_HEIGHT)
        for place, column in enumerate(table.columns):
            is_figure = column.kind in _FIGURES
            sheet.write_string(
                row, place, column.heading, self._format("", bold=True, right=is_figure, wrap=True)
            )
        if drilled:
            sheet.write_string(row, len(table.columns), "made of", self._format("", bold=True, wrap=True))
        for line in table.lines:
            row += 1
            self._line(sheet, row, table, line, bold=False)
            if line.behind:
                self._cell(sheet, row, len(table.columns), " ".join(line.behind), Kind.TEXT, bold=False)
        for place, column in enumerate(table.columns):
            if column.bar:
                self._bars(sheet, table, place, row - len(table.lines) + 1)
        if table.totals:
            row += 1
        for line in table.totals:
            row += 1
            self._line(sheet, row, table, line, bold=True)
        return row + 3

    def _bars(self, sheet: Worksheet, table: ReportTable, place: int, first_row: int) -> None:
        """Add bars to the cells of a column: shares relative to 1, others to the largest of a currency."""
        bars = {"type": "data_bar", "bar_solid": True, "bar_color": _BAR, "min_type": "num", "min_value": 0}
        if table.columns[place].kind is Kind.SHARE:
            bars |= {"max_type": "num", "max_value": 1}
        for lines in currencies_of(table).values():
            sheet.conditional_format(first_row + lines.start, place, first_row + lines.stop - 1, place, bars)

    def _line(self, sheet: Worksheet, row: int, table: ReportTable, line: Line, *, bold: bool) -> None:
        texts = [value for value in line.cells.values() if isinstance(value, str)]
        longest = max(map(len, (*texts, " ".join(line.behind))), default=0)
        if longest > _WIDEST:
            sheet.set_row_pixels(row, _ROW_HEIGHT * min(-(-longest // _WIDEST) + 1, _MOST_LINES))
        for place, column in enumerate(table.columns):
            self._cell(sheet, row, place, line.cells.get(column.name), column.kind, bold=bold)

    def _cell(self, sheet: Worksheet, row: int, place: int, value: Cell, kind: Kind, *, bold: bool) -> None:
        if value is None:
            sheet.write_blank(row, place, None, self._format("", bold=bold))
        elif isinstance(value, Money):
            number = float(Decimal(value.amount_minor).scaleb(-decimals(value.currency)))
            sheet.write_number(row, place, number, self._format(_amount_format(value.currency), bold=bold))
        elif isinstance(value, datetime):
            local = value.astimezone(self._zone).replace(tzinfo=None)
            sheet.write_datetime(row, place, local, self._format(_NUMBER_FORMATS[Kind.INSTANT], bold=bold))
        elif isinstance(value, date):
            sheet.write_datetime(row, place, value, self._format(_NUMBER_FORMATS[Kind.DAY], bold=bold))
        elif isinstance(value, (int, Fraction)):
            layout = _NUMBER_FORMATS.get(kind, _NUMBER_FORMATS[Kind.COUNT])
            sheet.write_number(row, place, float(value), self._format(layout, bold=bold))
        else:
            wrap = len(value) > _WIDEST
            sheet.write_string(row, place, cell_text(value), self._format("", bold=bold, wrap=wrap))

    def _format(self, layout: str, **wanted: Any) -> Format:
        """A cached format: a number format with further properties of the cell."""
        key = (layout, *sorted(wanted.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(
                {
                    "valign": "top",
                    **({"num_format": layout} if layout else {}),
                    **({"align": "left"} if layout in _DATES else {}),
                    **({"align": "right"} if wanted.get("right") else {}),
                    **({"bold": True} if wanted.get("bold") else {}),
                    **({"text_wrap": True} if wanted.get("wrap") else {}),
                    **({"font_color": wanted["colour"]} if wanted.get("colour") else {}),
                    **({"font_size": wanted["size"]} if wanted.get("size") else {}),
                }
            )
        return self._formats[key]

    def _set_widths(self, sheet: Worksheet, tables: Sequence[ReportTable]) -> None:
        """Set the widths of columns to their contents; the library measures numbers without their format."""
        for place in range(max(columns_of(table) for table in tables)):
            longest = max(length for table in tables for length in self._lengths(table, place))
            sheet.set_column(place, place, min(longest, _WIDEST) + 2)

    def _lengths(self, table: ReportTable, place: int) -> Iterable[int]:
        if place >= len(table.columns):
            yield from (len(" ".join(line.behind)) for line in table.lines)
            return
        column = table.columns[place]
        # Headings wrap to two lines and leave room for the filter's arrow.
        yield max(-(-len(column.heading) // 2) + 2, *map(len, column.heading.split()), 0) + 3
        for line in (*table.lines, *table.totals):
            value = line.cells.get(column.name)
            yield len(str(value) if isinstance(value, Money) else self._reader.shown(value, column.kind)) + 1


def _amount_format(currency: str) -> str:
    places = decimals(currency)
    return f'#,##0{"." + "0" * places if places else ""} "{currency}"'


def _rows(high: int) -> int:
    """The number of rows that a chart of `high` pixels covers, with a margin."""
    return -(-high // _ROW_HEIGHT) + 1
