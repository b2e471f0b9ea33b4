"""Answers as a workbook: a summary in words, then a sheet for each question, with numbers that stay numbers.

What customers wrote is text and nothing else: the library is told never to make a formula or a link of it.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from followup.domain.money import Money, decimals
from followup.reports.answer import Answer, Cell, Chart, Column, Drawn, Kind, Line, Table
from followup.reports.forms.shown import Reader

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_A4 = 9
_LONGEST_TEXT = 32_000
"""A cell holds 32,767 characters; the library leaves out what is longer."""

_WIDEST = 60
_COLOURS = ("#1F6F8B", "#C2571A", "#5B7F2B", "#7A4FA3")
_CHART_SIZE = {"width": 640, "height": 320}
_NUMBER_FORMATS = {
    Kind.COUNT: "#,##0",
    Kind.SHARE: "0%",
    Kind.NUMBER: "#,##0.0",
    Kind.DAY: "d mmm yyyy",
    Kind.INSTANT: "d mmm yyyy hh:mm",
}


def as_workbook(answers: Sequence[Answer], reader: Reader, *, business: str, now: datetime) -> bytes:
    """One .xlsx file. Instants are in the reader's zone; amounts carry their currency in their format, and
    have a column of its own beside it. The same answers make the same bytes."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, _OPTIONS)
    book.set_properties(
        {"title": "Goodwill", "author": business, "created": now.astimezone(UTC).replace(tzinfo=None)}
    )
    writer = _Writer(book, reader)
    writer.summary(answers, f"{business}, {reader.shown(now, Kind.INSTANT)}")
    for answer in answers:
        writer.sheet(answer)
    book.close()
    return target.getvalue()


@dataclass(frozen=True, slots=True)
class _Placed:
    """Where a table stands on its sheet: the row of its first line."""

    table: Table
    first_row: int


class _Writer:
    """Writes one workbook."""

    def __init__(self, book: xlsxwriter.Workbook, reader: Reader) -> None:
        self._book = book
        self._reader = reader
        self._formats: dict[tuple[str, bool], Format] = {}
        self._zone = ZoneInfo(reader.timezone)

    def summary(self, answers: Iterable[Answer], made: str) -> None:
        """The first sheet: every question and its answer in sentences."""
        sheet = self._book.add_worksheet("Summary")
        sheet.set_column(0, 0, 110)
        wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})
        strong = self._book.add_format({"bold": True, "font_size": 13})
        soft = self._book.add_format({"font_color": "#57606A"})
        sheet.write_string(0, 0, made, soft)
        row = 2
        for answer in answers:
            sheet.write_string(row, 0, answer.question, strong)
            sheet.write_string(row + 1, 0, answer.period, soft)
            row += 2
            said = [self._reader.said(sentence) for sentence in answer.says]
            for text in said if answer.main.lines else [*said, answer.empty]:
                sheet.write_string(row, 0, text[:_LONGEST_TEXT], wrapped)
                row += 1
            row += 1
        self._ready_to_print(sheet)

    def sheet(self, answer: Answer) -> None:
        """A question's sheet: its main table from the first cell on, so that it can be filtered and sorted;
        its other tables below, its charts beside."""
        sheet = self._book.add_worksheet(answer.name)
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        row = 0
        placed: dict[str, _Placed] = {}
        for table in answer.tables:
            if row:
                sheet.write_string(row, 0, table.title, self._format("", bold=True))
                row += 1
            placed[table.name] = _Placed(table, row + 1)
            row = self._table(sheet, table, row)
        main = answer.main
        if main.lines:
            sheet.autofilter(0, 0, len(main.lines), self._width(main) - 1)
        self._set_widths(sheet, answer.tables)
        self._charts(answer, sheet, placed)
        self._ready_to_print(sheet)

    def _table(self, sheet: Worksheet, table: Table, row: int) -> int:
        """Write a table with its heading in `row`; returns the row after it and an empty one."""
        drilled = any(line.behind for line in table.lines)
        headings = [column.heading for column in table.columns] + (["behind"] if drilled else [])
        for place, heading in enumerate(headings):
            sheet.write_string(row, place, heading, self._format("", bold=True))
        for line in table.lines:
            row += 1
            self._line(sheet, row, table, line, bold=False)
            if line.behind:
                sheet.write_string(row, len(table.columns), " ".join(line.behind)[:_LONGEST_TEXT])
        for place, column in enumerate(table.columns):
            if column.bar and table.lines:
                bars = {
                    "type": "data_bar",
                    "bar_solid": True,
                    "bar_color": "#9CC9D8",
                    "min_type": "num",
                    "min_value": 0,
                }
                sheet.conditional_format(row - len(table.lines) + 1, place, row, place, bars)
        if table.totals:
            row += 1
        for line in table.totals:
            row += 1
            self._line(sheet, row, table, line, bold=True)
        return row + 3

    def _line(self, sheet: Worksheet, row: int, table: Table, line: Line, *, bold: bool) -> None:
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
            sheet.write_string(row, place, value[:_LONGEST_TEXT], self._format("", bold=bold))

    def _format(self, layout: str, *, bold: bool) -> Format:
        if (layout, bold) not in self._formats:
            wanted: dict[str, Any] = {"bold": bold}
            if layout:
                wanted["num_format"] = layout
            self._formats[layout, bold] = self._book.add_format(wanted)
        return self._formats[layout, bold]

    def _charts(self, answer: Answer, sheet: Worksheet, placed: dict[str, _Placed]) -> None:
        beside = max((self._width(table) for table in answer.tables), default=0) + 1
        number = 0
        for chart in answer.charts:
            where = placed[chart.table]
            for currency in dict.fromkeys(line.cells.get("currency") for line in where.table.lines):
                rows = [
                    where.first_row + place
                    for place, line in enumerate(where.table.lines)
                    if line.cells.get("currency") == currency
                ]
                name, first = answer.name, where
                if rows[-1] - rows[0] + 1 != len(rows):
                    # The lines of a currency stand apart, and a chart takes only what stands together.
                    name, first = self._apart(chart, where.table, currency)
                    rows = list(range(1, len(rows) + 1))
                drawn = self._chart(chart, name, first.table, rows, currency)
                sheet.insert_chart(1 + number * 17, beside, drawn, {"description": chart.title})
                number += 1

    def _apart(self, chart: Chart, table: Table, currency: Cell) -> tuple[str, _Placed]:
        name = f"{chart.table} {currency}"[:31]
        lines = tuple(line for line in table.lines if line.cells.get("currency") == currency)
        part = Table(table.name, table.title, table.columns, tuple(Line(line.cells) for line in lines))
        if name not in self._book.sheetnames:
            sheet = self._book.add_worksheet(name)
            self._table(sheet, part, 0)
            self._set_widths(sheet, [part])
        return name, _Placed(part, 1)

    def _chart(self, chart: Chart, sheet: str, table: Table, rows: list[int], currency: Cell) -> Any:
        kinds = {Drawn.LINE: {"type": "line"}, Drawn.STACKED: {"type": "bar", "subtype": "stacked"}}
        drawn = self._book.add_chart(kinds.get(chart.drawn, {"type": "bar"}))
        places = {column.name: place for place, column in enumerate(table.columns)}
        label = places[chart.labels]
        for number, value in enumerate(chart.values):
            colour = _COLOURS[number % len(_COLOURS)]
            column: Column = table.columns[places[value]]
            drawn.add_series(
                {
                    "name": column.heading,
                    "categories": [sheet, rows[0], label, rows[-1], label],
                    "values": [sheet, rows[0], places[value], rows[-1], places[value]],
                    "fill": {"color": colour},
                    "line": {"color": colour},
                }
            )
        drawn.set_title(
            {"name": f"{chart.title} ({currency})" if currency else chart.title, "name_font": {"size": 12}}
        )
        drawn.set_legend({"none": True} if len(chart.values) == 1 else {"position": "bottom"})
        if chart.drawn is not Drawn.LINE:
            drawn.set_y_axis({"reverse": True})  # the first line of the table at the top
        drawn.set_size(_CHART_SIZE)
        return drawn

    def _set_widths(self, sheet: Worksheet, tables: Sequence[Table]) -> None:
        """As wide as what stands there: the library measures numbers without their format."""
        for place in range(max(self._width(table) for table in tables)):
            longest = max(length for table in tables for length in self._lengths(table, place))
            sheet.set_column(place, place, min(longest, _WIDEST) + 2)

    def _lengths(self, table: Table, place: int) -> Iterable[int]:
        if place >= len(table.columns):
            yield from (len(" ".join(line.behind)) for line in table.lines)
            return
        column = table.columns[place]
        yield len(column.heading) + 3  # and the arrow of the filter
        for line in (*table.lines, *table.totals):
            value = line.cells.get(column.name)
            yield len(str(value) if isinstance(value, Money) else self._reader.shown(value, column.kind)) + 1

    @staticmethod
    def _width(table: Table) -> int:
        return len(table.columns) + any(line.behind for line in table.lines)

    @staticmethod
    def _ready_to_print(sheet: Worksheet) -> None:
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)


def _amount_format(currency: str) -> str:
    places = decimals(currency)
    return f'#,##0{"." + "0" * places if places else ""} "{currency}"'
