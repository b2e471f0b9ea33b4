"""Reports that programs make of emails: multipart/report (RFC 6522), with fields for programs in a part of it."""

from dataclasses import dataclass
from email.parser import HeaderParser

from followup.mail.clean import single_line
from followup.mail.inbound.parts import Email, addresses, identifiers, media_type, walk
from followup.mail.inbound.text import decoded_part

_RETURNED = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")
_LONGEST_DETAIL = 200


@dataclass(frozen=True, slots=True)
class Returned:
    """The email that a report is about, as far as the report gives it back."""

    message_id: str | None
    to: tuple[str, ...]


def blocks(part: Email) -> list[Email]:
    """The groups of fields in a part such as message/delivery-status, whatever the parser made of it."""
    if part.is_multipart():
        found = [block for block in part.get_payload() if isinstance(block, Email)]
        # Where the part is encoded against the rule, the fields are the body of a block without any.
        if any(len(block) for block in found):
            return found
    text = decoded_part(part)
    return [HeaderParser().parsestr(group) for group in text.split("\n\n") if group.strip()]


def returned(message: Email) -> Returned | None:
    """The email of ours inside a report; None where none is given back."""
    for part in walk(message):
        if part is message or media_type(part) not in _RETURNED:
            continue
        inside = blocks(part)
        if inside:
            ids = identifiers(inside[0], "message-id")
            return Returned(next(iter(ids), None), addresses(inside[0], "to"))
    return None


def detail(text: str) -> str:
    """What a server says, as one short line."""
    return single_line(text)[:_LONGEST_DETAIL]
