"""Answers as one page of HTML that needs nothing else: no network, no script."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from followup.reports.answer import Answer, Column, Kind, Line, Table
from followup.reports.forms.charts import WIDTH, pictures
from followup.reports.forms.shown import Reader, parts
from followup.resources import shipped

_FIGURES = frozenset({Kind.COUNT, Kind.MONEY, Kind.SHARE, Kind.NUMBER})


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as the page shows it; `percent` is the length of its bar, if it has one."""

    text: str
    is_figure: bool
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A line as the page shows it: the cell that names it, the others, and what is behind it."""

    head: str
    cells: tuple[Shown, ...]
    behind: tuple[str, ...]


def as_page(answers: Sequence[Answer], reader: Reader, *, business: str, now: datetime) -> str:
    """One HTML document with a section for each answer. `business` and `now` stand in its head."""
    return _template().render(
        business=business,
        title=answers[0].question if len(answers) == 1 else "Goodwill: what it cost and what it achieved",
        made=reader.shown(now, Kind.INSTANT),
        language=reader.locale,
        said=reader.said,
        answers=[(answer, pictures(answer, reader), list(_tables(answer, reader))) for answer in answers],
        width=WIDTH,
    )


def _tables(answer: Answer, reader: Reader) -> Iterator[tuple[Table, list[Column], list[Row], list[Row]]]:
    for table in answer.tables:
        if not table.lines:
            continue
        shown = [column for column in table.columns if column.kind is not Kind.CURRENCY]
        bars = {column.name: parts(table, column) for column in shown if column.bar}
        lines = [
            _row(line, shown, reader, {name: int(lengths[place] * 100) for name, lengths in bars.items()})
            for place, line in enumerate(table.lines)
        ]
        yield table, shown, lines, [_row(line, shown, reader, {}) for line in table.totals]


def _row(line: Line, shown: list[Column], reader: Reader, bars: dict[str, int]) -> Row:
    cells = tuple(
        Shown(
            reader.shown(line.cells.get(column.name), column.kind),
            column.kind in _FIGURES,
            bars.get(column.name),
        )
        for column in shown
    )
    return Row(cells[0].text, cells[1:], line.behind)


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(shipped("templates") / "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["is_figure"] = lambda column: column.kind in _FIGURES
    return environment.get_template("page.html")
