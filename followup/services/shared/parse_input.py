"""Parsing text from people and files: names, words, addresses, dates, amounts."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from followup.domain.goodwill.policy.facts import FactSpec, FactType
from followup.domain.shared import day_text
from followup.domain.shared.amount_text import read_amount
from followup.domain.shared.money import Money
from followup.domain.shared.word import parse_word, with_article
from followup.errors import WrongUsage

_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_BETWEEN_WORDS = re.compile(r"[\s_.,/+\u2010-\u2015-]+")
_NOT_ON_A_LINE = {"Cc", "Cs", "Zl", "Zp"}
_NOT_SEEN = {"Cf", "Zs", "Mn", "Me"}
UNKNOWN = "unknown"
"""What is told where a day is asked for and nobody knows it."""
LONGEST_LINE = 200
LONGEST_SENTENCES = 500
LONGEST_TEXT = 20_000


def line(label: str, text: str) -> str:
    """One line of text without control characters, at most 200 characters long. Raises WrongUsage."""
    stripped = text.strip()
    kinds = {unicodedata.category(letter) for letter in stripped}
    if kinds & _NOT_ON_A_LINE:
        raise WrongUsage(
            f"{label} holds a line break or another control character.",
            hint="Give it on one line.",
            code="control_character",
        )
    if kinds <= _NOT_SEEN:
        raise empty(label, hint=f"Give {with_article(label)}.")
    if len(stripped) > LONGEST_LINE:
        raise _too_long(label, f"{len(stripped)}", f"{LONGEST_LINE}", "Put the rest into a note.")
    return unicodedata.normalize("NFC", stripped)


def passage(label: str, text: str) -> str:
    """Several lines of text, at most 20,000 characters. Raises WrongUsage if it is longer.

    Characters that a database cannot store or a screen must not show (control characters, half surrogates)
    become the replacement character."""
    kept = "".join(
        letter if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs") else "\ufffd"
        for letter in text.replace("\r\n", "\n").replace("\r", "\n")
    ).strip()
    if len(kept) > LONGEST_TEXT:
        hint = "Keep what matters, and attach the rest where you keep files."
        raise _too_long(label, f"{len(kept):,}", f"{LONGEST_TEXT:,}", hint)
    return kept


def sentences(label: str, text: str) -> str:
    """A few sentences on one line, at most 500 characters. Line breaks become spaces, and other characters
    are those of `passage`. Raises WrongUsage if it is longer."""
    kept = " ".join(passage(label, text).split())
    if len(kept) > LONGEST_SENTENCES:
        hint = "Say it in one sentence or two, as you would on the telephone; put the rest into a note."
        raise _too_long(label, f"{len(kept):,}", f"{LONGEST_SENTENCES:,}", hint)
    return kept


def empty(label: str, *, hint: str) -> WrongUsage:
    """The error for a required text that is empty."""
    return WrongUsage(f"{label} is empty.", hint=hint, code="empty")


def _too_long(label: str, length: str, most: str, hint: str) -> WrongUsage:
    return WrongUsage(f"{label} is {length} characters long; {most} is the most.", hint=hint, code="too_long")


def bad_locale(message: str) -> WrongUsage:
    """The error for an unknown locale."""
    return WrongUsage(message, hint="Give a language with a country, for instance en-GB.", code="bad_locale")


word = parse_word
"""One word of a closed list. Raises WrongUsage for any other text."""


def slug(label: str, text: str, *, joined: bool = False) -> str:
    """A short name such as late-delivery; with `joined`, "Late delivery" is taken as it. Raises
    WrongUsage."""
    wanted = text.strip().lower()
    if joined and not _SLUG.fullmatch(wanted):
        wanted = _BETWEEN_WORDS.sub("-", wanted).strip("-")
    if len(wanted) > 60 or not _SLUG.fullmatch(wanted):
        raise WrongUsage(
            f"{text!r} is not {with_article(label)}.",
            hint="Use small letters, digits and hyphens, for instance late-delivery.",
            code=f"bad_{label.replace(' ', '_')}",
        )
    return wanted


def address(text: str) -> str:
    """An email address in lower case. Checks only the form; no network. Raises WrongUsage."""
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(
            text.strip(), check_deliverability=False, test_environment=True
        ).normalized.lower()
    except EmailNotValidError as error:
        raise WrongUsage(
            f"{text!r} is not an email address: {error}",
            hint="Write it as name@domain, for instance ana@harbour.example.",
            code="bad_address",
        ) from error


def timezone(text: str) -> str:
    """The name of an IANA time zone. Raises WrongUsage."""
    try:
        return ZoneInfo(text.strip()).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise WrongUsage(
            f"{text!r} is not a time zone.",
            hint="Give one of IANA, for instance Europe/London.",
            code="bad_timezone",
        ) from error


def day(label: str, text: str, *, today: date, country: str = "") -> date:
    """A day that is not after `today`: a date, "today" or "yesterday". Slashes are read in the order of the
    `country`. Raises WrongUsage, also for a text that may mean two days."""
    found = day_text.readings(text, today=today, country=country)
    if not found:
        raise _no_date(label, text)
    if len(found) > 1:
        meant = " or ".join(map(str, found))
        raise WrongUsage(
            f"{text!r} for {label} may mean {meant}.", hint="Write it as 2026-11-23.", code="two_dates"
        )
    if found[0] > today:
        raise WrongUsage(
            f"{label} {found[0]} lies in the future.", hint=f"Today is {today}.", code="future_date"
        )
    return found[0]


def day_or_unknown(label: str, text: str, *, today: date, country: str = "") -> date | None:
    """As `day`, or None for "unknown"."""
    return None if text.strip().lower() == UNKNOWN else day(label, text, today=today, country=country)


def _no_date(label: str, text: str) -> WrongUsage:
    return WrongUsage(f"{text!r} is not a date for {label}.", hint="Write it as 2026-11-23.", code="bad_date")


def days(since: str | None, until: str | None) -> tuple[date | None, date | None]:
    """The first and the last day of a list, each written YYYY-MM-DD or left out. Raises WrongUsage."""
    first = _date("--from", since) if since else None
    last = _date("--to", until) if until else None
    if first is not None and last is not None and last < first:
        raise WrongUsage(
            f"--to {last} is before --from {first}.", hint="Exchange the two.", code="last_day_before_first"
        )
    return first, last


def day_ahead(label: str, text: str, *, today: date) -> date:
    """A date written YYYY-MM-DD that is after `today`. Raises WrongUsage."""
    found = _date(label, text)
    if found <= today:
        raise WrongUsage(
            f"{label} {found} is not ahead.",
            hint=f"Today is {today}; name a later day.",
            code="date_not_ahead",
        )
    return found


def _date(label: str, text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise _no_date(label, text) from error


def money(label: str, text: str, currency: str, locale: str = "en-GB") -> Money:
    """An amount in `currency`, as people write it where `locale` is used. Raises WrongUsage naming the value
    by `label`."""
    try:
        return read_amount(text, currency, locale)
    except WrongUsage as error:
        raise WrongUsage(f"{label}: {error.message}", hint=error.hint, code=error.code) from error


def fact_text(spec: FactSpec, text: str, locale: str) -> str:
    """The text of a fact as it is stored: an amount without sign and separators, anything else unchanged.
    Raises WrongUsage for an amount in another currency or one that can be read in two ways."""
    if spec.type is not FactType.MONEY or not text.strip():
        return text
    try:
        return money(spec.name, text, spec.currency, locale).text
    except WrongUsage as error:
        if error.code != "bad_amount":
            raise
        # What is no amount at all is refused where facts are read, with the others.
        return text


def facts(pairs: Iterable[str]) -> dict[str, str]:
    """Facts of a case, each given as NAME=VALUE, as a dictionary. Raises WrongUsage."""
    told: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise WrongUsage(
                f"--fact {pair} is not a fact.", hint="Write it as --fact NAME=VALUE.", code="bad_fact_option"
            )
        if key.strip() in told:
            raise WrongUsage(
                f"The fact {key.strip()} is given twice.", hint="Give it once.", code="fact_given_twice"
            )
        told[key.strip()] = value
    return told
