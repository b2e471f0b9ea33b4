"""Formatting cells for people, in their locale and time zone, with Babel."""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import (
    format_compact_currency,
    format_currency,
    format_decimal,
    format_percent,
    get_minus_sign_symbol,
)

from followup.domain.shared.money import Money, decimals, round_half_up
from followup.reports.answer import NOTHING, Cell, Column, Kind, ReportSentence, ReportTable, decimal_text

_KINDS: dict[type, Kind] = {Money: Kind.MONEY, Fraction: Kind.SHARE, int: Kind.COUNT, datetime: Kind.INSTANT}
_DAY = "yMMMd"
"""Year, short month and day, in the order and punctuation of the locale (Unicode TR 35, skeletons)."""

_LONGEST_WORDS = 300
"""Longer texts are cut for people; JSON, CSV and workbooks contain them in full."""

_STEERING = frozenset({"Cc", "Cs", "Zl", "Zp"})
_FROM_RIGHT = frozenset({"R", "AL"})
_ISOLATED, _END_OF_ISOLATED = "\u2068", "\u2069"
_DIRECTIONS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Bidirectional embeddings, overrides and isolates, which affect all text until they are ended."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader: a locale such as "en-GB", and a time zone. If the number formats of the locale are unknown,
    those of its language are used, or English.
    """

    locale: str
    timezone: str

    def shown(self, value: Cell, kind: Kind) -> str:
        """A cell formatted for the reader."""
        return words(value) if isinstance(value, str) else _apart(self._figures(value, kind))

    def _figures(self, value: int | Money | Fraction | date | None, kind: Kind) -> str:
        locale = _locale(self.locale)
        if value is None:
            return NOTHING
        if isinstance(value, datetime):
            there = value.astimezone(ZoneInfo(self.timezone))
            return f"{format_skeleton(_DAY, there, locale=locale)} {there:%H:%M}"
        if isinstance(value, date):
            return format_skeleton(_DAY, value, locale=locale)
        # Babel writes a hyphen for every minus, whatever the locale uses.
        return _number(value, kind, locale).replace("-", get_minus_sign_symbol(locale))

    def day(self, day: date, layout: str) -> str:
        """A date in a format of the Unicode locale data, such as "long" or "MMMM y"."""
        return format_date(day, layout, locale=_locale(self.locale))

    def said(self, sentence: ReportSentence) -> str:
        """A sentence with its values formatted for the reader."""
        shown = {
            name: self.shown(value, _KINDS.get(type(value), Kind.TEXT))
            for name, value in sentence.cells.items()
        }
        return sentence.words.format(**shown)

    def briefly(self, value: Money) -> str:
        """An amount for the axis of a chart: "£1.2K"."""
        places = decimals(value.currency)
        locale = _locale(self.locale)
        text = format_compact_currency(_decimal(value), value.currency, locale=locale, fraction_digits=places)
        return _apart(text.replace("-", get_minus_sign_symbol(locale)))


def words(text: str, longest: int = _LONGEST_WORDS) -> str:
    """A text for people: on one line, without control characters, cut if it is wider than `longest` columns
    (wide characters take two).
    """
    plain = "".join(" " if unicodedata.category(letter) in _STEERING else letter for letter in text)
    return _apart(_cut(plain.translate(_DIRECTIONS), longest))


def _apart(text: str) -> str:
    """Isolate a text that may be written from right to left, so that it does not reorder the text beside it
    (Unicode Standard Annex #9).
    """
    if any(unicodedata.bidirectional(letter) in _FROM_RIGHT for letter in text):
        return f"{_ISOLATED}{text}{_END_OF_ISOLATED}"
    return text


def _cut(text: str, longest: int) -> str:
    widths = list(
        accumulate(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text[: longest + 1])
    )
    if not widths or widths[-1] <= longest:
        return text
    return f"{text[: bisect_right(widths, longest - 1)]}…"


def _number(value: int | Money | Fraction, kind: Kind, locale: Locale) -> str:
    if isinstance(value, Money):
        return _amount(value, locale)
    if isinstance(value, int):
        return format_decimal(value, locale=locale)
    if kind is Kind.SHARE:
        return format_percent(Decimal(round_half_up(value * 100)).scaleb(-2), locale=locale)
    return format_decimal(Decimal(decimal_text(value, 1)), format="#,##0.0", locale=locale)


def _amount(value: Money, locale: Locale) -> str:
    """With the decimals of ISO 4217; locale data has fewer for some currencies."""
    places = decimals(value.currency)
    layout = locale.currency_formats["standard"].pattern.replace(
        "0.00", f"0.{'0' * places}" if places else "0"
    )
    return format_currency(
        _decimal(value), value.currency, format=layout, locale=locale, currency_digits=False
    )


@cache
def _locale(tag: str) -> Locale:
    for known in (tag, tag.partition("-")[0]):
        try:
            return Locale.parse(known, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en")


def parts(table: ReportTable, column: Column) -> list[Fraction]:
    """The length of each line's bar, from 0 to 1: shares as they are, others relative to the largest of the
    same currency.
    """
    sizes = [size(line.cells.get(column.name)) for line in table.lines]
    if column.kind is Kind.SHARE:
        return [min(max(part, Fraction(0)), Fraction(1)) for part in sizes]
    currencies = [line.cells.get("currency") for line in table.lines]
    paired = list(zip(sizes, currencies, strict=True))
    largest = {currency: _largest(part for part, own in paired if own == currency) for currency in currencies}
    return [max(part, Fraction(0)) / largest[currency] for part, currency in paired]


def size(value: Cell) -> Fraction:
    """The size of a cell as a number; empty cells and words are zero."""
    if isinstance(value, Money):
        return Fraction(value.amount_minor)
    return Fraction(value) if isinstance(value, (int, Fraction)) else Fraction(0)


def _largest(sizes: Iterable[Fraction]) -> Fraction:
    return max(max(sizes, default=Fraction(0)), Fraction(0)) or Fraction(1)


def _decimal(money: Money) -> Decimal:
    return Decimal(money.amount_minor).scaleb(-decimals(money.currency))
