"""The charts of a workbook: native spreadsheet charts that refer to the cells of a question's sheet."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format

from followup.domain.shared.money import Money, decimals
from followup.reports.answer import Cell, Chart, Drawn, Kind, Line, ReportAnswer, ReportTable
from followup.reports.renderers.cell_format import size, words

_COLOURS = ("#1F6F8B", "#C2571A", "#5B7F2B", "#7A4FA3")
_GRID = "#D5DAE0"
_WIDTH, _LINE_HEIGHT, _BAR_HEIGHT, _AROUND_BARS = 630, 300, 26, 120
"""In pixels."""

_MOST_DRAWN = 20
_LONGEST_LABEL = 40
_WHOLE_STEPS = 10
_LONGEST_TEXT = 32_000
"""The greatest length of a cell's text. The limit is 32,767 characters; the library omits longer texts."""

_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Placed:
    """The place of a table on its sheet: the row of its first line."""

    table: ReportTable
    first_row: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart for a sheet, its height in pixels, and its title."""

    chart: Any
    title: str
    high: int


def charts(
    book: xlsxwriter.Workbook, sheet: str, answer: ReportAnswer, placed: Mapping[str, Placed], soft: Format
) -> Iterator[Drawing]:
    """The charts of an answer whose tables (lines sorted `by_currency`) are `placed` on a sheet: one for each
    currency, of its first lines if there are many. `soft` is the format of shortened labels.
    """
    for chart in answer.charts:
        where = placed[chart.table]
        currencies = currencies_of(where.table)
        label = _label_column(book, sheet, where, chart.labels, soft)
        for currency, lines in currencies.items():
            shown = lines[:_MOST_DRAWN]
            more = [str(currency)] if len(currencies) > 1 else []
            more += [f"the first {len(shown)} of {len(lines)}"] if len(shown) < len(lines) else []
            title = ", ".join([chart.title, *more])
            drawn = _chart(book, chart, title, sheet, where, shown, label)
            high = _LINE_HEIGHT if chart.drawn is Drawn.LINE else _AROUND_BARS + _BAR_HEIGHT * len(shown)
            drawn.set_size({"width": _WIDTH, "height": high})
            yield Drawing(drawn, title, high)


def by_currency(table: ReportTable) -> ReportTable:
    """The table with its lines grouped by currency, because a chart needs contiguous cells."""
    order = list(dict.fromkeys(line.cells.get("currency") for line in table.lines))
    lines = sorted(table.lines, key=lambda line: order.index(line.cells.get("currency")))
    return replace(table, lines=tuple(lines))


def currencies_of(table: ReportTable) -> dict[Cell, range]:
    """The currencies of a table whose lines are grouped by currency, each with its range of lines."""
    found: dict[Cell, range] = {}
    for place, line in enumerate(table.lines):
        currency = line.cells.get("currency")
        found[currency] = range(found[currency].start if currency in found else place, place + 1)
    return found


def columns_of(table: ReportTable) -> int:
    """The number of columns of a table on a sheet, including the one with references."""
    return len(table.columns) + any(line.behind for line in table.lines)


def cell_text(text: str) -> str:
    """The text for a cell, without characters that XML does not allow."""
    return _NOT_IN_XML.sub(" ", text)[:_LONGEST_TEXT]


def _label_column(book: xlsxwriter.Workbook, sheet: str, where: Placed, name: str, soft: Format) -> int:
    """The column with the labels of a chart: the original one or, if a label is too long, a column of
    shortened labels outside the printed area.
    """
    labels = [line.cells.get(name) for line in where.table.lines]
    if all(len(label) <= _LONGEST_LABEL for label in labels if isinstance(label, str)):
        return _place(where.table, name)
    target = book.get_worksheet_by_name(sheet)
    beside = columns_of(where.table) + 1
    target.write_string(where.first_row - 1, beside, "in the chart", soft)
    for row, label in enumerate(labels, where.first_row):
        text = words(label, _LONGEST_LABEL) if isinstance(label, str) else ""
        target.write_string(row, beside, cell_text(text), soft)
    return beside


def _chart(
    book: xlsxwriter.Workbook,
    chart: Chart,
    title: str,
    sheet: str,
    where: Placed,
    lines: range,
    label: int,
) -> Any:
    kinds = {Drawn.LINE: {"type": "line"}, Drawn.STACKED: {"type": "bar", "subtype": "stacked"}}
    drawn = book.add_chart(kinds.get(chart.drawn, {"type": "bar"}))
    first, last = where.first_row + lines.start, where.first_row + lines.stop - 1
    for number, name in enumerate(chart.values):
        colour = _COLOURS[number % len(_COLOURS)]
        place = _place(where.table, name)
        drawn.add_series(
            {
                "name": where.table.columns[place].heading,
                "categories": [sheet, first, label, last, label],
                "values": [sheet, first, place, last, place],
                "fill": {"color": colour},
                "line": {"color": colour},
                "gap": 60,
            }
        )
    drawn.set_title({"name": title, "name_font": {"size": 12}})
    drawn.set_legend({"none": True} if len(chart.values) == 1 else {"position": "bottom"})
    figures = {
        "num_format": _axis_format(chart, where.table, where.table.lines[lines.start : lines.stop]),
        "major_gridlines": {"visible": True, "line": {"color": _GRID}},
    }
    if chart.drawn is Drawn.LINE:
        drawn.set_y_axis(figures)
    else:
        # The first line of the table is at the top and the axis below the last one. Names are at the edge
        # even if a bar is negative.
        drawn.set_x_axis({**figures, "label_position": "high"})
        drawn.set_y_axis({"reverse": True, "label_position": "low"})
    return drawn


def _axis_format(chart: Chart, table: ReportTable, lines: tuple[Line, ...]) -> str:
    """The number format of an axis: per cent, integers, or as many decimals as steps below one need."""
    if table.columns[_place(table, chart.values[0])].kind is Kind.SHARE:
        return "0%"
    cells = [line.cells.get(name) for line in lines for name in chart.values]
    sizes = (size(cell) / (10 ** decimals(cell.currency) if isinstance(cell, Money) else 1) for cell in cells)
    return "#,##0" if max(map(abs, sizes), default=0) >= _WHOLE_STEPS else "General"


def _place(table: ReportTable, name: str) -> int:
    return next(place for place, column in enumerate(table.columns) if column.name == name)
