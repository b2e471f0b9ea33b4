"""The facts of a case as a letter writes them: with their unit, in the reader's locale."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from babel import Locale
from babel.dates import format_datetime
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit

from followup.domain.cases.case import Responsibility
from followup.domain.goodwill.policy.facts import FactValue
from followup.domain.letters.country_words import AS_EVERYWHERE, CountryWords
from followup.domain.letters.reason_phrases import NamedFact, ReasonPhrases, facts_named, filled
from followup.domain.shared.money import Money
from followup.mail.languages import language_of, one_of
from followup.mail.local_day import LocalDay
from followup.mail.sanitize import single_line

_UNITS = {
    word: unit
    for unit, words in {
        "duration-minute": "minute minutes min",
        "duration-hour": "hour hours h",
        "duration-day": "day days night nights",
        "duration-week": "week weeks",
        "duration-month": "month months",
        "duration-year": "year years",
        "length-kilometer": "km kilometre kilometres kilometer kilometers",
        "length-mile": "mile miles",
        "mass-kilogram": "kg kilogram kilograms",
        "concentr-percent": "percent %",
    }.items()
    for word in words.split()
    if word not in ("night", "nights")
}
_LENGTHS: tuple[Literal["long"], Literal["short"]] = ("long", "short")
_WORD = re.compile(r"\s+([^\W\d_]+)")


@dataclass(frozen=True, slots=True)
class StatedFact:
    """A fact of a case: its value, and the unit that the policy declares for it."""

    value: FactValue
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """What happened as a clause, and the names of the facts that it says."""

    text: str
    facts: tuple[str, ...] = ()


def fact_text(fact: StatedFact, locale: Locale, written_on: date | None = None) -> str | None:
    """The text of a fact; None for one that says nothing in a letter: a no, or a unit that the reader's
    language has no word for."""
    value = fact.value
    if isinstance(value, bool):
        return "yes" if value else None
    if isinstance(value, Money):
        return _money_text(value, locale)
    if isinstance(value, datetime):
        return format_datetime(value, "d MMMM, HH:mm", locale=locale)
    if isinstance(value, date):
        return str(LocalDay(value, locale, written_on))
    if isinstance(value, str):
        return single_line(value.replace("_", " "))
    return _amount_text(_decimal(value), fact.unit, locale)


def is_empty(fact: StatedFact) -> bool:
    """Whether there is nothing to say of a fact: nothing, or none of it."""
    return not fact.value.amount_minor if isinstance(fact.value, Money) else not fact.value


def _decimal(value: int | Decimal | Fraction) -> Decimal:
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(value)


@lru_cache(maxsize=4096)
def _money_text(money: Money, locale: Locale) -> str:
    return format_currency(Decimal(money.text), money.currency, locale=locale)


@lru_cache(maxsize=4096)
def _amount_text(number: Decimal, unit: str, locale: Locale) -> str | None:
    known = _UNITS.get(unit.lower())
    if known is not None:
        return _with_unit(number, known, locale)
    if unit and locale.language != "en":
        return None
    text = format_decimal(number, locale=locale)
    return f"{text} {unit}" if unit else text


def _with_unit(number: Decimal, unit: str, locale: Locale) -> str | None:
    """A number with its unit: the long form or, where a locale's data leaves that to the short one because
    they are alike ("2 dias"), the short form; None without either."""
    for length in _LENGTHS:
        text = str(format_unit(number, unit, length=length, locale=locale))
        if unit not in text:
            return text
    return None


def phrase_for(
    phrases: ReasonPhrases | None,
    responsibility: Responsibility,
    facts: dict[str, StatedFact],
    locale: Locale,
    written_on: date | None = None,
    country: CountryWords = AS_EVERYWHERE,
) -> Phrase | None:
    """The phrase of a reason that says the most of what is recorded, in the reader's locale and the words of
    their country. None if there is none for whose doing it was."""
    if phrases is None:
        return None
    texts = {name: fact_text(one, locale, written_on) for name, one in facts.items() if not is_empty(one)}
    numbers = {name for name, one in facts.items() if isinstance(one.value, int | Decimal | Fraction)}
    chosen = phrases.choose(responsibility, [name for name, text in texts.items() if text is not None])
    if chosen is None:
        return None

    def text_of(fact: NamedFact, before: str, after: str) -> tuple[str, str]:
        text = texts[fact.name] or ""
        value = facts[fact.name].value
        if fact.forms and fact.name in numbers and not isinstance(value, str | Money | date):
            number = _decimal(value)
            form = fact.forms[0] if locale.plural_form(number) == "one" else fact.forms[1]
            return f"{format_decimal(number, locale=locale)} {form}", after
        if fact.name in numbers:
            return text, _without_unit(text, after)
        return (_without_article(text, locale) if before.strip() else text), after

    return Phrase(filled(country.written(chosen), text_of), facts_named(chosen))


def _without_unit(text: str, after: str) -> str:
    """What follows a number and its unit, without the unit once more: "{days_late} days later"."""
    follows = _WORD.match(after)
    if follows is None:
        return after
    written = text.split()[-1].casefold().rstrip("s")
    return after[follows.end() :] if follows[1].casefold().rstrip("s") == written else after


def _without_article(text: str, locale: Locale) -> str:
    """A thing without the article that somebody wrote before it: "your {item}" is no "your the lamp"."""
    articles = language_of(locale.language).articles
    return re.sub(rf"^{one_of(articles)}\s*(?<=[\s’'])", "", text, flags=re.IGNORECASE) or text
