"""Check whether the bytes of an email conform to RFC 5322, MIME (RFC 2045 to 2047) and related standards.

It is not a general linter: it also requires what every email of ours must have, such as a plain part before
the HTML part, and attachments after both.
"""

import binascii
import re
from collections.abc import Iterator

from followup.mail.header_check import HeaderField, header_problems, read_fields

_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
_TOKEN = r"[A-Za-z0-9!#$%&'*+.^_`{|}~-]+"  # noqa: S105 -- the RFC's word
_PARAMETER = re.compile(rf'\s*;\s*({_TOKEN})=(?:({_TOKEN})|"((?:[^"\\]|\\.)*)")')
_MEDIA_TYPE = re.compile(rf"({_TOKEN}/{_TOKEN})((?:{_PARAMETER.pattern})*)\s*")
_QP_LINE = re.compile(rb"(?:[\t !-<>-~]|=[0-9A-F]{2})*=?")
_PARTS = ("text/plain", "text/html")
_MIXED, _ALTERNATIVE = "multipart/mixed", "multipart/alternative"
_DISPOSITION = re.compile(rf"({_TOKEN})((?:{_PARAMETER.pattern})*)\s*")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def problems(message: bytes) -> tuple[str, ...]:
    """What is wrong with an email: for each problem the rule (RFC and section), the place, and a description.
    () for an email that mail servers and programs handle as intended.
    """
    found = list(_line_problems(message))
    head, separator, body = message.partition(b"\r\n\r\n")
    fields, wrong = read_fields(head)
    found += wrong
    found += header_problems(fields)
    if not separator:
        found.append("RFC 5322 2.1: the head: no empty line after it")
    found += _multipart(fields, body, head.count(b"\r\n") + 3)
    return tuple(found)


def _line_problems(message: bytes) -> Iterator[str]:
    for bare in _BARE.finditer(message):
        number = message.count(b"\n", 0, bare.start()) + 1
        yield f"RFC 5322 2.3: line {number}: CR and LF only stand together"
    if b"\0" in message:
        yield "RFC 5322 3.5: the message: a NUL"
    if not message.endswith(b"\r\n"):
        yield "RFC 5321 2.3.8: the end: the last line has no end"
    for number, line in enumerate(message.split(b"\r\n"), 1):
        if len(line) > 998:
            yield f"RFC 5322 2.1.1: line {number}: longer than 998 octets"


def _multipart(fields: list[HeaderField], body: bytes, first_number: int) -> Iterator[str]:
    """An email with attachments is multipart/mixed: the readable parts first, attachments after them."""
    media_type, parameters = _media_type(fields)
    boundary = parameters.get("boundary", "")
    if media_type not in (_ALTERNATIVE, _MIXED):
        yield "RFC 2046 5.1.4: content-type: not multipart/alternative"
    if not _BOUNDARY.fullmatch(boundary):
        yield "RFC 2046 5.1.1: content-type: no boundary of 1 to 70 characters that may stand in one"
        return
    parts, wrong = _split(body, boundary.encode(), first_number)
    yield from wrong
    types = []
    for place, (number, lines) in enumerate(parts, 1):
        head, separator, content = b"\r\n".join(lines).partition(b"\r\n\r\n")
        part_fields, wrong = read_fields(head, number)
        yield from wrong
        if not separator:
            yield f"RFC 2046 5.1.1: part {place}: no empty line after its head"
        types.append(_media_type(part_fields)[0])
        if media_type == _MIXED and place == 1:
            if types == [_ALTERNATIVE]:
                yield from _multipart(part_fields, content, number + head.count(b"\r\n") + 2)
            continue
        found = (
            _attachment_problems(part_fields, content)
            if media_type == _MIXED
            else _part_problems(part_fields, content)
        )
        for problem in found:
            rule, _, what = problem.partition(": ")
            yield f"{rule}: part {place}: {what}"
    if media_type == _MIXED:
        if types[:1] != [_ALTERNATIVE] or len(types) == 1:
            found_types = ", ".join(types) or "none"
            yield f"RFC 2046 5.1.4: the parts: {found_types} instead of {_ALTERNATIVE} and files"
    elif tuple(types) != _PARTS:
        yield f"RFC 2046 5.1.4: the parts: {', '.join(types) or 'none'} instead of {', '.join(_PARTS)}"


def _split(
    body: bytes, boundary: bytes, first_number: int
) -> tuple[list[tuple[int, list[bytes]]], list[str]]:
    """The parts, each with the number of its first line, and what is wrong with the lines between them."""
    delimiter = b"--" + boundary
    wrong: list[str] = []
    parts: list[tuple[int, list[bytes]]] = []
    closed = False
    for number, line in enumerate(body.split(b"\r\n"), first_number):
        if not line.startswith(delimiter):
            if parts and not closed:
                parts[-1][1].append(line)
            elif line.strip():
                wrong.append(f"RFC 2046 5.1.1: line {number}: text outside the parts, which nobody sees")
        elif closed or line.rstrip(b" \t") not in (delimiter, delimiter + b"--"):
            wrong.append(f"RFC 2046 5.1.1: line {number}: the boundary where none may be")
        elif line.rstrip(b" \t") == delimiter:
            parts.append((number + 1, []))
        else:
            closed = True
    if not closed:
        wrong.append("RFC 2046 5.1.1: the end: the last part is not closed")
    return parts, wrong


def _attachment_problems(fields: list[HeaderField], content: bytes) -> Iterator[str]:
    """What is wrong with an attachment."""
    values = [field.value for field in fields if field.name == "content-disposition"]
    match = _DISPOSITION.fullmatch(values[0]) if len(values) == 1 else None
    if match is None or match[1].lower() != "attachment":
        yield "RFC 2183 2: content-disposition: does not say that it is an attachment"
        return
    names = [token or quoted for name, token, quoted in _PARAMETER.findall(match[2]) if name == "filename"]
    if len(names) != 1 or not _PLAIN_NAME.fullmatch(names[0]):
        yield "RFC 2183 2.3: content-disposition: no file name that every system takes as it is"
    if not _media_type(fields)[0]:
        yield "RFC 2045 5: content-type: not there once, or not to be read"
    encodings = [field.value.lower() for field in fields if field.name == "content-transfer-encoding"]
    if encodings != ["base64"]:
        yield "RFC 2045 6.2: content-transfer-encoding: not base64, so bytes may be changed on the way"
        return
    _, wrong = _decoded("base64", content)
    if wrong:
        yield wrong


def _part_problems(fields: list[HeaderField], content: bytes) -> Iterator[str]:
    encodings = [field.value.lower() for field in fields if field.name == "content-transfer-encoding"]
    if [field.name for field in fields].count("content-type") != 1:
        yield "RFC 2045 5: content-type: not there once"
    if any(not field.value.isascii() for field in fields):
        yield "RFC 2045 3: the head: letters outside ASCII"
    charset = _media_type(fields)[1].get("charset", "").lower()
    if charset not in ("utf-8", "us-ascii"):
        yield f"RFC 2046 4.1.2: content-type: the charset {charset!r} instead of utf-8"
        return
    if len(encodings) != 1 or encodings[0] not in ("7bit", "quoted-printable", "base64"):
        yield "RFC 2045 6: content-transfer-encoding: not one of 7bit, quoted-printable, base64"
        return
    decoded, wrong = _decoded(encodings[0], content)
    if wrong:
        yield wrong
    try:
        decoded.decode(charset)
    except UnicodeDecodeError:
        yield f"RFC 2046 4.1.2: the text: not {charset}"


def _decoded(encoding: str, content: bytes) -> tuple[bytes, str]:
    """The decoded content, and what is wrong with its encoding, or ""."""
    lines = content.split(b"\r\n")
    if encoding == "7bit":
        return content, "" if content.isascii() else "RFC 2045 2.7: the text: 8-bit octets declared as 7bit"
    if max(map(len, lines)) > 76:
        return content, f"RFC 2045 6: the text: a line of more than 76 characters in {encoding}"
    if encoding == "base64":
        try:
            return binascii.a2b_base64(b"".join(lines), strict_mode=True), ""
        except binascii.Error:
            return b"", "RFC 2045 6.8: the text: not base64"
    if not all(_QP_LINE.fullmatch(line) for line in lines):
        return b"", "RFC 2045 6.7: the text: an octet or an = that quoted-printable does not allow"
    if any(line.endswith((b" ", b"\t")) for line in lines):
        return b"", "RFC 2045 6.7: the text: a blank at the end of a line"
    if lines[-1].endswith(b"="):
        return b"", "RFC 2045 6.7: the text: a soft line break at its end"
    return binascii.a2b_qp(content), ""


def _media_type(fields: list[HeaderField]) -> tuple[str, dict[str, str]]:
    """The media type and its parameters with lower-case names; "" if it cannot be read."""
    values = [field.value for field in fields if field.name == "content-type"]
    match = _MEDIA_TYPE.fullmatch(values[0]) if values else None
    if match is None:
        return "", {}
    parameters = {name.lower(): token or quoted for name, token, quoted in _PARAMETER.findall(match[2])}
    return match[1].lower(), parameters
