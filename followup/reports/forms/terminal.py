"""Answers on a terminal: sentences, then tables, with bars where a column asks for them and there is room.

Figures are never broken. Where a table is wider than the terminal, it gives up its bars, then folds its
words, then goes on below, each part beginning with the first column again.
"""

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from followup.reports.answer import Answer, Column, Kind, Line, Table
from followup.reports.forms.shown import Reader, parts

_BAR_LETTERS = 10
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_FLUSH_RIGHT = frozenset({Kind.COUNT, Kind.MONEY, Kind.SHARE, Kind.NUMBER})
_FOLDED = frozenset({Kind.TEXT})
_NARROWEST = 24
"""Words are folded to so many letters, and no further."""

_MOST_HEADING_LINES = 3

_BETWEEN = 2
"""Spaces between columns."""


def as_renderable(answer: Answer, reader: Reader) -> RenderableType:
    """The answer as rich shows it. Nothing that a customer wrote is taken for markup."""
    shown: list[RenderableType] = [
        Text(printable(answer.question), style="bold"),
        Text(printable(answer.period), style="dim"),
        Text(),
    ]
    shown += [Text(printable(reader.said(sentence))) for sentence in answer.says]
    if not answer.main.lines:
        return Group(*shown, Text(printable(answer.empty)))
    for table in answer.tables:
        if table.lines:
            shown += [Text(), Text(printable(table.title), style="bold"), _Fitted(_strips(table, reader))]
            shown += [Text(printable(table.note), style="dim")] if table.note else []
    return Group(*shown)


def bar(part: Fraction, letters: int = _BAR_LETTERS) -> str:
    """A bar of block letters, `part` (0 to 1) of so many letters long, to an eighth of a letter."""
    eighths = int(min(max(part, Fraction(0)), Fraction(1)) * letters * 8 + Fraction(1, 2))
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


def printable(text: str) -> str:
    """A text without the letters that steer a terminal, or turn round the direction of what it shows."""
    return "".join(_print(letter) for letter in text)


def _print(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in ("Cf", "Cn", "Co", "Cs"):
        return ""
    return " " if category in ("Cc", "Zl", "Zp", "Zs") else letter


@dataclass(frozen=True, slots=True)
class _Strip:
    """A column as it is laid out: its cells, those of the totals after them, and how wide it is to be."""

    heading: str
    cells: tuple[str, ...]
    totals: tuple[str, ...]
    is_flush_right: bool
    is_folded: bool
    is_bar: bool = False
    width: int = 0

    def wide(self, heading_lines: int) -> "_Strip":
        """As wide as its longest cell, and as its heading needs on so many lines."""
        cells = max(map(cell_len, (*self.cells, *self.totals)), default=0)
        return replace(self, width=max(cells, _folded_to(self.heading, heading_lines)))

    def narrow(self) -> "_Strip":
        """As wide as it has to be."""
        wide = self.wide(_MOST_HEADING_LINES)
        return replace(wide, width=min(wide.width, _NARROWEST)) if self.is_folded else wide


def _folded_to(text: str, lines: int) -> int:
    """How wide a heading is on at most so many lines, its words whole."""
    words = text.split()
    whole = sum(map(cell_len, words)) + len(words) - 1
    longest = max(map(cell_len, words), default=0)
    for width in range(longest, whole):
        if len(textwrap.wrap(text, width, break_on_hyphens=False)) <= lines:
            return width
    return max(whole, 0)


@dataclass(frozen=True, slots=True)
class _Fitted:
    """A table that is laid out when the width of the terminal is known."""

    strips: tuple[_Strip, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        for place, part in enumerate(fitted(self.strips, options.max_width)):
            if place:
                yield Text()
            yield _grid(part)


def fitted(strips: Sequence[_Strip], width: int) -> list[list[_Strip]]:
    """The columns with their widths, in as many parts as it takes within `width`."""
    for kept in (strips, [strip for strip in strips if not strip.is_bar]):
        narrow = [strip.narrow() for strip in kept]
        for heading_lines in range(1, _MOST_HEADING_LINES + 1):
            wide = [strip.wide(heading_lines) for strip in kept]
            if _width(wide) <= width:
                return [wide]
        if _width(narrow) <= width:
            return [_squeezed(wide, narrow, width)]
    first, *others = narrow
    found = [[first]]
    for strip in others:
        if len(found[-1]) > 1 and _width([*found[-1], strip]) > width:
            found.append([first])
        found[-1].append(strip)
    return [_stretched(part, width) for part in found]


def _width(strips: Sequence[_Strip]) -> int:
    return sum(strip.width for strip in strips) + _BETWEEN * (len(strips) - 1)


def _squeezed(wide: Sequence[_Strip], narrow: Sequence[_Strip], width: int) -> list[_Strip]:
    """Words give way, the longest first, until the whole is as wide as it may be."""
    widths = [strip.width for strip in wide]
    spare = [strip.width for strip in narrow]
    for _ in range(_width(wide) - width):
        longest = max(
            (place for place in range(len(widths)) if widths[place] > spare[place]), key=widths.__getitem__
        )
        widths[longest] -= 1
    return [replace(strip, width=letters) for strip, letters in zip(wide, widths, strict=True)]


def _stretched(part: Sequence[_Strip], width: int) -> list[_Strip]:
    """A part of a table, its words and headings as wide as there is room for."""
    for heading_lines in range(1, _MOST_HEADING_LINES + 1):
        wide = [strip.wide(heading_lines) for strip in part]
        if _width(wide) <= width:
            return wide
    return _squeezed(wide, part, max(width, _width(part)))


def _strips(table: Table, reader: Reader) -> tuple[_Strip, ...]:
    shown = [column for column in table.columns if column.kind is not Kind.CURRENCY]
    found = []
    for column in shown:
        found.append(
            _Strip(
                printable(column.heading),
                tuple(_cell(line, column, reader) for line in table.lines),
                tuple(_cell(line, column, reader) for line in table.totals),
                column.kind in _FLUSH_RIGHT,
                column.kind in _FOLDED,
            )
        )
        if column.bar:
            drawn = tuple(bar(part) for part in parts(table, column))
            found.append(_Strip("", drawn, ("",) * len(table.totals), False, False, is_bar=True))
    if any(line.behind for line in table.lines):
        behind = tuple(" ".join(line.behind) for line in table.lines)
        found.append(_Strip("behind", behind, ("",) * len(table.totals), False, True))
    return tuple(found)


def _grid(strips: Sequence[_Strip]) -> Grid:
    grid = Grid(
        box=_RULED, pad_edge=False, show_edge=False, padding=(0, _BETWEEN - 1, 0, 0), header_style="bold"
    )
    for strip in strips:
        grid.add_column(
            strip.heading,
            justify="right" if strip.is_flush_right else "left",
            overflow="fold",
            width=strip.width,
        )
    rows = list(zip(*(strip.cells for strip in strips), strict=True))
    for place, row in enumerate(rows):
        last = place == len(rows) - 1
        grid.add_row(
            *(
                Text(cell, style="cyan" if strip.is_bar else "")
                for cell, strip in zip(row, strips, strict=True)
            ),
            end_section=last,
        )
    for row in zip(*(strip.totals for strip in strips), strict=True):
        grid.add_row(*map(Text, row), style="bold")
    return grid


def _cell(line: Line, column: Column, reader: Reader) -> str:
    return printable(reader.shown(line.cells.get(column.name), column.kind))


_RULED = box.Box("    \n    \n ── \n    \n ── \n ── \n    \n    \n", ascii=False)
"""A rule under the headings and above the totals; nothing between columns."""
