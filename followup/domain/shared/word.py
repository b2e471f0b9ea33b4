"""Enumerations of the field's words, in which every member carries a line of meaning."""

from enum import Enum
from typing import Self


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
