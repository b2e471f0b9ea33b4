"""The new text of a reply, without the quoted email and the signature.

Text that a person wrote must never be lost. So text is removed only if it is marked as quoted, or follows a
line that only mail programs write; and nothing is removed if nothing would be left.

mail-parser-reply finds the beginning of quoted emails in languages for which there are no patterns here. Its
own extraction of replies is not used: it takes every line that begins with "- " or "Thanks," for a signature,
and drops the rest.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from mailparser_reply import EmailReplyParser

from followup.mail.languages import languages, one_of

_QUOTED = re.compile(r"[ \t]{0,3}>")
_ADDRESS = re.compile(r"[^\s@<>]{1,64}@[\w.-]{3,255}")
_LABEL = re.compile(r"[ \t*]{0,4}([^\W\d_]{1,12}(?: [^\W\d_]{1,3})?)[ \t*\xa0]{0,3}:[ \t*]*(.*)")
_RULE = re.compile(r"\s*[_\-*=]{8,}\s*")
_POSTSCRIPT = re.compile(r"p\.?\s?s\b", re.IGNORECASE)
_MOST_SIGNATURE_LINES = 8
_MOST_ATTRIBUTION_LINES = 4
_MOST_ATTRIBUTION_WORDS = 14
_MOST_OWN_MARKS = 2
_LONGEST_LINE = 300
_OF_THE_LIBRARY = ("cs", "da", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "sv", "zh")
"""The languages of mail-parser-reply; it is used for those without patterns here."""

_MOST_FOR_LIBRARY = 20_000


@dataclass(frozen=True, slots=True)
class _ReplyPatterns:
    """Patterns of what mail programs write, in our languages and in some that only customers use."""

    attribution: re.Pattern[str]
    name_only: re.Pattern[str]
    starts: re.Pattern[str]
    original: re.Pattern[str]
    forwarded: re.Pattern[str]
    mobile: re.Pattern[str]
    heads: Mapping[str, str]


_WROTE = (
    *("ha scritto", "escreveu", "schreef", "skrev", "kirjoitti"),
    *(r"napisał(?:\(a\)|a)?", r"napsal(?:\(a\)|a)?"),
)
_STARTS = ("Il", "Op", "Em", "Den", "Dnia", "Dne")
_ORIGINAL = (
    *("messaggio originale", "oorspronkelijk bericht", "mensagem original", "oprindelig meddelelse"),
    "ursprungligt meddelande",
)
_HEADS = {
    **dict.fromkeys(("da", "van", "från", "fra", "od"), "from"),
    **dict.fromkeys(("inviato", "data", "verzonden", "skickat", "sendt", "wysłano", "odesláno"), "date"),
    **dict.fromkeys(("aan", "till", "til", "do", "komu"), "to"),
    **dict.fromkeys(("oggetto", "onderwerp", "ämne", "emne", "temat", "předmět", "assunto"), "subject"),
}
_SENT_FROM = ("inviato da", "verzonden (?:vanaf|met)")
_DEVICES = (
    *("iphone", "ipad", "android", "smartphone", "samsung", "galaxy", "huawei", "xiaomi", "pixel", "outlook"),
    *("yahoo", "gmx", r"web\.de", "mail", "telekom", "freenet", "blackberry", "windows", "proton", "icloud"),
    *("tablet", "orange"),
)


@cache
def _patterns() -> _ReplyPatterns:
    known = [language.mail_programs for language in languages().values()]

    def each(name: str, others: tuple[str, ...]) -> str:
        return one_of((*(pattern for words in known for pattern in getattr(words, name)), *others))

    wrote, starts = each("wrote", _WROTE), each("wrote_begins", _STARTS)
    original, forwarded = each("original", _ORIGINAL), each("forwarded", ())
    by_device = rf"{each('sent_from', _SENT_FROM)}.{{0,60}}{each('devices', _DEVICES)}"
    return _ReplyPatterns(
        attribution=re.compile(rf"(?=.*\d)(?=.*(?<!\w){wrote}(?!\w))[^>].*[:：]", re.IGNORECASE),
        name_only=re.compile(rf"[A-ZÀ-Þ]\S*(?: [A-ZÀ-Þ]\S*){{0,3}} {wrote}\s?[:：]"),
        starts=re.compile(rf"{starts}\s"),
        original=re.compile(rf"\W{{0,3}}-{{2,}}\s*{original}\s*-{{2,}}\W*", re.IGNORECASE),
        forwarded=re.compile(rf"\W*(?:-{{2,}}\s*)?{forwarded}\s*:?\s*-*\W*", re.IGNORECASE),
        mobile=re.compile(rf"\W{{0,4}}(?:{by_device}|{each('advertising', ())}).{{0,60}}", re.IGNORECASE),
        heads={**_HEADS, **{name: kind for words in known for name, kind in words.heads.items()}},
    )


def reply_text(text: str, *, is_forward: bool = False) -> str:
    """The new text of a reply. Text that may or may not be quoted is kept; so is everything that the person
    forwards (`is_forward`).

    "" only if every line is quoted or there is none.
    """
    if is_forward:
        return _tidy(text.split("\n"))
    lines = [line.rstrip() for line in text.split("\n")]
    kept = _without_quotes(_before_original(lines))
    return _tidy(_without_device(_without_signature(kept)))


def _before_original(lines: list[str]) -> list[str]:
    """The lines before an email that is quoted without a mark on each line; all lines if none precede it."""
    for number in range(len(lines)):
        if _begins_original(lines, number):
            before = _without_rule(lines[:number])
            return before if _has_words(before) else lines
    return lines[: _by_library(lines)]


def _begins_original(lines: list[str], number: int) -> bool:
    line = lines[number]
    if not line or len(line) > _LONGEST_LINE or _QUOTED.match(line):
        return False
    if _patterns().original.fullmatch(line):
        return True
    if _is_forwarded(lines, number):
        return False
    kinds = list(map(_label, lines[number : number + 2]))
    if "from" in (kinds[0], kinds[-1] if kinds[0] == "date" else None):
        return _is_head_of_email(lines[number : number + 12])
    end = _end_of_attribution(lines, number)
    if end is None or not _ADDRESS.search(" ".join(lines[number:end])):
        return False
    following = next((after for after in lines[end:] if after), "")
    return bool(following) and not _QUOTED.match(following)


def _is_forwarded(lines: list[str], number: int) -> bool:
    """Whether the email that begins here was forwarded: it is then part of what the person sends."""
    return any(
        _patterns().forwarded.fullmatch(before[:_LONGEST_LINE])
        for before in lines[max(number - 3, 0) : number]
    )


def _is_head_of_email(lines: list[str]) -> bool:
    """Whether the lines are From, Sent, To, Subject in some language, as programs write above a quoted
    email.
    """
    kinds: set[str | None] = set()
    for line in lines:
        kind = _label(line)
        if line and kind is None and kinds and not line.startswith((" ", "\t")) and "@" not in line:
            break
        kinds.add(kind)
    return "from" in kinds and "date" in kinds and bool(kinds & {"to", "subject"})


def _label(line: str) -> str | None:
    found = _LABEL.fullmatch(line[:_LONGEST_LINE])
    return _patterns().heads.get(found[1].lower()) if found else None


def _end_of_attribution(lines: list[str], number: int) -> int | None:
    """The number of the line after an attribution ("On … Ana wrote:"), which may span lines and begins at
    this one; None if none begins here.
    """
    starts = _patterns().starts
    for end in range(number + 1, min(number + _MOST_ATTRIBUTION_LINES, len(lines)) + 1):
        last = lines[end - 1]
        joined = " ".join(lines[number:end])
        if not last or _QUOTED.match(last) or len(joined) > _LONGEST_LINE:
            return None
        # Lines directly above it, without an empty line, may be the person's own.
        if end > number + 1 and (starts.match(last) or not starts.match(lines[number])):
            return None
        if _is_attribution(joined):
            return end
    return None


def _is_attribution(line: str) -> bool:
    """Whether a program wrote the line: it has a date and an address, begins like an attribution, or is a
    name.
    """
    patterns = _patterns()
    if _ADDRESS.search(line) or (
        patterns.starts.match(line) and len(line.split()) <= _MOST_ATTRIBUTION_WORDS
    ):
        return bool(patterns.attribution.fullmatch(line))
    return bool(patterns.name_only.fullmatch(line))


def _without_quotes(lines: list[str]) -> list[str]:
    """The lines without those marked with ">" and their attributions. One or two marked lines without an
    attribution may be the person's own style, and are kept.
    """
    kept: list[str] = []
    attributed = False
    number = 0
    while number < len(lines):
        end = _end_of_attribution(lines, number)
        if end and _QUOTED.match(next((after for after in lines[end:] if after), "")):
            attributed = True
            number = end
        else:
            kept += [lines[number]] * (not _QUOTED.match(lines[number]))
            number += 1
    quoted = sum(bool(_QUOTED.match(line)) for line in lines)
    return kept if attributed or quoted > _MOST_OWN_MARKS or not _has_words(kept) else lines


def _without_signature(lines: list[str]) -> list[str]:
    """The lines without what follows "--" (RFC 3676, 4.3), if that is short and contains no question."""
    after = 0
    for number in range(len(lines) - 1, 0, -1):
        line = lines[number]
        if line == "--" and _has_words(lines[:number]):
            return lines[:number]
        after += bool(line)
        if after > _MOST_SIGNATURE_LINES or "?" in line or _POSTSCRIPT.match(line):
            break
    return lines


def _without_device(lines: list[str]) -> list[str]:
    """The lines without the last one, if a telephone added it."""
    kept = list(lines)
    while kept and (not kept[-1] or _patterns().mobile.fullmatch(kept[-1][:_LONGEST_LINE])):
        kept.pop()
    return kept if kept else lines


def _by_library(lines: list[str]) -> int:
    """The number of lines before an email quoted in a language without patterns here; all if there is
    none.
    """
    text = "\n".join(line[:_LONGEST_LINE].strip() for line in lines)[:_MOST_FOR_LIBRARY]
    others = [tag for tag in _OF_THE_LIBRARY if tag not in languages()]
    replies = EmailReplyParser(languages=others).read(text).replies
    if len(replies) < 2 or not replies[0].content or "@" not in (replies[1].headers or ""):
        return len(lines)
    place = text.find(replies[1].content)
    before = text.count("\n", 0, place)
    return before if before > 0 and not _is_forwarded(lines, before) else len(lines)


def _without_rule(lines: list[str]) -> list[str]:
    kept = list(lines)
    while kept and (not kept[-1] or _RULE.fullmatch(kept[-1])):
        kept.pop()
    return kept


def _has_words(lines: list[str]) -> bool:
    return any(any(map(str.isalnum, line)) for line in lines if not _QUOTED.match(line))


def _tidy(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
