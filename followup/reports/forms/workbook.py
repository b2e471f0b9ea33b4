"""Answers as a workbook: a summary in words, then a sheet for each question, with numbers that stay numbers.

What customers wrote is text and nothing else: the library is told never to make a formula or a link of it.
"""

import io
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from followup.domain.money import Money, decimals
from followup.reports.answer import Answer, Cell, Chart, Drawn, Kind, Line, Table
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

_LONGEST_NAME = 31
_WIDEST = 60
_COLOURS = ("#1F6F8B", "#C2571A", "#5B7F2B", "#7A4FA3")
_BAR, _GRID = "#9CC9D8", "#D5DAE0"
_SOFT = "#57606A"
_PAGE_WIDTH = 90
"""In letters: the width of an upright A4 page."""

_PAGE_ROWS = 46
_CHART_WIDTH, _CHART_HEIGHT, _ROW_HEIGHT = 630, 300, 20
"""In pixels."""

_MOST_DRAWN = 30
_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NUMBER_FORMATS = {
    Kind.COUNT: "#,##0",
    Kind.SHARE: "0%",
    Kind.NUMBER: "#,##0.0",
    Kind.DAY: "d mmm yyyy",
    Kind.INSTANT: "d mmm yyyy hh:mm",
}
_DATES = frozenset({_NUMBER_FORMATS[Kind.DAY], _NUMBER_FORMATS[Kind.INSTANT]})
_FIGURES = frozenset({Kind.COUNT, Kind.MONEY, Kind.SHARE, Kind.NUMBER})


def as_workbook(answers: Sequence[Answer], reader: Reader, *, business: str, now: datetime) -> bytes:
    """One .xlsx file. Instants are in the reader's zone; amounts carry their currency in their format, and
    have a column of its own beside it. The same answers make the same bytes."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, _OPTIONS)
    book.set_properties(
        {"title": "Goodwill", "author": business, "created": now.astimezone(UTC).replace(tzinfo=None)}
    )
    writer = _Writer(book, reader)
    writer.summary(f"{_text(business)}, {reader.shown(now, Kind.INSTANT)}")
    for answer in answers:
        writer.tell(answer, *writer.sheet(answer))
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
        self._formats: dict[tuple[Any, ...], Format] = {}
        self._row = 0
        self._breaks: list[int] = []
        self._zone = ZoneInfo(reader.timezone)

    def _name(self, wanted: str) -> str:
        """A name for a sheet that no other sheet has."""
        taken = {name.lower() for name in self._book.sheetnames}
        name = wanted[:_LONGEST_NAME]
        number = 1
        while name.lower() in taken:
            number += 1
            name = f"{wanted[: _LONGEST_NAME - len(str(number)) - 1]} {number}"
        return name

    def summary(self, made: str) -> None:
        """The first sheet: every question, its answer in sentences, and its charts. Fill it with `tell`."""
        self._summary = self._book.add_worksheet("Summary")
        self._summary.set_column(0, 0, _PAGE_WIDTH)
        self._summary.set_paper(_A4)
        self._summary.set_margins(left=0.5, right=0.5)
        self._summary.write_string(0, 0, made, self._format("", colour=_SOFT))
        self._row = 2

    def tell(self, answer: Answer, sheet: str, placed: Mapping[str, _Placed]) -> None:
        """Write a question, its answer and its charts on the first sheet, on a new page where they do not
        fit on this one."""
        page = self._summary
        charts = list(self._charts(answer, sheet, placed))
        said = [self._reader.said(sentence) for sentence in answer.says]
        said += [] if answer.main.lines else [answer.empty]
        lines = [max(1, len(textwrap.wrap(text, _PAGE_WIDTH))) for text in said]
        rows = 3 + sum(lines) + sum(_rows(high) for _, _, high in charts)
        begun = self._breaks[-1] if self._breaks else 0
        if self._row > begun and self._row - begun + rows > _PAGE_ROWS:
            self._breaks.append(self._row)
            page.set_h_pagebreaks(self._breaks)
        page.write_string(self._row, 0, answer.question, self._format("", bold=True, size=13))
        page.write_string(self._row + 1, 0, answer.period, self._format("", colour=_SOFT))
        self._row += 2
        for text, number in zip(said, lines, strict=True):
            page.set_row_pixels(self._row, _ROW_HEIGHT * number)
            page.write_string(self._row, 0, _text(text), self._format("", wrap=True))
            self._row += 1
        for chart, title, high in charts:
            page.insert_chart(self._row, 0, chart, {"description": title, "y_offset": _ROW_HEIGHT // 2})
            self._row += _rows(high)
        self._row += 1

    def sheet(self, answer: Answer) -> tuple[str, dict[str, _Placed]]:
        """A question's sheet: its main table from the first cell on, so that it can be filtered and sorted,
        and its other tables below. Lines of a currency stand together, for its charts. Returns the name of
        the sheet, and where the tables are."""
        name = self._name(answer.name)
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        row = 0
        placed: dict[str, _Placed] = {}
        tables = [_by_currency(table) for table in answer.tables]
        for table in tables:
            if row:
                sheet.write_string(row, 0, table.title, self._format("", bold=True))
                row += 1
            placed[table.name] = _Placed(table, row + 1)
            row = self._table(sheet, table, row)
        if tables[0].lines:
            sheet.autofilter(0, 0, len(tables[0].lines), self._width(tables[0]) - 1)
        self._set_widths(sheet, tables)
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return name, placed

    def _table(self, sheet: Worksheet, table: Table, row: int) -> int:
        """Write a table with its heading in `row`; returns the row after it and an empty one."""
        drilled = any(line.behind for line in table.lines)
        sheet.set_row_pixels(row, 2 * _ROW_HEIGHT)
        for place, column in enumerate(table.columns):
            is_figure = column.kind in _FIGURES
            sheet.write_string(
                row, place, column.heading, self._format("", bold=True, right=is_figure, wrap=True)
            )
        if drilled:
            sheet.write_string(row, len(table.columns), "behind", self._format("", bold=True, wrap=True))
        for line in table.lines:
            row += 1
            self._line(sheet, row, table, line, bold=False)
            if line.behind:
                sheet.write_string(row, len(table.columns), _text(" ".join(line.behind)))
        for place, column in enumerate(table.columns):
            if column.bar:
                self._bars(sheet, table, place, row - len(table.lines) + 1)
        if table.totals:
            row += 1
        for line in table.totals:
            row += 1
            self._line(sheet, row, table, line, bold=True)
        return row + 3

    def _bars(self, sheet: Worksheet, table: Table, place: int, first_row: int) -> None:
        """Bars in the cells of a column: shares against one, all others against the largest of a currency."""
        bars = {"type": "data_bar", "bar_solid": True, "bar_color": _BAR, "min_type": "num", "min_value": 0}
        if table.columns[place].kind is Kind.SHARE:
            bars |= {"max_type": "num", "max_value": 1}
        for lines in _currencies(table).values():
            sheet.conditional_format(first_row + lines.start, place, first_row + lines.stop - 1, place, bars)

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
            sheet.write_string(row, place, _text(value), self._format("", bold=bold))

    def _format(self, layout: str, **wanted: Any) -> Format:
        """A format of the workbook, made once: a number format, and what else is wanted of the cell."""
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

    def _charts(
        self, answer: Answer, sheet: str, placed: Mapping[str, _Placed]
    ) -> Iterator[tuple[Any, str, int]]:
        """The charts of an answer, with their titles and heights in pixels: one for each currency."""
        for chart in answer.charts:
            where = placed[chart.table]
            currencies = _currencies(where.table)
            for currency, lines in currencies.items():
                shown = lines[:_MOST_DRAWN]
                rows = range(where.first_row + shown.start, where.first_row + shown.stop)
                more = [str(currency)] if len(currencies) > 1 else []
                more += [f"the first {len(shown)} of {len(lines)}"] if len(shown) < len(lines) else []
                title = ", ".join([chart.title, *more])
                high = _CHART_HEIGHT if chart.drawn is Drawn.LINE else 120 + 26 * len(rows)
                drawn = self._chart(chart, title, sheet, where.table, rows)
                drawn.set_size({"width": _CHART_WIDTH, "height": high})
                yield drawn, title, high

    def _chart(self, chart: Chart, title: str, sheet: str, table: Table, rows: range) -> Any:
        kinds = {Drawn.LINE: {"type": "line"}, Drawn.STACKED: {"type": "bar", "subtype": "stacked"}}
        drawn = self._book.add_chart(kinds.get(chart.drawn, {"type": "bar"}))
        places = {column.name: place for place, column in enumerate(table.columns)}
        label = places[chart.labels]
        for number, value in enumerate(chart.values):
            colour = _COLOURS[number % len(_COLOURS)]
            column = table.columns[places[value]]
            drawn.add_series(
                {
                    "name": column.heading,
                    "categories": [sheet, rows[0], label, rows[-1], label],
                    "values": [sheet, rows[0], places[value], rows[-1], places[value]],
                    "fill": {"color": colour},
                    "line": {"color": colour},
                    "gap": 60,
                }
            )
        drawn.set_title({"name": title, "name_font": {"size": 12}})
        drawn.set_legend({"none": True} if len(chart.values) == 1 else {"position": "bottom"})
        kind = table.columns[places[chart.values[0]]].kind
        figures = {
            "num_format": "0%" if kind is Kind.SHARE else "#,##0",
            "major_gridlines": {"visible": True, "line": {"color": _GRID}},
        }
        if chart.drawn is Drawn.LINE:
            drawn.set_y_axis(figures)
        else:
            # The first line of the table at the top, the figures below the last one; names stand at the
            # edge also where a bar goes below zero.
            drawn.set_x_axis({**figures, "label_position": "high"})
            drawn.set_y_axis({"reverse": True, "label_position": "low"})
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
        # Headings have two lines, and beside them the arrow of the filter.
        yield max(-(-len(column.heading) // 2) + 2, *map(len, column.heading.split()), 0) + 3
        for line in (*table.lines, *table.totals):
            value = line.cells.get(column.name)
            yield len(str(value) if isinstance(value, Money) else self._reader.shown(value, column.kind)) + 1

    @staticmethod
    def _width(table: Table) -> int:
        return len(table.columns) + any(line.behind for line in table.lines)


def _amount_format(currency: str) -> str:
    places = decimals(currency)
    return f'#,##0{"." + "0" * places if places else ""} "{currency}"'


def _rows(high: int) -> int:
    """How many rows a chart of so many pixels covers, with a little room."""
    return -(-high // _ROW_HEIGHT) + 1


def _by_currency(table: Table) -> Table:
    """The table with the lines of a currency together."""
    order = list(dict.fromkeys(line.cells.get("currency") for line in table.lines))
    lines = sorted(table.lines, key=lambda line: order.index(line.cells.get("currency")))
    return replace(table, lines=tuple(lines))


def _currencies(table: Table) -> dict[Cell, range]:
    """The currencies of a table whose lines are in order of them, and which lines are of each."""
    found: dict[Cell, range] = {}
    for place, line in enumerate(table.lines):
        currency = line.cells.get("currency")
        found[currency] = range(found[currency].start if currency in found else place, place + 1)
    return found


def _text(text: str) -> str:
    """What a cell can hold of a text: no letters that XML has no place for."""
    return _NOT_IN_XML.sub(" ", text)[:_LONGEST_TEXT]
