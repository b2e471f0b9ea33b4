"""Where everything in a chart stands, in the units of its drawing. What draws it is the page's template.

Bars lie under their labels, over the whole width, so that both can be read on a phone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from followup.domain.money import Money
from followup.reports.answer import Answer, Cell, Chart, Column, Drawn, Kind, Line, Table
from followup.reports.forms.shown import Reader, size

WIDTH = 420
_ROW, _BAR, _HEIGHT = 34, 14, 180
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 26, 12, 26
_MOST_ROWS = 20
_LONGEST_LABEL = 46
_GRID_LINES = 4


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar: which series, from where, how long."""

    series: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar under its label, with its amount in words and figures."""

    label: str
    shown: str
    y: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on an axis, and what stands there."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Path:
    """A line through time, by its points."""

    series: int
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart laid out. `says` is what it shows, in words, for those who do not see it."""

    title: str
    says: str
    height: int
    legend: tuple[str, ...]
    bars: tuple[Bar, ...] = ()
    paths: tuple[Path, ...] = ()
    across: tuple[Mark, ...] = ()
    up: tuple[Mark, ...] = ()
    left_out: int = 0


def pictures(answer: Answer, reader: Reader) -> list[Picture]:
    """The charts of an answer, one for each currency of their table; none of a table without lines."""
    found = []
    for chart in answer.charts:
        table = next(table for table in answer.tables if table.name == chart.table)
        currencies = list(dict.fromkeys(line.cells.get("currency") for line in table.lines))
        for currency in currencies:
            lines = [line for line in table.lines if line.cells.get("currency") == currency]
            more = f", {currency}" if len(currencies) > 1 else ""
            found.append(_picture(chart, table, lines, reader, more))
    return found


def _picture(chart: Chart, table: Table, lines: list[Line], reader: Reader, more: str) -> Picture:
    series = [column for name in chart.values for column in table.columns if column.name == name]
    label = next(column for column in table.columns if column.name == chart.labels)
    title = f"{chart.title}{more}"
    legend = tuple(column.heading for column in series) if len(series) > 1 else ()
    if chart.drawn is Drawn.LINE and len(lines) > 1:
        return _line_chart(title, legend, label, series, lines, reader)
    return _bar_chart(title, legend, label, series, lines, reader)


def _bar_chart(
    title: str,
    legend: tuple[str, ...],
    label: Column,
    series: list[Column],
    lines: list[Line],
    reader: Reader,
) -> Picture:
    shown = lines[:_MOST_ROWS]
    sums = [sum((size(line.cells.get(column.name)) for column in series), Fraction(0)) for line in shown]
    is_share = all(column.kind is Kind.SHARE for column in series)
    largest = Fraction(1) if is_share else max(sums, default=Fraction(0)) or Fraction(1)
    bars = tuple(
        Bar(
            _shortened(reader.shown(line.cells.get(label.name), label.kind)),
            _together([line.cells.get(column.name) for column in series], series[0].kind, reader),
            place * _ROW,
            _parts(line, series, largest),
        )
        for place, line in enumerate(shown)
    )
    says = "; ".join(f"{bar.label}: {bar.shown}" for bar in bars)
    return Picture(title, says, len(bars) * _ROW, legend, bars=bars, left_out=len(lines) - len(shown))


def _parts(line: Line, series: list[Column], largest: Fraction) -> tuple[Part, ...]:
    parts = []
    x = 0.0
    for number, column in enumerate(series):
        width = round(float(max(size(line.cells.get(column.name)), Fraction(0)) / largest * WIDTH), 1)
        if width:
            parts.append(Part(number, round(x, 1), width))
        x += width
    return tuple(parts)


def _together(cells: Sequence[Cell], kind: Kind, reader: Reader) -> str:
    """What the parts of a bar come to."""
    amounts = [cell for cell in cells if isinstance(cell, Money)]
    if amounts:
        return reader.shown(sum(amounts[1:], start=amounts[0]), Kind.MONEY)
    if len(cells) == 1:
        return reader.shown(cells[0], kind)
    return reader.shown(sum((size(cell) for cell in cells), Fraction(0)).__ceil__(), Kind.COUNT)


def _line_chart(
    title: str,
    legend: tuple[str, ...],
    label: Column,
    series: list[Column],
    lines: list[Line],
    reader: Reader,
) -> Picture:
    top = _round_up(max(size(line.cells.get(column.name)) for line in lines for column in series))
    step = Fraction(WIDTH - _LEFT - _RIGHT, len(lines) - 1)
    high = _HEIGHT - _TOP - _BOTTOM

    def y(value: Fraction) -> float:
        return round(float(_TOP + high * (1 - value / top)), 1)

    paths = tuple(
        Path(
            number,
            tuple(
                (round(float(_LEFT + step * place), 1), y(size(line.cells.get(column.name))))
                for place, line in enumerate(lines)
            ),
        )
        for number, column in enumerate(series)
    )
    every = -(-len(lines) // 6)
    across = tuple(
        Mark(round(float(_LEFT + step * place), 1), reader.shown(line.cells.get(label.name), label.kind))
        for place, line in enumerate(lines)
        if place % every == 0
    )
    sample = next(iter(lines)).cells.get(series[0].name)
    up = tuple(
        Mark(y(top * part / _GRID_LINES), _on_axis(top * part / _GRID_LINES, sample, series[0].kind, reader))
        for part in range(_GRID_LINES + 1)
    )
    last = lines[-1].cells
    says = "; ".join(
        f"{column.heading} at last {reader.shown(last.get(column.name), column.kind)}" for column in series
    )
    return Picture(title, says, _HEIGHT, legend, paths=paths, across=across, up=up)


def _on_axis(value: Fraction, sample: Cell, kind: Kind, reader: Reader) -> str:
    if isinstance(sample, Money):
        return reader.briefly(Money(int(value), sample.currency))
    return reader.shown(value if kind is Kind.SHARE else int(value), kind)


def _round_up(value: Fraction) -> Fraction:
    """The next number that is 1, 2, 4, 5 or 8 with zeros after it: its quarters are easy to read."""
    unit = Fraction(1)
    while unit * 10 <= value:
        unit *= 10
    return next((unit * factor for factor in (1, 2, 4, 5, 8, 10) if unit * factor >= value), unit)


def _shortened(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1] + "…"
