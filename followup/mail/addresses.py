"""Email addresses as they are allowed in a header or an SMTP command."""

import re
import unicodedata
from dataclasses import dataclass

import idna

from followup.errors import WrongUsage
from followup.mail.sanitize import single_line

_ATEXT = r"A-Za-z0-9!#$%&'*+/=?^_`{|}~\u00a1-\U0010ffff-"
_LOCAL_PART = re.compile(rf"[{_ATEXT}]+(?:\.[{_ATEXT}]+)*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]+)>")
_NOT_SEEN = ("C", "Z")
"""Unicode categories of characters that are invisible or change how others are displayed."""


@dataclass(frozen=True, slots=True)
class NamedAddress:
    """A display name, possibly empty, and an address in the form of `envelope_address`."""

    name: str
    address: str


def envelope_address(address: str) -> str:
    """The address in the form for mail servers: the domain in ASCII (IDNA 2008), the local part unchanged.

    The local part may have characters outside ASCII (RFC 6531); only servers with SMTPUTF8 accept such an
    address. Raises WrongUsage for anything else than a plain address. Quoted local parts are refused: few
    servers accept them, and they are used to forge headers.
    """
    local_part, _, domain = unicodedata.normalize("NFC", address).rpartition("@")
    domain = _ascii_domain(domain)
    if (
        _LOCAL_PART.fullmatch(local_part)
        and (local_part.isascii() or all(map(_is_seen, local_part)))
        and _DOMAIN.fullmatch(domain)
        and len(local_part.encode()) <= 64
        and len(local_part.encode()) + len(domain) < 254
    ):
        return f"{local_part}@{domain}"
    raise WrongUsage(
        f"{single_line(address)[:100]!r} is not an address that an email can be sent to.",
        hint="Write it as name@domain.",
        code="unusable_address",
    )


def comparable_address(address: str) -> str:
    """The normalised form of an address, equal for all its spellings: lower case, the domain in ASCII. Raises
    WrongUsage if it is no address.
    """
    return unicodedata.normalize("NFC", envelope_address(address.strip()).lower())


def parse_mailbox(text: str) -> NamedAddress:
    """Parse "Ana at Harbour Books <ana@harbour.example>" or a plain address. Raises WrongUsage."""
    named = _NAMED.fullmatch(text.strip())
    if named is None:
        return NamedAddress("", envelope_address(text.strip()))
    name = single_line(named["name"])
    if len(name) >= 2 and name[0] == name[-1] == '"':
        name = name[1:-1].replace('\\"', '"').strip()
    return NamedAddress(name, envelope_address(named["address"]))


def _ascii_domain(domain: str) -> str:
    """The domain in ASCII (xn-- labels), or "" if it has no such form."""
    if domain.isascii() and "xn--" not in domain.lower():
        return domain
    try:
        return idna.encode(domain, uts46=True, std3_rules=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return ""


def _is_seen(letter: str) -> bool:
    return unicodedata.category(letter)[0] not in _NOT_SEEN
