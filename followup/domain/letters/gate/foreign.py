"""Whether a text is in another language than the letter that is to hold it."""

import re
import unicodedata
from collections.abc import Mapping

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LEAST_DIFFERENT = 2
_MARGIN = 2
"""How many times more words of another language than of its own make a text foreign."""

_LEAST_LETTERS = 3
_FEWEST_WORDS = 3


def foreign_language(
    text: str, own: str, frequent: Mapping[str, frozenset[str]], letters: frozenset[str]
) -> str | None:
    """The language of a text, as a tag, if it is clearly another than `own`, or "?" if it is written in
    other letters; None if it may be in `own`.

    `frequent` has words of each language, `letters` the letters of `own` beyond a to z.
    """
    if _in_other_script(text):
        return "?"
    words = [part for found in _WORD.findall(text) for part in _parts(found, frequent)]
    if len(words) < _FEWEST_WORDS:
        return None
    known = frequent.get(own, frozenset())
    found: dict[str, int] = {}
    for language in sorted(frequent.keys() - {own}):
        # Words that both languages have speak for neither.
        others = [
            word for word in words if len(word) > 1 and word in frequent[language] and word not in known
        ]
        owns = len([word for word in words if word in known and word not in frequent[language]])
        if len(set(others)) >= _LEAST_DIFFERENT and len(others) >= max(
            _MARGIN * owns, owns + _LEAST_DIFFERENT
        ):
            found[language] = len(others)
    if found:
        return max(found, key=lambda language: found[language])
    strange = {word for word in words if not _written_with(word, letters)}
    return "?" if len(strange) >= _LEAST_DIFFERENT and known.isdisjoint(words) else None


def _parts(word: str, frequent: Mapping[str, frozenset[str]]) -> list[str]:
    """A word in small letters; one with an apostrophe as two, unless it is known ("d'un" is "d" and "un")."""
    folded = word.casefold().replace("’", "'")
    if "'" not in folded or any(folded in known for known in frequent.values()):
        return [folded]
    return folded.split("'")


def _written_with(word: str, letters: frozenset[str]) -> bool:
    return all(letter.isascii() or letter in letters for letter in word)


def _in_other_script(text: str) -> bool:
    found = [letter for letter in text if letter.isalpha()]
    other = [
        letter
        for letter in found
        if not unicodedata.name(letter, "").startswith(("LATIN", "FEMININE", "MASC"))
    ]
    return len(other) >= _LEAST_LETTERS and len(other) * 2 > len(found)
