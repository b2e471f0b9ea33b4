"""Check whether an email's headers conform to RFC 5322, 2047, 3834, 6532, 2369 and 8058.

Written from the standards, independently of `compose`, so that each checks the other.
"""

import binascii
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+"
_DOT_ATOM = rf"{_ATOM}(?:\.{_ATOM})*"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_LITERAL = r"\[[!-Z^-~]*\]"
_ADDRESS = rf"(?:{_DOT_ATOM}|{_QUOTED})@(?:{_DOT_ATOM}|{_LITERAL})"
_PHRASE = rf"(?:{_ATOM}|{_QUOTED})(?:[ \t]+(?:{_ATOM}|{_QUOTED}))*"
_MAILBOX = re.compile(rf"[ \t]*(?:(?:{_PHRASE}[ \t]*)?<({_ADDRESS})>|({_ADDRESS}))[ \t]*(?:,|\Z)")
_QUOTED_STRING = re.compile(_QUOTED)
_NO_WORD = re.compile(rf"{_ADDRESS}|{_QUOTED}")
_MESSAGE_IDS = re.compile(rf"(?a:(<{_DOT_ATOM}@(?:{_DOT_ATOM}|{_LITERAL})>)(?:[ \t]+|\Z))+")
_FIELD = re.compile(r"([!-9;-~]+):(.*)", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_FOLDABLE = re.compile(r"(?:\S+:[ \t]*|[ \t]+)\S+[ \t]+\S")
_ENCODED_WORD = re.compile(r"=\?([A-Za-z0-9!#$%&'+^_`{}~-]+)\?([BbQq])\?([!->@-~]*)\?=")
_Q_TEXT = re.compile(r"(?:[!-<>@-^`-~_]|=[0-9A-F]{2})*")
_Q_IN_PHRASE = re.compile(r"[A-Za-z0-9!*+/=_-]*")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DATE = re.compile(
    rf"(?:({'|'.join(_DAYS)}), )?(\d\d?) ({'|'.join(_MONTHS)}) (\d{{4}}) "
    r"([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)? ([+-](?:0\d|1[0-4])[0-5]\d)"
)
_LINKS = re.compile(r"<(https:[!-;=?-~]+|mailto:[!-;=?-~]+)>[ \t]*(?:,[ \t]*|\Z)")
_NOBODY_READS = ("noreply", "donotreply")

_ADDRESSES = frozenset({"from", "to", "cc", "reply-to", "sender"})
_FREE_TEXT = frozenset({"subject", "comments"})
_NEEDED = {
    "date": "RFC 5322 3.6",
    "from": "RFC 5322 3.6",
    "message-id": "RFC 5322 3.6",
    "to": "RFC 5322 3.6",
    "subject": "RFC 5322 3.6",
    "mime-version": "RFC 2045 4",
    "content-type": "RFC 2045 5",
    "auto-submitted": "RFC 3834 5",
}
_AT_MOST_ONCE = {
    **dict.fromkeys(("cc", "sender", "reply-to", "in-reply-to", "references"), "RFC 5322 3.6"),
    "content-language": "RFC 3282 2",
    "list-unsubscribe": "RFC 2369 2",
    "list-unsubscribe-post": "RFC 8058 3.1",
}


@dataclass(frozen=True, slots=True)
class HeaderField:
    """One header: its lower-case name, its unfolded value, its lines, and the number of its first line."""

    name: str
    value: str
    lines: tuple[str, ...]
    number: int


def read_fields(head: bytes, first_number: int = 1) -> tuple[list[HeaderField], list[str]]:
    """The headers of a header block, and what is wrong with its lines (RFC 5322, sections 2.1.1 and 2.2)."""
    wrong: list[str] = []
    groups: list[tuple[int, list[str]]] = []
    for number, raw in enumerate(head.split(b"\r\n"), first_number):
        line = raw.decode("utf-8", "replace")
        if line.encode() != raw:
            wrong.append(f"RFC 6532 3.1: line {number}: a header is not UTF-8")
        if _CONTROL.search(line):
            wrong.append(f"RFC 5322 2.2: line {number}: a control character in a header")
        if len(line) > 78 and _FOLDABLE.match(line):
            wrong.append(f"RFC 5322 2.1.1: line {number}: longer than 78 characters, and could be folded")
        if groups and line[:1] in (" ", "\t"):
            if not line.strip():
                wrong.append(f"RFC 5322 3.2.2: line {number}: a folded line that holds nothing")
            groups[-1][1].append(line)
        else:
            groups.append((number, [line]))
    fields = []
    for number, lines in groups:
        match = _FIELD.fullmatch("".join(lines))
        if match is None:
            wrong.append(f"RFC 5322 2.2: line {number}: this is no header")
        else:
            fields.append(HeaderField(match[1].lower(), match[2].strip(" \t"), tuple(lines), number))
    return fields, wrong


def header_problems(fields: list[HeaderField]) -> Iterator[str]:
    """What is wrong with the headers of a complete message."""
    yield from _counts(fields)
    yield from _letters(fields)
    for field in fields:
        yield from _encoded_words(field)
        if field.name in _ADDRESSES:
            yield from _mailboxes(field)
        check = _CHECKS.get(field.name)
        if check is not None:
            yield from check(field)
    yield from _unsubscribing(fields)


def _counts(fields: list[HeaderField]) -> Iterator[str]:
    counts = Counter(field.name for field in fields)
    for name, rule in _NEEDED.items():
        if counts[name] != 1:
            yield f"{rule}: {name}: there {counts[name]} times instead of once"
    for name, rule in _AT_MOST_ONCE.items():
        if counts[name] > 1:
            yield f"{rule}: {name}: there {counts[name]} times"


def _letters(fields: list[HeaderField]) -> Iterator[str]:
    """Characters outside ASCII are allowed only in emails whose addresses have them; in others they must be
    encoded.
    """
    addresses = [address for field in fields if field.name in _ADDRESSES for address in addresses_of(field)]
    if not all(address.isascii() for address in addresses):
        return
    for field in fields:
        if not field.value.isascii():
            yield f"RFC 5322 2.2: {field.name}: letters outside ASCII, and no address that needs SMTPUTF8"


def addresses_of(field: HeaderField) -> list[str]:
    """The addresses in a header such as To; [] if its syntax is wrong."""
    found, place = [], 0
    while match := _MAILBOX.match(field.value, place):
        found.append(match[1] or match[2])
        place = match.end()
    return found if place == len(field.value) and not field.value.endswith(",") else []


def _mailboxes(field: HeaderField) -> Iterator[str]:
    addresses = addresses_of(field)
    if not addresses:
        yield f"RFC 5322 3.4: {field.name}: no list of names and addresses"
    if field.name in ("from", "sender") and len(addresses) > 1:
        yield f"RFC 5322 3.6.2: {field.name}: more than one address"
    for address in addresses:
        local_part = re.sub("[^a-z]", "", address.rpartition("@")[0].lower())
        if field.name in ("from", "reply-to") and local_part.startswith(_NOBODY_READS):
            yield f"RFC 5322 3.6.2: {field.name}: nobody reads replies to {address}"
    if any("=?" in quoted for quoted in _QUOTED_STRING.findall(field.value)):
        yield f"RFC 2047 5: {field.name}: an encoded word inside quotation marks"


def _encoded_words(field: HeaderField) -> Iterator[str]:
    is_phrase = field.name in _ADDRESSES
    if not is_phrase and field.name not in _FREE_TEXT:
        if _ENCODED_WORD.search(field.value):
            yield f"RFC 2047 5: {field.name}: an encoded word where none may stand"
        return
    # What looks like an encoded word inside an address is part of the address.
    text = _NO_WORD.sub("", field.value) if is_phrase else field.value
    for word in text.split():
        if "=?" in word:
            wrong = _wrong_with_word(word, is_phrase=is_phrase)
            if wrong:
                yield f"{wrong[0]}: {field.name}: {wrong[1]}"
    for number, line in enumerate(field.lines, field.number):
        if "=?" in line and len(line) > 76:
            yield f"RFC 2047 2: line {number}: longer than 76 characters, with an encoded word"


def _wrong_with_word(word: str, *, is_phrase: bool) -> tuple[str, str] | None:
    match = _ENCODED_WORD.fullmatch(word)
    if match is None:
        return "RFC 2047 5", "an encoded word that is malformed, or not apart from what is beside it"
    charset, encoding, text = match[1], match[2].upper(), match[3]
    if len(word) > 75:
        return "RFC 2047 2", "an encoded word of more than 75 characters"
    if encoding == "Q" and not (_Q_TEXT.fullmatch(text) and (not is_phrase or _Q_IN_PHRASE.fullmatch(text))):
        return "RFC 2047 4.2", "a character that a Q-encoded word may not hold here"
    try:
        if encoding == "B":
            raw = binascii.a2b_base64(text, strict_mode=True)
        else:
            raw = binascii.a2b_qp(text, header=True)
        decoded = raw.decode(charset)
    except (binascii.Error, UnicodeError, LookupError):
        return "RFC 2047 5", "an encoded word that cannot be decoded by itself"
    return ("RFC 5322 2.2", "a control character in an encoded word") if _CONTROL.search(decoded) else None


def _date(field: HeaderField) -> Iterator[str]:
    match = _DATE.fullmatch(field.value)
    if match is None or match[6] == "-0000":
        yield "RFC 5322 3.3: date: not a date with a time and a zone"
        return
    try:
        day = date(int(match[4]), _MONTHS.index(match[3]) + 1, int(match[2]))
    except ValueError:
        yield "RFC 5322 3.3: date: there is no such day"
        return
    if match[1] and _DAYS[day.weekday()] != match[1]:
        yield "RFC 5322 3.3: date: another day of the week"


def _message_ids(field: HeaderField) -> Iterator[str]:
    match = _MESSAGE_IDS.fullmatch(field.value)
    if match is None or not field.value.isascii():
        yield f"RFC 5322 3.6.4: {field.name}: not made of <something@domain>"
    elif field.name == "message-id" and match[1] != field.value:
        yield "RFC 5322 3.6.4: message-id: more than one"


def _mime_version(field: HeaderField) -> Iterator[str]:
    if field.value != "1.0":
        yield "RFC 2045 4: mime-version: not 1.0"


def _auto_submitted(field: HeaderField) -> Iterator[str]:
    if field.value not in ("auto-generated", "auto-replied"):
        yield "RFC 3834 5: auto-submitted: does not say that a program sent it"


_CHECKS: dict[str, Callable[[HeaderField], Iterator[str]]] = {
    "date": _date,
    "message-id": _message_ids,
    "in-reply-to": _message_ids,
    "references": _message_ids,
    "mime-version": _mime_version,
    "auto-submitted": _auto_submitted,
}


def _unsubscribing(fields: list[HeaderField]) -> Iterator[str]:
    values = {field.name: field.value for field in fields}
    links, place = [], 0
    listed = values.get("list-unsubscribe", "")
    while match := _LINKS.match(listed, place):
        links.append(match[1])
        place = match.end()
    if "list-unsubscribe" in values and (not links or place != len(listed) or listed.endswith(",")):
        yield "RFC 2369 2: list-unsubscribe: not a list of <https:…> or <mailto:…>"
    one_click = values.get("list-unsubscribe-post")
    if one_click is None:
        return
    if one_click != "List-Unsubscribe=One-Click":
        yield "RFC 8058 3.1: list-unsubscribe-post: not List-Unsubscribe=One-Click"
    if not any(link.startswith("https:") for link in links):
        yield "RFC 8058 3.1: list-unsubscribe-post: no https link in List-Unsubscribe"
