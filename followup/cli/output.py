"""The two formats of every answer: tables for people, one JSON document for programs.

Standard output carries only the answer; messages go to standard error.
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
"""Cells up to this length, such as an amount or a name of two words, are never folded."""

_FOLDED_TO = 10
"""The minimum width of a column of sentences or instants."""

_LONGEST_WORD = 48
"""Words up to this length, such as an address, are never broken."""

_WIDE = 1000
"""The width used without a terminal, so that rows are never folded."""


def plain(value: object) -> str:
    """A value that is safe to print on a terminal. Removes control characters, escapes and bidirectional
    marks, and turns line breaks into spaces. None becomes an empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return one_line(" ".join(str(value).split()))


def one_line(text: str) -> str:
    """Part of a text, safe to print on a terminal: as `plain`, with all its spaces."""
    spaced = (" " if letter.isspace() else letter for letter in text)
    return "".join(one for one in spaced if unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co"))


def passage(text: str) -> str:
    """Apply `plain` to each line of a text."""
    return "\n".join(plain(line) for line in text.split("\n"))


def json_document(document: object) -> None:
    """Print exactly one JSON document."""
    _write(sys.stdout, json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def lines(text: str) -> None:
    """Print lines of text to standard output."""
    _write(sys.stdout, text + "\n")


def say(text: str) -> None:
    """Print a message to standard error."""
    _write(sys.stderr, text + "\n")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Iterable[str] = ()) -> None:
    """Print rows under headings; the columns named in `right` are right-aligned.

    On a terminal, and where COLUMNS says how wide it is to be, the table fits the width: sentences are folded
    between words, and columns that still do not fit continue below."""
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
    """The minimum width of a column: that of its longest word, except for extremely long words; 0 for a
    column that is never folded, such as references, single words, addresses and short cells."""
    from rich.cells import cell_len

    longest = max(map(cell_len, cells), default=0)
    word = max((cell_len(word) for cell in cells for word in cell.split()), default=0)
    if longest <= _SHORT or longest == word <= _LONGEST_WORD:
        return 0
    return max(_FOLDED_TO, min(word, _LONGEST_WORD))


def rendered(shown: "RenderableType") -> None:
    """Print a rich renderable. Without a terminal, use no colours and no width limit."""
    from rich.console import Console

    terminal = sys.stdout.isatty()
    Console(
        file=sys.stdout,
        highlight=False,
        no_color=not terminal or "NO_COLOR" in os.environ,
        # rich reads COLUMNS by itself, on a terminal as well.
        width=None if terminal or _columns() else _WIDE,
    ).print(shown)


def _columns() -> bool:
    """Whether the environment says how wide the output is to be."""
    return os.environ.get("COLUMNS", "").isdecimal() and int(os.environ["COLUMNS"]) > 0


def fields(pairs: Iterable[tuple[str, object]]) -> None:
    """Print labels and values, one pair per line. Pairs without a value are left out."""
    shown = [(label, plain(value)) for label, value in pairs if value not in (None, "", [])]
    width = max((len(label) for label, _ in shown), default=0)
    for label, value in shown:
        lines(f"{label:<{width}}  {value}")


def money(document: Mapping[str, Any], key: str = "amount") -> str:
    """An amount of a document with its currency: "12.50 GBP"; empty if it has none."""
    return f"{document[key]} {document['currency']}" if document.get(key) is not None else ""


@contextmanager
def progress(label: str, *, quiet: bool) -> Iterator[Callable[[float], None]]:
    """A progress bar on standard error, shown only on a terminal and unless `quiet`; the yielded function
    takes the part done, from 0 to 1."""
    if quiet or not sys.stderr.isatty() or "NO_COLOR" in os.environ:
        yield lambda _part: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task(label, total=1.0)
        yield lambda part: bar.update(task, completed=part)


def interactive() -> bool:
    """Whether the command runs on a terminal, so that a person can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _write(stream: TextIO, text: str) -> None:
    stream.write(text.encode(stream.encoding or "utf-8", "replace").decode(stream.encoding or "utf-8"))
    stream.flush()
