"""Parsing the conditions and rules of an import map."""

from dataclasses import dataclass, field
from datetime import date, datetime

from followup.domain.importing.import_map import MapCondition, MapRule, Mention, Test, fold
from followup.domain.importing.safe_regex import read_pattern
from followup.domain.importing.values import tidy
from followup.domain.shared.toml_file import FloatText, Table
from followup.domain.shared.unreadable import UnreadableValue

_CONDITION_KEYS = ("column", "columns", *Test.values(), "not")


@dataclass(frozen=True, slots=True)
class WrittenConstant:
    """A constant value in the map, and where it is."""

    value: str
    line: int
    where: str


@dataclass(slots=True)
class Noted:
    """Columns and constants found while parsing, for checks that need the file or the workspace as well."""

    mentions: list[Mention] = field(default_factory=list)
    constants: list[WrittenConstant] = field(default_factory=list)

    def columns(self, table: Table, key: str, *columns: str) -> None:
        """Record the columns that a key names."""
        line = table.file.lines.at((*table.path, key))
        self.mentions += [Mention(column, line, table.where) for column in columns]

    def constant(self, table: Table, key: str) -> str | None:
        """The value of a key as a flag of `case open` would take it; None if the key is absent."""
        value = table.values.get(key)
        if value is None:
            return None
        if isinstance(value, FloatText) or not isinstance(value, bool | str | int | date | datetime):
            table.refuse(key, f"{key} must be a text.", f'Write it in quotes: {key} = "{value}".')
            return None
        if isinstance(value, bool):
            text = "yes" if value else "no"
        else:
            text = value.isoformat() if isinstance(value, date | datetime) else str(value).strip()
        if text:
            line = table.file.lines.at((*table.path, key))
            self.constants.append(WrittenConstant(text, line, table.where))
        return text


def read_only_if(top: Table, noted: Noted) -> tuple[MapCondition, ...]:
    """The conditions under which a row is imported: one [only_if], or several [[only_if]]."""
    if isinstance(top.values.get("only_if"), dict):
        table = top.table("only_if", "[only_if]")
        return _conditions([table] if table else [], noted)
    return _conditions(_numbered(top.tables("only_if"), "[[only_if]]"), noted)


def read_rules(table: Table, noted: Noted) -> tuple[MapRule, ...]:
    """The rules of a field, in the order in which they are tried."""
    found = [_rule(rule, noted) for rule in _numbered(table.tables("rule"), f"{table.where} rule")]
    return tuple(rule for rule in found if rule is not None)


def read_texts(table: Table, key: str) -> tuple[str, ...]:
    """One text, or a list of texts; () if the key is absent."""
    written = table.values.get(key, [])
    values = written if isinstance(written, list) else [written]
    good = all(
        isinstance(value, str) and not isinstance(value, FloatText) and value.strip() for value in values
    )
    if key in table.values and (not good or not values):
        table.refuse(
            key, f"{key} must be a text or a list of texts.", f'Write {key} = "…" or {key} = ["…", "…"].'
        )
        return ()
    return tuple(values)


def _rule(table: Table, noted: Noted) -> MapRule | None:
    table.refuse_unknown_keys((*_CONDITION_KEYS, "and", "is"))
    first = _condition(table, noted)
    more = _conditions(_numbered(table.tables("and"), f"{table.where}, and"), noted)
    if "is" not in table.values:
        table.refuse("", "it has no answer.", 'Write is = "…", or is = { group = 1 }.')
    if first is None or "is" not in table.values:
        return None
    conditions = (first, *more)
    if isinstance(table.values["is"], dict):
        return MapRule(conditions, group=_group(table, first))
    return MapRule(conditions, noted.constant(table, "is") or "")


def _conditions(tables: list[Table], noted: Noted) -> tuple[MapCondition, ...]:
    for table in tables:
        table.refuse_unknown_keys(_CONDITION_KEYS)
    found = [_condition(table, noted) for table in tables]
    return tuple(condition for condition in found if condition is not None)


def _condition(table: Table, noted: Noted) -> MapCondition | None:
    """The condition in a table, which may have other keys as well; None if it has a mistake."""
    key = "columns" if "columns" in table.values else "column"
    columns = tuple(tidy(name) for name in read_texts(table, key))
    tests = [test for test in Test if test.value in table.values]
    if not columns and key not in table.values:
        table.refuse(
            "", "it names no column.", 'Write column = "…", or columns = ["…", "…"] for any of them.'
        )
    if len(tests) != 1:
        table.refuse(
            "",
            "a condition may have one test only." if tests else "a condition needs a test.",
            'Write contains = "…", equals = "…", matches = \'…\' or filled = true; '
            "a second condition goes into and = [{ … }].",
        )
        return None
    noted.columns(table, key, *columns)
    test, negated = tests[0], _flag(table, "not")
    if test is Test.FILLED:
        return MapCondition(columns, test, negated=negated is _flag(table, test.value))
    if test is not Test.MATCHES:
        wanted = tuple(fold(text) for text in read_texts(table, test.value))
        return MapCondition(columns, test, wanted=wanted, negated=negated)
    try:
        pattern = read_pattern(table.text(test.value, None))
    except UnreadableValue as error:
        table.refuse(test.value, error.message, error.expected)
        return None
    return MapCondition(columns, test, pattern=pattern, negated=negated)


def _group(table: Table, condition: MapCondition) -> int | str:
    """The group of the pattern from which a rule takes its answer."""
    answer = table.values["is"]
    group = answer.get("group")
    if condition.pattern is None or condition.negated or len(answer) != 1:
        table.refuse(
            "is",
            "is = { group = … } takes what a bracket found, so the rule needs a pattern.",
            "Write matches = '…' with brackets ( ) around what is wanted, and is = { group = 1 }.",
        )
        return 0
    known = [*range(1, condition.pattern.groups + 1), *condition.pattern.groupindex]
    if isinstance(group, bool) or group not in known:
        listed = ", ".join(str(one) for one in known) or "none"
        table.refuse("is", f"the pattern has no group {group!r}.", f"Its groups are: {listed}.")
        return 0
    assert isinstance(group, int | str)
    return group


def _numbered(tables: list[Table], name: str) -> list[Table]:
    return [
        Table(table.file, table.path, f"{name} {place}", table.values)
        for place, table in enumerate(tables, start=1)
    ]


def _flag(table: Table, key: str) -> bool:
    value = table.values.get(key, False)
    if isinstance(value, bool):
        return value
    table.refuse(key, f"{key} must be true or false.", f"Write {key} = true, without quotes.")
    return False
