"""Answers on a terminal: sentences, then tables, with bars if a column has them and there is room."""

import unicodedata
from fractions import Fraction

from rich.console import Group, RenderableType
from rich.text import Text

from followup.reports.answer import Column, Kind, Line, ReportAnswer, ReportTable
from followup.reports.renderers.cell_format import Reader, parts
from followup.reports.renderers.table_layout import Fitted, Strip

_BAR_LETTERS = 10
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_FLUSH_RIGHT = frozenset({Kind.COUNT, Kind.MONEY, Kind.SHARE, Kind.NUMBER})
_FOLDED = frozenset({Kind.TEXT})


def as_renderable(answer: ReportAnswer, reader: Reader) -> RenderableType:
    """The answer as a Rich renderable. Customers' words are never interpreted as markup."""
    shown: list[RenderableType] = [
        Text(printable(answer.question), style="bold"),
        Text(printable(reader.said(answer.period)), style="dim"),
        Text(),
    ]
    shown += [Text(printable(reader.said(sentence))) for sentence in answer.says]
    if not answer.main.lines:
        return Group(*shown, Text(printable(answer.empty)))
    for table in answer.tables:
        if table.lines:
            shown += [Text(), Text(printable(table.title), style="bold"), Fitted(_strips(table, reader))]
            shown += [Text(printable(table.note), style="dim")] if table.note else []
    return Group(*shown)


def bar(part: Fraction, letters: int = _BAR_LETTERS) -> str:
    """A bar of block characters: `part` (0 to 1) of `letters` characters, to an eighth of a character."""
    eighths = int(min(max(part, Fraction(0)), Fraction(1)) * letters * 8 + Fraction(1, 2))
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


def printable(text: str) -> str:
    """A text without characters that control a terminal or change text direction."""
    return "".join(_print(letter) for letter in text)


def _print(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in ("Cf", "Cn", "Co", "Cs"):
        return ""
    return " " if category in ("Cc", "Zl", "Zp", "Zs") else letter


def _strips(table: ReportTable, reader: Reader) -> tuple[Strip, ...]:
    shown = [column for column in table.columns if column.kind is not Kind.CURRENCY]
    found = []
    for column in shown:
        found.append(
            Strip(
                printable(column.heading),
                tuple(_cell(line, column, reader) for line in table.lines),
                tuple(_cell(line, column, reader) for line in table.totals),
                column.kind in _FLUSH_RIGHT,
                column.kind in _FOLDED,
            )
        )
        if column.bar:
            drawn = tuple(bar(part) for part in parts(table, column))
            found.append(Strip("", drawn, ("",) * len(table.totals), False, False, is_bar=True))
    if any(line.behind for line in table.lines):
        behind = tuple(" ".join(line.behind) for line in table.lines)
        found.append(Strip("made of", behind, ("",) * len(table.totals), False, True))
    return tuple(found)


def _cell(line: Line, column: Column, reader: Reader) -> str:
    return printable(reader.shown(line.cells.get(column.name), column.kind))
