"""The parts, header fields and addresses of an inbound email, however malformed.

The input is hostile: anybody can send anything. The standard library's older parser (the compat32 policy)
accepts nearly everything, but specially crafted emails make it slow. Emails that are too long, have too many
parts or are nested too deeply are refused before or after parsing. Header fields are read here, because the
library's own readers raise on hostile ones.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import Message

from followup.mail.inbound.unreadable import UnreadableEmail
from followup.mail.sanitize import single_line

MOST_BYTES = 40 * 1024 * 1024
_MOST_LINES = 1_000_000
_MOST_WORK = 20_000_000
"""The greatest number of comparisons: the parser compares each line with the boundaries of all enclosing
parts.
"""

_MOST_FIELD_BYTES = 20_000
_MOST_HEAD_BYTES = 256_000
_LONGEST_FIELD = 20_000
_LONGEST_NAME = 200
_DEEPEST = 40
_MOST_PARTS = 1000
_MOST_FIELDS = 2000
_LONG_FIELD = re.compile(rb"(?im)^content-[!-9;-~]*:[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*")
_NOT_IN_TYPE = re.compile(r"[^!-~]+")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMMENT = re.compile(r"\([^()]*\)")
_ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]\\]{1,320}@[^\s<>@,;:\"()\\]{1,320}")
_IDENTIFIER = re.compile(r"<([^<>\s]{1,500})>")

Email = Message


def _too_deep() -> UnreadableEmail:
    return UnreadableEmail("Its parts are nested too deep.", code="inbound_too_deep")


def take_apart(raw: bytes) -> Email:
    """Parse the email into its tree of parts; of one that is too big, what stands before MOST_BYTES. Raises
    UnreadableEmail if it is crafted to be hard to parse.
    """
    raw = raw[:MOST_BYTES]
    lines = raw.count(b"\n") + raw.count(b"\r")
    if lines > 2 * _MOST_LINES or lines * raw.lower().count(b"boundary") > _MOST_WORK:
        raise UnreadableEmail("It has too many lines.", code="inbound_too_many_lines")
    if any(len(found[0]) > _MOST_FIELD_BYTES for found in _LONG_FIELD.finditer(raw)):
        raise UnreadableEmail("A line about its content is too long.", code="inbound_header_too_long")
    try:
        message = message_from_bytes(raw, policy=policy.compat32)
        parts = list(walk(message, into_emails=True))
    except RecursionError:
        raise _too_deep() from None
    if len(parts) > _MOST_PARTS or any(len(part) > _MOST_FIELDS for part in parts):
        raise UnreadableEmail("It has too many parts or header fields.", code="inbound_too_many_parts")
    return message


def take_head(raw: bytes) -> Email:
    """The header fields of an email, and nothing of its content. Accepts any bytes."""
    head = re.split(rb"\r?\n\r?\n", raw[:_MOST_HEAD_BYTES], maxsplit=1)[0]
    head = _LONG_FIELD.sub(b"", head)
    return message_from_bytes(head + b"\r\n\r\n", policy=policy.compat32)


def walk(message: Email, *, into_emails: bool = False) -> Iterator[Email]:
    """The email's parts in document order, itself first. Emails inside it are entered only with
    `into_emails`. Raises UnreadableEmail if they are nested too deeply.
    """
    waiting = [(message, 0)]
    while waiting:
        part, depth = waiting.pop()
        yield part
        if depth > _DEEPEST:
            raise _too_deep()
        if part.is_multipart() and (depth == 0 or into_emails or not _is_email(part)):
            inside = [child for child in part.get_payload() if isinstance(child, Message)]
            waiting.extend((child, depth + 1) for child in reversed(inside))


def media_type(part: Email) -> str:
    """The media type, such as "text/plain", which is also the default."""
    return _NOT_IN_TYPE.sub("", part.get_content_type().lower())[:_LONGEST_NAME]


def parameter(part: Email, name: str) -> str:
    """A parameter of Content-Type in lower case; "" if absent."""
    try:
        value = part.get_param(name)
    except (ValueError, LookupError, TypeError):
        return ""
    return (value[2] if isinstance(value, tuple) else value or "").strip().lower()


def file_name(part: Email) -> str:
    """The file name of a part, on one line; "" if there is none that can be read."""
    try:
        name = part.get_filename("")
    except Exception:  # its reader raises whatever a charset does
        return ""
    return single_line(_decoded(_unescaped(name[:_LONGEST_NAME])))


def raw_fields(message: Email, name: str) -> list[str]:
    """The values of a header field, undecoded and unfolded."""
    return [
        " ".join(_unescaped(str(value)[:_LONGEST_FIELD]).split())
        for key, value in message.raw_items()
        if key.lower() == name
    ]


def field(message: Email, name: str) -> str:
    """The first value of a header field, decoded (RFC 2047) and without control characters; "" if absent."""
    values = raw_fields(message, name)
    return single_line(_decoded(values[0])) if values else ""


def has_field(message: Email, name: str) -> bool:
    """Whether the header field exists, even if it is empty."""
    return any(key.lower() == name for key, _value in message.raw_items())


def addresses(message: Email, *names: str) -> tuple[str, ...]:
    """All addresses in these header fields as written, without duplicates."""
    found = (address for name in names for value in raw_fields(message, name) for address in in_text(value))
    return tuple(dict.fromkeys(found))


def in_text(value: str) -> Iterator[str]:
    """The addresses in the value of a header field. Names and comments are skipped, even if they look like an
    address.
    """
    bare = _QUOTED.sub(" ", value)
    for _depth in range(3):
        bare = _COMMENT.sub(" ", bare)
    for piece in bare.split(","):
        _before, opened, inside = piece.rpartition("<")
        written = inside.partition(">")[0] if opened else piece
        candidate = written.rpartition(":")[2].strip().rstrip(";").strip()
        if _ADDRESS.fullmatch(candidate) and candidate.isprintable():
            yield candidate


def identifiers(message: Email, name: str) -> tuple[str, ...]:
    """The Message-IDs in a header field, without <>, in order."""
    found = (one for value in raw_fields(message, name) for one in _IDENTIFIER.findall(value))
    return tuple(filter(str.isprintable, found))


def _is_email(part: Email) -> bool:
    return part.get_content_maintype() == "message"


def _unescaped(value: str) -> str:
    """Decode bytes outside ASCII with their most probable encoding."""
    raw = value.encode("utf-8", "surrogateescape")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _decoded(value: str) -> str:
    if "=?" not in value:
        return value
    try:
        pieces = decode_header(value)
        return "".join(
            piece if isinstance(piece, str) else piece.decode(charset or "ascii", "replace")
            for piece, charset in pieces
        )
    except Exception:  # the decoder raises whatever its codecs do
        return value
