"""Hints about a case: details that would make its emails more specific. At most two, the most useful
first.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from followup.domain.cases.case import Feeling

MOST_HINTS = 2

Patterns = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PromiseWords:
    """How a language names the time of a promise, as regular expressions in lower case.

    `numbers` and `units` count only after one of `limits`: "within 3 days" is a time, "3 days" is none. In
    `others`, {weekdays} and {months} stand for the alternatives of that list.
    """

    weekdays: Patterns = ()
    months: Patterns = ()
    numbers: Patterns = ()
    units: Patterns = ()
    limits: Patterns = ()
    others: Patterns = ()


_IN_ALL_LANGUAGES = (
    # 2026-03-27, 27/3, 27.3., 14:30
    r"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}(?:/\d{2,4})?|\d{1,2}\.\d{1,2}\.(?:\d{2,4})?|\d{1,2}:\d{2}",
)


@lru_cache(maxsize=8)
def _times(languages: tuple[PromiseWords, ...]) -> re.Pattern[str]:
    found = list(_IN_ALL_LANGUAGES)
    for words in languages:
        weekdays, months = ("|".join(names) or "(?!)" for names in (words.weekdays, words.months))
        found.append(rf"(?:{weekdays})s?")
        found += [
            other.replace("{weekdays}", f"(?:{weekdays})").replace("{months}", f"(?:{months})")
            for other in words.others
        ]
        if words.limits and words.units:
            numbers = "|".join((r"\d{1,3}", *words.numbers))
            found.append(rf"(?:{'|'.join(words.limits)}) (?:{numbers}) (?:{'|'.join(words.units)})")
    return re.compile("|".join(rf"(?<!\w)(?:{one})(?!\w)" for one in found), re.IGNORECASE)


def has_day(promise: str, languages: tuple[PromiseWords, ...]) -> bool:
    """Whether a promise names a time in one of the languages: a date, a weekday, a time of day, "tomorrow" or
    "within 3 days". A number of days counts only after a word that makes it a deadline, such as "within": "a
    refund for 3 days" names no time.
    """
    return _times(languages).search(" ".join(promise.split())) is not None


def hints(
    *,
    case: str,
    feeling: Feeling | None,
    verbatim: str | None,
    order: str | None,
    promised: str | None,
    promise_names_day: bool,
    facts: Iterable[str],
    reason: str,
    language: str,
    has_reason_phrase: bool,
    reason_meant: str | None = None,
    has_written: bool = False,
) -> tuple[str, ...]:
    """The details that an agent could still add to a case so that its emails can be specific; () if none is
    missing.

    `case` is the reference of the case, `promise_names_day` what `has_day` says of the promise, `facts` the
    names of the facts the case has, `language` the customer's language (such as "de"). `has_reason_phrase`
    says whether the workspace has a phrase for the reason in that language. If the reason is new,
    `reason_meant` is a known reason that it may be a misspelling of. `has_written` says that the case has a
    message of the customer's, so that their words are there.
    """
    change = f"followup case set {case}"
    found = []
    if reason_meant:
        found.append(
            f"No other case has the reason {reason}. Did you mean {reason_meant}? "
            f"{change} --reason {reason_meant}"
        )
    if promised and not promise_names_day:
        found.append(f'When? Promises with a day are kept: {change} --promised "… by Friday"')
    named = {"item", "place"} & set(facts)
    if feeling and not (order or named or verbatim or promised):
        found.append(
            f"{feeling.value}: about what? A feeling is believed next to a fact: {change} "
            "--verbatim, --order, --fact item=… or --fact place=…"
        )
    elif not (verbatim or has_written):
        found.append(f'Their own words are missing: ask “What did they say?”, then {change} --verbatim "…"')
    if feeling is None:
        found.append(f"How did they feel? The tone of the email follows it: {change} --feeling …")
    if not (has_reason_phrase or reason_meant):
        found.append(
            f"Emails cannot say what happened: there are no words for {reason} in the language {language}. "
            f"Ask who keeps followup.toml to add them under [reasons.{language}]."
        )
    return tuple(found[:MOST_HINTS])
