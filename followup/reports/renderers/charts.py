"""The layout of charts: all positions, in drawing units. The page's template draws them.

Bars are below their labels, over the full width, so that both are readable on a phone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from followup.domain.shared.money import Money
from followup.reports.answer import Cell, Chart, Column, Drawn, Kind, Line, ReportAnswer, ReportTable
from followup.reports.renderers.cell_format import Reader, size, words

WIDTH = 360
BAR_HEIGHT = 10
_LABEL, _TRACK, _GAP, _HEIGHT = 18, 12, 4, 180
LEFT, _RIGHT, _TOP, _BOTTOM = 62, 34, 12, 26
_MOST_BARS, _MOST_SAID, _MOST_DOTS, _MOST_MARKS = 20, 6, 40, 4
_LETTERS = 44
"""The number of characters that fit above a bar: its label and its figures."""

_SHORTEST_LABEL = 12
_GRID_STEPS = 4
_UNITS = {Kind.SHARE: Fraction(1, 100), Kind.NUMBER: Fraction(1, 10)}
"""The smallest step of an axis for these types; 1 for others."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class BarPart:
    """A part of a bar: its series, its start and its length."""

    series: int
    x: float
    y: int
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One or several bars below their label, which is at `y` with the figures; `tracks` are the positions of
    the bars.
    """

    label: str
    shown: str
    y: int
    tracks: tuple[int, ...]
    parts: tuple[BarPart, ...]


@dataclass(frozen=True, slots=True)
class AxisTick:
    """A position on an axis, and its label."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Path:
    """A line of a line chart, by its points; with dots if there are few."""

    series: int
    points: tuple[Point, ...]
    has_dots: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with its layout. `says` describes it in words for people who cannot see it."""

    title: str
    says: str
    height: int
    legend: tuple[str, ...]
    bars: tuple[Bar, ...] = ()
    paths: tuple[Path, ...] = ()
    across: tuple[AxisTick, ...] = ()
    up: tuple[AxisTick, ...] = ()
    left_out: int = 0


def pictures(answer: ReportAnswer, reader: Reader) -> list[Picture]:
    """The charts of an answer, one for each currency of their table; none for a table without lines."""
    found = []
    for chart in answer.charts:
        table = next(table for table in answer.tables if table.name == chart.table)
        currencies = list(dict.fromkeys(line.cells.get("currency") for line in table.lines))
        for currency in currencies:
            lines = [line for line in table.lines if line.cells.get("currency") == currency]
            more = f", {currency}" if len(currencies) > 1 else ""
            found.append(_picture(chart, table, lines, reader, more))
    return found


def _picture(chart: Chart, table: ReportTable, lines: list[Line], reader: Reader, more: str) -> Picture:
    named = {column.name: column for column in table.columns}
    series = [named[name] for name in chart.values]
    title = f"{chart.title}{more}"
    legend = tuple(column.heading for column in series) if len(series) > 1 else ()
    if chart.drawn is Drawn.LINE and len(lines) > 1:
        return _line_chart(title, legend, named[chart.labels], series, lines, reader)
    is_stacked = chart.drawn is not Drawn.BARS
    return _bar_chart(is_stacked, title, legend, named[chart.labels], series, lines, reader)


def _bar_chart(
    is_stacked: bool,
    title: str,
    legend: tuple[str, ...],
    label: Column,
    series: list[Column],
    lines: list[Line],
    reader: Reader,
) -> Picture:
    """The largest bars, in the order of the table. A negative value has no bar, only its figure."""
    lengths = [[max(size(line.cells.get(column.name)), Fraction(0)) for column in series] for line in lines]
    long = [sum(parts) if is_stacked else max(parts) for parts in lengths]
    longest = max(long) or Fraction(1)
    if all(column.kind is Kind.SHARE for column in series):
        longest = max(longest, Fraction(1))
    tracks = 1 if is_stacked else len(series)
    height = _LABEL + _TRACK * tracks + _GAP
    bars: list[Bar] = []
    for place in sorted(sorted(range(len(lines)), key=lambda place: -long[place])[:_MOST_BARS]):
        y = len(bars) * height
        cells = [lines[place].cells.get(column.name) for column in series]
        figures = _figures(cells, series, is_stacked, reader)
        bars.append(
            Bar(
                _label(lines[place].cells.get(label.name), label.kind, _LETTERS - len(figures), reader),
                figures,
                y,
                tuple(y + _LABEL + _TRACK * track for track in range(tracks)),
                tuple(_parts(lengths[place], longest, y + _LABEL, is_stacked)),
            )
        )
    said = [f"{bar.label}: {bar.shown}" for bar in bars[:_MOST_SAID]]
    more = len(lines) - len(said)
    says = "; ".join([*said, f"and {more} more, in the table"] if more else said)
    return Picture(title, says, len(bars) * height, legend, bars=tuple(bars), left_out=len(lines) - len(bars))


def _parts(lengths: Sequence[Fraction], longest: Fraction, y: int, is_stacked: bool) -> Iterator[BarPart]:
    before = Fraction(0)
    for number, length in enumerate(lengths):
        if length:
            width = _tenths(length / longest * WIDTH)
            yield BarPart(number, _tenths(before / longest * WIDTH), y, width)
        if is_stacked:
            before += length
        else:
            y += _TRACK


def _figures(cells: Sequence[Cell], series: Sequence[Column], is_stacked: bool, reader: Reader) -> str:
    """The figures beside a label: the total of a stacked bar, or the figure of each bar."""
    if is_stacked:
        return _together(cells, series[0].kind, reader)
    return " · ".join(reader.shown(cell, column.kind) for cell, column in zip(cells, series, strict=True))


def _together(cells: Sequence[Cell], kind: Kind, reader: Reader) -> str:
    """The total of a stacked bar; "" if no part is known."""
    known = [cell for cell in cells if cell is not None]
    if not known:
        return reader.shown(None, kind)
    amounts = [cell for cell in known if isinstance(cell, Money)]
    if amounts:
        return reader.shown(sum(amounts[1:], start=amounts[0]), kind)
    whole = sum((size(cell) for cell in known), Fraction(0))
    return reader.shown(int(whole) if kind is Kind.COUNT else whole, kind)


def _line_chart(
    title: str,
    legend: tuple[str, ...],
    label: Column,
    series: list[Column],
    lines: list[Line],
    reader: Reader,
) -> Picture:
    """A line for each series, interrupted where there is no value."""
    kind = series[0].kind
    cells = [[line.cells.get(column.name) for column in series] for line in lines]
    known = [size(cell) for row in cells for cell in row if cell is not None]
    steps = _steps(min(known, default=Fraction(0)), max(known, default=Fraction(0)), kind)
    low, high = steps[0], steps[-1]
    step = Fraction(WIDTH - LEFT - _RIGHT, len(lines) - 1)

    def x(place: int) -> float:
        return _tenths(LEFT + step * place)

    def y(value: Fraction) -> float:
        return _tenths(_TOP + (_HEIGHT - _TOP - _BOTTOM) * (high - value) / (high - low))

    paths = tuple(
        Path(number, run, has_dots=len(run) == 1 or len(lines) <= _MOST_DOTS)
        for number in range(len(series))
        for run in _runs([None if row[number] is None else y(size(row[number])) for row in cells], x)
    )
    every = -(-len(lines) // _MOST_MARKS)
    across = tuple(
        AxisTick(x(place), reader.shown(line.cells.get(label.name), label.kind))
        for place, line in enumerate(lines)
        if place % every == 0
    )
    currency = next((cell.currency for row in cells for cell in row if isinstance(cell, Money)), None)
    up = tuple(AxisTick(y(value), _on_axis(value, currency, kind, reader)) for value in steps)
    last = lines[-1].cells
    says = "; ".join(
        f"{column.heading} at last {reader.shown(last.get(column.name), column.kind)}" for column in series
    )
    return Picture(title, says, _HEIGHT, legend, paths=paths, across=across, up=up)


def _runs(heights: Sequence[float | None], x: Callable[[int], float]) -> Iterator[tuple[Point, ...]]:
    """Runs of consecutive points without gaps."""
    run: list[Point] = []
    for place, height in enumerate(heights):
        if height is not None:
            run.append((x(place), height))
        elif run:
            yield tuple(run)
            run = []
    if run:
        yield tuple(run)


def _on_axis(value: Fraction, currency: str | None, kind: Kind, reader: Reader) -> str:
    if currency is not None:
        return reader.briefly(Money(int(value), currency))
    return reader.shown(int(value) if kind is Kind.COUNT else value, kind)


def _steps(least: Fraction, most: Fraction, kind: Kind) -> list[Fraction]:
    """The grid lines: zero and enough round steps up and down to include all values."""
    unit = _UNITS.get(kind, Fraction(1))
    step = _round_up(max(most, -least, unit) / unit / _GRID_STEPS) * unit
    down, up = (-(-max(reach, Fraction(0)) // step) for reach in (-least, most))
    return [step * number for number in range(-int(down), max(int(up), 0 if down else 1) + 1)]


def _round_up(value: Fraction) -> int:
    """The next greater number of the form 1, 2 or 5 times a power of ten."""
    unit = 1
    while unit * 10 < value:
        unit *= 10
    return next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= value)


def _tenths(value: Fraction) -> float:
    return round(float(value), 1)


def _label(value: Cell, kind: Kind, room: int, reader: Reader) -> str:
    return words(value, max(room, _SHORTEST_LABEL)) if isinstance(value, str) else reader.shown(value, kind)
