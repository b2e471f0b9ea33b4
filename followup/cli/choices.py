"""Options that take one word of a list, with shell completion."""

from collections.abc import Callable
from typing import Any

import typer

from followup.domain.shared.word import Word


def word_option(words: type[Word], *names: str, text: str, **more: Any) -> Any:
    """An option whose value is one of the words. The help lists the words, and the shell completes them."""
    listed = ", ".join(words.values())
    return typer.Option(
        *names, help=f"{text}: {listed}.", metavar="WORD", autocompletion=_completing(words), **more
    )


def _completing(words: type[Word]) -> Callable[[str], list[tuple[str, str]]]:
    def complete(incomplete: str) -> list[tuple[str, str]]:
        return [(word.value, word.meaning) for word in words if word.value.startswith(incomplete)]

    return complete
