"""The address and login of an IMAP mailbox, parsed from one URL."""

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from followup.errors import InvalidFile
from followup.mail.relay_url import LogIn

_OPTIONS = ("starttls", "auth")


@dataclass(frozen=True, slots=True)
class Account:
    """A folder on an IMAP server. `encrypted`: TLS from the first byte (imaps). `starttls`: the connection is
    encrypted before anything else is sent. The password is left out of the representation.
    """

    host: str
    port: int
    user: str
    folder: str
    password: str | None = field(default=None, repr=False)
    encrypted: bool = True
    starttls: bool = False
    log_in: LogIn = LogIn.PASSWORD


def parse_account(url: str) -> Account:
    """Parse `imaps://user:password@host:port/Folder?auth=password|xoauth2` or
    `imap://…?starttls=required|never`.

    Default ports are 993 for imaps and 143 for imap; the default folder is INBOX. With imap, STARTTLS is
    required unless the server is on this machine. Raises InvalidFile; no message contains any part of the URL
    before the host.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
    except ValueError:
        raise _bad("inbound_url cannot be read: host or port is wrong.") from None
    if not host or not parts.username:
        raise _bad("inbound_url needs a user and a host.")
    if unknown := [name for name in options if name not in _OPTIONS]:
        raise _bad(f"inbound_url has an unknown option, {unknown[0]!r}. Known: {', '.join(_OPTIONS)}.")
    encrypted = parts.scheme == "imaps"
    starttls = options.get("starttls", "never" if encrypted or _is_local(host) else "required")
    log_in = options.get("auth", LogIn.PASSWORD.value)
    wanted = next((word for word in LogIn if word.value == log_in), None)
    if starttls not in ("required", "never") or wanted is None:
        raise _bad("In inbound_url, starttls is required or never, and auth is password or xoauth2.")
    return Account(
        host=host,
        port=port or (993 if encrypted else 143),
        user=unquote(parts.username),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        password=unquote(parts.password) if parts.password else None,
        encrypted=encrypted,
        starttls=not encrypted and starttls == "required",
        log_in=wanted,
    )


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _bad(message: str) -> InvalidFile:
    return InvalidFile(
        message,
        hint="Write it as imaps://user@imap.example/INBOX; special characters of a user or password as "
        "%-codes, / as %2F.",
        code="bad_inbound_url",
    )
