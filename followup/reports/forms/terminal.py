"""Answers on a terminal: sentences, then tables, with bars where a column asks for them."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from followup.reports.answer import Answer, Column, Kind, Line, Table
from followup.reports.forms.shown import Reader, parts

_BAR_LETTERS = 12
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_SHORT = 24
_FLUSH_RIGHT = frozenset({Kind.COUNT, Kind.MONEY, Kind.SHARE, Kind.NUMBER})


def as_renderable(answer: Answer, reader: Reader) -> RenderableType:
    """The answer as rich shows it. Nothing that a customer wrote is taken for markup."""
    shown: list[RenderableType] = [
        Text(answer.question, style="bold"),
        Text(answer.period, style="dim"),
        Text(),
    ]
    shown += [Text(printable(reader.said(sentence))) for sentence in answer.says]
    if not answer.main.lines:
        return Group(*shown, Text(answer.empty))
    for table in answer.tables:
        if table.lines:
            shown += [Text(), Text(table.title, style="bold"), _grid(table, reader)]
            shown += [Text(table.note, style="dim")] if table.note else []
    return Group(*shown)


def bar(part: Fraction, letters: int = _BAR_LETTERS) -> str:
    """A bar of block letters, `part` (0 to 1) of so many letters long, to an eighth of a letter."""
    eighths = int(part * letters * 8 + Fraction(1, 2))
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


def _grid(table: Table, reader: Reader) -> Grid:
    shown = [column for column in table.columns if column.kind is not Kind.CURRENCY]
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, show_footer=False)
    drilled = any(line.behind for line in table.lines)
    bars = {column.name: parts(table, column) for column in shown if column.bar}
    for column in shown:
        longest = max((len(_cell(line, column.name, column.kind, reader)) for line in table.lines), default=0)
        grid.add_column(
            column.heading,
            justify="right" if column.kind in _FLUSH_RIGHT else "left",
            overflow="fold",
            no_wrap=longest <= _SHORT,
            header_style="bold",
        )
        if column.bar:
            grid.add_column("", no_wrap=True)
    if drilled:
        grid.add_column("behind", overflow="fold", header_style="bold")
    for place, line in enumerate(table.lines):
        last = place == len(table.lines) - 1
        drawn = {name: bar(lengths[place]) for name, lengths in bars.items()}
        grid.add_row(*_row(shown, line, reader, drawn, drilled), end_section=last)
    for line in table.totals:
        grid.add_row(*_row(shown, line, reader, dict.fromkeys(bars, ""), drilled), style="bold")
    return grid


def _row(
    shown: Sequence[Column], line: Line, reader: Reader, drawn: dict[str, str], drilled: bool
) -> Iterable[Text]:
    for column in shown:
        yield Text(_cell(line, column.name, column.kind, reader))
        if column.bar:
            yield Text(drawn[column.name], style="cyan")
    if drilled:
        yield Text(" ".join(line.behind))


def _cell(line: Line, name: str, kind: Kind, reader: Reader) -> str:
    return printable(reader.shown(line.cells.get(name), kind))


def printable(text: str) -> str:
    """A text without the letters that steer a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
