"""The two forms of every answer: tables for people, one JSON document for programs.

Data goes to standard output and nothing else does; everything said besides goes to standard error.
"""

import json
import os
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import RenderableType

_SHORT = 14
"""Cells as long as an amount or a name of two words are never folded."""

_FOLDED_TO = 10
"""A column of sentences or instants is no narrower."""

_LONGEST_WORD = 48
"""A word of a list that is no longer, such as an address, is never broken."""

_WIDE = 1000
"""The width where there is no terminal: rows are never folded."""


def plain(value: object) -> str:
    """A value as one may show it on a terminal: control characters, escapes and marks that turn the
    writing direction round are taken out, line breaks become spaces. None is shown as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = " ".join(str(value).split())
    return "".join(letter for letter in text if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co"))


def passage(text: str) -> str:
    """As `plain`, line by line."""
    return "\n".join(plain(line) for line in text.split("\n"))


def json_document(document: object) -> None:
    """Print exactly one JSON document."""
    _write(sys.stdout, json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def lines(text: str) -> None:
    """Print lines of text as data."""
    _write(sys.stdout, text + "\n")


def say(text: str) -> None:
    """Say something that is not data."""
    _write(sys.stderr, text + "\n")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Iterable[str] = ()) -> None:
    """Print rows under headings; the columns named in `right` are flush right. On a terminal they are fitted
    to its width: sentences are folded between their words, and what still has no room goes on below."""
    from followup.reports.renderers.table_layout import Fitted, Strip

    figures = set(right)
    cells = [tuple(plain(value) for value in row) for row in rows]
    strips = []
    for place, column in enumerate(columns):
        found = tuple(row[place] for row in cells)
        narrowest = 0 if column in figures else _narrowest(found)
        strips.append(Strip(column, found, (), column in figures, narrowest > 0, narrowest=narrowest))
    rendered(Fitted(tuple(strips)))


def _narrowest(cells: Sequence[str]) -> int:
    """How narrow a column may be, its words whole but for those of hostile length; 0 for one that is not
    folded at all: references, words, addresses, and what is short."""
    from rich.cells import cell_len

    longest = max(map(cell_len, cells), default=0)
    word = max((cell_len(word) for cell in cells for word in cell.split()), default=0)
    if longest <= _SHORT or longest == word <= _LONGEST_WORD:
        return 0
    return max(_FOLDED_TO, min(word, _LONGEST_WORD))


def rendered(shown: "RenderableType") -> None:
    """Print what rich has laid out; without colours off a terminal, and there as wide as it needs."""
    from rich.console import Console

    terminal = sys.stdout.isatty()
    Console(
        file=sys.stdout,
        highlight=False,
        no_color=not terminal or "NO_COLOR" in os.environ,
        width=None if terminal else _WIDE,
    ).print(shown)


def fields(pairs: Iterable[tuple[str, object]]) -> None:
    """Print labels and values, one pair a line; pairs without a value are left out."""
    shown = [(label, plain(value)) for label, value in pairs if value not in (None, "", [])]
    width = max((len(label) for label, _ in shown), default=0)
    for label, value in shown:
        lines(f"{label:<{width}}  {value}")


def money(document: Mapping[str, Any], key: str = "amount") -> str:
    """An amount of a document with its currency: "12.50 GBP"; nothing where it has none."""
    return f"{document[key]} {document['currency']}" if document.get(key) is not None else ""


@contextmanager
def progress(label: str, *, quiet: bool) -> Iterator[Callable[[float], None]]:
    """A bar on standard error, where a person looks at it, unless `quiet`; it is told the part done."""
    if quiet or not sys.stderr.isatty() or "NO_COLOR" in os.environ:
        yield lambda _part: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task(label, total=1.0)
        yield lambda part: bar.update(task, completed=part)


def interactive() -> bool:
    """Whether there is a person at a terminal who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _write(stream: TextIO, text: str) -> None:
    stream.write(text.encode(stream.encoding or "utf-8", "replace").decode(stream.encoding or "utf-8"))
    stream.flush()
