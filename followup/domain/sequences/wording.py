"""Which alternative wordings a series of emails gets, so that the letters of one business differ."""

from collections.abc import Sequence
from dataclasses import dataclass

_ALTERNATIVES = (3, 4, 5, 7)
"""How many alternatives a sentence may have: two numbers with the same remainder write the same one."""
_TRIED = 60
"""So many numbers write as many different letters."""


@dataclass(frozen=True, slots=True)
class WrittenBefore:
    """A series of another case, or of the same customer: its number, and what its letters were about, each
    of which has sentences of its own."""

    wording: int
    about: frozenset[str]
    is_same_customer: bool = False


def choose_wording(first: int, about: frozenset[str], before: Sequence[WrittenBefore]) -> int:
    """The number, from `first` on, whose sentences were least used `before`: first those that this customer
    has read, then those about the same in other letters, of which the newest (the first ones) count most.
    """

    def used(number: int) -> tuple[int, float]:
        read, seen = 0, 0.0
        for place, other in enumerate(before):
            same = sum((number - other.wording) % count == 0 for count in _ALTERNATIVES)
            if other.is_same_customer:
                read += same
            else:
                seen += same * len(about & other.about) / (1 + place / len(before))
        return read, seen

    return min(range(first, first + _TRIED), key=lambda number: (*used(number), number))
