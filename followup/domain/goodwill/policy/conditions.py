"""Conditions of a rule on one fact, in the syntax of DMN unary tests: a value, a list (any of), a comparison,
an interval (open or closed at each end), or not(...).

Source of the syntax: OMG Decision Model and Notation, "unary tests".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from followup.domain.goodwill.policy.facts import (
    Comparable,
    FactSpec,
    FactType,
    FactValue,
    read_value,
    show_key,
    sort_key,
)
from followup.domain.shared.toml_file import FloatText
from followup.domain.shared.unreadable import UnreadableValue

_COMPARISON = re.compile(r"(>=|<=|>|<)\s*(.+)", re.DOTALL)
_INTERVAL = re.compile(r"([\[(])\s*(\S.*?)\s*\.\.\s*(\S.*?)\s*([\])])", re.DOTALL)
_NEGATION = re.compile(r"not\s*\((.*)\)", re.DOTALL)
_ODD_OPERATOR = re.compile(r"[=!~≥≤≠<>&|]")

_MENDS = {
    "=>": ">=",
    "=<": "<=",
    "≥": ">=",
    "≤": "<=",
}


@dataclass(frozen=True, slots=True)
class KeyInterval:
    """An interval of sort keys. None as a bound means unbounded on that side."""

    low: Comparable | None = None
    high: Comparable | None = None
    with_low: bool = True
    with_high: bool = True

    def holds_at(self, key: Comparable) -> bool:
        """Whether the interval contains the key."""
        if self.low is not None and (key < self.low or (key == self.low and not self.with_low)):
            return False
        return self.high is None or key < self.high or (key == self.high and self.with_high)

    def holds_between(self, below: Comparable | None, above: Comparable | None) -> bool:
        """Whether the interval contains all keys between two neighbouring bounds, the bounds excluded."""
        low_is_out = self.low is None or (below is not None and not below < self.low)
        return low_is_out and (self.high is None or (above is not None and not self.high < above))

    @property
    def contradictory(self) -> bool:
        """Whether the interval is empty."""
        if self.low is None or self.high is None:
            return False
        return self.high < self.low or (self.low == self.high and not (self.with_low and self.with_high))


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on one fact: for an ordered fact a union of intervals, otherwise a set of words (or of yes
    and no); either may be negated.
    """

    fact: FactSpec
    words: frozenset[str | bool] = frozenset()
    spans: tuple[KeyInterval, ...] = ()
    negated: bool = False

    def holds(self, value: FactValue) -> bool:
        """Whether a value of the fact meets the condition."""
        if self.fact.ordered:
            return self.holds_at(sort_key(self.fact, value))
        return (value in self.words) is not self.negated

    def holds_at(self, key: Comparable) -> bool:
        """Whether a sort key meets the condition."""
        return any(span.holds_at(key) for span in self.spans) is not self.negated

    def holds_between(self, below: Comparable | None, above: Comparable | None) -> bool:
        """Whether all keys between two neighbouring bounds meet the condition; see `bounds_of`."""
        return any(span.holds_between(below, above) for span in self.spans) is not self.negated

    @property
    def asks(self) -> str:
        """The condition as people read it, without units."""
        return self._words("")

    @property
    def asks_in_units(self) -> str:
        """The condition with the fact's unit, for use where no value with its unit is beside it."""
        return self._words(f" {self.fact.unit}" if self.fact.unit else "")

    def _words(self, unit: str) -> str:
        if self.fact.ordered:
            parts = [_show_span(self.fact, span, unit) for span in self.spans]
        else:
            shown = {True: "yes", False: "no"}
            parts = sorted(shown[word] if isinstance(word, bool) else word for word in self.words)
        listed = " or ".join(parts)
        return f"anything but {listed}" if self.negated else listed


def bounds_of(conditions: Iterable[Condition]) -> tuple[Comparable, ...]:
    """All bounds that occur in conditions on one ordered fact, ascending, without duplicates. All keys
    between two neighbouring bounds meet the same conditions.
    """
    bounds = {
        bound
        for condition in conditions
        for span in condition.spans
        for bound in (span.low, span.high)
        if bound is not None
    }
    return tuple(sorted(bounds))


def read_condition(fact: FactSpec, written: object) -> Condition:
    """Parse a condition on `fact` as `written` in a policy file: a text, a number, a boolean, a date, or a
    list of those. Raises UnreadableValue with what to write instead.
    """
    negated = False
    if isinstance(written, str) and not isinstance(written, FloatText):
        negation = _NEGATION.fullmatch(written.strip())
        if negation:
            negated, written = True, negation[1]
    tests = _tests(fact, written)
    if not tests:
        raise UnreadableValue(f"the condition on {fact.name} is empty.", fact.expected)
    if fact.ordered:
        return Condition(fact, spans=tuple(_span(fact, test) for test in tests), negated=negated)
    return Condition(fact, words=frozenset(_word(fact, test) for test in tests), negated=negated)


def _tests(fact: FactSpec, written: object) -> list[str]:
    """The parts of a condition as texts."""
    if isinstance(written, list):
        if any(isinstance(part, str) and _NEGATION.fullmatch(part.strip()) for part in written):
            raise UnreadableValue(
                "not(...) cannot stand in a list.", 'Write one text such as "not(minor, moderate)".'
            )
        return [test for part in written for test in _tests(fact, part)]
    if isinstance(written, bool):
        if fact.type is not FactType.YES_NO:
            raise UnreadableValue(f"{fact.name} is not a yes or no.", fact.expected)
        return ["yes" if written else "no"]
    if isinstance(written, FloatText):
        if fact.type is FactType.MONEY:
            raise UnreadableValue(
                f"{written} without quotes is not exact money.", f'Write "{written}" in quotes.'
            )
        return [str(written)]
    if isinstance(written, str):
        return [test for test in (part.strip() for part in written.split(",")) if test]
    if isinstance(written, datetime | date):
        return [written.isoformat()]
    if isinstance(written, int):
        return [str(written)]
    raise UnreadableValue(f"the condition on {fact.name} cannot be a table.", fact.expected)


def _span(fact: FactSpec, test: str) -> KeyInterval:
    comparison = _COMPARISON.fullmatch(test)
    if comparison and not _ODD_OPERATOR.match(comparison[2]):
        operator, key = comparison[1], _key(fact, comparison[2])
        if operator in (">=", ">"):
            return KeyInterval(low=key, with_low=operator == ">=")
        return KeyInterval(high=key, with_high=operator == "<=")
    interval = _INTERVAL.fullmatch(test)
    if interval:
        opening, low, high, closing = interval.groups()
        return KeyInterval(_key(fact, low), _key(fact, high), opening == "[", closing == "]")
    _refuse_operator(fact, test)
    if test[0] in "[(]" or ".." in test:
        raise UnreadableValue(
            f"{test!r} is not an interval.",
            'Write both ends, each with [ or ] if it belongs to the interval and ( or ) if not: "[30..60)".',
        )
    key = _key(fact, test)
    return KeyInterval(key, key)


def _word(fact: FactSpec, test: str) -> str | bool:
    if _COMPARISON.fullmatch(test) or _INTERVAL.fullmatch(test):
        raise UnreadableValue(
            f"{fact.name} has no order, so {test!r} cannot be asked of it.", _list_hint(fact)
        )
    _refuse_operator(fact, test)
    value = read_value(fact, test)
    assert isinstance(value, str | bool)
    return value


def _list_hint(fact: FactSpec) -> str:
    choices = [f'"{choice}"' for choice in fact.choices[:2]] or ['"one"', '"another"']
    return f"Write a value, or a list such as [{', '.join(choices)}]."


def _refuse_operator(fact: FactSpec, test: str) -> None:
    if not _ODD_OPERATOR.match(test):
        return
    operator = re.match(r"[=!~≥≤≠<>&|]+", test)
    assert operator is not None
    rest = test[operator.end() :].strip()
    instead = _MENDS.get(operator[0])
    if instead and fact.ordered:
        mend = f'Write "{instead} {rest}".'
    elif operator[0] in ("=", "=="):
        mend = f'Write "{rest}".'
    elif operator[0] in ("!=", "≠", "<>"):
        mend = f'Write "not({rest})".'
    else:
        mend = 'Comparisons are ">= 3", "> 3", "<= 3" and "< 3".' if fact.ordered else _list_hint(fact)
    raise UnreadableValue(f"{operator[0]!r} is not an operator of conditions.", mend)


def _key(fact: FactSpec, text: str) -> Comparable:
    return sort_key(fact, read_value(fact, text))


def _show_span(fact: FactSpec, span: KeyInterval, unit: str) -> str:
    in_time = fact.type in (FactType.DATE, FactType.INSTANT)
    low = "" if span.low is None else show_key(fact, span.low)
    high = "" if span.high is None else show_key(fact, span.high)
    if low == high:
        return f"{low}{unit}"
    beyond, more = ("after", "later") if in_time else ("more than", "more")
    before, less = ("before", "earlier") if in_time else ("under", "less")
    if not high:
        return f"{low}{unit} or {more}" if span.with_low else f"{beyond} {low}{unit}"
    if not low:
        return f"{high}{unit} or {less}" if span.with_high else f"{before} {high}{unit}"
    start = f"from {low}" if span.with_low else f"{beyond} {low}"
    return f"{start} to {high}{unit}" if span.with_high else f"{start} to {before} {high}{unit}"
