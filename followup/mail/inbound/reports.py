"""Common parts of reports about emails: fields for programs, and the returned email (RFC 6522)."""

import re
from dataclasses import dataclass
from email.parser import HeaderParser
from itertools import takewhile

from followup.mail.inbound.parts import Email, addresses, identifiers, media_type, walk
from followup.mail.inbound.text import decoded_part

_GIVEN_BACK = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")
_FIELD = re.compile(r"[A-Za-z][\w-]{0,79}:(?!//)")
_FIELDS_OF_EMAILS = re.compile(
    r"(?:return-path|received|message-id|from|to|subject|date|mime-version|dkim-signature|x-received):",
    re.IGNORECASE,
)
_MOST_BYTES = 64_000


@dataclass(frozen=True, slots=True)
class Returned:
    """The returned email, as far as the report contains it."""

    message_id: str | None
    to: tuple[str, ...]


def blocks(part: Email) -> list[Email]:
    """The groups of fields in a part such as message/delivery-status, however it was parsed."""
    if part.is_multipart():
        found = [block for block in part.get_payload() if isinstance(block, Email)]
        # Where the part is encoded against the rule, the fields are the body of a block without any.
        if any(len(block) for block in found):
            return found
        text = "\n\n".join(decoded_part(block, encoded_as=part) for block in found)
    else:
        text = decoded_part(part)
    return [_fields(group) for group in re.split(r"\n\s*\n", text[:_MOST_BYTES]) if group.strip()]


def returned(message: Email) -> Returned | None:
    """The email inside a report; None if there is none."""
    for part in walk(message):
        if part is not message and media_type(part) in _GIVEN_BACK:
            inside = blocks(part)
            return _read(inside[0]) if inside else None
    return None


def returned_in_text(text: str) -> tuple[str, Returned | None]:
    """The text before the headers of an email that was pasted into it, and that email."""
    lines = [line.removeprefix("> ").removeprefix(">") for line in text.split("\n")]
    for number, line in enumerate(lines):
        if not _FIELDS_OF_EMAILS.match(line):
            continue
        # A signature of DKIM alone may be folded into 20 lines.
        unfolded = [next_ for next_ in lines[number : number + 80] if not next_.startswith((" ", "\t"))]
        head = list(takewhile(str.strip, unfolded[:12]))
        if sum(bool(_FIELD.match(next_)) for next_ in head) >= 3:
            return "\n".join(text.split("\n")[:number]), _read(_fields("\n".join(lines[number:])))
    return text, None


def _fields(text: str) -> Email:
    return HeaderParser().parsestr(text[:_MOST_BYTES])


def _read(email: Email) -> Returned:
    return Returned(next(iter(identifiers(email, "message-id")), None), addresses(email, "to"))
