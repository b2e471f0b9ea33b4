"""A date as its locale writes it."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton

_FAR_DAYS = 180


@dataclass(frozen=True, slots=True)
class LocalDay:
    """A date as its locale writes it: "12 March", with the year if it is far from the email's date."""

    day: date
    locale: Locale
    written_on: date | None = None

    def __str__(self) -> str:
        if self.written_on and abs((self.day - self.written_on).days) > _FAR_DAYS:
            return self.with_year()
        return _day_text(self.day, self.locale)

    def with_year(self) -> str:
        """The date with its year: "12 March 2026"."""
        return _long_day_text(self.day, self.locale)


@lru_cache(maxsize=4096)
def _day_text(day: date, locale: Locale) -> str:
    return format_skeleton("MMMMd", day, locale=locale)


@lru_cache(maxsize=4096)
def _long_day_text(day: date, locale: Locale) -> str:
    return format_date(day, "long", locale=locale)
