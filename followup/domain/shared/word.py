"""Documented enumerations: every member has a line of meaning."""

import difflib
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Self, TypeVar

from followup.errors import WrongUsage

AnyWord = TypeVar("AnyWord", bound="Word")


_PLURALS = frozenset({"points"})


def with_article(word: str) -> str:
    """A word with its indefinite article: "an outcome", "a kind"; a plural has none: "points"."""
    if word in _PLURALS:
        return word
    return f"{'an' if word[:1] in 'aeiou' else 'a'} {word}"


def listed(words: Sequence[str], joint: str = "and") -> str:
    """Words in a row as a sentence has them: "callback, credit and gift"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


class Word(str, Enum):  # noqa: UP042 -- a StrEnum cannot carry a second value
    """A closed list of words. The value is what files and tables contain; `meaning` is shown to people."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> Self:
        """Create a member from its word and its meaning."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def values(cls) -> list[str]:
        """All words, in order of definition."""
        return [member.value for member in cls]

    @classmethod
    def near_words(cls) -> Mapping[str, str]:
        """Other words that people say, each with the word of the list that it means."""
        return {}

    @property
    def rank(self) -> int:
        """The position in order of definition, from 0."""
        return list(type(self)).index(self)


def spelled(text: str) -> str:
    """A word as lists spell it: small letters, and underscores for hyphens and spaces."""
    return "_".join(text.lower().replace("-", " ").replace("_", " ").split())


def parse_word(label: str, text: str, words: type[AnyWord], *, code: str = "") -> AnyWord:
    """Parse a word of an enumeration, or a near word. Case, hyphens and spaces do not matter. Raises
    WrongUsage, listing the words and suggesting the nearest. The error code is `code`, or is derived from the
    label.
    """
    wanted = spelled(text)
    wanted = words.near_words().get(wanted, wanted)
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
