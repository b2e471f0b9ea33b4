"""An email as the bytes that go out: RFC 5322 with a plain and an HTML part.

The parts are put together here, with the standard library's encoders, instead of by its MIME classes: that
takes a fifth of the time of the older and a twentieth of that of the newer ones, and is much of what an
email costs.
"""

import binascii
import hashlib
import re
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime

from followup.errors import WrongUsage
from followup.mail.addresses import Mailbox, ascii_address, parse_mailbox
from followup.mail.clean import single_line
from followup.mail.letter import Rendered

_PLAIN_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]{1,200}@[!-;=?A-~]{1,200}>")
_LINK = re.compile(r"(?:https://|mailto:)[!-;=?-~]{1,900}")
_NOT_IN_ID = re.compile(r"[^a-z0-9]+")
_LINE_END = re.compile(r"\r\n|\r|\n")
_LONGEST_PHRASE = 120
_LONGEST_SUBJECT = 200
_SHORT_LINE = 60
_MOST_REFERENCES = 20


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
    list_unsubscribe: str | None = None,
) -> bytes:
    """The email as bytes: ASCII only, lines ended by CRLF and never longer than 998. The same input makes
    the same bytes.

    `sender` and `reply_to` are "Name <address>" or an address. With an https address in `list_unsubscribe`
    the email carries the one-click headers of RFC 8058, with a mailto address only List-Unsubscribe. Raises
    WrongUsage for an address or an identifier that cannot stand in a header, ValueError for a naive date.
    """
    if date.tzinfo is None:
        raise ValueError("the date of an email needs a time zone")
    boundary = f"=_{hashlib.sha256(message_id.encode()).hexdigest()[:32]}"
    headers = [
        ("From", _mailbox_text("From", parse_mailbox(sender))),
        ("To", _mailbox_text("To", Mailbox(single_line(to_name), ascii_address(to_address)))),
        ("Subject", _unstructured(rendered.subject)),
        ("Date", format_datetime(date.astimezone(UTC))),
        ("Message-ID", _identifier(message_id)),
    ]
    if reply_to:
        headers.append(("Reply-To", _mailbox_text("Reply-To", parse_mailbox(reply_to))))
    if in_reply_to:
        headers.append(("In-Reply-To", _identifier(in_reply_to)))
    if references:
        kept = (*references[:1], *references[1:][-_MOST_REFERENCES:])
        headers.append(("References", "\r\n ".join(map(_identifier, kept))))
    # RFC 3834: nothing that answers automatically answers this.
    headers.append(("Auto-Submitted", "auto-generated"))
    if list_unsubscribe:
        headers.append(("List-Unsubscribe", f"<{_link(list_unsubscribe)}>"))
        if list_unsubscribe.startswith("https:"):
            headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    headers.append(("MIME-Version", "1.0"))
    headers.append(("Content-Type", f'multipart/alternative; boundary="{boundary}"'))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers).encode("ascii")
    delimiter = f"--{boundary}".encode("ascii")
    return b"\r\n".join(
        [
            head,
            delimiter,
            _part("plain", rendered.text),
            delimiter,
            _part("html", rendered.html),
            delimiter + b"--",
            b"",
        ]
    )


def message_id(seed: str, domain: str) -> str:
    """A Message-ID that is always the same for the same seed and domain, and readable: "C-000012.1.…" makes
    <c-000012-1.…@domain>, so what stands before the second dot of a seed must be nothing secret.

    Raises WrongUsage for a domain that is none.
    """
    ascii_domain = ascii_address(f"id@{domain}").removeprefix("id@").lower()
    readable = _NOT_IN_ID.sub("-", ".".join(seed.split(".")[:2]).lower()).strip("-")[:40]
    fingerprint = hashlib.sha256(f"{seed}\0{ascii_domain}".encode("utf-8", "surrogatepass")).hexdigest()[:20]
    return f"<{readable}.{fingerprint}@{ascii_domain}>" if readable else f"<{fingerprint}@{ascii_domain}>"


def _part(subtype: str, content: str) -> bytes:
    """One part, quoted-printable: readable in a file, and no line is long or begins with a lone dot."""
    lines = _LINE_END.sub("\r\n", content)
    ended = lines if lines.endswith("\r\n") else lines + "\r\n"
    head = (
        f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    return head.encode("ascii") + binascii.b2a_qp(ended.encode("utf-8", "replace"), istext=True)


def _mailbox_text(header: str, mailbox: Mailbox) -> str:
    """A name and an address for a header; the name is quoted or encoded wherever that is needed."""
    name = mailbox.name[:_LONGEST_PHRASE].strip()
    if not name:
        return mailbox.address
    if not _is_plain(name):
        encoded = Header(name, "utf-8", header_name=header).encode(linesep="\r\n")
        return f"{encoded}\r\n <{mailbox.address}>"
    if not _PLAIN_PHRASE.fullmatch(name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{mailbox.address}>"


def _unstructured(text: str) -> str:
    """A subject: as it is if short and plain, else encoded and folded."""
    subject = single_line(text)[:_LONGEST_SUBJECT]
    if _is_plain(subject) and len(subject) <= _SHORT_LINE:
        return subject
    return Header(subject, "utf-8", header_name="Subject").encode(linesep="\r\n")


def _is_plain(text: str) -> bool:
    """Whether mail programs show these characters as they stand; "=?" would begin an encoded word."""
    return text.isascii() and "=?" not in text


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
        hint="It must be an address that begins with https:// or mailto:, of at most 900 characters.",
        code="bad_unsubscribe_link",
    )
