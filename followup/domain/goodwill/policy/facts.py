"""Facts: the typed values of a case that a policy uses, built in or declared in the policy file."""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from followup.domain.cases.case import Channel, Feeling, Responsibility, Severity
from followup.domain.goodwill.policy.derived import Derived, MonthMinutes
from followup.domain.shared.money import Money
from followup.domain.shared.unreadable import UnreadableValue, nearest
from followup.domain.shared.word import Word
from followup.errors import FollowupError, WrongUsage

FactValue = int | Decimal | Fraction | Money | str | bool | date | datetime


class Comparable(Protocol):
    """A sort key: the form in which values of ordered facts are compared."""

    def __lt__(self, other: Any, /) -> bool: ...


class FactType(Word):
    """The type of a fact's value."""

    INTEGER = "integer", "A whole number"
    DECIMAL = "decimal", "A number that may have decimals"
    MONEY = "money", "An amount in the policy's currency"
    CHOICE = "choice", "One word of a list"
    YES_NO = "yes_no", "Yes or no"
    DATE = "date", "A day"
    INSTANT = "instant", "A day and a time"
    ELAPSED = "elapsed", "The days or hours between two other facts"
    RATIO = "ratio", "What one fact is of another, in percent"
    LEVEL = "level", "One word of an ordered list"
    LANGUAGE = "language", "A language, such as de"
    COUNTRY = "country", "A country, such as DE"
    TEXT = "text", "Any word"


_BUILT_IN_TYPES = (FactType.LEVEL, FactType.LANGUAGE, FactType.COUNTRY, FactType.TEXT)

DECLARABLE_TYPES = tuple(kind for kind in FactType if kind not in _BUILT_IN_TYPES)
"""The types that a policy file may declare; only built-in facts have the others."""

ORDERED_TYPES = frozenset(
    {
        FactType.INTEGER,
        FactType.DECIMAL,
        FactType.MONEY,
        FactType.DATE,
        FactType.INSTANT,
        FactType.ELAPSED,
        FactType.RATIO,
        FactType.LEVEL,
    }
)
"""Types whose values can be compared and used in intervals."""

NUMBER_TYPES = frozenset({FactType.INTEGER, FactType.DECIMAL, FactType.ELAPSED, FactType.RATIO})
"""Types that can be used in calculations."""

EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
"""Years outside this range are refused as typing errors; counting working days over such spans would also be
slow.
"""

_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}")
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9:]+)?"
)
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True, slots=True)
class FactSpec:
    """The definition of a fact: its type, its unit, its allowed values, and the question that asks for it."""

    name: str
    type: FactType
    unit: str = ""
    ask: str = ""
    choices: tuple[str, ...] = ()
    minimum: FactValue | None = None
    maximum: FactValue | None = None
    currency: str = ""
    timezone: str = "UTC"
    derived: Derived | None = None
    built_in: bool = False
    line: int = field(default=0, compare=False)

    @property
    def ordered(self) -> bool:
        """Whether values can be compared."""
        return self.type in ORDERED_TYPES

    @property
    def question(self) -> str:
        """The question that asks a person for the fact."""
        return self.ask or f"{self.name.replace('_', ' ').capitalize()}?"

    @property
    def example(self) -> str:
        """An example value as a person writes it."""
        if self.choices:
            return self.choices[0]
        if self.type is FactType.MONEY:
            return Money.example(self.currency)
        return _EXAMPLES[self.type]

    @property
    def expected(self) -> str:
        """What may be written, with an example."""
        if self.choices:
            return f"Write one of {', '.join(self.choices)}."
        unit = f" ({self.unit})" if self.unit else ""
        wanted = _WANTED[self.type].format(currency=self.currency)
        return f"Write {wanted}{unit}, for instance {self.example}."


_EXAMPLES = {
    FactType.CHOICE: "single",
    FactType.INTEGER: "45",
    FactType.DECIMAL: "99.5",
    FactType.YES_NO: "yes",
    FactType.DATE: "2026-11-23",
    FactType.INSTANT: "2026-11-23T14:30+00:00",
    FactType.ELAPSED: "3",
    FactType.RATIO: "99.5",
    FactType.LANGUAGE: "de",
    FactType.COUNTRY: "DE",
    FactType.TEXT: "late-delivery",
}
_WANTED = {
    FactType.CHOICE: "a word",
    FactType.INTEGER: "a whole number",
    FactType.DECIMAL: "a number with a point for decimals",
    FactType.MONEY: "an amount in {currency}",
    FactType.YES_NO: "yes or no",
    FactType.DATE: "a day as year-month-day",
    FactType.INSTANT: "a day and a time",
    FactType.ELAPSED: "a whole number",
    FactType.RATIO: "a percentage with a point for decimals",
    FactType.LANGUAGE: "a language by its two or three letters",
    FactType.COUNTRY: "a country by its two letters",
    FactType.TEXT: "a word",
}


def built_in_facts(currency: str, timezone: str, main_currency: str | None = None) -> dict[str, FactSpec]:
    """The facts that every case may have without a declaration, in the order of forms and questions.

    What a customer is worth is in the workspace's `main_currency`, by default the policy's own."""

    def fact(name: str, kind: FactType, **more: Any) -> FactSpec:
        return FactSpec(name, kind, currency=currency, timezone=timezone, built_in=True, **more)

    specs = (
        fact("reason", FactType.TEXT),
        fact("severity", FactType.LEVEL, choices=tuple(Severity.values())),
        fact("responsibility", FactType.CHOICE, choices=tuple(Responsibility.values())),
        fact("feeling", FactType.CHOICE, choices=tuple(Feeling.values())),
        fact("channel", FactType.CHOICE, choices=tuple(Channel.values())),
        fact("language", FactType.LANGUAGE),
        fact("country", FactType.COUNTRY),
        fact("segment", FactType.TEXT),
        fact("order_value", FactType.MONEY),
        replace(fact("customer_value", FactType.MONEY), currency=main_currency or currency),
        fact("occurred_on", FactType.DATE),
        fact("logged_on", FactType.DATE),
        fact("cases_last_12_months", FactType.INTEGER, minimum=0),
        fact("gestures_last_12_months", FactType.INTEGER, minimum=0),
        fact("mass_incident", FactType.YES_NO),
        fact("minutes_in_month", FactType.INTEGER, unit="minutes", derived=MonthMinutes("occurred_on")),
    )
    return {spec.name: spec for spec in specs}


def read_value(fact: FactSpec, text: str) -> FactValue:
    """Parse `text` as a value of the fact, without checking bounds. Raises UnreadableValue."""
    written = text.strip()
    match fact.type:
        case FactType.INTEGER | FactType.ELAPSED if _INTEGER.fullmatch(written):
            return int(written)
        case FactType.RATIO if _DECIMAL.fullmatch(written):
            return Fraction(written)
        case FactType.LANGUAGE if _LANGUAGE.fullmatch(written):
            return written.lower()
        case FactType.COUNTRY if _COUNTRY.fullmatch(written):
            return written.upper()
        case FactType.DECIMAL if _DECIMAL.fullmatch(written):
            return Decimal(written)
        case FactType.MONEY:
            try:
                return Money.parse(written, fact.currency)
            except FollowupError as error:
                raise UnreadableValue(error.message, error.hint) from None
        case FactType.CHOICE | FactType.LEVEL if written in fact.choices:
            return written
        case FactType.CHOICE | FactType.LEVEL:
            raise UnreadableValue(f"{written!r} is not a choice of {fact.name}.", _choice_hint(fact, written))
        case FactType.YES_NO if written.lower() in _YES_NO:
            return _YES_NO[written.lower()]
        case FactType.DATE if _DATE.fullmatch(written):
            return _in_years(fact, _moment(fact, written).date())
        case FactType.INSTANT if _INSTANT.fullmatch(written):
            return _instant(fact, written)
        case FactType.TEXT if written:
            return written
    raise UnreadableValue(f"{written!r} is not {_WANTED[fact.type].format(currency='')}.", fact.expected)


def _moment(fact: FactSpec, written: str) -> datetime:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        raise UnreadableValue(f"{written!r} is not a day that exists.", fact.expected) from None


def _in_years(fact: FactSpec, day: date) -> date:
    if EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        return day
    raise UnreadableValue(f"The year of {day} cannot be right.", fact.expected)


def _instant(fact: FactSpec, written: str) -> datetime:
    moment = _moment(fact, written)
    _in_years(fact, moment.date())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(fact.timezone))
    return moment.astimezone(UTC)


def _choice_hint(fact: FactSpec, written: str) -> str:
    near = nearest(written, fact.choices)
    return f"Did you mean {near}? {fact.expected}" if near else fact.expected


def read_fact(fact: FactSpec, text: str) -> FactValue:
    """Parse the value of a fact as a person wrote it. An instant without an offset is in the policy's time
    zone.

    Raises WrongUsage, naming the fact, its unit and an example, also for a value out of bounds.
    """
    try:
        value = read_value(fact, text)
    except UnreadableValue as error:
        raise _bad_fact(f"{fact.name}: {error.message}", error.expected) from None
    key = sort_key(fact, value) if fact.ordered else None
    for bound, below, words in ((fact.minimum, True, "at least"), (fact.maximum, False, "at most")):
        if bound is None or key is None:
            continue
        limit = sort_key(fact, bound)
        if (key < limit) if below else (limit < key):
            must_be = f"it must be {words} {show_value(fact, bound)}"
            raise _bad_fact(f"{fact.name} is {show_value(fact, value)}; {must_be}.", fact.expected)
    return value


def _bad_fact(message: str, hint: str) -> WrongUsage:
    return WrongUsage(message, hint=hint, code="bad_fact")


def sort_key(fact: FactSpec, value: FactValue) -> Comparable:
    """The value of an ordered fact as a sort key: money in minor units, a level as its place in the list."""
    if isinstance(value, Money):
        return value.amount_minor
    if fact.type is FactType.LEVEL:
        return fact.choices.index(str(value))
    assert not isinstance(value, str)
    return value


def show_key(fact: FactSpec, key: Comparable) -> str:
    """A sort key as people read it."""
    if fact.type is FactType.MONEY:
        assert isinstance(key, int)
        return str(Money(key, fact.currency))
    if fact.type is FactType.LEVEL:
        assert isinstance(key, int)
        return fact.choices[key]
    if isinstance(key, Fraction):
        # Cut off, not rounded: 99.9899999 is not the 99.99 of a service level.
        return f"{Decimal(key.numerator * 10**6 // key.denominator).scaleb(-6).normalize():f}"
    if isinstance(key, datetime):
        return key.astimezone(ZoneInfo(fact.timezone)).isoformat(timespec="minutes")
    return str(key)


def show_value(fact: FactSpec, value: FactValue) -> str:
    """A value as people read it, with its unit."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    shown = show_key(fact, sort_key(fact, value)) if fact.ordered else str(value)
    return f"{shown} {fact.unit}" if fact.unit else shown
