"""The answer of a report, independent of its output format.

An answer has sentences, tables of typed cells, and the names of charts. Every format, from terminal to
workbook, is rendered from this value.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from followup.domain.shared.money import Money, round_half_up
from followup.domain.shared.word import Word

Cell = str | int | Money | Fraction | date | datetime | None
"""The value of a cell; None if there is no value to report, such as a share of too few cases."""


NOTHING = "–"
"""The text shown for an empty cell."""

MOST_BEHIND = 1_000
"""The greatest number of references named for a line: the oldest ones."""


class Kind(Word):
    """The type of the cells of a column."""

    TEXT = "text", "Words"
    COUNT = "count", "A whole number"
    MONEY = "money", "An amount"
    CURRENCY = "currency", "The currency of the line's amounts; forms for people show it with the amounts"
    SHARE = "share", "A part of one, shown in per cent"
    NUMBER = "number", "A number, shown with one decimal"
    DAY = "day", "A day"
    INSTANT = "instant", "A moment, shown in the zone of the reader"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name in JSON and CSV, its heading, and the type of its cells. With `bar`,
    formats for people draw a bar for each cell, relative to the largest one (shares relative to 1).
    """

    name: str
    heading: str
    kind: Kind = Kind.TEXT
    bar: bool = False


@dataclass(frozen=True, slots=True)
class ReportSentence:
    """A sentence with values, formatted in each reader's locale: "{out} was spent"."""

    words: str
    cells: Mapping[str, Cell]

    def __str__(self) -> str:
        """The sentence for programs, with amounts as "12.50 GBP" and shares as whole percentages."""
        return self.words.format(**{name: _in_words(value) for name, value in self.cells.items()})


def sentence(words: str, **cells: Cell) -> ReportSentence:
    """Make a sentence from words with names in braces, and the value for each name."""
    return ReportSentence(words, cells)


def counted(number: int, one: str, more: str = "") -> str:
    """A number with its noun: "1 gesture", "3 gestures"; `more` is the plural if it is not `one` + "s"."""
    return f"{number} {one if number == 1 else more or f'{one}s'}"


@dataclass(frozen=True, slots=True)
class Line:
    """A row: a cell for each column by name and, if requested, the references of the gestures, cases or
    emails it counts.
    """

    cells: Mapping[str, Cell]
    behind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table. `name` is a single word; `totals` has one line for each currency."""

    name: str
    title: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    totals: tuple[Line, ...] = ()
    note: str = ""


class Drawn(Word):
    """The type of a chart."""

    BARS = "bars", "A bar for each line"
    STACKED = "stacked", "A bar for each line, made of its parts"
    LINE = "line", "A line through time"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of some columns of the table named `table`; `labels` is the column along the axis. If the table
    has several currencies, each gets its own chart.
    """

    title: str
    drawn: Drawn
    table: str
    labels: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportAnswer:
    """The answer of a report. The first of `tables` is the main table; CSV contains only that one.

    `says` has complete sentences, the most important first. `empty` is shown in place of the tables if the
    main table has no lines. `extra` is added to the JSON document.
    """

    name: str
    question: str
    period: ReportSentence
    says: tuple[ReportSentence, ...]
    tables: tuple[ReportTable, ...]
    empty: str
    charts: tuple[Chart, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def main(self) -> ReportTable:
        """The main table."""
        return self.tables[0]


def columns(*named: tuple[str, str, Kind] | tuple[str, str, Kind, bool]) -> tuple[Column, ...]:
    """Columns from tuples of name, heading, type and, optionally, whether bars are drawn."""
    return tuple(Column(*parts) for parts in named)


def plain_value(value: Cell, kind: Kind) -> Any:
    """A cell for JSON and CSV: amounts as text, shares as text with four decimals, other fractions with one
    decimal, dates and instants in ISO 8601.
    """
    if isinstance(value, Money):
        return value.text
    if isinstance(value, Fraction):
        return decimal_text(value, 4 if kind is Kind.SHARE else 1)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


def _in_words(value: Cell) -> str:
    if isinstance(value, Fraction):
        return f"{round_half_up(value * 100)} %"
    return NOTHING if value is None else str(value)


def decimal_text(exact: Fraction, places: int) -> str:
    """A number with `places` decimals, halves rounded away from zero."""
    whole, part = divmod(abs(round_half_up(exact * 10**places)), 10**places)
    sign = "-" if exact < 0 and (whole or part) else ""
    return f"{sign}{whole}.{part:0{places}}" if places else f"{sign}{whole}"


def document(answer: ReportAnswer, currency: str) -> dict[str, Any]:
    """The JSON document of a report (part of the contract): `rows` and `totals` of the main table, `total`
    for `currency` (null if there is none), and the other tables by name.
    """
    main = answer.main
    totals = [_line_document(main, line) for line in main.totals]
    own = [total for total in totals if total.get("currency") == currency]
    return {
        "report": answer.name,
        **answer.extra,
        "period": str(answer.period),
        "says": [str(said) for said in answer.says],
        "rows": _lines(main, main.lines),
        "total": own[0] if own else None,
        "totals": totals,
        **{table.name: _lines(table, table.lines) for table in answer.tables[1:]},
    }


def _lines(table: ReportTable, lines: Iterable[Line]) -> list[dict[str, Any]]:
    return [_line_document(table, line) for line in lines]


def _line_document(table: ReportTable, line: Line) -> dict[str, Any]:
    found = {column.name: plain_value(line.cells.get(column.name), column.kind) for column in table.columns}
    return {**found, "behind": list(line.behind)} if line.behind else found
