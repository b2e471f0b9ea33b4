"""Answers in an email: HTML of one column that every mail program shows, and the same as plain text.

Mail programs show no drawings and no scripts, and phones have no room for wide tables. So each line of a
table is told as a name with its main figure, a bar made of a table, and its other figures in words.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from rich.console import Console
from rich.text import Text

from followup.domain.money import Money
from followup.reports.answer import Answer, Column, Kind, Line, Table
from followup.reports.forms.shown import Reader, parts, words
from followup.reports.forms.terminal import as_renderable, printable
from followup.resources import shipped

MOST_LINES = 12
"""How many lines of a table an email shows; the workbook has them all."""

_TEXT_WIDTH = 72
_FIGURES = (Kind.MONEY, Kind.COUNT, Kind.SHARE, Kind.NUMBER)


@dataclass(frozen=True, slots=True)
class Row:
    """A line as an email shows it: what it is about, its main figure, how long its bar is in per cent, and
    all else in words."""

    head: str
    figure: str
    percent: int
    rest: tuple[str, ...]


def as_html(
    answers: Sequence[Answer], reader: Reader, *, business: str, heading: str, remarks: Sequence[str]
) -> str:
    """One HTML document, its styles in the tags themselves. `remarks` stand at its end."""
    document = _template().render(
        business=words(business),
        heading=words(heading),
        remarks=remarks,
        language=reader.locale,
        said=reader.said,
        answers=[(answer, list(_tables(answer, reader))) for answer in answers],
    )
    return css_inline.inline(document, extra_css=_styles(), load_remote_stylesheets=False)


def as_text(
    answers: Sequence[Answer], reader: Reader, *, business: str, heading: str, remarks: Sequence[str]
) -> str:
    """The same as a terminal shows it, without colours, in lines of at most 72 letters."""
    target = io.StringIO()
    console = Console(
        file=target,
        width=_TEXT_WIDTH,
        force_terminal=False,
        color_system=None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    console.print(Text(printable(heading)))
    console.print(Text(printable(business)))
    for answer in answers:
        console.print(f"\n{'=' * _TEXT_WIDTH}\n")
        console.print(as_renderable(_shortened(answer), reader))
    console.print(f"\n{'=' * _TEXT_WIDTH}\n")
    for remark in remarks:
        console.print(Text(printable(remark)))
    return "\n".join(line.rstrip() for line in target.getvalue().splitlines()) + "\n"


def days_in_words(first: date, last: date, reader: Reader) -> str:
    """What some days are called: "16 November 2026", "November 2026", "week of 16 November 2026" where it
    is one from Monday to Sunday, else "13 November 2026 to 15 November 2026"."""

    if first == last:
        return reader.day(first, "long")
    after = last + timedelta(days=1)
    if first.day == after.day == 1 and (after - first).days <= 31:
        return reader.day(first, "MMMM y")
    if first.weekday() == after.weekday() == 0 and after - first == timedelta(days=7):
        return f"week of {reader.day(first, 'long')}"
    return f"{reader.day(first, 'long')} to {reader.day(last, 'long')}"


def _tables(answer: Answer, reader: Reader) -> Iterator[tuple[Table, list[Row], list[Row], int]]:
    for table in answer.tables:
        if not table.lines:
            continue
        main = _main_figure(table)
        lengths = parts(table, main) if main is not None and main.bar else []
        rows = [
            _row(table, line, main, reader, int(lengths[place] * 100) if lengths else 0)
            for place, line in enumerate(table.lines[:MOST_LINES])
        ]
        totals = [_row(table, line, main, reader, 0) for line in table.totals]
        yield table, rows, totals, len(table.lines) - len(rows)


def _main_figure(table: Table) -> Column | None:
    """The figure that stands beside the name of each line: the one with bars, else the first amount, else the
    first number."""
    others = table.columns[1:]
    barred = [column for column in others if column.bar]
    by_kind = [column for kind in _FIGURES for column in others if column.kind is kind]
    return next(iter(barred + by_kind), None)


def _row(table: Table, line: Line, main: Column | None, reader: Reader, percent: int) -> Row:
    first, *others = [column for column in table.columns if column.kind is not Kind.CURRENCY]
    figure = ""
    if main is not None:
        figure = f"{reader.shown(line.cells.get(main.name), main.kind)} {main.heading}"
    rest = tuple(
        _told(column, line, reader)
        for column in others
        if column is not main and line.cells.get(column.name) not in (None, "") and not _is_zero(column, line)
    )
    return Row(reader.shown(line.cells.get(first.name), first.kind), figure, percent, rest)


def _is_zero(column: Column, line: Line) -> bool:
    """An amount of nothing, which a table shows for its column's sake."""
    value = line.cells.get(column.name)
    return column.kind is Kind.MONEY and isinstance(value, Money) and value.amount_minor == 0


def _told(column: Column, line: Line, reader: Reader) -> str:
    shown = reader.shown(line.cells.get(column.name), column.kind)
    return f"{shown} {column.heading}" if column.kind in _FIGURES else f"{column.heading} {shown}"


def _shortened(answer: Answer) -> Answer:
    """The answer with the lines of its tables that an email shows."""
    return Answer(
        name=answer.name,
        question=answer.question,
        period=answer.period,
        says=answer.says,
        tables=tuple(map(_cut, answer.tables)),
        empty=answer.empty,
    )


def _cut(table: Table) -> Table:
    left_out = len(table.lines) - MOST_LINES
    if left_out <= 0:
        return table
    note = f"{table.note} {left_out} more are in the workbook.".strip()
    return Table(table.name, table.title, table.columns, table.lines[:MOST_LINES], table.totals, note)


@cache
def _styles() -> str:
    return (shipped("templates") / "report" / "letter.css").read_text(encoding="utf-8")


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(shipped("templates") / "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("letter.html")
