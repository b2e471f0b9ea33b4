"""The kinds of values of settings: how each is parsed, and the words that say what is allowed.

A parser takes a value of the file or the text of a variable. For an invalid value it raises ValueError, an
error of `errors.py`, or what zoneinfo raises; `reading.py` makes the message.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from email.utils import getaddresses, parseaddr
from types import MappingProxyType
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from followup.domain.cases.case import Responsibility
from followup.domain.goodwill.gesture import GestureKind
from followup.domain.letters.reason_phrases import ReasonPhrases, read_phrases
from followup.domain.letters.thing import Thing
from followup.domain.outbox.notification import NotifyOwners
from followup.domain.sequences.closed_days import ClosedDays, parse_closed_day
from followup.domain.sequences.send_window import TimesOfDay, parse_times_of_day
from followup.domain.shared.money import decimals
from followup.domain.shared.word import Word, listed, spelled

TOKEN = "{token}"  # noqa: S105 -- a placeholder, no secret
"""The placeholder in an address for the token of each email."""
TOKEN_LETTERS = 32
_LONGEST_LOCAL_PART = 64  # RFC 5321, section 4.5.3.1.1
OWN_LANGUAGE = ""
"""The key in `Settings.reasons` for phrases without a language."""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SETTLED_BUSINESS_DAYS: Mapping[str, int] = MappingProxyType(
    {
        kind.value: kind.settled_business_days
        for kind in sorted(GestureKind, key=lambda kind: kind.settled_business_days or 0)
        if kind.settled_business_days is not None
    }
)
"""The default business days for each kind of gesture, the soonest first; its keys are the allowed kinds."""
SERVER_MAILBOXES = ("imap", "imaps")
"""The URL schemes of mailboxes on a server, whose host the URL names."""
LOCAL_MAILBOXES = ("maildir", "folder")
"""The URL schemes of mailboxes on this machine; the daemon reads and writes to their path."""
MAILBOX_URLS = "imaps://user@host/INBOX, maildir:///path/to/Maildir or folder:///path/to/files"
"""How the URL of a mailbox may be written, for messages and the page of settings."""
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_LINK_TEXT = r'[^\s"<>\x00-\x1f\x7f-\U0010ffff]{1,800}'
"""Compiled at its first use: compiling its wide range takes as long as building the whole table of
settings.
"""
_MINUTES_OF_A_DAY = 24 * 60
_TRUE, _FALSE = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})
_T = TypeVar("_T")


class OnDoubt(Word):
    """What happens to an email in doubt."""

    HOLD = "hold", "It waits for a person"
    RESEND = "resend", "It is sent again, the same bytes with the same Message-ID"


class SettingKind(NamedTuple):
    """A kind of value: its name, its parser, and the words that complete the sentence "Give …"."""

    name: str
    parse: Callable[[object], object]
    wish: str
    in_environment: bool = True
    """Whether an environment variable can hold it; a table cannot be."""


class UnusablePart(ValueError):
    """One element of a list cannot be used: `part`."""

    def __init__(self, part: object) -> None:
        super().__init__(part)
        self.part = part


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or any(map(_is_no_text, value)):
        raise ValueError(value)
    return value.strip()


def _is_no_text(letter: str) -> bool:
    """Whether it is a control character or an unpaired surrogate, which no file can contain."""
    return letter < " " or letter == "\x7f" or "\ud800" <= letter <= "\udfff"


def _address(value: object) -> str:
    text = _text(value)
    name, address = parseaddr(text)
    if not name or TOKEN in text or "@" not in address or "." not in address.rpartition("@")[2]:
        raise ValueError(value)
    return text


def _mailbox(value: object) -> str | None:
    """One mailbox, whose address may have {token} directly before the @; None for an empty text."""
    if value == "":
        return None
    text = _text(value)
    address = parseaddr(text)[1]
    if len(getaddresses([text])) != 1 or "@" not in address.strip("@"):
        raise ValueError(value)
    local_part = address.rpartition("@")[0]
    longest = len(local_part.replace(TOKEN, "t" * TOKEN_LETTERS).encode())
    if text.count(TOKEN) != int(local_part.endswith(TOKEN)) or longest > _LONGEST_LOCAL_PART:
        raise ValueError(value)
    return text


def _currency(value: object) -> str:
    text = _text(value)
    decimals(text)
    return text


def _currencies(value: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_each(value, _currency)))


def _timezone(value: object) -> str:
    return ZoneInfo(_text(value)).key


def _url(value: object) -> str | None:
    if value == "":
        return None
    text = _text(value)
    if "://" not in text:
        raise ValueError(value)
    return text


def _smtp_url(value: object) -> str | None:
    text = _url(value)
    if text is not None:
        parts = urlsplit(text)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.port == 0:
            raise ValueError(value)
    return text


def _inbound_url(value: object) -> str | None:
    text = _url(value)
    if text is not None:
        parts = urlsplit(text)
        is_server = parts.scheme in SERVER_MAILBOXES
        if parts.port == 0 or not (
            parts.hostname if is_server else parts.scheme in LOCAL_MAILBOXES and parts.path
        ):
            raise ValueError(value)
    return text


def _command(value: object) -> str | None:
    return None if value == "" else _text(value)


def _most_connections(value: object) -> int:
    number = _whole(value)
    if number > 64:
        raise ValueError(value)
    return number


def _whole_or_none(value: object) -> int | None:
    return None if value == "" else _whole(value)


def _days_kept(value: object) -> int | None:
    number = (
        int(value) if isinstance(value, (int, str)) and not isinstance(value, bool) and value != "" else None
    )
    if number is not None and not 30 <= number <= 36_500:
        raise ValueError(value)
    return number


def _unsubscribe_url(value: object) -> str | None:
    """A URL to which one more parameter can be added. It is plain ASCII, because it is used in headers and
    HTML.
    """
    text = _url(value)
    if text is not None:
        parts = urlsplit(text)
        if (
            not text.startswith("https://")
            or not parts.hostname
            or parts.port == 0
            or parts.username is not None
            or "#" in text
            or TOKEN in text
            or not re.fullmatch(_LINK_TEXT, text)
        ):
            raise ValueError(value)
    return text


def _whole(value: object) -> int:
    number = int(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else 0
    if not 1 <= number <= 3600:
        raise ValueError(value)
    return number


def _minutes(value: object) -> int:
    """A number of minutes up to a day; 0 is allowed."""
    text = str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    if not text.strip().isdecimal() or int(text) > _MINUTES_OF_A_DAY:
        raise ValueError(value)
    return int(text)


def _yes_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    text = _text(value).lower()
    if text not in _TRUE | _FALSE:
        raise ValueError(value)
    return text in _TRUE


def _each(value: object, read: Callable[[object], _T]) -> list[_T]:
    """The result of `read` for each element of a list, or of a text with commas."""
    parts = [part for part in value.split(",") if part.strip()] if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise ValueError(value)
    found = []
    for part in parts:
        try:
            found.append(read(part))
        except ValueError as error:
            raise UnusablePart(part) from error
    return found


def _window(value: object) -> TimesOfDay:
    opens, closes = parse_times_of_day(_text(value))
    if closes <= opens and closes != time():
        raise ValueError(value)
    return opens, closes


def _quiet_hours(value: object) -> tuple[TimesOfDay, ...]:
    return tuple(_each(value, lambda part: parse_times_of_day(_text(part))))


def _closed_days(value: object) -> ClosedDays:
    # TOML has a date type, written without quotes.
    return ClosedDays(
        frozenset(
            _each(value, lambda part: parse_closed_day(str(part) if isinstance(part, date) else _text(part)))
        )
    )


def _days(value: object) -> frozenset[int]:
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list) or not names:
        raise ValueError(value)
    return frozenset(_day(str(name).strip().lower()) for name in names)


def _day(name: str) -> int:
    """The number of a weekday, 0 for Monday, by its name or at least its first three letters."""
    found = [number for number, day in enumerate(DAYS) if len(name) >= 3 and day.startswith(name)]
    if not found:
        raise ValueError(name)
    return found[0]


def _country(value: object) -> str:
    text = _text(value)
    if len(text) != 2 or not text.isascii() or not text.isupper():
        raise ValueError(value)
    return text


def _locale(value: object) -> str:
    """A locale whose formats for dates and numbers are known."""
    from babel import Locale, UnknownLocaleError

    text = _text(value).replace("_", "-")
    if not text.replace("-", "").isalnum() or not text.isascii():
        raise ValueError(value)
    try:
        Locale.parse(text, sep="-")
    except UnknownLocaleError as error:
        raise ValueError(value) from error
    return text


def _reasons(value: object) -> Mapping[str, Mapping[str, ReasonPhrases]]:
    """Phrases by language; those without a language under OWN_LANGUAGE."""
    if not isinstance(value, dict):
        raise ValueError(value)
    tables: dict[str, dict[str, ReasonPhrases]] = {OWN_LANGUAGE: {}}
    for key, phrase in value.items():
        if not isinstance(phrase, dict) or phrase.keys() <= set(Responsibility):
            tables[OWN_LANGUAGE][key] = read_phrases(phrase)
        elif _LANGUAGE.fullmatch(key):
            tables[key] = {reason: read_phrases(text) for reason, text in phrase.items()}
        else:
            raise ValueError(key)
    return MappingProxyType({name: MappingProxyType(table) for name, table in tables.items()})


def _settled(value: object) -> Mapping[str, int]:
    """Business days by kind of gesture; a missing kind keeps its default."""
    if not isinstance(value, dict) or not value.keys() <= SETTLED_BUSINESS_DAYS.keys():
        raise ValueError(value)
    return MappingProxyType({**SETTLED_BUSINESS_DAYS, **{kind: _whole(days) for kind, days in value.items()}})


def _selectors(value: object) -> tuple[str, ...]:
    """Selectors of DKIM keys, each one or several labels of a name."""
    found = _each(value, lambda part: _text(part).lower())
    if not all(re.fullmatch(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){0,5}", one) for one in found):
        raise ValueError(value)
    return tuple(dict.fromkeys(found))


def _on_doubt(value: object) -> OnDoubt:
    found = {word.value: word for word in OnDoubt}.get(_text(value))
    if found is None:
        raise ValueError(value)
    return found


def _notify_owners(value: object) -> NotifyOwners:
    found = {word.value: word for word in NotifyOwners}.get(_text(value))
    if found is None:
        raise ValueError(value)
    return found


def _thing(value: object) -> Thing:
    word = spelled(_text(value))
    found = {thing.value: thing for thing in Thing}.get(Thing.near_words().get(word, word))
    if found is None:
        raise ValueError(value)
    return found


def _things(value: object) -> Mapping[str, Thing]:
    """What was bought in the cases of some reasons."""
    if not isinstance(value, dict):
        raise ValueError(value)
    return MappingProxyType({reason: _thing(word) for reason, word in value.items()})


def whole_number(unit: str, parse: Callable[[object], object] = _whole, most: int = 3600) -> SettingKind:
    """An integer number of `unit`, from 1 to `most`."""
    return SettingKind(f"whole number from 1 to {most}", parse, f"a whole number of {unit} from 1 to {most}")


def mailbox(example: str) -> SettingKind:
    """A reply address, with or without a placeholder for the token."""
    return SettingKind(
        "address",
        _mailbox,
        f'an address, for instance "{example}", of which at most {_LONGEST_LOCAL_PART} letters '
        f"stand before the @, {TOKEN_LETTERS} of them for the token",
    )


def password_command(example: str) -> SettingKind:
    """A command that prints a password."""
    return SettingKind(
        "command", _command, f'a command that prints the password or token, for instance "{example}"'
    )


TEXT = SettingKind("text", _text, "text in quotes")
SENDER = SettingKind(
    "name and address",
    _address,
    (
        'a name and an address, for instance "Ana at Harbour Books <ana@harbour.example>"; '
        "a name with a comma in quotation marks"
    ),
)
CURRENCY = SettingKind("ISO 4217 code", _currency, "an ISO 4217 code, for instance GBP")
CURRENCIES = SettingKind(
    "list of ISO 4217 codes", _currencies, 'ISO 4217 codes in a list, for instance ["GBP", "EUR"]'
)
TIMEZONE = SettingKind("IANA time zone", _timezone, "an IANA time zone, for instance Europe/London")
COUNTRY = SettingKind("ISO 3166 code", _country, "an ISO 3166 code of two capital letters, for instance GB")
LOCALE = SettingKind("locale", _locale, "a language with a country, for instance en-GB")
DATABASE_URL = SettingKind("URL", _url, "sqlite:///path/to/file.db or postgresql://user@host/name")
UNSUBSCRIBE_URL = SettingKind(
    "URL", _unsubscribe_url, "a page, as https://harbour.example/stop; each link to it ends in ?token=…"
)
SMTP_URL = SettingKind(
    "URL",
    _smtp_url,
    "smtp://host:587 or smtps://host:465, with user:password@ before the host if it asks for one",
)
INBOUND_URL = SettingKind("URL", _inbound_url, MAILBOX_URLS)
SMTP_CONNECTIONS = whole_number("connections", _most_connections, 64)
SMTP_EMAILS_PER_MINUTE = whole_number("emails", _whole_or_none)
OAUTH_ISSUER = SettingKind("URL", _url, "a URL, as https://login.microsoftonline.com/YOUR-TENANT/v2.0")
DKIM_SELECTORS = SettingKind(
    "list of selectors", _selectors, 'the selectors of keys in a list, for instance ["mail2026"]'
)
RETENTION_DAYS = SettingKind(
    "whole number from 30 to 36500", _days_kept, "a whole number of days from 30 to 36500"
)
GRACE_MINUTES = SettingKind(
    "whole number from 0 to 1440", _minutes, "a whole number of minutes from 0 to 1440"
)
YES_NO = SettingKind("true or false", _yes_no, "true or false")
ON_DOUBT = SettingKind("hold or resend", _on_doubt, "hold or resend")
NOTIFY_OWNERS = SettingKind("at_once, daily or off", _notify_owners, "at_once, daily or off")
THING = SettingKind("word", _thing, listed(Thing.values(), "or"))
THINGS = SettingKind(
    "table of words",
    _things,
    f'for each reason {listed(Thing.values(), "or")}, as {{ missed-appointment = "appointment" }}',
    in_environment=False,
)
SEND_WINDOW = SettingKind("times of day", _window, 'opening and closing time, for instance "09:00-18:00"')
SEND_DAYS = SettingKind("list of weekdays", _days, 'days of the week, for instance ["mon", "tue", "wed"]')
QUIET_HOURS = SettingKind(
    "list of times of day",
    _quiet_hours,
    'times of day in a list, for instance ["12:30-13:30", "22:00-07:00"]',
)
CLOSED_DAYS = SettingKind(
    "list of dates",
    _closed_days,
    'dates, or month and day for every year, in a list, for instance ["2026-12-24", "12-31"]',
)
SETTLED = SettingKind(
    "table of whole numbers",
    _settled,
    f"a table of whole numbers for {listed(sorted(SETTLED_BUSINESS_DAYS))}, as refund = 5",
    in_environment=False,
)
REASONS = SettingKind(
    "table of texts, by language",
    _reasons,
    'phrases, for instance late-delivery = "your {item} came {days_late} later than we promised", several in '
    "a list, in a table with ours, shared, nobody and theirs where it depends on whose doing it was, "
    "and tables of them by language, for instance [reasons.de]",
    in_environment=False,
)
