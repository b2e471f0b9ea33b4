"""Answers in an email: single-column HTML for every mail program, and the same as plain text.

Mail programs do not display drawings or scripts, and phones have no room for wide tables. So each line of a
table becomes a name with its main figure, a bar made of table cells, and its other figures in words.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from rich.console import Console
from rich.text import Text

from followup.domain.shared.money import Money
from followup.reports.answer import Cell, Column, Drawn, Kind, Line, ReportAnswer, ReportTable
from followup.reports.renderers.cell_format import Reader, size, words
from followup.reports.renderers.terminal import as_renderable, printable
from followup.resources import shipped

MOST_LINES = 12
"""The number of lines of a table shown in an email; the workbook has all."""

_TEXT_WIDTH = 72
_FIGURES = (Kind.MONEY, Kind.COUNT, Kind.SHARE, Kind.NUMBER)


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A line in an email: its name, its main figure, the length of each part of its bar in per cent of the
    longest bar, and everything else in words.
    """

    head: str
    figure: str
    bar: tuple[int, ...]
    rest: tuple[str, ...]

    @property
    def percent(self) -> int:
        """The length of the whole bar, in per cent."""
        return sum(self.bar)


@dataclass(frozen=True, slots=True)
class Told:
    """A table in an email. `legend` names the parts of its bars if there are several."""

    table: ReportTable
    legend: tuple[str, ...]
    rows: tuple[LetterRow, ...]
    totals: tuple[LetterRow, ...]
    left_out: int


def as_html(
    answers: Sequence[ReportAnswer], reader: Reader, *, business: str, heading: str, remarks: Sequence[str]
) -> str:
    """One HTML document with inline styles. `remarks` are added at its end."""
    document = _template().render(
        business=words(business),
        heading=words(heading),
        remarks=remarks,
        language=reader.locale,
        said=reader.said,
        answers=[
            (answer, [_Telling(answer, table, reader).told() for table in answer.tables if table.lines])
            for answer in answers
        ],
    )
    return css_inline.inline(document, extra_css=_styles(), load_remote_stylesheets=False)


def as_text(
    answers: Sequence[ReportAnswer], reader: Reader, *, business: str, heading: str, remarks: Sequence[str]
) -> str:
    """The same as plain text without colours, in lines of at most 72 characters."""
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
    """The name of a range of days: "16 November 2026", "November 2026", "week of 16 November 2026" from
    Monday to Sunday, else "13 November 2026 to 15 November 2026".
    """

    if first == last:
        return reader.day(first, "long")
    after = last + timedelta(days=1)
    if first.day == after.day == 1 and (after - first).days <= 31:
        return reader.day(first, "MMMM y")
    if first.weekday() == after.weekday() == 0 and after - first == timedelta(days=7):
        return f"week of {reader.day(first, 'long')}"
    return f"{reader.day(first, 'long')} to {reader.day(last, 'long')}"


class _Telling:
    """Converts one table of an answer."""

    def __init__(self, answer: ReportAnswer, table: ReportTable, reader: Reader) -> None:
        self._table = table
        self._reader = reader
        self._columns = [column for column in table.columns if column.kind is not Kind.CURRENCY]
        self._main = _main_figures(answer, table)
        self._heads = 1
        firsts = [line.cells.get(self._columns[0].name) for line in table.lines]
        if len(set(firsts)) < len(firsts) and len(self._columns) > 1:
            # The first column alone does not identify the lines.
            self._heads = 2

    def told(self) -> Told:
        """The table as an email shows it."""
        table = self._table
        longest = self._longest()
        return Told(
            table,
            tuple(column.heading for column in self._main) if len(self._main) > 1 else (),
            tuple(self._row(line, self._bar(line, longest)) for line in table.lines[:MOST_LINES]),
            tuple(self._row(line, ()) for line in table.totals),
            max(len(table.lines) - MOST_LINES, 0),
        )

    def _longest(self) -> dict[Cell, Fraction]:
        """The length of the longest bar by currency. Shares are relative to 1."""
        found: dict[Cell, Fraction] = {}
        for line in self._table.lines:
            currency = line.cells.get("currency")
            least = Fraction(any(column.kind is Kind.SHARE for column in self._main))
            found[currency] = max(found.get(currency, least), sum(self._sizes(line), Fraction(0)))
        return found

    def _sizes(self, line: Line) -> list[Fraction]:
        if not any(column.bar for column in self._main) and len(self._main) == 1:
            return []
        return [max(size(line.cells.get(column.name)), Fraction(0)) for column in self._main]

    def _bar(self, line: Line, longest: dict[Cell, Fraction]) -> tuple[int, ...]:
        whole = longest[line.cells.get("currency")] or Fraction(1)
        return tuple(int(part / whole * 100) for part in self._sizes(line))

    def _row(self, line: Line, bar: tuple[int, ...]) -> LetterRow:
        heads, others = self._columns[: self._heads], self._columns[self._heads :]
        rest = tuple(
            f"{column.heading}: {self._shown(line, column)}"
            for column in others
            if column not in (self._main if len(self._main) == 1 else []) and _says_something(line, column)
        )
        head = ", ".join(self._shown(line, column) for column in heads if line.cells.get(column.name))
        return LetterRow(head, self._figure(line), bar, rest)

    def _figure(self, line: Line) -> str:
        if len(self._main) == 1:
            return f"{self._main[0].heading}: {self._shown(line, self._main[0])}"
        amounts = [cell for column in self._main if isinstance(cell := line.cells.get(column.name), Money)]
        return self._reader.shown(sum(amounts[1:], amounts[0]), Kind.MONEY) if amounts else ""

    def _shown(self, line: Line, column: Column) -> str:
        return self._reader.shown(line.cells.get(column.name), column.kind)


def _main_figures(answer: ReportAnswer, table: ReportTable) -> list[Column]:
    """The figures beside the name of each line: a share with bars, else the amounts of a stacked chart, else
    any column with bars, else the first amount, else the first number.
    """
    others = table.columns[1:]
    barred = [column for column in others if column.bar]
    if any(column.kind is Kind.SHARE for column in barred):
        return [column for column in barred if column.kind is Kind.SHARE][:1]
    for chart in answer.charts:
        if chart.table == table.name and chart.drawn is Drawn.STACKED:
            parts = [column for column in table.columns if column.name in chart.values]
            if all(column.kind is Kind.MONEY for column in parts):
                return parts
    by_kind = [column for kind in _FIGURES for column in others if column.kind is kind]
    return (barred + by_kind)[:1]


def _says_something(line: Line, column: Column) -> bool:
    """Whether a cell is worth showing: an amount of zero only fills its column."""
    value = line.cells.get(column.name)
    return value not in (None, "") and not (isinstance(value, Money) and value.amount_minor == 0)


def _shortened(answer: ReportAnswer) -> ReportAnswer:
    """The answer with only the lines of its tables that an email shows."""
    return ReportAnswer(
        name=answer.name,
        question=answer.question,
        period=answer.period,
        says=answer.says,
        tables=tuple(map(_cut, answer.tables)),
        empty=answer.empty,
    )


def _cut(table: ReportTable) -> ReportTable:
    left_out = len(table.lines) - MOST_LINES
    if left_out <= 0:
        return table
    note = f"{table.note} {left_out} more are in the workbook.".strip()
    return ReportTable(table.name, table.title, table.columns, table.lines[:MOST_LINES], table.totals, note)


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
