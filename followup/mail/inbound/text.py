"""The text of an inbound email, whatever its charset and parts."""

import codecs
import re

from followup.mail.inbound.html_text import text_of_html
from followup.mail.inbound.parts import Email, field, file_name, media_type, parameter, raw_fields, walk

LONGEST_TEXT = 100_000
_MOST_BYTES = 4_000_000
_AS_BROWSERS_READ = {"us-ascii": "cp1252", "ascii": "cp1252", "iso-8859-1": "cp1252", "latin-1": "cp1252"} | {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-8859-9": "cp1254",
    "ks_c_5601-1987": "cp949",
    "iso-8859-8-i": "iso-8859-8",
}
_NO_CHARSETS = frozenset(("idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"))
_READABLE = ("text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown")
_AS_HTML = ("text/html", "text/enriched", "text/richtext")
_LINE_END = re.compile(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = (*range(9), *range(11, 32), *range(0x7F, 0xA0), 0xAD, 0xFEFF, *range(0xE0000, 0xE0080))
_TURNING = (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Characters that change the text direction."""

_HALVES = range(0xD800, 0xE000)
_NOT_SHOWN = {**dict.fromkeys((*_UNSEEN, *_TURNING)), **dict.fromkeys(_HALVES, "\ufffd")}


def whole_text(message: Email) -> str:
    """All text that a mail program would display, at most LONGEST_TEXT characters; "" if there is none."""
    shown = [text for text in map(_text_of, _shown(message)) if text.strip()]
    return "\n\n".join(shown)[:LONGEST_TEXT]


def attachments(message: Email) -> tuple[str, ...]:
    """The names, or else the media types, of the parts that are not displayed as text, each with its size."""
    shown = {id(part) for part in walk(message) if _is_readable(part) and not _is_attached(part, message)}
    return tuple(
        f"{file_name(part) or media_type(part)}{_size_of(part)}"
        for part in walk(message)
        if id(part) not in shown and (not part.is_multipart() or _is_email_in(part, message))
    )


def _size_of(part: Email) -> str:
    """The size of a part, such as " (2.4 MB)"; "" of an email inside the email."""
    payload = part.get_payload()
    if not isinstance(payload, str):
        return ""
    size = len(payload)
    if field(part, "content-transfer-encoding").strip().lower() == "base64":
        padding = payload[-10:].count("=")
        size = (size - payload.count("\n") - payload.count("\r")) * 3 // 4 - padding
    if size < 1000:
        return f" ({size} bytes)"
    return f" ({size / 1e3:.0f} kB)" if size < 1e6 else f" ({size / 1e6:.1f} MB)"


def decoded_part(part: Email, *, encoded_as: Email | None = None) -> str:
    """The content of a part as text, whatever its type; with `encoded_as`, decoded by the headers of that
    part.
    """
    raw = _bytes_of(part) if encoded_as is None else _decoded_as(part, encoded_as)
    return "\n".join(_LINE_END.split(decoded(raw, parameter(encoded_as or part, "charset"))))


def decoded(raw: bytes, charset: str) -> str:
    """Decode bytes: by the declared charset, else UTF-8, else Windows-1252."""
    name = _AS_BROWSERS_READ.get(charset, charset)
    for candidate in ("utf-8" if name == "cp1252" else name, "utf-8", name):
        try:
            found = codecs.lookup(candidate)
            if found.name not in _NO_CHARSETS:
                return raw.decode(found.name)
        except (LookupError, ValueError):
            continue
    return raw.decode("cp1252", "replace")


def _shown(message: Email) -> list[Email]:
    """The parts that a mail program would display: one of each multipart/alternative."""
    shown: list[Email] = []
    left_out: set[int] = set()
    for part in walk(message):
        if id(part) in left_out:
            left_out |= {id(child) for child in _children(part)}
        elif media_type(part) == "multipart/alternative":
            kept = _best(part)
            left_out |= {id(child) for child in _children(part) if child is not kept}
        elif _is_readable(part) and not _is_attached(part, message):
            shown.append(part)
    return shown


def _best(choice: Email) -> Email | None:
    """The plain part, unless it is empty; then the part with the HTML."""
    children = _children(choice)
    plain = [child for child in children if media_type(child) == "text/plain" and _text_of(child).strip()]
    rich = [child for child in children if media_type(child) != "text/plain"]
    holding = [
        child
        for child in rich
        if any(
            media_type(part) in ("text/html", "text/plain") and _text_of(part).strip() for part in walk(child)
        )
    ]
    return next(iter(plain + holding), None)


def _children(part: Email) -> list[Email]:
    return [child for child in part.get_payload() if isinstance(child, Email)] if part.is_multipart() else []


def _is_readable(part: Email) -> bool:
    return media_type(part) in _READABLE and not part.is_multipart()


def _is_attached(part: Email, message: Email) -> bool:
    """Whether it is an attachment. The only part of an email is always text."""
    return part is not message and field(part, "content-disposition").lower().startswith("attachment")


def _is_email_in(part: Email, message: Email) -> bool:
    return part is not message and part.get_content_maintype() == "message"


def _text_of(part: Email) -> str:
    text = decoded_part(part)
    if media_type(part) in _AS_HTML:
        text = text_of_html(text)
    if parameter(part, "format") == "flowed":
        text = unflowed(text, delsp=parameter(part, "delsp") == "yes")
    return text.translate(_NOT_SHOWN)


def _decoded_as(part: Email, encoded_as: Email) -> bytes:
    """The decoded bytes of a part whose transfer encoding another part declares."""
    bare = Email()
    for name in ("content-transfer-encoding", "content-type"):
        for value in raw_fields(encoded_as, name)[:1]:
            bare[name] = value if name == "content-transfer-encoding" else "text/plain"
    bare.set_payload(part.get_payload())
    return _bytes_of(bare)


def _bytes_of(part: Email) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except Exception:  # whatever the decoders raise, the other parts can be read
        return b""
    return payload[:_MOST_BYTES] if isinstance(payload, bytes) else b""


def unflowed(text: str, *, delsp: bool) -> str:
    """Join lines that end in a space with the next line of the same quote depth (RFC 3676, section 4)."""
    joined: list[list[str]] = []
    open_depth = -1
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        flows = content.endswith(" ") and content != "-- "
        if open_depth != depth or content == "-- ":
            joined.append([">" * depth + " " if depth else ""])
        joined[-1].append(content[:-1] if flows and delsp else content)
        open_depth = depth if flows else -1
    return "\n".join(map("".join, joined))
