"""Cells as people read them, in their own locale and zone. Numbers are laid out by Babel."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_compact_currency, format_currency, format_decimal, format_percent

from followup.domain.money import Money, decimals
from followup.reports.answer import NOTHING, Cell, Column, Kind, Sentence, Table

_KINDS: dict[type, Kind] = {Money: Kind.MONEY, Fraction: Kind.SHARE, int: Kind.COUNT, datetime: Kind.INSTANT}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: a locale such as "en-GB", and a time zone."""

    locale: str
    timezone: str

    def shown(self, value: Cell, kind: Kind) -> str:
        """A cell in words and figures of the reader."""
        locale = Locale.parse(self.locale, sep="-")
        if value is None:
            return NOTHING
        if isinstance(value, Money):
            return format_currency(_decimal(value), value.currency, locale=locale)
        if isinstance(value, Fraction):
            if kind is Kind.SHARE:
                return format_percent(_rounded(value), locale=locale)
            return format_decimal(_rounded(value), format="#,##0.0", locale=locale)
        if isinstance(value, datetime):
            return format_datetime(value, "d MMM y HH:mm", ZoneInfo(self.timezone), locale=locale)
        if isinstance(value, date):
            return format_date(value, "d MMM y", locale=locale)
        return format_decimal(value, locale=locale) if isinstance(value, int) else value

    def said(self, sentence: Sentence) -> str:
        """A sentence with its values in words and figures of the reader."""
        shown = {
            name: self.shown(value, _KINDS.get(type(value), Kind.TEXT))
            for name, value in sentence.cells.items()
        }
        return sentence.words.format(**shown)

    def briefly(self, value: Money) -> str:
        """An amount for the axis of a chart: "£1.2K"."""
        return str(
            format_compact_currency(
                _decimal(value), value.currency, locale=Locale.parse(self.locale, sep="-")
            )
        )


def parts(table: Table, column: Column) -> list[Fraction]:
    """For each line how long its bar is, from 0 to 1: shares as they are, all others against the largest of
    the same currency."""
    sizes = [size(line.cells.get(column.name)) for line in table.lines]
    if column.kind is Kind.SHARE:
        return [min(max(part, Fraction(0)), Fraction(1)) for part in sizes]
    currencies = [line.cells.get("currency") for line in table.lines]
    paired = list(zip(sizes, currencies, strict=True))
    largest = {currency: _largest(part for part, own in paired if own == currency) for currency in currencies}
    return [max(part, Fraction(0)) / largest[currency] for part, currency in paired]


def size(value: Cell) -> Fraction:
    """How large a cell is; nothing and words are zero."""
    if isinstance(value, Money):
        return Fraction(value.amount_minor)
    return Fraction(value) if isinstance(value, (int, Fraction)) else Fraction(0)


def _largest(sizes: Iterable[Fraction]) -> Fraction:
    return max(max(sizes, default=Fraction(0)), Fraction(0)) or Fraction(1)


def _decimal(money: Money) -> Decimal:
    return Decimal(money.amount_minor).scaleb(-decimals(money.currency))


def _rounded(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
