"""The day on which somebody who is away is back, as their absence note says it."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from babel.dates import get_day_names, get_month_names

from followup.mail.languages import languages, one_of

LONGEST_AWAY = timedelta(days=120)
"""What names a later day is a mistake, or no date of return."""

_OTHERS = ("it", "nl")
_MOST_CHARACTERS = 2000
_NUMBERS = re.compile(
    r"(?<!\d)(?:(?P<iso>\d{4})-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)"
    r"|(?P<day>\d{1,2})(?P<mark>[./])(?P<month>\d{1,2})(?:[./](?P<year>\d{4}|\d\d))?)(?!\d)"
)
_NTH = re.compile(r"(?<!\w)the (\d{1,2})(?:st|nd|rd|th)\b", re.IGNORECASE)
_BACK = re.compile(
    r"\b(?:back|return\w*|(?:available|reachable|again) from|zur.ck|wieder|ab|retour|volta|retorn\w+"
    r"|regres\w+|vuelvo|volver.|reincorpor\w+)\b[^.!?\n]{0,40}\Z",
    re.IGNORECASE,
)
"""What stands before the first day of work; every other day is the last one away."""


def return_day(text: str, today: date, *, month_first: bool = False) -> date | None:
    """The first day on which they read email again, if the note names a day that is after today and not too
    far off; None if it names none. Of several days, the last.

    `month_first`: 12/5 is the fifth of December, as in the United States. A weekday is the next one of its
    name."""
    said = text[:_MOST_CHARACTERS]
    found = [
        day if _BACK.search(said[max(begin - 60, 0) : begin]) else day + timedelta(days=1)
        for begin, day in _named(said, today, month_first=month_first)
    ]
    return max((day for day in found if today < day <= today + LONGEST_AWAY), default=None)


def _named(said: str, today: date, *, month_first: bool) -> Iterator[tuple[int, date]]:
    """Each day that is named, with its place in the text."""
    patterns, months, weekdays = _names()
    by_date = False
    for found in patterns.finditer(said):
        month = months[(found["month_after"] or found["month_before"]).casefold()]
        number = int(found["day_before"] or found["day_after"])
        day = _day(found["year_after"] or found["year_before"], month, number, today)
        if day is not None:
            by_date = True
            yield found.start(), day
    for found in _NUMBERS.finditer(said):
        if found["iso"]:
            day = _day(found["iso"], int(found["iso_month"]), int(found["iso_day"]), today)
        else:
            first, second = int(found["day"]), int(found["month"])
            if (month_first and found["mark"] == "/") or second > 12:
                first, second = second, first
            day = _day(found["year"], second, first, today)
        if day is not None:
            by_date = True
            yield found.start(), day
    if not by_date:
        for found in _NTH.finditer(said):
            by_date = True
            yield found.start(), _next_of_number(int(found[1]), today)
    if not by_date:
        for found in weekdays[0].finditer(said):
            ahead = (weekdays[1][found[0].casefold()] - today.weekday() - 1) % 7 + 1
            yield found.start(), today + timedelta(days=ahead)


def _next_of_number(number: int, today: date) -> date:
    """The next day of a month that has this number: the 20th; today, if there is none."""
    days = (today + timedelta(days=ahead) for ahead in range(1, 63))
    return next((day for day in days if day.day == number), today)


def _day(year: str | None, month: int, number: int, today: date) -> date | None:
    """The day; without a year, the next one of that name. None if there is no such day."""
    try:
        if year is not None:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, number)
        day = date(today.year, month, number)
        return day if day >= today - timedelta(days=180) else date(today.year + 1, month, number)
    except ValueError:
        return None


@cache
def _names() -> tuple[re.Pattern[str], dict[str, int], tuple[re.Pattern[str], dict[str, int]]]:
    """The pattern of days with a month's name, the number of each month's name, and the same of weekdays
    (Monday is 0), in the languages of emails and some in which customers write."""
    tags = (*languages(), *_OTHERS)
    months = {
        name.casefold().rstrip("."): number
        for tag in tags
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=tag).items()
        if len(name.rstrip(".")) > 2
    }
    weekdays = {
        name.casefold(): number for tag in tags for number, name in get_day_names("wide", locale=tag).items()
    }
    month = one_of(tuple(map(re.escape, sorted(months, key=len, reverse=True))))
    year = r"(?:,? (?:de )?(?P<year_{0}>\d{{4}}))?"
    pattern = re.compile(
        rf"(?<!\w)(?:(?P<day_before>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)? ?(?:of |de )?"
        rf"(?P<month_after>{month})\.?(?!\w)"
        rf"{year.format('after')}|(?P<month_before>{month})\.? (?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)"
        rf"{year.format('before')})",
        re.IGNORECASE,
    )
    day = one_of(tuple(map(re.escape, sorted(weekdays, key=len, reverse=True))))
    return pattern, months, (re.compile(rf"(?<!\w){day}(?!\w)", re.IGNORECASE), weekdays)
