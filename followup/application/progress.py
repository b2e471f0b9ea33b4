"""How far something long came, shown by whoever called for it."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

ShowProgress = Callable[[str], AbstractContextManager[Callable[[float], None]]]
"""Shows under a label how far something came, for as long as it is entered; it is told the part done, from 0
to 1."""


def show_nothing(_label: str) -> AbstractContextManager[Callable[[float], None]]:
    """Progress that nobody looks at."""
    return nullcontext(lambda _part: None)
