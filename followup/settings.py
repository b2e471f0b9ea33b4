"""Settings: followup.toml, over-ridden by environment variables, checked once, then frozen.

Every setting NAME can be given as FOLLOWUP_NAME, or as FOLLOWUP_NAME_FILE naming a file that holds it.
"""

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, time
from email.utils import getaddresses, parseaddr
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from followup.domain.sequences.closed_days import ClosedDays, parse_closed_day
from followup.domain.sequences.send_window import SendWindow, TimesOfDay, parse_times_of_day
from followup.domain.shared.money import decimals
from followup.domain.shared.word import Word
from followup.errors import FollowupError, InvalidFile, NotFound

FILE_NAME = "followup.toml"
TOKEN = "{token}"  # noqa: S105 -- it is the place for one
"""Stands in an address for the token that is put there, email by email."""
TOKEN_LETTERS = 32
_LONGEST_LOCAL_PART = 64  # RFC 5321, section 4.5.3.1.1
OWN_LANGUAGE = ""
"""Under this name `Settings.reasons` holds the phrases that stand without a language."""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_TABLES = frozenset({"reasons", "settled_business_days"})
"""Settings that are tables, which no environment variable can hold."""
_URLS_WITH_SECRETS = frozenset({"database_url", "inbound_url", "smtp_url"})
_SETTLED = frozenset({"callback", "credit", "gift", "refund"})
_T = TypeVar("_T")
_LINK_TEXT = re.compile(r'[^\s"<>\x00-\x1f\x7f-\U0010ffff]{1,800}')
_TRUE, _FALSE = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})


class OnDoubt(Word):
    """What happens to an email of which nobody knows whether it went out."""

    HOLD = "hold", "It waits for a person"
    RESEND = "resend", "It is sent again, the same bytes with the same Message-ID"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a workspace is set to. Secrets are kept out of its representation."""

    business: str = "Our shop"
    sender: str = "Customer care <care@localhost.example>"
    reply_to: str | None = None
    unsubscribe_url: str | None = None
    currency: str = "GBP"
    timezone: str = "Europe/London"
    country: str = "GB"
    locale: str = "en-GB"
    database_url: str | None = field(default=None, repr=False)
    smtp_url: str | None = field(default=None, repr=False)
    smtp_password_command: str | None = None
    smtp_connections: int = 4
    smtp_emails_per_minute: int | None = None
    bounce_to: str | None = None
    inbound_url: str | None = field(default=None, repr=False)
    inbound_password_command: str | None = None
    out_of_office_days: int = 3
    soft_bounces: int = 5
    soft_bounce_days: int = 30
    retention_days: int | None = None
    rehearsal: bool = False
    on_doubt: OnDoubt = OnDoubt.HOLD
    send_window: tuple[time, time] = (time(9), time(18))
    send_days: frozenset[int] = frozenset(range(5))
    quiet_hours: tuple[TimesOfDay, ...] = ()
    closed_days: ClosedDays = field(default_factory=ClosedDays)
    most_emails: int = 3
    most_emails_days: int = 14
    least_gap_hours: int = 24
    approval_business_days: int = 2
    lock_wait_seconds: int = 60
    hold_business_days: int = 5
    voucher_valid_days: int = 365
    settled_business_days: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType({"callback": 1, "credit": 2, "refund": 5, "gift": 10})
    )
    secret_key: str | None = field(default=None, repr=False)
    reasons: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def sends_real_mail(self) -> bool:
        """Whether emails leave this machine's control: an SMTP server is set, and it is no rehearsal."""
        return self.smtp_url is not None and not self.rehearsal

    @property
    def known_reasons(self) -> tuple[str, ...]:
        """Every reason that has a phrase in some language."""
        return tuple(dict.fromkeys(reason for phrases in self.reasons.values() for reason in phrases))

    def reason_phrase(self, reason: str, language: str) -> str | None:
        """What happened, as a clause in a language such as "de" (or of a locale such as "de-AT"), or None
        where nobody wrote one. Phrases without a language are in that of the workspace's locale."""
        wanted = language.partition("-")[0].lower()
        tables = [wanted, *([OWN_LANGUAGE] if wanted == self.locale.partition("-")[0].lower() else [])]
        found = (self.reasons[table].get(reason) for table in tables if table in self.reasons)
        return next((phrase for phrase in found if phrase), None)


def read_text(path: Path) -> str:
    """The text of a file of the workspace. Raises NotFound or InvalidFile where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise NotFound(
            f"{path} is missing.", hint="Put it back, or copy it from a new workspace: followup init /tmp/new"
        ) from error
    except UnicodeDecodeError as error:
        raise InvalidFile(
            f"{path} is not UTF-8 text: byte {error.start} cannot be read.", hint="Save it as UTF-8."
        ) from error
    except OSError as error:
        raise InvalidFile(f"{path} cannot be read: {error.strerror}.", hint="Check who owns it.") from error


def read_settings(text: str, source: str, environment: Mapping[str, str]) -> Settings:
    """Settings from the text of followup.toml and the environment.

    Raises InvalidFile naming the file, the line or key, and the mend."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidFile(
            f"{source} is not valid TOML: {error}.",
            hint="Mend that line; text stands in quotes.",
            code="bad_toml",
        ) from error
    known = {item.name for item in fields(Settings)}
    for key, value in table.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            raise InvalidFile(
                f"{source}: there is no setting {key!r}.",
                hint=f"Did you mean {near[0]}?" if near else f"The settings are: {', '.join(sorted(known))}.",
                code="unknown_setting",
            )
        if key == "secret_key" or (
            key in ("smtp_url", "database_url", "inbound_url") and _holds_password(str(value))
        ):
            raise InvalidFile(
                f"{source}: {key} holds a secret, and this file is kept under version control.",
                hint=f"Take it out and set FOLLOWUP_{key.upper()}, or FOLLOWUP_{key.upper()}_FILE to a file.",
                code="secret_in_file",
            )
    given: dict[str, object] = dict(table)
    origin = dict.fromkeys(table, source)
    for name in known - _TABLES:
        variable = f"FOLLOWUP_{name.upper()}"
        if variable in environment:
            given[name], origin[name] = environment[variable], variable
        elif f"{variable}_FILE" in environment:
            given[name] = read_text(Path(environment[f"{variable}_FILE"])).strip()
            origin[name] = f"{variable}_FILE"
    settings = Settings(**{name: _checked(name, value, origin[name]) for name, value in given.items()})  # type: ignore[arg-type]
    _refuse_quiet_all_day(settings, origin)
    return settings


def _refuse_quiet_all_day(settings: Settings, origin: Mapping[str, str]) -> None:
    try:
        SendWindow(*settings.send_window, settings.send_days, settings.quiet_hours)
    except InvalidFile as error:
        raise InvalidFile(
            f"{origin['quiet_hours']}: quiet_hours cannot be used. {error.message}",
            hint=error.hint,
            code="bad_setting",
        ) from error


def _holds_password(url: str) -> bool:
    try:
        return bool(urlsplit(url).password) or "password=" in urlsplit(url).query
    except ValueError:
        # It is no URL, which is said when it is read.
        return False


def _checked(name: str, value: object, origin: str) -> object:
    try:
        return _READERS.get(name, _text)(value)
    except (ValueError, FollowupError, ZoneInfoNotFoundError) as error:
        wish = _WISHES.get(name, "text in quotes")
        secret = name in {item.name for item in fields(Settings) if not item.repr}
        wrong = error.part if isinstance(error, _UnusablePart) else value
        shown = "" if secret else f" {wrong!r}"
        raise InvalidFile(
            f"{origin}: {name}{shown} cannot be used.", hint=f"Give {wish}.", code="bad_setting"
        ) from error


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or any(map(_is_no_text, value)):
        raise ValueError(value)
    return value.strip()


def _is_no_text(letter: str) -> bool:
    """Whether it is a control character, or half of a character, which no file can hold."""
    return letter < " " or letter == "\x7f" or "\ud800" <= letter <= "\udfff"


def _address(value: object) -> str:
    text = _text(value)
    name, address = parseaddr(text)
    if not name or TOKEN in text or "@" not in address or "." not in address.rpartition("@")[2]:
        raise ValueError(value)
    return text


def _mailbox(value: object) -> str | None:
    """One mailbox, whose address may hold {token} right before the @; nothing for an empty text."""
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
        is_server = parts.scheme in ("imap", "imaps")
        if parts.port == 0 or not (
            parts.hostname if is_server else parts.scheme in ("maildir", "folder") and parts.path
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
    """A page that takes one more parameter. It stands in headers and in HTML, so it is plain ASCII."""
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
            or not _LINK_TEXT.fullmatch(text)
        ):
            raise ValueError(value)
    return text


def _whole(value: object) -> int:
    number = int(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else 0
    if not 1 <= number <= 3600:
        raise ValueError(value)
    return number


def _yes_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    text = _text(value).lower()
    if text not in _TRUE | _FALSE:
        raise ValueError(value)
    return text in _TRUE


class _UnusablePart(ValueError):
    """One of several that cannot be used: `part`."""

    def __init__(self, part: object) -> None:
        super().__init__(part)
        self.part = part


def _each(value: object, read: Callable[[object], _T]) -> list[_T]:
    """What `read` makes of each in a list, or in a text with commas between them."""
    parts = [part for part in value.split(",") if part.strip()] if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise ValueError(value)
    found = []
    for part in parts:
        try:
            found.append(read(part))
        except ValueError as error:
            raise _UnusablePart(part) from error
    return found


def _window(value: object) -> TimesOfDay:
    opens, closes = parse_times_of_day(_text(value))
    if closes <= opens and closes != time():
        raise ValueError(value)
    return opens, closes


def _quiet_hours(value: object) -> tuple[TimesOfDay, ...]:
    return tuple(_each(value, lambda part: parse_times_of_day(_text(part))))


def _closed_days(value: object) -> ClosedDays:
    # TOML has dates of its own, which stand without quotes.
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
    """The number of a day, from 0 for Monday, by its name or the first three letters or more of it."""
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
    """A locale whose way to write days and figures is known."""
    from babel import Locale, UnknownLocaleError

    text = _text(value).replace("_", "-")
    if not text.replace("-", "").isalnum() or not text.isascii():
        raise ValueError(value)
    try:
        Locale.parse(text, sep="-")
    except UnknownLocaleError as error:
        raise ValueError(value) from error
    return text


def _reasons(value: object) -> Mapping[str, Mapping[str, str]]:
    """Phrases by language, those without one under OWN_LANGUAGE."""
    if not isinstance(value, dict):
        raise ValueError(value)
    tables: dict[str, dict[str, str]] = {OWN_LANGUAGE: {}}
    for key, phrase in value.items():
        if not isinstance(phrase, dict):
            tables[OWN_LANGUAGE][key] = _text(phrase)
        elif _LANGUAGE.fullmatch(key):
            tables[key] = {reason: _text(text) for reason, text in phrase.items()}
        else:
            raise ValueError(key)
    return MappingProxyType({name: MappingProxyType(table) for name, table in tables.items()})


def _settled(value: object) -> Mapping[str, int]:
    """Business days by kind of gesture; a kind that is left out keeps the shipped number."""
    if not isinstance(value, dict) or not value.keys() <= _SETTLED:
        raise ValueError(value)
    shipped = Settings().settled_business_days
    return MappingProxyType({**shipped, **{kind: _whole(days) for kind, days in value.items()}})


def _on_doubt(value: object) -> OnDoubt:
    found = {word.value: word for word in OnDoubt}.get(_text(value))
    if found is None:
        raise ValueError(value)
    return found


_READERS = {
    "sender": _address,
    "reply_to": _mailbox,
    "bounce_to": _mailbox,
    "currency": _currency,
    "timezone": _timezone,
    "country": _country,
    "locale": _locale,
    "database_url": _url,
    "smtp_url": _smtp_url,
    "smtp_password_command": _command,
    "smtp_connections": _most_connections,
    "smtp_emails_per_minute": _whole_or_none,
    "inbound_url": _inbound_url,
    "inbound_password_command": _command,
    "out_of_office_days": _whole,
    "soft_bounces": _whole,
    "soft_bounce_days": _whole,
    "retention_days": _days_kept,
    "unsubscribe_url": _unsubscribe_url,
    "approval_business_days": _whole,
    "lock_wait_seconds": _whole,
    "hold_business_days": _whole,
    "voucher_valid_days": _whole,
    "rehearsal": _yes_no,
    "on_doubt": _on_doubt,
    "send_window": _window,
    "send_days": _days,
    "quiet_hours": _quiet_hours,
    "closed_days": _closed_days,
    "most_emails": _whole,
    "most_emails_days": _whole,
    "least_gap_hours": _whole,
    "reasons": _reasons,
    "settled_business_days": _settled,
}
_WISHES = {
    "sender": 'a name and an address, for instance "Ana at Harbour Books <ana@harbour.example>"',
    "reply_to": 'an address, for instance "Ana <ana+{token}@harbour.example>", of which at most 64 letters '
    "stand before the @, 32 of them for the token",
    "bounce_to": 'an address, for instance "bounces+{token}@harbour.example", of which at most 64 letters '
    "stand before the @, 32 of them for the token",
    "currency": "an ISO 4217 code, for instance GBP",
    "timezone": "an IANA time zone, for instance Europe/London",
    "country": "an ISO 3166 code of two capital letters, for instance GB",
    "locale": "a language with a country, for instance en-GB",
    "database_url": "sqlite:///path/to/file.db or postgresql://user@host/name",
    "unsubscribe_url": "a page, as https://harbour.example/stop; each link to it ends in ?token=…",
    "smtp_url": "smtp://host:587 or smtps://host:465, with user:password@ before the host if it asks for one",
    "smtp_password_command": 'a command that prints the password or token, for instance "pass show smtp"',
    "smtp_connections": "a whole number of connections from 1 to 64",
    "smtp_emails_per_minute": "a whole number of emails from 1 to 3600",
    "inbound_url": "imaps://user@host/INBOX, maildir:///path/to/Maildir or folder:///path/to/files",
    "inbound_password_command": 'a command that prints the password or token, for instance "pass show imap"',
    "out_of_office_days": "a whole number of days from 1 to 3600",
    "soft_bounces": "a whole number of bounces from 1 to 3600",
    "soft_bounce_days": "a whole number of days from 1 to 3600",
    "retention_days": "a whole number of days from 30 to 36500",
    "hold_business_days": "a whole number of days from 1 to 3600",
    "voucher_valid_days": "a whole number of days from 1 to 3600",
    "approval_business_days": "a whole number of days from 1 to 3600",
    "lock_wait_seconds": "a whole number of seconds from 1 to 3600",
    "rehearsal": "true or false",
    "on_doubt": "hold or resend",
    "settled_business_days": "a table of whole numbers for callback, credit, gift and refund, as refund = 5",
    "send_window": 'opening and closing time, for instance "09:00-18:00"',
    "send_days": 'days of the week, for instance ["mon", "tue", "wed"]',
    "quiet_hours": 'times of day in a list, for instance ["12:30-13:30", "22:00-07:00"]',
    "closed_days": 'dates, or month and day for every year, in a list, for instance ["2026-12-24", "12-31"]',
    "most_emails": "a whole number of emails from 1 to 3600",
    "most_emails_days": "a whole number of days from 1 to 3600",
    "least_gap_hours": "a whole number of hours from 1 to 3600",
    "reasons": 'phrases, for instance late-delivery = "your order arrived later than we promised", '
    "and tables of them by language, for instance [reasons.de]",
}
