"""Parse delivery status notifications (RFC 3464, RFC 6533): the machine-readable form of a bounce."""

import re
from collections.abc import Iterator

from followup.mail.inbound.bounced import Bounced, each_once
from followup.mail.inbound.parts import Email, field, in_text, media_type, raw_fields, walk
from followup.mail.inbound.reports import blocks
from followup.mail.inbound.status import status_in

_MAIL_ADDRESS_TYPES = ("", "rfc822", "utf-8", "smtp")
_XTEXT = re.compile(r"\+(2B|3D)")
_UTF8_XTEXT = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_PARTS = ("message/delivery-status", "message/global-delivery-status")


def reported(message: Email, *, into_emails: bool = False) -> tuple[Bounced, ...] | None:
    """Each address to which delivery failed or is delayed; () if the notification reports success or names
    nobody; None if there is no notification. With `into_emails`, emails inside the email are searched as
    well.
    """
    found = [part for part in walk(message, into_emails=into_emails) if media_type(part) in _PARTS]
    if not found:
        return None
    return each_once(bounced for part in found[:1] for block in blocks(part) for bounced in _read(block))


def tells_of_success(message: Email) -> bool:
    """Whether it says of every address that the email was delivered or relayed (RFC 3464, 2.3.3)."""
    actions = [
        field(block, "action").lower()
        for part in walk(message)
        if media_type(part) in _PARTS
        for block in blocks(part)
        if field(block, "action")
    ]
    return bool(actions) and all(
        action.startswith(("delivered", "relayed", "expanded")) for action in actions
    )


def typed_addresses(block: Email, *names: str) -> list[str]:
    """The addresses in fields such as "rfc822; jo@y.example" (RFC 3464, 2.1.2), with or without a type."""
    return [address for name in names for value in raw_fields(block, name) for address in _of_type(value)]


def _read(block: Email) -> Iterator[Bounced]:
    action = field(block, "action").lower()
    status_field = field(block, "status")
    diagnostic = field(block, "diagnostic-code")
    status = status_in(status_field, diagnostic)
    if action.startswith(("fail", "error")):
        permanent = True
    elif action.startswith("delay"):
        permanent = False
    elif not action and status and status[0] != "2":
        permanent = status[0] == "5"
    else:
        return
    said = diagnostic.partition(";")[2].strip() or diagnostic or status_field
    # The address as we wrote it, where the server kept it; else the one that it was forwarded to.
    for address in typed_addresses(block, "original-recipient", "final-recipient")[:1]:
        yield Bounced(address, permanent, status, said)


def _of_type(value: str) -> Iterator[str]:
    kind, separator, written = value.partition(";")
    if not separator:
        kind, written = "", value
    kind = kind.strip().lower()
    if kind not in _MAIL_ADDRESS_TYPES:
        return
    if kind == "utf-8":
        written = _UTF8_XTEXT.sub(lambda found: _letter(found[1]), written)
    # Some servers leave the encoding of the SMTP command (RFC 3461, 4) in the field.
    yield from in_text(_XTEXT.sub(lambda found: chr(int(found[1], 16)), written))


def _letter(number: str) -> str:
    code = int(number, 16)
    return chr(code) if 0x20 <= code < 0xD800 or 0xE000 <= code < 0x110000 else ""
