"""Line numbers of the tables and keys of a TOML text, which the standard library's parser does not give.

Used for messages only. The text must be accepted by `tomllib`; an unexpected construct loses a line number,
never a value.
"""

import re
from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Names from the top of the file. A number after an array's name is the index of its table, from 0."""

_BARE = r"[A-Za-z0-9_-]+|\"[^\"\n]*\"|'[^'\n]*'"
_NAMES = rf"((?:{_BARE})(?:\s*\.\s*(?:{_BARE}))*)"
_HEADER = re.compile(rf"(\[\[?)\s*{_NAMES}\s*\]")
_ASSIGNMENT = re.compile(rf"{_NAMES}\s*=")
_NAME = re.compile(_BARE)
_TOKEN = re.compile(
    r"""
    \"{3} (?:\\. | [^\\])*? \"{3}   # a text of several lines
    | '{3} .*? '{3}                 # the same, raw
    | " (?:\\. | [^"\\\n])* "       # a text
    | ' [^'\n]* '                   # a raw text
    | \# [^\n]*                     # a comment
    | [\[\]{}\n]
    """,
    re.DOTALL | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Lines:
    """The line number (from 1) of every table header and key."""

    of_paths: dict[Path, int]

    def at(self, path: Path) -> int:
        """The line of `path`, or of the nearest enclosing element that has one; 1 if there is none."""
        while path:
            if path in self.of_paths:
                return self.of_paths[path]
            path = path[:-1]
        return 1


def find_lines(text: str) -> Lines:
    """Find the headers and keys of a TOML text."""
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    for line, statement in _statements(text):
        header = _HEADER.match(statement)
        if header:
            table = _header_path(header, counts)
            found.setdefault(table, line)
            if table and isinstance(table[-1], int):
                found.setdefault(table[:-1], line)
            continue
        assignment = _ASSIGNMENT.match(statement)
        if assignment:
            names = _names(assignment[1])
            for length in range(1, len(names) + 1):
                found.setdefault((*table, *names[:length]), line)
    return Lines(found)


def _statements(text: str) -> list[tuple[int, str]]:
    """The number and text of each line on which a header or assignment begins."""
    lines = text.split("\n")
    starts = [1]
    line, depth = 1, 0
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark == "\n":
            line += 1
            if depth == 0:
                starts.append(line)
        elif mark in "[{":
            depth += 1
        elif mark in "]}":
            depth = max(0, depth - 1)
        else:
            line += mark.count("\n")
    return [(number, lines[number - 1].strip()) for number in starts]


def _header_path(header: re.Match[str], counts: dict[Path, int]) -> Path:
    """The path of a table header. A header below an array of tables belongs to the array's last table."""
    path: Path = ()
    names = _names(header[2])
    for place, name in enumerate(names):
        path = (*path, name)
        if place == len(names) - 1 and header[1] == "[[":
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _names(text: str) -> list[str]:
    return [name.strip("\"'") for name in _NAME.findall(text)]
