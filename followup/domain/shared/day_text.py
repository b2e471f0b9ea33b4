"""Days as people write them: "yesterday", 2026-11-23, 23.11., 23/11."""

import re
from datetime import date, timedelta

_SAID = {"today": 0, "yesterday": 1}
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DOTS = re.compile(r"(?P<day>[0-9]{1,2})\.\s?(?P<month>[0-9]{1,2})\.?(?:\s?(?P<year>[0-9]{4}|[0-9]{2}))?")
_SLASHES = re.compile(r"(?P<one>[0-9]{1,2})/(?P<two>[0-9]{1,2})(?:/(?P<year>[0-9]{4}|[0-9]{2}))?")
_MONTH_FIRST = {"US", "FM", "MH", "PW"}
_BOTH_ORDERS = {"CA", "PH", "PR", "GU", "KE", "ZA"}


def readings(text: str, *, today: date, country: str) -> tuple[date, ...]:
    """The days that a text may mean: one if it is clear, several if not, none if it is no day. Without a year
    it is the last such day until `today`. Slashes are read in the order of the `country`."""
    said = text.strip().lower()
    if said in _SAID:
        return (today - timedelta(days=_SAID[said]),)
    if _ISO.fullmatch(said):
        return _day(*map(int, said.split("-")))
    dots = _DOTS.fullmatch(said)
    if dots:
        return _dated(int(dots["day"]), int(dots["month"]), dots["year"], today)
    slashes = _SLASHES.fullmatch(said)
    if not slashes:
        return ()
    one, two, year = int(slashes["one"]), int(slashes["two"]), slashes["year"]
    day_first, month_first = _dated(one, two, year, today), _dated(two, one, year, today)
    if country in _BOTH_ORDERS:
        return tuple(dict.fromkeys((*day_first, *month_first)))
    usual, other = (month_first, day_first) if country in _MONTH_FIRST else (day_first, month_first)
    return usual or other


def _dated(day: int, month: int, year: str | None, today: date) -> tuple[date, ...]:
    if year:
        return _day(2000 + int(year) if len(year) == 2 else int(year), month, day)
    # A leap day may lie years back.
    years = range(today.year, today.year - 9, -1)
    found = (found for this in years for found in _day(this, month, day) if found <= today)
    return tuple(found)[:1]


def _day(year: int, month: int, day: int) -> tuple[date, ...]:
    try:
        return (date(year, month, day),)
    except ValueError:
        return ()
