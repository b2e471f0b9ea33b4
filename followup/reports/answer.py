"""The answer to a manager's question, apart from the forms in which it leaves.

An answer says something in sentences, shows tables of typed cells, and names the charts worth drawing of
them. Every form, from the terminal to a workbook, is made from this one value.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from followup.domain.shared.money import Money, round_half_up
from followup.domain.shared.word import Word

Cell = str | int | Money | Fraction | date | datetime | None
"""None where there is nothing to say, such as a share of too few."""


NOTHING = "–"
"""What people see where there is nothing to say."""

MOST_BEHIND = 1_000
"""How many references a line names: the oldest, where it is made of more."""


class Kind(Word):
    """What the cells of a column are."""

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
    """A column of a table: its name in JSON and CSV, its heading for people, what its cells are. With
    `bar`, forms for people draw each cell against the largest one, shares against one."""

    name: str
    heading: str
    kind: Kind = Kind.TEXT
    bar: bool = False


@dataclass(frozen=True, slots=True)
class ReportSentence:
    """A sentence with values in it, which every reader gets in their own figures: "{out} was spent"."""

    words: str
    cells: Mapping[str, Cell]

    def __str__(self) -> str:
        """The sentence for programs, with amounts as "12.50 GBP" and shares in whole per cent."""
        return self.words.format(**{name: _in_words(value) for name, value in self.cells.items()})


def sentence(words: str, **cells: Cell) -> ReportSentence:
    """A sentence from words with names in braces, and the value of each name."""
    return ReportSentence(words, cells)


def counted(number: int, one: str, more: str = "") -> str:
    """A number of things: "1 gesture", "3 gestures"; `more` is the plural where it is not `one` and an s."""
    return f"{number} {one if number == 1 else more or f'{one}s'}"


@dataclass(frozen=True, slots=True)
class Line:
    """A row: a cell for each column by its name, and the references of the gestures, cases or emails it is
    made of, where that was asked."""

    cells: Mapping[str, Cell]
    behind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportTable:
    """Lines under headings. `name` is one word; `totals` has a line for each currency."""

    name: str
    title: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    totals: tuple[Line, ...] = ()
    note: str = ""


class Drawn(Word):
    """How a chart is drawn."""

    BARS = "bars", "A bar for each line"
    STACKED = "stacked", "A bar for each line, made of its parts"
    LINE = "line", "A line through time"


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of some columns of a table, named by `table`; `labels` is the column along the axis. Where
    the table has several currencies, each has a picture of its own."""

    title: str
    drawn: Drawn
    table: str
    labels: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportAnswer:
    """What a report says. `tables` begins with the one that is the report; CSV holds that one alone.

    `says` are whole sentences, the most important one first; `empty` stands in place of the tables where the
    first has no lines; `extra` is added to the JSON document."""

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
        """The table that is the report."""
        return self.tables[0]


def columns(*named: tuple[str, str, Kind] | tuple[str, str, Kind, bool]) -> tuple[Column, ...]:
    """Columns from tuples of name, heading, kind and whether bars are drawn."""
    return tuple(Column(*parts) for parts in named)


def plain_value(value: Cell, kind: Kind) -> Any:
    """A cell as JSON and CSV carry it: amounts as text, shares as a text with four decimals, other numbers
    with one, days and instants as ISO 8601."""
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
    """A number with so many decimals, a half rounded away from zero."""
    whole, part = divmod(abs(round_half_up(exact * 10**places)), 10**places)
    sign = "-" if exact < 0 and (whole or part) else ""
    return f"{sign}{whole}.{part:0{places}}" if places else f"{sign}{whole}"


def document(answer: ReportAnswer, currency: str) -> dict[str, Any]:
    """The JSON contract of a report: `rows` and `totals` of its first table, `total` the one in `currency`
    (null where there is none), the other tables by name."""
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
