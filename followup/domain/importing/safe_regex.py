"""Regular expressions in import maps, limited to those that finish in reasonable time.

Python's matcher backtracks: it tries every way to divide a text between repeats. Patterns whose number of
ways multiplies are refused before they are applied: repeats of something that itself varies, and two open
repeats that can match the same characters.
"""

import re
import warnings
from dataclasses import dataclass, field, replace
from itertools import combinations

from followup.domain.shared.unreadable import UnreadableValue

LONGEST_PATTERN = 500
SEARCHED_CHARACTERS = 10_000
"""The number of characters of a text that are searched. In the worst case the time grows with its square."""

_WIDE = 50
"""A repeat with a greater range than this counts as open."""
_MOST_WAYS = 2_000
"""The greatest product of the choices of all bounded repeats."""

_ASCII = {chr(code) for code in range(128)}
_QUANTIFIER = re.compile(r"(?:(?P<mark>[*+?])|\{(?P<least>[0-9]*)(?P<to>,?)(?P<most>[0-9]*)\})[?+]?")
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|0[0-7]{0,2}|[\s\S])")
_CLASS = re.compile(r"\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]")
_GROUP = re.compile(r"\((?:\?:|\?P<\w+>|(?!\?))")
_PLACES = ("^", "$", r"\b", r"\B", r"\A", r"\Z")


@dataclass(frozen=True, slots=True)
class _Repeat:
    """A repeat of a set of characters, from `least` to `most` times (None: unbounded). `path` has the
    surrounding groups that are optional, each with the number of its alternative.
    """

    letters: frozenset[str]
    least: int
    most: int | None
    path: frozenset[tuple[int, int]]

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
    """Compile a regular expression that ignores case. Raises UnreadableValue for one that is invalid, too
    long, or could take too long on some text.
    """
    if len(text) > LONGEST_PATTERN:
        raise UnreadableValue(
            f"the pattern is {len(text)} characters long.",
            f"{LONGEST_PATTERN} is the most; use several rules.",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            pattern = re.compile(text, re.IGNORECASE)
    except (re.error, Warning, OverflowError, RecursionError) as error:
        raise UnreadableValue(
            f"{text!r} is not a regular expression: {error}.",
            "Put a backslash before . ? * + ( ) [ ] { } $ where the character itself is meant.",
        ) from None
    scanned = _Scanner(text).sequence()
    _refuse_shared_letters(scanned.repeats)
    if scanned.ways > _MOST_WAYS:
        raise UnreadableValue(
            "the pattern leaves too much open: it could take for ever on some texts.",
            "Use fewer of ? and {m,n}, or several rules.",
        )
    return pattern


def _refuse_shared_letters(repeats: list[_Repeat]) -> None:
    """Refuse two open repeats that can match the same characters, unless something between them separates the
    two.
    """
    places = [place for place, repeat in enumerate(repeats) if repeat.open]
    for start, end in combinations(places, 2):
        first, second = repeats[start], repeats[end]
        path = first.path | second.path
        if len({bracket for bracket, _ in path}) < len(path) or not first.letters & second.letters:
            continue
        # What may be passed by ends nothing, unless it can only be reached together with one of the two.
        between = [one for one in repeats[start + 1 : end] if one.least > 0 and one.path <= path]
        if all(repeat.letters & first.letters for repeat in between):
            raise UnreadableValue(
                "two repeats without end in the pattern can share letters, which could take for ever.",
                "Leave .* out at the beginning and the end (a pattern is found anywhere in the text), "
                "or bound one of them: .{0,40}",
            )


class _Scanner:
    """Scans a pattern that Python has accepted."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.alphabet = _ASCII | set(text)
        self._path: list[tuple[int, int]] = []

    def sequence(self) -> _Sequence:
        """The repeats up to the end of the pattern, or up to the end of the group."""
        found, bracket = _Sequence(), self.place
        self._path.append((bracket, 1))
        while self.place < len(self.text) and self.text[self.place] != ")":
            if self.text[self.place] == "|":
                self.place += 1
                found.branches += 1
                self._path[-1] = (bracket, found.branches)
            elif self.text[self.place] == "(":
                self._group(found)
            else:
                self._letter(found)
        last = self._path.pop()
        if found.branches == 1:
            found.repeats = [replace(part, path=part.path - {last}) for part in found.repeats]
        found.ways *= found.branches
        return found

    def _group(self, around: _Sequence) -> None:
        opening = _GROUP.match(self.text, self.place)
        if opening is None:
            raise UnreadableValue(
                "the pattern has brackets with (?…) that a map cannot use.",
                "Use plain brackets ( ), or (?: ) where nothing is to be remembered.",
            )
        self.place = opening.end()
        bracket = (self.place, 1)
        inner = self.sequence()
        self.place += 1
        least, most = self._quantifier()
        around.ways *= inner.ways
        if most == 1:
            around.ways *= 1 if least else 2
            passed = frozenset({bracket}) if least == 0 and inner.branches == 1 else frozenset()
            around.repeats += [replace(part, path=part.path | passed) for part in inner.repeats]
            return
        if inner.branches > 1 or any(part.varies for part in inner.repeats):
            raise UnreadableValue(
                "the pattern repeats a bracket that holds a repeat or a choice, which could take for ever.",
                "Write [abc]+ instead of (a|b|c)+ and [a-z ]+ instead of ([a-z]+ ?)+.",
            )
        letters = frozenset[str]().union(*(part.letters for part in inner.repeats))
        self._add(around, letters, least, most)

    def _letter(self, around: _Sequence) -> None:
        token = self._token()
        least, most = self._quantifier()
        if token not in _PLACES:
            self._add(around, self._letters(token), least, most)

    def _letters(self, token: str) -> frozenset[str]:
        """The characters that one part of the pattern matches, among ASCII and the characters of the
        pattern.
        """
        one = re.compile(token, re.IGNORECASE)
        return frozenset(letter for letter in self.alphabet if one.fullmatch(letter))

    def _token(self) -> str:
        for kind in (_ESCAPE, _CLASS):
            match = kind.match(self.text, self.place)
            if match:
                self.place = match.end()
                if match[0][:1] == "\\" and match[0][1:2] in "123456789":
                    raise UnreadableValue(
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

    def _add(self, around: _Sequence, letters: frozenset[str], least: int, most: int | None) -> None:
        repeat = _Repeat(letters, least, most, frozenset(self._path))
        if repeat.varies and not repeat.open and most is not None:
            around.ways *= most - least + 1
        around.repeats.append(repeat)
