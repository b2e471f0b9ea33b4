"""Fitting tables to the width of a terminal.

Figures are never split. If a table is too wide, it drops its bars, then empty columns, then wraps words, then
continues below in parts, each beginning with the first column again.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table as Grid
from rich.text import Text

_NARROWEST = 24
"""The smallest width to which words are wrapped."""

_MOST_HEADING_LINES = 3

_BETWEEN = 2
"""The number of spaces between columns."""


@dataclass(frozen=True, slots=True)
class Strip:
    """A column in the layout: its cells, the cells of the totals after them, and its width. A wrapped column
    keeps at least `narrowest` characters.
    """

    heading: str
    cells: tuple[str, ...]
    totals: tuple[str, ...]
    is_flush_right: bool
    is_folded: bool
    is_bar: bool = False
    narrowest: int = _NARROWEST
    width: int = 0

    def wide(self, heading_lines: int) -> "Strip":
        """As wide as its longest cell, and as its heading on `heading_lines` lines."""
        cells = max(map(cell_len, (*self.cells, *self.totals)), default=0)
        return replace(self, width=max(cells, _folded_to(self.heading, heading_lines)))

    def narrow(self) -> "Strip":
        """At its smallest width."""
        wide = self.wide(_MOST_HEADING_LINES)
        return replace(wide, width=min(wide.width, self.narrowest)) if self.is_folded else wide


def _folded_to(text: str, lines: int) -> int:
    """The width of a heading on at most `lines` lines, without splitting words."""
    words = text.split()
    whole = sum(map(cell_len, words)) + len(words) - 1
    longest = max(map(cell_len, words), default=0)
    for width in range(longest, whole):
        if len(textwrap.wrap(text, width, break_on_hyphens=False)) <= lines:
            return width
    return max(whole, 0)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A table laid out when the width of the terminal is known."""

    strips: tuple[Strip, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        for place, part in enumerate(fitted(self.strips, options.max_width)):
            if place:
                yield Text()
            yield _grid(part)


def fitted(strips: Sequence[Strip], width: int) -> list[list[Strip]]:
    """The columns with their widths, in as many parts as `width` requires."""
    without_bars = [strip for strip in strips if not strip.is_bar]
    filled = [strip for place, strip in enumerate(without_bars) if place == 0 or any(strip.cells)]
    for kept in (strips, without_bars, filled):
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


def _width(strips: Sequence[Strip]) -> int:
    return sum(strip.width for strip in strips) + _BETWEEN * (len(strips) - 1)


def _squeezed(wide: Sequence[Strip], narrow: Sequence[Strip], width: int) -> list[Strip]:
    """The columns, with the widest text columns wrapped first until the total fits."""
    widths = [strip.width for strip in wide]
    spare = [strip.width for strip in narrow]
    for _ in range(_width(wide) - width):
        longest = max(
            (place for place in range(len(widths)) if widths[place] > spare[place]), key=widths.__getitem__
        )
        widths[longest] -= 1
    return [replace(strip, width=letters) for strip, letters in zip(wide, widths, strict=True)]


def _stretched(part: Sequence[Strip], width: int) -> list[Strip]:
    """A part of a table, with text and headings as wide as possible."""
    for heading_lines in range(1, _MOST_HEADING_LINES + 1):
        wide = [strip.wide(heading_lines) for strip in part]
        if _width(wide) <= width:
            return wide
    return _squeezed(wide, part, max(width, _width(part)))


def _grid(strips: Sequence[Strip]) -> Grid:
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


_RULED = box.Box("    \n    \n ── \n    \n ── \n ── \n    \n    \n", ascii=False)
"""A rule below the headings and above the totals; nothing between columns."""
