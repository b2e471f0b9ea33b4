"""Enumerations of the field's words, in which every member carries a line of meaning."""

import difflib
from enum import Enum
from typing import Self, TypeVar

from followup.errors import WrongUsage

AnyWord = TypeVar("AnyWord", bound="Word")


def with_article(word: str) -> str:
    """A word of ours after its article: "an outcome", "a kind"."""
    return f"{'an' if word[:1] in 'aeiou' else 'a'} {word}"


class Word(str, Enum):  # noqa: UP042 -- a StrEnum cannot carry a second value
    """A closed list of words. The value is what stands in files and tables, `meaning` what people read."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> Self:
        """Make a member from its word and the meaning of it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def values(cls) -> list[str]:
        """All words, in the order of definition."""
        return [member.value for member in cls]

    @property
    def rank(self) -> int:
        """The place in the order of definition, from 0."""
        return list(type(self)).index(self)


def parse_word(label: str, text: str, words: type[AnyWord], *, code: str = "") -> AnyWord:
    """One of a closed list of words. Raises WrongUsage naming the list and the nearest, with a code that is
    made from the label unless one is given."""
    wanted = text.strip().lower().replace("-", "_").replace(" ", "_")
    for member in words:
        if member.value == wanted:
            return member
    near = difflib.get_close_matches(wanted, words.values(), n=1)
    listed = ", ".join(words.values())
    raise WrongUsage(
        f"{text!r} is not {with_article(label)}.",
        hint=f"Did you mean {near[0]}? The choices are {listed}." if near else f"The choices are {listed}.",
        code=code or f"unknown_{label.replace(' ', '_')}",
    )
