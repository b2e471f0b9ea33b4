"""Email addresses as they may stand in a header or an SMTP command."""

import re
from dataclasses import dataclass

from followup.errors import WrongUsage
from followup.mail.clean import single_line

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL_PART = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]+)>")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name for people, maybe empty, and an address in ASCII."""

    name: str
    address: str


def ascii_address(address: str) -> str:
    """The address as mail servers want it, a domain with other letters in its xn-- form.

    Raises WrongUsage for what is no plain address. Quoted local parts and local parts outside ASCII are
    refused: few servers take them, and they are where headers are forged.
    """
    local_part, _, domain = address.strip().rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    if (
        _LOCAL_PART.fullmatch(local_part)
        and _DOMAIN.fullmatch(domain)
        and len(local_part) <= 64
        and len(local_part) + len(domain) < 254
    ):
        return f"{local_part}@{domain}"
    raise WrongUsage(
        f"{single_line(address)[:100]!r} is not an address that an email can be sent to.",
        hint="Write it as name@domain, in plain letters before the @.",
        code="bad_address",
    )


def parse_mailbox(text: str) -> Mailbox:
    """Read "Ana at Harbour Books <ana@harbour.example>" or a bare address. Raises WrongUsage."""
    named = _NAMED.fullmatch(text.strip())
    if named is None:
        return Mailbox("", ascii_address(text))
    name = single_line(named["name"])
    if len(name) >= 2 and name[0] == name[-1] == '"':
        name = name[1:-1].replace('\\"', '"').strip()
    return Mailbox(name, ascii_address(named["address"]))
