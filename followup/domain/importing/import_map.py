"""An import map: how the columns of another system's file become the answers of `case open`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from followup.domain.importing.safe_regex import SEARCHED_CHARACTERS
from followup.domain.importing.values import AmountForm, DateForms, Template, clip, tidy
from followup.domain.shared.toml_file import Mistake, TomlFile
from followup.domain.shared.toml_lines import Lines
from followup.domain.shared.unreadable import UnreadableValue, nearest
from followup.domain.shared.word import Word
from followup.errors import WrongUsage

INVALID_MAP = "invalid_map"
VERBATIM = "verbatim"
"""The only answer that may have several lines."""


class FileFormat(Word):
    """The formats of a file to import."""

    CSV = "csv", "A table with a header; cells stand between commas or another mark"
    JSON = "json", "One document that is, or holds, a list of objects"
    JSON_LINES = "json_lines", "One object on each line"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileForm:
    """How to read the file. A `format` of None means: by the ending of the file's name."""

    format: FileFormat | None = None
    delimiter: str | None = None
    encoding: str = "utf-8"
    header_has: tuple[str, ...] = ()
    list_path: tuple[str, ...] = ()


class Test(Word):
    """The tests that a condition may apply to its columns."""

    __test__ = False

    CONTAINS = "contains", "One of these texts stands somewhere in it"
    EQUALS = "equals", "It is one of these texts"
    MATCHES = "matches", "This regular expression is found in it"
    FILLED = "filled", "It is not empty"


@dataclass(frozen=True, slots=True)
class MapCondition:
    """A condition that holds if any of its columns passes the test or, if `negated`, if none does."""

    columns: tuple[str, ...]
    test: Test
    wanted: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    negated: bool = False

    def holds(self, cells: "Cells") -> bool:
        """Whether a row meets the condition."""
        return any(self._passes(column, cells) for column in self.columns) is not self.negated

    def _passes(self, column: str, cells: "Cells") -> bool:
        match self.test:
            case Test.CONTAINS:
                text = cells.folded(column)
                return any(wanted in text for wanted in self.wanted)
            case Test.EQUALS:
                return cells.folded(column) in self.wanted
            case Test.MATCHES:
                return self.found(column, cells) is not None
            case Test.FILLED:
                return bool(cells.text(column).strip())

    def found(self, column: str, cells: "Cells") -> re.Match[str] | None:
        """The first match of the pattern in a column, or None."""
        assert self.pattern is not None
        return self.pattern.search(cells.text(column)[:SEARCHED_CHARACTERS])


@dataclass(frozen=True, slots=True)
class MapRule:
    """An answer for rows that meet all conditions: a constant or, with `group`, the text of that group of the
    first condition's pattern.
    """

    conditions: tuple[MapCondition, ...]
    constant: str = ""
    group: int | str | None = None

    def found_text(self, cells: "Cells") -> str:
        """The text of the group, from the first column in which the pattern is found."""
        assert self.group is not None
        condition = self.conditions[0]
        matches = (condition.found(column, cells) for column in condition.columns)
        return next((match[self.group] or "" for match in matches if match), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class MapField:
    """How one answer of a case, or one fact, is made from a row. Constants of the map are used as they are;
    values from the file are parsed by `form`. `table` maps folded texts (see `fold`) to values; None if there
    is no table.
    """

    name: str
    is_fact: bool = False
    source: Template | None = None
    missing: frozenset[str] = frozenset()
    table: Mapping[str, str] | None = None
    otherwise: str | None = None
    default: Template | None = None
    form: DateForms | AmountForm | None = None
    clip: int | None = None
    rules: tuple[MapRule, ...] = ()

    @property
    def heading(self) -> str:
        """The field's heading in the map: [severity], [facts.delay_minutes]."""
        return f"[facts.{self.name}]" if self.is_fact else f"[{self.name}]"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the field uses, those of its source first, without duplicates."""
        named = list(self.source.columns) if self.source else []
        named += [column for rule in self.rules for one in rule.conditions for column in one.columns]
        named += self.default.columns if self.default else ()
        return tuple(dict.fromkeys(named))

    def answer(self, cells: "Cells") -> str:
        """The answer for a row; "" if there is none. Raises UnreadableValue."""
        text = self._before_default(cells)
        if not text.strip() and self.default is not None:
            text = self.default.fill(cells.text)
        text = text.strip() if self.name == VERBATIM and not self.is_fact else tidy(text)
        return clip(text, self.clip) if self.clip else text

    def _before_default(self, cells: "Cells") -> str:
        for rule in self.rules:
            if all(condition.holds(cells) for condition in rule.conditions):
                return rule.constant if rule.group is None else self._read(rule.found_text(cells))
        text = self.source.fill(cells.text) if self.source else ""
        key = fold(text)
        if not key or key in self.missing:
            return self.otherwise or "" if self.default is None else ""
        if self.table is None:
            return self._read(text)
        if key in self.table:
            return self.table[key]
        if self.otherwise is not None:
            return self.otherwise
        near = nearest(key, self.table)
        meant = f"Is it {near!r}? " if near else ""
        raise UnreadableValue(
            f"{_shown(text)} is not in the table of {self.heading}.",
            f'{meant}Add it to the table in the map, or write otherwise = "…" for all that is not in it.',
        )

    def _read(self, text: str) -> str:
        return self.form.value(tidy(text)) if self.form is not None and text.strip() else text


@dataclass(frozen=True, slots=True)
class Mention:
    """A column named in the map, and where it is named."""

    column: str
    line: int
    where: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant value in the map, and where it is. It can be checked before any row is read."""

    field: MapField
    value: str
    line: int
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportMap:
    """A parsed import map. `source` is the file's name in messages."""

    source: str
    file: FileForm
    fields: tuple[MapField, ...]
    only_if: tuple[MapCondition, ...] = ()
    currency: str | None = None
    mentions: tuple[Mention, ...] = ()
    constants: tuple[Constant, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    """The line on which each field begins, by its heading."""

    def wants(self, cells: "Cells") -> bool:
        """Whether a row is to be imported. Other rows are skipped as the map asks."""
        return all(condition.holds(cells) for condition in self.only_if)

    def field_named(self, name: str) -> MapField:
        """The field with this name, which must exist."""
        return next(one for one in self.fields if one.name == name and not one.is_fact)


class Cells:
    """The cells of one row, with cached results."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._folded: dict[str, str] = {}

    def text(self, column: str) -> str:
        """The text of a cell; "" if the row has no such cell."""
        return self._values.get(column, "")

    def folded(self, column: str) -> str:
        """The folded text of a cell, for comparisons; see `fold`."""
        if column not in self._folded:
            self._folded[column] = fold(self.text(column))
        return self._folded[column]


def fold(text: str) -> str:
    """The form in which texts are compared: on one line, without regard to case."""
    return tidy(text).casefold()


def refuse(source: str, mistakes: list[Mistake]) -> None:
    """Raise InvalidFile if the map has mistakes."""
    file = TomlFile(source, {}, Lines({}), INVALID_MAP)
    file.mistakes.extend(mistakes)
    file.raise_mistakes()


def refuse_unknown_columns(import_map: ImportMap, columns: tuple[str, ...]) -> None:
    """Raise InvalidFile for columns named in the map that the file lacks or has twice."""
    mistakes = []
    for mention in import_map.mentions:
        times = columns.count(mention.column)
        if times == 1:
            continue
        if times:
            message = f"the file has {times} columns named {mention.column!r}."
            mend = "Give them different names in the file's header."
        else:
            near = nearest(mention.column, columns)
            message = f"the file has no column {mention.column!r}."
            mend = f"Did you mean {near!r}?" if near else _listed(columns)
        mistakes.append(Mistake(mention.line, mention.where, message, mend))
    refuse(import_map.source, mistakes)


def _listed(columns: tuple[str, ...]) -> str:
    if len(columns) == 1 and len(columns[0]) > 1:
        marks = {";": ";", "\t": "tab", "|": "|", ",": ","}
        mark = next((name for letter, name in marks.items() if letter in columns[0]), None)
        if mark:
            return f'Its header is one cell, {_shown(columns[0])}; write delimiter = "{mark}" below [file].'
    shown = ", ".join(columns[:20])
    return f"Its columns are: {shown}{' …' if len(columns) > 20 else ''}."


def missing_answer(one: MapField) -> WrongUsage:
    """The error for a row without an answer that every case needs."""
    columns = " or ".join(one.columns)
    fill = f"Fill in {columns}, or give" if columns else "Give"
    return WrongUsage(
        f"{one.name.replace('_', ' ')} is empty.",
        hint=f"{fill} {one.heading} a default in the map.",
        code="value_missing",
    )


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:59] + "…")
