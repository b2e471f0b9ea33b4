"""The error for a value that cannot be parsed, and suggestions for misspelt names."""

from collections.abc import Iterable
from difflib import get_close_matches


class UnreadableValue(Exception):
    """A value cannot be parsed. `expected` says what should be written instead."""

    def __init__(self, message: str, expected: str) -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected


class UnknownName(UnreadableValue):
    """A value names something that does not exist. `name` is that name."""

    def __init__(self, name: str, message: str, expected: str) -> None:
        super().__init__(message, expected)
        self.name = name


def nearest(name: str, names: Iterable[str]) -> str:
    """The name most similar to `name`, or "" if none is similar."""
    matches = get_close_matches(name, list(names), n=1, cutoff=0.6)
    return matches[0] if matches else ""
