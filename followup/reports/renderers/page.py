"""Answers as a self-contained HTML page: no network, no scripts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from followup.reports.answer import Column, Kind, Line, ReportAnswer, ReportTable
from followup.reports.renderers.cell_format import Reader, parts
from followup.reports.renderers.charts import BAR_HEIGHT, LEFT, WIDTH, pictures
from followup.resources import shipped

_SHORT = 22
_FIGURES = frozenset({Kind.COUNT, Kind.MONEY, Kind.SHARE, Kind.NUMBER})


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `lies` is the alignment of the cells below it: a `figure`, words on one `line`, or a wrapped
    `text`.
    """

    text: str
    lies: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell on the page; `percent` is the length of its bar, if it has one."""

    text: str
    lies: str
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class PageRow:
    """A line on the page: its name, the other cells, and the references behind it."""

    head: Shown
    cells: tuple[Shown, ...]
    behind: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A table on the page."""

    title: str
    note: str
    headings: tuple[Heading, ...]
    rows: tuple[PageRow, ...]
    totals: tuple[PageRow, ...]


def as_page(answers: Sequence[ReportAnswer], reader: Reader, *, business: str, now: datetime) -> str:
    """One HTML document with a section for each answer. `business` and `now` are shown at its top."""
    return _template().render(
        business=business,
        title=answers[0].question if len(answers) == 1 else "Goodwill: what it cost and what it achieved",
        made=reader.shown(now, Kind.INSTANT),
        said=reader.said,
        answers=[
            (
                answer,
                pictures(answer, reader),
                [_shape(table, reader) for table in answer.tables if table.lines],
            )
            for answer in answers
        ],
        width=WIDTH,
        left=LEFT,
        bar_height=BAR_HEIGHT,
    )


def _shape(table: ReportTable, reader: Reader) -> Shape:
    shown = [column for column in table.columns if column.kind is not Kind.CURRENCY]
    bars = {column.name: parts(table, column) for column in shown if column.bar}
    drawn = [
        {name: int(long[place] * 100) for name, long in bars.items()} for place in range(len(table.lines))
    ]
    lies = {column.name: _lies(table, column, reader) for column in shown}

    def row(line: Line, percents: Mapping[str, int]) -> PageRow:
        first, *others = (
            Shown(
                reader.shown(line.cells.get(column.name), column.kind),
                lies[column.name],
                percents.get(column.name),
            )
            for column in shown
        )
        return PageRow(first, tuple(others), line.behind)

    return Shape(
        table.title,
        table.note,
        tuple(Heading(column.heading, lies[column.name]) for column in shown),
        tuple(row(line, percents) for line, percents in zip(table.lines, drawn, strict=True)),
        tuple(row(line, {}) for line in table.totals),
    )


def _lies(table: ReportTable, column: Column, reader: Reader) -> str:
    if column.kind in _FIGURES:
        return "figure"
    texts = (reader.shown(line.cells.get(column.name), column.kind) for line in table.lines)
    return "line" if all(len(text) <= _SHORT for text in texts) else "text"


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(shipped("templates") / "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")
