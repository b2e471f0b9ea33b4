"""Parsing TOML files that people write: exact numbers, and mistakes that name their place and the correction.

Mistakes are collected, so one run reports all of them.
"""

import re
import tomllib
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from followup.domain.shared.money import Money
from followup.domain.shared.toml_lines import Lines, Path, find_lines
from followup.domain.shared.unreadable import UnreadableValue, nearest
from followup.domain.shared.word import Word
from followup.errors import FollowupError, InvalidFile

_SHOWN_MISTAKES = 10
_SYNTAX_PLACE = re.compile(
    r"^(?P<what>.*) \((?:at line (?P<line>\d+), column (?P<column>\d+)|at end of document)\)$"
)

AnyWord = TypeVar("AnyWord", bound=Word)


class FloatText(str):
    """A TOML float as text, so that it can be parsed exactly or refused."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake in the file, and how to mend it. `path` is its place for programs, `where` its place for
    people; `path` is () if it concerns no entry.
    """

    line: int
    where: str
    message: str
    mend: str
    path: Path = ()


class BrokenFile(InvalidFile):
    """A file with mistakes. `mistakes` lists them; the message shows them to people."""

    def __init__(self, message: str, *, hint: str, code: str, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__(message, hint=hint, code=code)
        self.mistakes = mistakes


@dataclass(slots=True)
class TomlFile:
    """A parsed file, with its list of mistakes. `source` is the file's name in messages."""

    source: str
    values: dict[str, Any]
    lines: Lines
    code: str
    mistakes: list[Mistake] = field(default_factory=list)

    def add_mistake(self, path: Path, where: str, message: str, mend: str) -> None:
        """Add a mistake at `path`; `where` names the place for people (for instance: rule delay-30)."""
        self.mistakes.append(Mistake(self.lines.at(path), where, message, mend, path))

    def raise_mistakes(self) -> None:
        """Raise BrokenFile if there are mistakes: one line each; the hint mends the first."""
        if not self.mistakes:
            return
        mistakes = sorted(self.mistakes, key=lambda mistake: mistake.line)
        shown = [_mistake_line(self.source, mistakes[0], with_mend=False)]
        shown += [
            _mistake_line(self.source, mistake, with_mend=True) for mistake in mistakes[1:_SHOWN_MISTAKES]
        ]
        if len(mistakes) > _SHOWN_MISTAKES:
            shown.append(f"and {len(mistakes) - _SHOWN_MISTAKES} more")
        raise BrokenFile("\n".join(shown), hint=mistakes[0].mend, code=self.code, mistakes=tuple(mistakes))


def _mistake_line(source: str, mistake: Mistake, *, with_mend: bool) -> str:
    where = f"{mistake.where}: " if mistake.where else ""
    mend = f" {mistake.mend}" if with_mend else ""
    return f"{source}, line {mistake.line}: {where}{mistake.message}{mend}"


def parse_toml(text: str, source: str, code: str) -> TomlFile:
    """Parse a TOML text. If it is not TOML, raises BrokenFile with the error code `code`, naming line and
    column.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        values = tomllib.loads(text, parse_float=FloatText)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = _SYNTAX_PLACE.match(str(error))
        what = place["what"] if place else "it is nested too deeply"
        last = text.count("\n") + 1
        line = int(place["line"]) if place and place["line"] else last
        column = f", column {place['column']}" if place and place["column"] else ""
        message = f"this is not TOML: {what}."
        mend = "Look for a missing quote, bracket or comma there, or a name that stands twice."
        raise BrokenFile(
            f"{source}, line {line}{column}: {message}",
            hint=mend,
            code=code,
            mistakes=(Mistake(line, "", message, mend),),
        ) from None
    return TomlFile(source, values, find_lines(text), code)


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a file. Each method adds a mistake and returns its default if the value cannot be read."""

    file: TomlFile
    path: Path
    where: str
    values: dict[str, Any]

    def called(self, where: str) -> "Table":
        """The same table with another name for messages."""
        return Table(self.file, self.path, where, self.values)

    def refuse(self, key: str, message: str, mend: str) -> None:
        """Add a mistake at one key of this table ("" for the table itself)."""
        self.file.add_mistake((*self.path, key) if key else self.path, self.where, message, mend)

    def refuse_unknown_keys(self, known: Iterable[str]) -> None:
        """Add a mistake for each key that is not in `known`, suggesting the one that was probably meant."""
        names = tuple(known)
        for key in self.values:
            if key not in names:
                near = nearest(key, names)
                mend = f"Did you mean {near}?" if near else f"Known here: {', '.join(names)}."
                self.refuse(key, f"unknown key {key!r}.", mend)

    def text(self, key: str, default: str | None = "") -> str:
        """The text under a key; required if `default` is None."""
        value = self._value(key, required=default is None, mend=f'Write {key} = "…".')
        if value is None:
            return default or ""
        if not isinstance(value, str) or isinstance(value, FloatText) or not value.strip():
            self.refuse(key, f"{key} must be a text.", f'Write it in quotes: {key} = "{value}".')
            return default or ""
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """One text, or a list of texts."""
        value = self.values.get(key, [])
        found = value if isinstance(value, list) else [value]
        if all(isinstance(part, str) and part.strip() for part in found):
            return tuple(found)
        self.refuse(key, f"{key} must be a text or a list of texts.", f'Write it in quotes: {key} = "…".')
        return ()

    def word(
        self,
        key: str,
        words: type[AnyWord],
        *,
        among: Container[AnyWord] | None = None,
        required: bool = False,
    ) -> AnyWord | None:
        """One word of an enumeration, or of those `among` it that may stand here."""
        known = [word.value for word in words if among is None or word in among]
        value = self._value(key, required=required, mend=f"Write one of {', '.join(known)}.")
        return None if value is None else self._word_of(key, value, words, known)

    def words(self, key: str, words: type[AnyWord]) -> tuple[AnyWord, ...]:
        """One word of an enumeration, or a list of them."""
        value = self.values.get(key, [])
        parts = value if isinstance(value, list) else [value]
        found = [self._word_of(key, part, words, words.values()) for part in parts]
        return tuple(word for word in found if word is not None)

    def _word_of(self, key: str, value: object, words: type[AnyWord], known: Sequence[str]) -> AnyWord | None:
        if isinstance(value, str) and value in known:
            return words(value)  # type: ignore[call-arg]
        near, listed = nearest(str(value), known), ", ".join(known)
        self.refuse(
            key,
            f"unknown {key} {str(value)!r}.",
            f"Did you mean {near}? Known: {listed}." if near else f"Write one of {listed}.",
        )
        return None

    def integer(self, key: str, *, minimum: int = 0, default: int | None = None) -> int:
        """An integer of at least `minimum`, which it is by default, too."""
        usual = minimum if default is None else default
        value = self.values.get(key, usual)
        if isinstance(value, int) and not isinstance(value, bool) and value >= minimum:
            return value
        self.refuse(
            key,
            f"{key} must be a whole number.",
            f"Write a number from {minimum} up: {key} = {max(minimum, 3)}.",
        )
        return usual

    def money(self, key: str, currency: str, *, required: bool = False) -> int | None:
        """An amount in minor units of `currency`."""
        value = self._value(key, required=required, mend=f'Write {key} = "{Money.example(currency)}".')
        if value is None:
            return None
        try:
            return money_minor(value, currency)
        except UnreadableValue as error:
            self.refuse(key, f"{key}: {error.message}", error.expected)
            return None

    def tables(self, key: str) -> list["Table"]:
        """The tables of an array such as [[rule]]. In messages, each is named by its position until `called`
        renames it.
        """
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
            self.refuse(
                key, f"{key} must be a list of tables.", f"Write [[{key}]] above each, in double brackets."
            )
            return []
        return [
            Table(self.file, (*self.path, key, place), f"{key} {place + 1}", part)
            for place, part in enumerate(value)
        ]

    def one_or_more(self, key: str, where: str) -> list["Table"]:
        """The tables under a key that has one table, or a list of them. `where` names each in messages."""
        value = self.values.get(key, [])
        if isinstance(value, dict):
            return [Table(self.file, (*self.path, key), where, value)]
        return [table.called(where) for table in self.tables(key)]

    def table(self, key: str, where: str) -> "Table | None":
        """The table under a key, or None."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.refuse(
                key, f"{key} must be a table.", f"Write [{key}] on a line of its own, in single brackets."
            )
            return None
        return Table(self.file, (*self.path, key), where, value)

    def _value(self, key: str, *, required: bool, mend: str) -> Any:
        value = self.values.get(key)
        if value is None and required:
            self.refuse("", f"{key} is missing.", mend)
        return value


def money_minor(value: object, currency: str) -> int:
    """Minor units of an amount given as a text or an integer, never a float. Raises UnreadableValue."""
    if isinstance(value, FloatText):
        raise UnreadableValue(f"{value} without quotes is not exact money.", f'Write "{value}" in quotes.')
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise UnreadableValue(
            "that is not an amount.", f'Write an amount in quotes: "{Money.example(currency)}".'
        )
    try:
        return Money.parse(str(value), currency).amount_minor
    except FollowupError as error:
        raise UnreadableValue(error.message, error.hint) from None
