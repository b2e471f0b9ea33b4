"""Detect output that controls a terminal."""

import unicodedata
from collections.abc import Iterator

_STEERING = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def steers(printed: str) -> Iterator[str]:
    """Characters in a command's output that move the cursor, colour, hide or reorder text."""
    strange = {letter for letter in printed if letter != "\n" and unicodedata.category(letter) in _STEERING}
    for letter in sorted(strange):
        yield f"U+{ord(letter):04X}"
