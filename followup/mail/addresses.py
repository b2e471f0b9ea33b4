"""Email addresses as they may stand in a header or an SMTP command."""

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
"""Categories of characters that show nothing, or change how others are shown."""


@dataclass(frozen=True, slots=True)
class NamedAddress:
    """A name for people, maybe empty, and an address as `envelope_address` gives it."""

    name: str
    address: str


def envelope_address(address: str) -> str:
    """The address as mail servers want it: the domain in ASCII (IDNA 2008), the part before the @ as it is.

    That part may hold letters outside ASCII (RFC 6531); only a server that offers SMTPUTF8 takes such an
    address. Raises WrongUsage for what is no plain address. Quoted local parts are refused: few servers take
    them, and they are where headers are forged.
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
    """The form in which two spellings of an address are equal: lower case, the domain in ASCII.
    Raises WrongUsage for what is no address."""
    return unicodedata.normalize("NFC", envelope_address(address.strip()).lower())


def parse_mailbox(text: str) -> NamedAddress:
    """Read "Ana at Harbour Books <ana@harbour.example>" or a bare address. Raises WrongUsage."""
    named = _NAMED.fullmatch(text.strip())
    if named is None:
        return NamedAddress("", envelope_address(text.strip()))
    name = single_line(named["name"])
    if len(name) >= 2 and name[0] == name[-1] == '"':
        name = name[1:-1].replace('\\"', '"').strip()
    return NamedAddress(name, envelope_address(named["address"]))


def _ascii_domain(domain: str) -> str:
    """The domain with other letters in its xn-- form, "" where it has none."""
    if domain.isascii() and "xn--" not in domain.lower():
        return domain
    try:
        return idna.encode(domain, uts46=True, std3_rules=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return ""


def _is_seen(letter: str) -> bool:
    return unicodedata.category(letter)[0] not in _NOT_SEEN
