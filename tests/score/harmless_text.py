"""What a terminal would take for more than a text."""

import unicodedata
from collections.abc import Iterator

_STEERING = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def steers(printed: str) -> Iterator[str]:
    """The letters in a command's output that move, colour, hide or turn round what is shown."""
    strange = {letter for letter in printed if letter != "\n" and unicodedata.category(letter) in _STEERING}
    for letter in sorted(strange):
        yield f"U+{ord(letter):04X}"
