"""The words of a text as a search compares them, in any language and notation.

Whoever builds an index and whoever searches it use the same words, so every database finds the same.
Words differ neither by case nor by accents. Scripts that write without spaces are taken letter by letter.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Thai, Lao, Burmese, Khmer, Japanese and Chinese: the letters between which no spaces are written."""

_MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
"""What belongs to a word though it is no letter by itself: accents, vowel points, vowel signs."""

_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}](?:[^\W_{_UNSPACED}]|[{_MARKS}])*")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_PHONE = re.compile(r"(?<![^\s(:;,=])\+?\(?[0-9](?:[ \u00a0()./-]{0,3}[0-9])+(?!\w)")
_TRUNK_ZERO = re.compile(r"\(0\)")
_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "þ": "th", "ŧ": "t"}
)
"""Letters that Unicode does not take apart into a plain letter and an accent."""

LONGEST_WORD = 64
"""Longer words are compared by their beginning."""

FEWEST_DIGITS = 7
"""So many digits make a telephone number; fewer are the end of one."""

_MOST_DIGITS = 20
_SIGNIFICANT_DIGITS = 9
"""A country code and a leading zero come before these, so they are not compared."""


@dataclass(frozen=True, slots=True)
class TextWord:
    """A word in its comparable form, and where it stands in the text."""

    word: str
    start: int
    end: int


def folded(text: str) -> str:
    """A text without regard to case, accents and forms of letters: "Straße" and "STRASSE" are equal."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = apart if apart.isascii() else "".join(one for one in apart if not unicodedata.combining(one))
    return plain.translate(_LETTERS)


def words_in(text: str) -> Iterator[TextWord]:
    """The words of a text with their places, in order."""
    if text.isascii():
        # The same, many times as fast.
        for match in _ASCII_WORD.finditer(text.lower()):
            yield TextWord(match[0][:LONGEST_WORD], match.start(), match.end())
        return
    for match in _WORD.finditer(text):
        # Folding can write one letter as several with a space or a mark between.
        word = "".join(letter for letter in folded(match[0]) if letter.isalnum())[:LONGEST_WORD]
        if word:
            yield TextWord(word, match.start(), match.end())


def words_of(text: str) -> list[str]:
    """The words of a text, in order."""
    if text.isascii():
        return [word[:LONGEST_WORD] for word in _ASCII_WORD.findall(text.lower())]
    return [found.word for found in words_in(text)]


def joined(text: str) -> str:
    """A reference without the signs between its parts: "#HB-2041" and "hb 2041" are equal."""
    return "".join(words_of(text))[:LONGEST_WORD]


def parts_of(reference: str) -> list[str]:
    """The letters and the figures of a reference one by one: "HB2041" has the parts hb and 2041."""
    return [part for word in words_of(reference) for part in re.findall(r"[0-9]+|[^0-9]+", word)]


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """Something that looks like a telephone number, and where it stands in the text."""

    digits: str
    start: int
    end: int


def phones_in(text: str) -> Iterator[PhoneNumber]:
    """What looks like a telephone number in a text, in any notation."""
    for match in _PHONE.finditer(text):
        digits = _digits(match[0])
        if FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS:
            yield PhoneNumber(digits, match.start(), match.end())


def phone_end(text: str) -> str:
    """The digits by which a number is found, last digit first: what begins like this ends in these digits.
    No country code and no leading zero is among them."""
    return _digits(text)[::-1][:_SIGNIFICANT_DIGITS]


def _digits(text: str) -> str:
    return "".join(re.findall("[0-9]", _TRUNK_ZERO.sub("", unicodedata.normalize("NFKC", text))))
