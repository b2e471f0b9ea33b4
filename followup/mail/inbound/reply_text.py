"""What a person newly wrote in a reply: without the email that it answers, and without the signature.

The rule over all others: a word that a person wrote is never lost. So text is left out only where it is
marked as quoted, or stands after a line that only a mail program writes; and nothing is left out where
nothing would be left.

mail-parser-reply finds where quoted emails begin in languages that the patterns here do not know. Its own
idea of a reply is not used: it takes every line that begins with "- " or "Thanks," for a signature, and what
follows it for the end.
"""

import re

from mailparser_reply import EmailReplyParser

_QUOTED = re.compile(r"[ \t]{0,3}>")
_WROTE = (
    r"wrote|writes|schrieb(?:en)?|geschrieben|a écrit|escribió|ha scritto|escreveu|schreef|skrev|kirjoitti"
    r"|napisał(?:\(a\)|a)?|napsal(?:\(a\)|a)?"
)
_ATTRIBUTION = re.compile(rf"(?=.*\d)(?=.*(?<!\w)(?:{_WROTE})(?!\w))[^>].*[:：]", re.IGNORECASE)
_NAME_ONLY = re.compile(rf"[A-ZÀ-Þ]\S*(?: [A-ZÀ-Þ]\S*){{0,3}} (?:{_WROTE})\s?[:：]")
_STARTS = re.compile(r"(?:On|Am|Le|El|Il|Op|Em|Den|Dnia|Dne)\s")
_ADDRESS = re.compile(r"[^\s@<>]{1,64}@[\w.-]{3,255}")
_ORIGINAL = re.compile(
    r"\W{0,3}-{2,}\s*(?:original (?:message|e-?mail|appointment)|ursprüngliche (?:nachricht|e-?mail)"
    r"|original-?nachricht|message d['’]origine|message original|mensaje original|messaggio originale"
    r"|oorspronkelijk bericht|mensagem original|oprindelig meddelelse|ursprungligt meddelande)\s*-{2,}\W*",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"\W*(?:-{2,}\s*)?(?:begin forwarded message|forwarded message|weitergeleitete nachricht"
    r"|anfang der weitergeleiteten nachricht|message transféré|début du message transféré|message réexpédié"
    r"|mensaje reenviado|inicio del mensaje reenviado)\s*:?\s*-*\W*",
    re.IGNORECASE,
)
_LABELS = {
    **dict.fromkeys(("from", "von", "de", "da", "van", "från", "fra", "od"), "from"),
    **dict.fromkeys(
        ("sent", "date", "gesendet", "datum", "envoyé", "enviado", "enviado el", "fecha"), "date"
    ),
    **dict.fromkeys(("inviato", "data", "verzonden", "skickat", "sendt", "wysłano", "odesláno"), "date"),
    **dict.fromkeys(("to", "an", "à", "a", "para", "aan", "till", "til", "do", "komu"), "to"),
    **dict.fromkeys(("cc", "kopie", "copie", "copia"), "cc"),
    **dict.fromkeys(
        ("subject", "betreff", "objet", "asunto", "oggetto", "onderwerp", "ämne", "emne"), "subject"
    ),
    **dict.fromkeys(("temat", "předmět", "assunto"), "subject"),
}
_LABEL = re.compile(r"[ \t*]{0,4}([^\W\d_]{1,12}(?: el)?)[ \t*\xa0]{0,3}:[ \t*]*(.*)")
_RULE = re.compile(r"\s*[_\-*=]{8,}\s*")
_DEVICES = (
    r"iphone|ipad|android|smartphone|handy|mobil|móvil|samsung|galaxy|huawei|xiaomi|pixel|outlook|yahoo|gmx"
    r"|web\.de|mail|telekom|freenet|blackberry|windows|proton|icloud|téléphone|portable|tablet|teléfono|orange"
)
_MOBILE = re.compile(
    r"\W{0,4}(?:(?:sent (?:from|via|with|using)|gesendet (?:von|mit|aus|über)|von mein|envoyé (?:de|à)"
    r"|diese nachricht wurde von mein|enviado (?:desde|de|con)|inviato da|verzonden (?:vanaf|met))"
    rf".{{0,60}}(?:{_DEVICES})|(?:get|holen sie sich|obtenir|télécharger|obtener) outlook"
    r" (?:for|für|pour|para)).{0,60}",
    re.IGNORECASE,
)
_POSTSCRIPT = re.compile(r"p\.?\s?s\b", re.IGNORECASE)
_MOST_SIGNATURE_LINES = 8
_MOST_ATTRIBUTION_LINES = 4
_MOST_ATTRIBUTION_WORDS = 14
_MOST_OWN_MARKS = 2
_LONGEST_LINE = 300
_OTHER_LANGUAGES = ["cs", "da", "it", "ja", "ko", "nl", "pl", "sv", "zh"]
_MOST_FOR_LIBRARY = 20_000


def reply_text(text: str, *, is_forward: bool = False) -> str:
    """The new words of a reply. Where it is not certain that words are quoted, they are kept: so of what the
    person passes on (`is_forward`) all is.

    "" only where every line is quoted or there is none.
    """
    if is_forward:
        return _tidy(text.split("\n"))
    lines = [line.rstrip() for line in text.split("\n")]
    kept = _without_quotes(_before_original(lines))
    return _tidy(_without_device(_without_signature(kept)))


def _before_original(lines: list[str]) -> list[str]:
    """The lines before an email that is quoted without a mark on each line; all where none stand before."""
    for number in range(len(lines)):
        if _begins_original(lines, number):
            before = _without_rule(lines[:number])
            return before if _has_words(before) else lines
    return lines[: _by_library(lines)]


def _begins_original(lines: list[str], number: int) -> bool:
    line = lines[number]
    if not line or len(line) > _LONGEST_LINE or _QUOTED.match(line):
        return False
    if _ORIGINAL.fullmatch(line):
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
    """Whether the email that begins here was passed on: it is no email of ours, but what the person sends."""
    return any(_FORWARDED.fullmatch(before[:_LONGEST_LINE]) for before in lines[max(number - 3, 0) : number])


def _is_head_of_email(lines: list[str]) -> bool:
    """Whether lines are From, Sent, To, Subject in some language, as programs put over what they quote."""
    kinds: set[str | None] = set()
    for line in lines:
        kind = _label(line)
        if line and kind is None and kinds and not line.startswith((" ", "\t")) and "@" not in line:
            break
        kinds.add(kind)
    return "from" in kinds and "date" in kinds and bool(kinds & {"to", "subject"})


def _label(line: str) -> str | None:
    found = _LABEL.fullmatch(line[:_LONGEST_LINE])
    return _LABELS.get(found[1].lower()) if found else None


def _end_of_attribution(lines: list[str], number: int) -> int | None:
    """The number of the line after "On … Ana wrote:", which may run over lines and begins at this one."""
    for end in range(number + 1, min(number + _MOST_ATTRIBUTION_LINES, len(lines)) + 1):
        last = lines[end - 1]
        joined = " ".join(lines[number:end])
        if not last or _QUOTED.match(last) or len(joined) > _LONGEST_LINE:
            return None
        # What stands over it without an empty line between may be the person's own.
        if end > number + 1 and (_STARTS.match(last) or not _STARTS.match(lines[number])):
            return None
        if _is_attribution(joined):
            return end
    return None


def _is_attribution(line: str) -> bool:
    """Whether a program wrote it: it has a date and an address, or begins as they do; or it is a name."""
    if _ADDRESS.search(line) or (_STARTS.match(line) and len(line.split()) <= _MOST_ATTRIBUTION_WORDS):
        return bool(_ATTRIBUTION.fullmatch(line))
    return bool(_NAME_ONLY.fullmatch(line))


def _without_quotes(lines: list[str]) -> list[str]:
    """Without the lines marked with ">" and those that say who wrote them. One or two marked lines without
    that may be the person's own way of writing, and stay."""
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
    """Without what follows the line "--" (RFC 3676, 4.3), if that is short and asks nothing."""
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
    """Without the last line, if a telephone wrote it."""
    kept = list(lines)
    while kept and (not kept[-1] or _MOBILE.fullmatch(kept[-1][:_LONGEST_LINE])):
        kept.pop()
    return kept if kept else lines


def _by_library(lines: list[str]) -> int:
    """How many lines stand before an email quoted in a language that is not ours; all where there is none."""
    text = "\n".join(line[:_LONGEST_LINE].strip() for line in lines)[:_MOST_FOR_LIBRARY]
    replies = EmailReplyParser(languages=list(_OTHER_LANGUAGES)).read(text).replies
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
