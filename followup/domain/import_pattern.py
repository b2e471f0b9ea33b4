"""Regular expressions that people may write into a map, and only those that end in good time.

Python's matcher tries every way to divide a text between repeats. A pattern for which the ways multiply
is refused before it meets a customer's text: repeats of something that varies itself, and two open repeats
that can share the same letters.
"""

import re
import warnings
from dataclasses import dataclass, field
from itertools import combinations

from followup.domain.facts import Unreadable

LONGEST_PATTERN = 500
SEARCHED_CHARACTERS = 10_000
"""How much of a text is searched; the time grows with its square at worst."""

_WIDE = 50
"""A repeat that may stretch further than this counts as open."""
_MOST_WAYS = 100_000
"""How many ways the bounded choices of a pattern may multiply to."""

_ASCII = {chr(code) for code in range(128)}
_QUANTIFIER = re.compile(r"(?:(?P<mark>[*+?])|\{(?P<least>[0-9]*)(?P<to>,?)(?P<most>[0-9]*)\})[?+]?")
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|0[0-7]{0,2}|[\s\S])")
_CLASS = re.compile(r"\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]")
_GROUP = re.compile(r"\((?:\?:|\?P<\w+>|(?!\?))")
_PLACES = ("^", "$", r"\b", r"\B", r"\A", r"\Z")


@dataclass(frozen=True, slots=True)
class _Repeat:
    """Letters that a pattern takes, from `least` times to `most` (None: without end)."""

    letters: frozenset[str]
    least: int = 1
    most: int | None = 1

    @property
    def varies(self) -> bool:
        return self.least != self.most

    @property
    def open(self) -> bool:
        return self.most is None or self.most - self.least > _WIDE


@dataclass(slots=True)
class _Sequence:
    repeats: list[_Repeat] = field(default_factory=list)
    branches: int = 1
    ways: int = 1


def read_pattern(text: str) -> re.Pattern[str]:
    """Compile a regular expression that ignores case. Raises Unreadable for one that is wrong, too long, or
    could take for ever on some text."""
    if len(text) > LONGEST_PATTERN:
        raise Unreadable(
            f"the pattern is {len(text)} characters long.",
            f"{LONGEST_PATTERN} is the most; use several rules.",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            pattern = re.compile(text, re.IGNORECASE)
    except (re.error, Warning, OverflowError, RecursionError) as error:
        raise Unreadable(
            f"{text!r} is not a regular expression: {error}.",
            "Put a backslash before . ? * + ( ) [ ] { } $ where the character itself is meant.",
        ) from None
    scanned = _Scanner(text).sequence()
    _refuse_shared_letters(scanned.repeats)
    if scanned.ways > _MOST_WAYS:
        raise Unreadable(
            "the pattern leaves too much open: it could take for ever on some texts.",
            "Use fewer of ? and {m,n}, or several rules.",
        )
    return pattern


def _refuse_shared_letters(repeats: list[_Repeat]) -> None:
    """Two open repeats with nothing between them that ends the first can divide a text in many ways."""
    places = [place for place, repeat in enumerate(repeats) if repeat.open]
    for first, second in combinations(places, 2):
        letters = repeats[first].letters
        between = [repeat for repeat in repeats[first + 1 : second] if repeat.least > 0]
        if letters & repeats[second].letters and all(repeat.letters <= letters for repeat in between):
            raise Unreadable(
                "two repeats without end in the pattern can share letters, which could take for ever.",
                "Leave .* out at the beginning and the end (a pattern is found anywhere in the text), "
                "or bound one of them: .{0,40}",
            )


class _Scanner:
    """Reads a pattern that Python has accepted."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.alphabet = _ASCII | set(text)

    def sequence(self) -> _Sequence:
        """What stands up to the end, or up to the bracket that closes the group."""
        found = _Sequence()
        while self.place < len(self.text) and self.text[self.place] != ")":
            if self.text[self.place] == "|":
                self.place += 1
                found.branches += 1
            elif self.text[self.place] == "(":
                self._group(found)
            else:
                self._letter(found)
        found.ways *= found.branches
        return found

    def _group(self, around: _Sequence) -> None:
        opening = _GROUP.match(self.text, self.place)
        if opening is None:
            raise Unreadable(
                "the pattern has brackets with (?…) that a map cannot use.",
                "Use plain brackets ( ), or (?: ) where nothing is to be remembered.",
            )
        self.place = opening.end()
        inner = self.sequence()
        self.place += 1
        least, most = self._quantifier()
        around.ways *= inner.ways
        if most == 1:
            optional = least == 0 or inner.branches > 1
            around.ways *= 2 if least == 0 else 1
            around.repeats += [
                _Repeat(part.letters, 0, part.most) if optional else part for part in inner.repeats
            ]
            return
        if inner.branches > 1 or any(part.varies for part in inner.repeats):
            raise Unreadable(
                "the pattern repeats a bracket that holds a repeat or a choice, which could take for ever.",
                "Write [abc]+ instead of (a|b|c)+ and [a-z ]+ instead of ([a-z]+ ?)+.",
            )
        letters = frozenset[str]().union(*(part.letters for part in inner.repeats))
        self._add(around, _Repeat(letters, least, most))

    def _letter(self, around: _Sequence) -> None:
        token = self._token()
        least, most = self._quantifier()
        if token not in _PLACES:
            self._add(around, _Repeat(self._letters(token), least, most))

    def _letters(self, token: str) -> frozenset[str]:
        """The letters that one part of the pattern takes, of ASCII and of those in the pattern."""
        one = re.compile(token, re.IGNORECASE)
        return frozenset(letter for letter in self.alphabet if one.fullmatch(letter))

    def _token(self) -> str:
        for kind in (_ESCAPE, _CLASS):
            match = kind.match(self.text, self.place)
            if match:
                self.place = match.end()
                if match[0][:1] == "\\" and match[0][1:2] in "123456789":
                    raise Unreadable(
                        f"the pattern refers back with {match[0]}, which a map cannot use.",
                        "Write out what is meant.",
                    )
                return match[0]
        self.place += 1
        return self.text[self.place - 1]

    def _quantifier(self) -> tuple[int, int | None]:
        match = _QUANTIFIER.match(self.text, self.place)
        if match is None or match[0].startswith("{}"):
            return 1, 1
        self.place = match.end()
        if match["mark"]:
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[match["mark"]]
        least = int(match["least"] or 0)
        if not match["to"]:
            return least, least
        return least, int(match["most"]) if match["most"] else None

    @staticmethod
    def _add(around: _Sequence, repeat: _Repeat) -> None:
        if repeat.varies and not repeat.open and repeat.most is not None:
            around.ways *= repeat.most - repeat.least + 1
        around.repeats.append(repeat)
