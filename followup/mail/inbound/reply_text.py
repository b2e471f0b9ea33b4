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
_GAP = "\n" * 100
"""Line ends in a row that no reply has. The library's time grows with the square of their number."""
_RULE = re.compile(r"\s*[_\-*=]{8,}\s*")
_POSTSCRIPT = re.compile(r"p\.?\s?s\b", re.IGNORECASE)
_OPEN_ADDRESS = re.compile(r"<[^<>]{0,100}(?:<[^<>]{0,100}>)?\s?$")
_MAILTO = re.compile(r" <\s?mailto:[^<>]{0,100}<([^<>]{1,100})>\s?>")
_REST_OF_ADDRESS = re.compile(r"\s{0,3}(?:[^\s@<>]{1,64}@[\w.-]{3,255})?>.{0,20}")
_OF_GMAIL = re.compile(
    r"\d{4}[-/]\d{1,2}[-/]\d{1,2},?(?: \d{1,2}:\d{2})?(?P<zone> GMT[+-]\d{1,2}:\d{2})? "
    r".{1,80}?(?P<address> ?<[^<>]{3,100}>)?:?"
)
_YEAR, _TIME = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)"), re.compile(r"(?<!\d)\d{1,2}[:.h]\d{2}(?!\d)")
_TO_US = re.compile(
    r"(?<!\w)(?:you|we|i|sie|ihr|du|wir|ich|vous|tu|nous|je|usted(?:es)?|yo|nosotros|você|vocês|eu|nós)(?!\w)",
    re.IGNORECASE,
)
_TRACKER = "\u1427"
"""A mark that Streak puts below emails."""

_MOST_TRIMMED_LINES = 4
"""No letter of ours is as short: whoever quotes so few lines has chosen them."""

_MOST_CLOSING_WORDS = 3
_MOST_QUESTION_LINES = 12
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
    address_wrote: re.Pattern[str]
    starts: re.Pattern[str]
    starts_within: re.Pattern[str]
    original: re.Pattern[str]
    forwarded: re.Pattern[str]
    mobile: re.Pattern[str]
    heads: Mapping[str, str]


_WROTE = (
    *("ha scritto", "escreveu", "schreef", "geschreven", "skrev", "kirjoitti", "đã viết"),
    *(r"napisał(?:\(a\)|a)?", r"napsal(?:\(a\)|a)?", "написала?", "пише", "пишет"),
)
_STARTS = (
    *("Il", "Op", "Em", "Den", "Dnia", "Dne", "At", "W dniu", "Vào"),
    *("понедельник,", "вторник,", "среда,", "четверг,", "пятница,", "суббота,", "воскресенье,"),
)
_ORIGINAL = (
    *("messaggio originale", "oorspronkelijk bericht", "mensagem original", "oprindelig meddelelse"),
    "ursprungligt meddelande",
)
_HEADS = {
    **dict.fromkeys(("da", "van", "från", "fra", "od"), "from"),
    **dict.fromkeys(("inviato", "data", "verzonden", "skickat", "sendt", "wysłano", "odesláno"), "date"),
    **dict.fromkeys(("aan", "till", "til", "do", "komu", "a"), "to"),
    **dict.fromkeys(("oggetto", "onderwerp", "ämne", "emne", "temat", "předmět", "assunto"), "subject"),
}
_SENT_FROM = (
    *("inviato da", "verzonden (?:vanaf|met)", "sendt fra", "skickat från", "wysłane z", "odesláno z"),
    *("отправлено с", "надіслано з"),
)
_DEVICES = (
    *("iphone", "ipad", "android", "smartphone", "samsung", "galaxy", "huawei", "xiaomi", "pixel", "outlook"),
    *("yahoo", "gmx", r"web\.de", "mail", "telekom", "freenet", "blackberry", "windows", "proton", "icloud"),
    *("tablet", "orange", "ipod", "mobile", "cell", "phone", "airmail", "mailbox", "htc"),
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
        address_wrote=re.compile(
            rf"[^<>]{{1,80}} <[^\s@<>]{{1,64}}@[\w.-]{{3,255}}> {wrote}(?!\w)", re.IGNORECASE
        ),
        starts=re.compile(rf"{starts}\s"),
        starts_within=re.compile(rf"(?<![\w<\"]){starts}\s"),
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
    return _own(_lines_of_reply(text))


def with_questions(text: str) -> str:
    """The new text of a reply whose author answers between the lines of what they quote: each answer with the
    end of the quotation above it, marked with ">". The same as `reply_text` for any other reply: whoever
    answers below the whole of an email needs none of it repeated."""
    return reply_texts(text)[1]


def reply_texts(text: str) -> tuple[str, str]:
    """The texts of `reply_text` and `with_questions`, in half the time."""
    lines = _lines_of_reply(text)
    own = _own(lines)
    return own, _with_questions(lines) or own


def _own(lines: list[str]) -> str:
    return _tidy(_signed_off(_without_quotes(lines)))


def _with_questions(lines: list[str]) -> str | None:
    """Answers below their questions; None if the reply is none that has them."""
    if not any(map(_QUOTED.match, lines)):
        return None
    whole = _signed_off(lines)
    lines = _without_attributions(whole)
    kept: list[str] = []
    above: list[str] = []
    questions = 0
    for line in lines:
        if _QUOTED.match(line) or (above and not line):
            above.append(line)
        elif above and _has_words([line]):
            kept += [*_end_of(above), line]
            above, questions = [], questions + 1
        elif not above:
            kept.append(line)
    if questions == 1 and len(lines) < len(whole):
        begins_with_it = bool(_QUOTED.match(next(filter(None, lines), "")))
        marked = [number for number, line in enumerate(kept) if _QUOTED.match(line)]
        closing = " ".join(kept[marked[-1] + 1 :]).split()
        is_closing = not begins_with_it and len(closing) <= _MOST_CLOSING_WORDS
        if is_closing or (begins_with_it and len(marked) > _MOST_TRIMMED_LINES):
            return None
    return _tidy(kept) if questions else None


def _end_of(quotation: list[str]) -> list[str]:
    """The last lines of a quotation, and a mark if others come before them."""
    marked = [number for number, line in enumerate(quotation) if line]
    if len(marked) <= _MOST_QUESTION_LINES:
        return quotation
    return ["> …", *quotation[marked[-_MOST_QUESTION_LINES] :]]


def _lines_of_reply(text: str) -> list[str]:
    """The lines up to an email that is quoted without a mark on each line."""
    return _before_original(_rejoined([line.rstrip() for line in text.split("\n")]))


def _rejoined(lines: list[str]) -> list[str]:
    """The lines, with each address in one that a program broke in pieces."""
    found: list[str] = []
    for line in lines:
        before = next(
            (number for number in range(len(found) - 1, max(len(found) - 3, -1), -1) if found[number]), None
        )
        is_mailto = line[:_LONGEST_LINE].strip() == "<" or line.startswith("mailto:")
        is_rest = is_mailto or _REST_OF_ADDRESS.fullmatch(line[:_LONGEST_LINE])
        if before is not None and is_rest and _is_open(found[before], is_mailto=is_mailto):
            found[before] = f"{found[before]} {line.strip()}"
            del found[before + 1 :]
        else:
            found.append(line)
    return [part for line in found for part in _parted(line)]


def _parted(line: str) -> list[str]:
    """A line, or two where a program wrote its attribution on the person's own last line."""
    if len(line) > _LONGEST_LINE:
        return [line]
    line = _MAILTO.sub(r" <\1>", line)
    for found in () if _patterns().starts.match(line) else _patterns().starts_within.finditer(line):
        own, attribution = line[: found.start()], line[found.start() :]
        if _is_attribution(attribution) and _is_by_a_program(attribution) and _has_words([own]):
            return [own.rstrip(" -"), attribution]
    return [line]


def _is_open(line: str, *, is_mailto: bool) -> bool:
    """Whether a line ends within an address, or where a program puts one."""
    if len(line) > _LONGEST_LINE or _QUOTED.match(line):
        return False
    return bool(_OPEN_ADDRESS.search(line)) or (is_mailto and bool(_patterns().starts.match(line)))


def _before_original(lines: list[str]) -> list[str]:
    """The lines before an email that is quoted without a mark on each line; all lines if none precede it."""
    for number in range(len(lines)):
        if _begins_original(lines, number):
            before = _without_rule(lines[:number])
            return before if _has_words(before) else lines
    if any(_end_of_attribution(lines, number) for number in range(len(lines))):
        return lines
    return _by_library(lines)


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
    if end is None or not _is_by_a_program(" ".join(lines[number:end])):
        return False
    following = next((after for after in lines[end:] if after), "")
    return bool(following) and not _QUOTED.match(following)


def _is_by_a_program(attribution: str) -> bool:
    """Whether an attribution is surely no sentence of a person's: it names an address, or the day, the year
    and the time, and speaks of neither us nor them."""
    if _ADDRESS.search(attribution) or _OF_GMAIL.fullmatch(attribution):
        return True
    return _is_exact(attribution) and not _TO_US.search(attribution)


def _is_exact(line: str) -> bool:
    """Whether a line names the year and the time."""
    return bool(_YEAR.search(line) and _TIME.search(line))


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
        is_of_head = (
            kind or line.startswith((" ", "\t")) or "@" in line or _LABEL.fullmatch(line[:_LONGEST_LINE])
        )
        if line and kinds and not is_of_head:
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
    begins = lines[number]
    if not (begins[:1].isdigit() or any(map(_may_end_it, lines[number : number + _MOST_ATTRIBUTION_LINES]))):
        return None
    starts = _patterns().starts
    for end in range(number + 1, min(number + _MOST_ATTRIBUTION_LINES, len(lines)) + 1):
        last = lines[end - 1]
        joined = " ".join(lines[number:end])
        if not last or _QUOTED.match(last) or len(joined) > _LONGEST_LINE:
            return None
        # Lines directly above it, without an empty line, may be the person's own.
        if end > number + 1 and (starts.match(last) or not _may_go_on(lines[number])):
            return None
        if _is_attribution(joined):
            return end
    return None


def _may_end_it(line: str) -> bool:
    """Whether a line may be the last of an attribution. Most are not, and this is quick to see."""
    return line.endswith((":", "：", ">", "-"))


def _may_go_on(line: str) -> bool:
    """Whether a line may be the first of an attribution that has several."""
    return bool(_patterns().starts.match(line) or _patterns().address_wrote.search(line))


def _is_attribution(line: str) -> bool:
    """Whether a program wrote the line: it has a date and an address, begins like an attribution, or is a
    name.
    """
    patterns = _patterns()
    if line.startswith("--") and line.endswith("--"):
        line = f"{line.strip('- ')}:"
    gmail = _OF_GMAIL.fullmatch(line)
    if (gmail and (gmail["zone"] or gmail["address"])) or patterns.address_wrote.fullmatch(line.rstrip(": ")):
        return True
    is_theirs = _is_exact(line) or not _TO_US.search(line)
    begins = patterns.starts.match(line) and len(line.split()) <= _MOST_ATTRIBUTION_WORDS and is_theirs
    if _ADDRESS.search(line) or begins:
        return bool(patterns.attribution.fullmatch(line))
    return bool(patterns.name_only.fullmatch(line))


def _without_quotes(lines: list[str]) -> list[str]:
    """The lines without those marked with ">" and their attributions. One or two marked lines without an
    attribution may be the person's own style, and are kept.
    """
    unattributed = _without_attributions(lines)
    kept = [line for line in unattributed if not _QUOTED.match(line)]
    quoted = sum(bool(_QUOTED.match(line)) for line in lines)
    attributed = len(unattributed) < len(lines)
    return kept if attributed or quoted > _MOST_OWN_MARKS or not _has_words(kept) else lines


def _without_attributions(lines: list[str]) -> list[str]:
    """The lines without the attributions that stand above marked lines, above everything, or at the end: no
    word of the person's goes with them."""
    kept: list[str] = []
    number = 0
    while number < len(lines):
        end = _end_of_attribution(lines, number)
        if end and _is_above_a_quotation(lines, number, end):
            number = end
        else:
            kept.append(lines[number])
            number += 1
    return kept


def _is_above_a_quotation(lines: list[str], number: int, end: int) -> bool:
    following = next((after for after in lines[end:] if after), None)
    if following is not None and _QUOTED.match(following):
        return True
    is_at_an_end = following is None or not _has_words(lines[:number])
    return is_at_an_end and _is_by_a_program(" ".join(lines[number:end]))


def _signed_off(lines: list[str]) -> list[str]:
    """The lines without the signature and what a telephone added below it."""
    return _without_device(_without_signature(_without_device(lines)))


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
    while kept and (kept[-1] in ("", _TRACKER) or _patterns().mobile.fullmatch(kept[-1][:_LONGEST_LINE])):
        kept.pop()
    return kept if kept else lines


def _by_library(lines: list[str]) -> list[str]:
    """The lines before an email quoted in a language without patterns here; all if there is none. Where its
    lines are marked, those below them stay: they may be the person's."""
    text = "\n".join(line[:_LONGEST_LINE].strip() for line in lines)[:_MOST_FOR_LIBRARY]
    if _GAP in text:
        return lines
    others = [tag for tag in _OF_THE_LIBRARY if tag not in languages()]
    replies = EmailReplyParser(languages=others).read(text).replies
    if len(replies) < 2 or not replies[0].content or "@" not in (replies[1].headers or ""):
        return lines
    before = text.count("\n", 0, text.find(replies[1].content))
    if before <= 0 or _is_forwarded(lines, before):
        return lines
    after = before
    while after < len(lines) and not _QUOTED.match(lines[after]):
        after += 1
    if after > before + _MOST_ATTRIBUTION_LINES + 1:
        return lines[:before]
    while after < len(lines) and (not lines[after] or _QUOTED.match(lines[after])):
        after += 1
    return [*lines[:before], *lines[after:]]


def _without_rule(lines: list[str]) -> list[str]:
    kept = list(lines)
    while kept and (not kept[-1] or _RULE.fullmatch(kept[-1])):
        kept.pop()
    return kept


def _has_words(lines: list[str]) -> bool:
    return any(any(map(str.isalnum, line)) for line in lines if not _QUOTED.match(line))


def _tidy(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
