"""A written value that cannot be used, and the name that was probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


class UnreadableValue(Exception):
    """A written value that cannot be used. `expected` says what should stand there instead."""

    def __init__(self, message: str, expected: str) -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected


def nearest(name: str, names: Iterable[str]) -> str:
    """The name most like `name`, or "" if none is near."""
    matches = get_close_matches(name, list(names), n=1, cutoff=0.6)
    return matches[0] if matches else ""
