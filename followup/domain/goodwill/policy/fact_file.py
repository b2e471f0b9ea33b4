"""Parsing the facts declared in a policy file."""

import re
from collections.abc import Container, Mapping
from dataclasses import replace

from followup.domain.goodwill.policy.derived import Ratio
from followup.domain.goodwill.policy.elapsed import Elapsed, ElapsedUnit
from followup.domain.goodwill.policy.facts import (
    DECLARABLE_TYPES,
    NUMBER_TYPES,
    FactSpec,
    FactType,
    FactValue,
    read_value,
    sort_key,
)
from followup.domain.shared.toml_file import FloatText, Table
from followup.domain.shared.unreadable import UnreadableValue, nearest
from followup.domain.shared.word import Word

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_BOUNDED_TYPES = (
    FactType.INTEGER,
    FactType.DECIMAL,
    FactType.MONEY,
    FactType.DATE,
    FactType.INSTANT,
)


_DERIVED = (FactType.ELAPSED, FactType.RATIO)
_MORE_KEYS = {
    FactType.CHOICE: ("choices",),
    FactType.ELAPSED: ("from", "to", "after_working_days"),
    FactType.RATIO: ("part", "rest", "of"),
}
_PARTS = NUMBER_TYPES - {FactType.RATIO}
"""The types of numbers that a ratio may be made of."""


def read_declared_facts(
    top: Table, currency: str, timezone: str, built_in: Mapping[str, FactSpec]
) -> dict[str, FactSpec]:
    """The [facts.NAME] tables of a policy file by name. Mistakes are added to the file's list."""
    facts = top.table("facts", "facts")
    if facts is None:
        return {}
    specs: dict[str, FactSpec] = {}
    derived: list[tuple[Table, FactSpec]] = []
    for name in facts.values:
        table = facts.table(name, f"fact {name}")
        if table is None:
            continue
        if not _NAME.fullmatch(name):
            table.refuse("", f"{name!r} is not a name for a fact.", "Use small letters, digits and _.")
        if name in built_in:
            table.refuse(
                "", f"{name} is a built-in fact.", "Leave the declaration out; rules may use it as it is."
            )
        spec = _fact(table, name, currency, timezone)
        if spec is None:
            continue
        specs[name] = spec
        if spec.type in _DERIVED:
            derived.append((table, spec))
    known = {**built_in, **specs}
    for table, spec in derived:
        read = _elapsed if spec.type is FactType.ELAPSED else _ratio
        specs[spec.name] = replace(spec, derived=read(table, known, facts.values))
    return specs


def unusable_facts(top: Table, facts: Mapping[str, FactSpec]) -> frozenset[str]:
    """The declared facts whose declaration has a mistake because of which nothing can be asked of them. What
    else is wrong about them follows from that mistake, and is not reported.
    """
    declared = top.values.get("facts")
    names = set(declared) if isinstance(declared, dict) else set()
    empty = {name for name, spec in facts.items() if spec.type is FactType.CHOICE and not spec.choices}
    return frozenset((names - facts.keys()) | empty)


def _fact(table: Table, name: str, currency: str, timezone: str) -> FactSpec | None:
    kind = table.word("type", FactType, among=DECLARABLE_TYPES, required=True)
    if kind is None:
        return None
    keys = ["type", "unit", "ask", *_MORE_KEYS.get(kind, ())]
    keys += ["min", "max"] if kind in _BOUNDED_TYPES else []
    table.refuse_unknown_keys(keys)
    spec = FactSpec(
        name,
        kind,
        unit=table.text("unit", "percent" if kind is FactType.RATIO else "")
        if kind is not FactType.ELAPSED
        else "",
        ask=table.text("ask"),
        choices=_choices(table) if kind is FactType.CHOICE else (),
        currency=currency,
        timezone=timezone,
        line=table.file.lines.at(table.path),
    )
    if kind not in _BOUNDED_TYPES:
        return spec
    minimum, maximum = _bound(table, spec, "min"), _bound(table, spec, "max")
    if minimum is not None and maximum is not None and sort_key(spec, maximum) < sort_key(spec, minimum):
        table.refuse("max", "max is below min.", "Write the smaller value as min.")
    return replace(spec, minimum=minimum, maximum=maximum)


def _choices(table: Table) -> tuple[str, ...]:
    choices = table.values.get("choices")
    mend = 'Write choices = ["single", "return"].'
    if (
        not isinstance(choices, list)
        or not choices
        or not all(isinstance(word, str) and word.strip() for word in choices)
    ):
        table.refuse("choices" if choices is not None else "", "choices must be a list of words.", mend)
        return ()
    if len(set(choices)) < len(choices):
        table.refuse("choices", "a choice stands twice.", "Name each choice once.")
    odd = [word for word in choices if any(mark in word for mark in ",[]()<>=") or word != word.strip()]
    if odd:
        table.refuse(
            "choices", f"{odd[0]!r} has a mark that conditions use.", "Use letters, digits, - and _."
        )
    return tuple(choices)


def _bound(table: Table, spec: FactSpec, key: str) -> FactValue | None:
    written = table.values.get(key)
    if written is None:
        return None
    if isinstance(written, FloatText) and spec.type is FactType.MONEY:
        table.refuse(key, f"{written} without quotes is not exact money.", f'Write "{written}" in quotes.')
        return None
    try:
        return read_value(spec, str(written))
    except UnreadableValue as error:
        table.refuse(key, f"{key}: {error.message}", error.expected)
        return None


def _elapsed(table: Table, known: Mapping[str, FactSpec], declared: Container[str]) -> Elapsed | None:
    unit = table.word("unit", ElapsedUnit, required=True)
    if unit is None:
        return None
    hours = unit is ElapsedUnit.HOURS
    types = (FactType.INSTANT,) if hours else (FactType.DATE, FactType.INSTANT)
    start, end = (_source(table, key, known, declared, types) for key in ("from", "to"))
    skipped = table.integer("after_working_days")
    if skipped and hours:
        table.refuse("after_working_days", "hours cannot skip working days.", 'Use unit = "calendar_days".')
    return Elapsed(start, end, unit, skipped) if start and end else None


def _ratio(table: Table, known: Mapping[str, FactSpec], declared: Container[str]) -> Ratio | None:
    named = [key for key in ("part", "rest") if key in table.values]
    if len(named) != 1:
        mend = 'Write part = "minutes_down", or rest = "minutes_down" for what that leaves of 100 percent.'
        table.refuse("", "a ratio needs either part or rest.", mend)
        return None
    types = (*_PARTS, FactType.MONEY)
    part, whole = (_source(table, key, known, declared, types) for key in (named[0], "of"))
    if not part or not whole:
        return None
    if (known[part].type is FactType.MONEY) is not (known[whole].type is FactType.MONEY):
        message = f"{part} and {whole} are not of one kind."
        table.refuse("of", message, "Take two numbers of the same unit, or two amounts of money.")
        return None
    if known[part].currency != known[whole].currency:
        message = f"{part} is in {known[part].currency}, and {whole} in {known[whole].currency}."
        table.refuse("of", message, "Take two amounts of one currency.")
        return None
    return Ratio(part, whole, rest=named[0] == "rest")


def _source(
    table: Table, key: str, known: Mapping[str, FactSpec], declared: Container[str], types: tuple[Word, ...]
) -> str:
    name = table.text(key, None)
    if name not in known and name in declared:
        return ""  # the mistake in its own declaration is reported there
    wanted = " or ".join(str(kind) for kind in types)
    if name and name not in known:
        near = nearest(name, known)
        table.refuse(
            key,
            f"unknown fact {name!r}.",
            f"Did you mean {near}?" if near else f"Declare it: [facts.{name}].",
        )
        return ""
    if name and known[name].type not in types:
        table.refuse(
            key, f"{name} is a fact of type {known[name].type}.", f"Name a fact of type {wanted} as {key}."
        )
        return ""
    return name
