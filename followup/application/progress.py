"""Progress of long operations, shown by the front end."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

ShowProgress = Callable[[str], AbstractContextManager[Callable[[float], None]]]
"""A context manager that shows progress under a label; its value takes the part done, from 0 to 1."""


def show_nothing(_label: str) -> AbstractContextManager[Callable[[float], None]]:
    """Progress that is not shown."""
    return nullcontext(lambda _part: None)
