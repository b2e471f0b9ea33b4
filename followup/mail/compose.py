"""Composing an email as bytes: RFC 5322, with a plain and an HTML part and optional attachments.
`message_check` checks the result.

The parts are assembled here with the standard library's encoders rather than its MIME classes. That takes a
fifth of the time of the older classes and a twentieth of that of the newer ones, and is a large part of the
cost of an email.
"""

import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime

from followup.errors import WrongUsage
from followup.mail.addresses import NamedAddress, envelope_address, parse_mailbox
from followup.mail.letter import Rendered
from followup.mail.sanitize import single_line

_ATEXT = r"A-Za-z0-9!#$%&'*+/=?^_`{|}~-"
_PLAIN_PHRASE = re.compile(rf"[ \u00a1-\U0010ffff{_ATEXT}]+")
_DOT_ATOM = rf"[{_ATEXT}]+(?:\.[{_ATEXT}]+)*"
_MESSAGE_ID = re.compile(rf"(?=.{{5,402}}\Z)<{_DOT_ATOM}@{_DOT_ATOM}>")
_LINK = re.compile(r"(?:https://|mailto:)[!-;=?-~]{1,900}")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_NOT_IN_ID = re.compile(r"[^a-z0-9]+")
_TOO_LONG = re.compile(rb"(?m)^([^\r\n]{74,})(=20|=09)\r$")
"""Matches lines that became too long: the encoder leaves no room for an encoded space at the end of a full
line.
"""

_LINE_END = re.compile(r"\r\n|\r|\n")
_LONGEST_PHRASE = 120
_LONGEST_SUBJECT = 200
_LINE = 78
_ENCODED_LINE = 76
"""The greatest length of a header line (RFC 5322, 2.1.1) and of one with encoded words (RFC 2047, 2)."""

_MOST_REFERENCES = 20
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,100}")
_RAW_LINE = 57
"""The number of bytes that make a base64 line of 76 characters (RFC 2045, 6.8)."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attached file. Its name has only ASCII letters, digits, dots and hyphens, which every mail program
    and file system accepts.
    """

    name: str
    media_type: str
    content: bytes


def compose(
    rendered: Rendered,
    *,
    sender: str,
    to_name: str,
    to_address: str,
    reply_to: str | None,
    message_id: str,
    in_reply_to: str | None,
    references: tuple[str, ...],
    date: datetime,
    list_unsubscribe: tuple[str, ...] = (),
    attachments: tuple[Attachment, ...] = (),
) -> bytes:
    """Compose the email as bytes, with CRLF line ends and lines of at most 998 bytes. Equal input gives equal
    bytes.

    The result is ASCII, unless a local part has other characters: then headers are UTF-8 (RFC 6532), and only
    servers with SMTPUTF8 accept the email. `sender` and `reply_to` are "Name <address>" or an address.
    `list_unsubscribe` has https and mailto links (`tokens.unsubscribe_links`); an https link enables
    one-click unsubscribing (RFC 8058). Raises WrongUsage for an address, link or identifier that is not
    allowed in a header, ValueError for a naive date and for an attachment whose name or media type could be
    misread.
    """
    if date.tzinfo is None:
        raise ValueError("the date of an email needs a time zone")
    mailboxes = {
        "From": parse_mailbox(sender),
        "To": NamedAddress(single_line(to_name), envelope_address(to_address)),
        **({"Reply-To": parse_mailbox(reply_to)} if reply_to else {}),
    }
    utf8 = not all(mailbox.address.isascii() for mailbox in mailboxes.values())
    headers = [_mailbox(name, mailbox, utf8=utf8) for name, mailbox in mailboxes.items()]
    headers.append(_unstructured("Subject", rendered.subject, utf8=utf8))
    headers.append(f"Date: {format_datetime(date.astimezone(UTC))}")
    headers.append(f"Message-ID: {_identifier(message_id)}")
    if in_reply_to:
        headers.append(f"In-Reply-To: {_identifier(in_reply_to)}")
    if references:
        kept = (*references[:1], *references[1:][-_MOST_REFERENCES:])
        headers.append("References: " + "\r\n ".join(map(_identifier, kept)))
    # RFC 3834: nothing that answers automatically answers this.
    headers.append("Auto-Submitted: auto-generated")
    headers.append(f"Content-Language: {_language(rendered.language_tag)}")
    if list_unsubscribe:
        headers.append("List-Unsubscribe: " + ",\r\n ".join(f"<{_link(link)}>" for link in list_unsubscribe))
        if any(link.startswith("https:") for link in list_unsubscribe):
            headers.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    headers.append("MIME-Version: 1.0")
    head = "".join(f"{header}\r\n" for header in headers).encode()
    body = _multipart("alternative", message_id, _part("plain", rendered.text), _part("html", rendered.html))
    if attachments:
        body = _multipart("mixed", f"mixed{message_id}", body, *map(_attached, attachments))
    return head + body


def message_id(seed: str, domain: str) -> str:
    """A Message-ID that is always the same for the same seed and domain. Its readable part is public:
    "C-000012.1.…" gives <c-000012-1.…@domain>, so nothing before the second dot of a seed may be secret.

    Raises WrongUsage if the domain is invalid.
    """
    ascii_domain = envelope_address(f"id@{domain}").removeprefix("id@").lower()
    readable = _NOT_IN_ID.sub("-", ".".join(seed.split(".")[:2]).lower()).strip("-")[:40]
    fingerprint = hashlib.sha256(f"{seed}\0{ascii_domain}".encode("utf-8", "surrogatepass")).hexdigest()[:20]
    return f"<{readable}.{fingerprint}@{ascii_domain}>" if readable else f"<{fingerprint}@{ascii_domain}>"


def _language(tag: str) -> str:
    """A language tag (RFC 5646) for Content-Language (RFC 3282)."""
    if not _LANGUAGE_TAG.fullmatch(tag):
        raise ValueError("the language of an email is a tag such as en-GB")
    return tag


def _multipart(subtype: str, seed: str, *parts: bytes) -> bytes:
    """A multipart of the parts, with its headers. The boundary contains "=_", which the encoders here never
    produce.
    """
    boundary = f"=_{hashlib.sha256(seed.encode()).hexdigest()[:32]}"
    delimiter = f"--{boundary}".encode("ascii")
    head = f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n'.encode("ascii")
    lines = [line for part in parts for line in (delimiter, part)]
    return b"\r\n".join([head, *lines, delimiter + b"--", b""])


def _attached(attachment: Attachment) -> bytes:
    """An attachment as a base64 part."""
    if not _FILE_NAME.fullmatch(attachment.name) or not _MEDIA_TYPE.fullmatch(attachment.media_type):
        raise ValueError("an attachment needs a plain name and a media type")
    head = (
        f'Content-Type: {attachment.media_type};\r\n name="{attachment.name}"\r\n'
        f'Content-Disposition: attachment;\r\n filename="{attachment.name}"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    content = attachment.content
    lines = [
        binascii.b2a_base64(content[start : start + _RAW_LINE], newline=False)
        for start in range(0, len(content), _RAW_LINE)
    ]
    return head.encode("ascii") + b"\r\n".join([*lines, b""])


def _part(subtype: str, content: str) -> bytes:
    """A text part in quoted-printable: readable, without long lines, and no line is a single dot or begins
    with one.
    """
    lines = _LINE_END.sub("\r\n", content)
    ended = lines if lines.endswith("\r\n") else lines + "\r\n"
    head = (
        f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    encoded = binascii.b2a_qp(ended.encode("utf-8", "replace"), istext=True)
    return head.encode("ascii") + _TOO_LONG.sub(rb"\1=\r\n\2\r", encoded)


def _mailbox(header: str, mailbox: NamedAddress, *, utf8: bool) -> str:
    """A header with a name and an address; the name is quoted or encoded if necessary."""
    name = mailbox.name[:_LONGEST_PHRASE].strip()
    if not name:
        return f"{header}: {mailbox.address}"
    if _stands_as_it_is(name, utf8=utf8):
        if _PLAIN_PHRASE.fullmatch(name):
            return _folded(f"{header}: {name} <{mailbox.address}>")
        quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
        # Some programs misread a line end inside quotation marks, so a name that would need one is encoded.
        if len(f"{header}: {quoted}") <= _LINE:
            return _folded(f"{header}: {quoted} <{mailbox.address}>")
    return f"{header}: {_encoded(header, name)}\r\n <{mailbox.address}>"


def _unstructured(header: str, text: str, *, utf8: bool) -> str:
    """A header with free text: unchanged if every program can read it, else encoded."""
    kept = single_line(text)[:_LONGEST_SUBJECT].strip()
    if _stands_as_it_is(kept, utf8=utf8):
        return _folded(f"{header}: {kept}")
    return f"{header}: {_encoded(header, kept)}"


def _stands_as_it_is(text: str, *, utf8: bool) -> bool:
    """Whether mail programs display this text unencoded as it is; "=?" would begin an encoded word."""
    return (utf8 or text.isascii()) and "=?" not in text


def _encoded(header: str, text: str) -> str:
    """Encoded words (RFC 2047), none of which splits a character."""
    return Header(text, "utf-8", _ENCODED_LINE, header).encode(linesep="\r\n")


def _folded(header: str) -> str:
    """A header folded at spaces into lines of fewer than 78 characters."""
    if len(header) <= _LINE:
        return header
    name, *words = header.split(" ")
    # The first word stays beside the name: some programs lose a value that begins on the second line.
    lines = [f"{name} {words[0]}"]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) > _LINE:
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines)


def _identifier(text: str) -> str:
    if _MESSAGE_ID.fullmatch(text):
        return text
    raise WrongUsage(
        f"{single_line(text)[:100]!r} is not a Message-ID.",
        hint="It is <something@domain>, without spaces.",
        code="bad_message_id",
    )


def _link(text: str) -> str:
    if _LINK.fullmatch(text):
        return text
    raise WrongUsage(
        "The link to unsubscribe cannot be followed.",
        hint="It must be one that begins with https:// or mailto:, of at most 900 characters.",
        code="bad_unsubscribe_link",
    )
