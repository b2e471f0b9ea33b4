"""The address and login of the mail relay, parsed from one URL."""

import ipaddress
import socket
import ssl
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from followup.domain.shared.word import Word
from followup.errors import InvalidFile

_EXAMPLE = "smtp://user:password@mail.example:587?starttls=required"
AnyWord = TypeVar("AnyWord", bound=Word)

EMAIL_SECONDS = 300.0
"""The greatest duration of an email's delivery up to the end of its body, however slow the relay is. With the
wait for the reply to the body it is shorter than any lease."""

BODY_REPLY_SECONDS = 600.0
"""How long the reply to a body may take (RFC 5321, 4.5.3.2.6): relays that scan it answer late, and to give
up before they do leaves every email in doubt."""

_LONGEST_EMAIL_SECONDS = 840.0
_OPTIONS = ("starttls", "auth", "timeout_seconds", "ehlo_name")


class StartTls(Word):
    """Whether a plain connection is encrypted before anything is sent."""

    REQUIRED = "required", "No email goes out unencrypted"
    AUTO = "auto", "Encrypted where the relay offers it; a password never goes out unencrypted"
    NEVER = "never", "Not encrypted"


class LogIn(Word):
    """How to authenticate to the relay."""

    PASSWORD = "password", "User and password, by the best method that the relay offers"
    XOAUTH2 = "xoauth2", "User and an access token in place of the password"


@dataclass(frozen=True, slots=True)
class Relay:
    """A mail relay. `encrypted`: TLS from the first byte (smtps). The password is left out of the
    representation; a `password_command` prints it for each new connection. With neither, a
    log-in that is kept gives access tokens (`log_in_kept`).

    `timeout_seconds` limits the wait for each reply but that to the body, which `body_reply_seconds` limits,
    and `email_seconds` the delivery of one email up to the end of its body."""

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    password_command: str | None = field(default=None, repr=False)
    encrypted: bool = False
    starttls: StartTls = StartTls.AUTO
    log_in: LogIn = LogIn.PASSWORD
    timeout_seconds: float = 60.0
    email_seconds: float = EMAIL_SECONDS
    body_reply_seconds: float = BODY_REPLY_SECONDS
    ehlo_name: str = "[127.0.0.1]"
    tls: ssl.SSLContext | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """The name under which daemons share the state of the relay."""
        return f"{self.host}:{self.port}"

    @property
    def log_in_kept(self) -> bool:
        """Whether access tokens come from a log-in that is kept."""
        return self.log_in is LogIn.XOAUTH2 and self.password is None and self.password_command is None

    @property
    def is_local(self) -> bool:
        """Whether the relay runs on this machine, so that nobody can intercept the connection."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host.lower() == "localhost"

    @property
    def may_send_password_plainly(self) -> bool:
        """Whether to log in over an unencrypted connection."""
        return self.is_local or self.starttls is StartTls.NEVER

    def tls_context(self) -> ssl.SSLContext:
        """The TLS settings: certificates and host names are verified."""
        return self.tls or ssl.create_default_context()


def parse_relay(url: str, *, password_command: str | None = None) -> Relay:
    """Parse `smtp://user:password@host:port?starttls=required|auto|never` or `smtps://…`.

    Default ports are 465 for smtps, 587 with a user, else 25. Further options are `auth=password|xoauth2`,
    `timeout_seconds=60` and `ehlo_name=…`. With a `password_command` the URL has a user and no password.
    Raises InvalidFile; no message contains any part of the URL before the host.
    """
    try:
        parts = urlsplit(url.strip())
        host, port, user, password = parts.hostname, parts.port, parts.username, parts.password
    except ValueError:
        raise _bad("smtp_url cannot be read: host or port is wrong.") from None
    if parts.scheme not in ("smtp", "smtps"):
        raise _bad("smtp_url must begin with smtp:// or smtps://.")
    if not host or parts.path not in ("", "/") or parts.fragment:
        raise _bad(
            "smtp_url must be a host with an optional port, user and password, and nothing after them."
        )
    if password_command is not None and (not user or password is not None):
        raise _bad("With smtp_password_command, smtp_url needs a user and no password.")
    options = _options(parts)
    log_in = _word(LogIn, options, "auth", LogIn.PASSWORD)
    # The token of a user without a password may come from a log-in that is kept.
    lacks_secret = user is not None and password is None and log_in is not LogIn.XOAUTH2
    if password_command is None and (lacks_secret or (user is None and password is not None)):
        raise _bad(
            "smtp_url needs a user and a password, or neither, or smtp_password_command for the password."
        )
    encrypted = parts.scheme == "smtps"
    timeout_seconds = _seconds(options.get("timeout_seconds", "60"))
    return Relay(
        host=host,
        port=port or (465 if encrypted else 587 if user else 25),
        user=unquote(user) if user else None,
        password=unquote(password) if password else None,
        password_command=password_command,
        encrypted=encrypted,
        starttls=_word(StartTls, options, "starttls", StartTls.AUTO),
        log_in=log_in,
        timeout_seconds=timeout_seconds,
        email_seconds=min(max(EMAIL_SECONDS, 2 * timeout_seconds), _LONGEST_EMAIL_SECONDS),
        body_reply_seconds=timeout_seconds if "timeout_seconds" in options else BODY_REPLY_SECONDS,
        ehlo_name=_ehlo_name(options.get("ehlo_name", "")),
    )


def _options(parts: SplitResult) -> dict[str, str]:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in options:
        if name not in _OPTIONS:
            near = get_close_matches(name, _OPTIONS, n=1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise _bad(f"smtp_url has an unknown option.{meant} Known: {', '.join(_OPTIONS)}.")
    return options


def _word(words: type[AnyWord], options: dict[str, str], name: str, default: AnyWord) -> AnyWord:
    for word in words:
        if options.get(name, default.value) == word.value:
            return word
    raise _bad(f"In smtp_url, {name} must be one of {', '.join(words.values())}.")


def _seconds(text: str) -> float:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 600:
        return float(text)
    raise _bad("In smtp_url, timeout_seconds must be a whole number from 1 to 600.")


def _ehlo_name(text: str) -> str:
    """The name for EHLO: the given one, else the full host name of this machine, else an address literal.

    The name is not looked up in DNS, which could block.
    """
    name = text or socket.gethostname()
    if text or "." in name:
        if name.isascii() and name.isprintable() and " " not in name and len(name) <= 255:
            return name
        if text:
            raise _bad("In smtp_url, ehlo_name must be a host name.")
    return "[127.0.0.1]"


def _bad(message: str) -> InvalidFile:
    hint = f"Write it as {_EXAMPLE}; write special characters of a password as %-codes, @ as %40."
    return InvalidFile(message, hint=hint, code="bad_smtp_url")
