"""Taking the text of an email apart for the lint: greeting, sentences, quotes, sign-off, links."""

import re
from collections.abc import Iterator
from functools import lru_cache

from followup.domain.letters.sincerity.draft import ParsedEmail, Sentence

_TITLE = r"(?:Mr|Mrs|Ms|Mx|Dr|Prof|Rev|St|M|MM|Mme|Mmes|Mlle|Sr|Sra|Srta|Dra|Dña|D|Hr|Fr)"
_HELLO = (
    r"(?:dear|hello|hi|hey|good (?:morning|afternoon|evening|day)|hallo|liebe[rs]?|guten (?:tag|morgen|abend)"
    r"|sehr geehrte[rs]?|grüß gott|moin|hola|estimad[oa]s?|querid[oa]s?|buen[oa]s (?:días|tardes|noches)"
    r"|apreciad[oa]s?|bonjour|bonsoir|cher|chère?s?|madame, monsieur|madame|monsieur)\b"
)
_GREETING = re.compile(
    _HELLO + rf"(?:\b(?:{_TITLE}|[^\W\d_])\.|[^.!?,:;\n]){{0,60}}(?:[,!:.](?=\s|$)|$)",
    re.IGNORECASE,
)
_DAY_LAST = re.compile(r"(?:^|[\s(])[0-3]?[0-9]\.$")
_GERMAN_MONTH = re.compile(
    r"(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b"
)
_GREETING_LINE = re.compile(_HELLO + r".*[,:!]", re.IGNORECASE)
"""A line of its own, whatever the name in it holds."""
_NAME_ONLY = re.compile(r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){0,3}[,:]")
_CLOSING = re.compile(
    r"(?:(?:with |my |our )?(?:very )?(?:best|kind(?:est)?|warm(?:est)?) (?:regards|wishes)|all the best|best"
    r"|(?:warm )?regards|(?:with )?(?:many )?thanks(?: again)?|thank you(?: again)?"
    r"|(?:yours )?(?:sincerely|faithfully|truly)|sincerely yours|yours|take care|cheers"
    r"|(?:mit )?(?:freundlich|herzlich|best|viel|lieb|schön)e[mnrs]? gr(?:ü|u)(?:ß|ss)e?n?"
    r"|herzlich(?:st)?|ihre?"
    r"|(?:un |muchos |reciba un )?(?:(?:atento|cordial|fuerte) )?(?:saludos?|abrazo)(?: cordial(?:es)?)?"
    r"|atentamente|cordialmente|(?:muchas )?gracias"
    r"|(?:bien )?(?:cordialement|sincèrement|amicalement)|(?:bien )?à vous"
    r"|(?:sincères|meilleures) salutations|avec mes (?:meilleures )?salutations|merci)"
    r"(?: (?:from|aus|de|von) [^,.!?]{1,40})?(?P<rest>,.*|[!.]?)",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    r"\b(?:i|we|you|your|me|us|is|are|ich|wir|sie|ihnen|uns|ist|sind|yo|usted|nos|es|je|nous|vous|est)\b",
    re.IGNORECASE,
)
_FOR_US = re.compile(r"\b(?:for|from|on behalf of) (?:(?:all|everyone|both) of )?us\b", re.IGNORECASE)
_BULLET = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])\s+(?=\S)")
_QUOTED = re.compile(r"\s*>+ ?")
_POSTSCRIPT = re.compile(r"p\.? ?s\.?[:, ]", re.IGNORECASE)
_FOOTER = re.compile(r"^-- ?$", re.MULTILINE)
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>()\"“”]*[^\s<>()\"“”.,;:!?'’]", re.IGNORECASE)
_WORD = re.compile(r"(?:https?://|www\.)\S+|[^\W_]+(?:[’'.,@/&-][^\W_]+)*")
_LETTERS = re.compile(r"[A-Za-z]+")
_COMPANY = re.compile(r"(?:Ltd|Inc|Co|Corp|e\.V|S\.A|S\.L|B\.V)\.$")
_MOST_SIGNED_LINES, _MOST_SIGNED_WORDS = 8, 8
_LONGEST_SENTENCE = 800

_UNSEEN_END = re.compile(
    r"([.!?…][”\"»“)]|(?:https?://|www\.)[^\s\"“”]+[.!?]"
    r"|\b(?:May|me|mich|no|nos|la)\.(?= \D)) +(?=[A-ZÀ-ÞŒ¿¡0-9“„«])"
)
_TITLE_LAST = re.compile(rf"(?:^|[\s(]){_TITLE}\.$")
_NUMBER_LAST = re.compile(r"(?:^|[\s(])(?:No|Nos|Nr|Nro|Núm|Tel|n)\.$")

_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_END = re.compile(r"[^aeiouyl]e$|[aeiou]le$|[^aeiouytd]ed$|[^aeiouyscxzgh]es$")
_VOWEL_BEFORE_ING = re.compile(r"[aeiouy]ing(?:s|ly)?$")


def draft_of(subject: str, text: str, language: str) -> ParsedEmail:
    """The email as the lint sees it. `language` is a tag such as "en-GB"; only the language in it counts.

    The reading grade of English is that of Kincaid et al. (1975): 0.39 words per sentence + 11.8 syllables
    per word - 15.59, over words of letters. Syllables are groups of vowels but for a silent e: of 289 counted
    by hand in 144 words of such emails that finds 288; points of hyphenation (pyphen) give 265, and the
    larger of the two 294, so that library is not needed.
    """
    language = language.replace("_", "-").partition("-")[0].lower()
    own = _above_footer(text)
    greeting, body, sign_off = _parts(own)
    sentences = tuple(
        Sentence(sentence, number)
        for number, paragraph in enumerate(_paragraphs(body))
        for sentence in _split(paragraph, language)
    )
    said = [sentence.text for sentence in sentences]
    return ParsedEmail(
        language=language,
        subject=subject,
        greeting=greeting,
        sentences=sentences,
        quotes=tuple(_quotes(body)),
        sign_off=tuple(line.strip() for line in sign_off if line.strip()),
        links=tuple(_LINK.findall(own)),
        word_count=sum(len(_WORD.findall(sentence)) for sentence in said),
        reading_grade=_reading_grade(said) if language == "en" else None,
    )


def sentences_of(text: str, language: str) -> tuple[str, ...]:
    """The sentences of an email that was sent before: those that `draft_of` would find."""
    return tuple(sentence.text for sentence in draft_of("", text, language).sentences)


def _above_footer(text: str) -> str:
    """What stands above a line "-- ". Halves of characters, which the splitter refuses, are replaced."""
    whole = text.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    return _FOOTER.split(whole, maxsplit=1)[0]


def _parts(text: str) -> tuple[str | None, list[str], list[str]]:
    """The greeting, the lines of the body, and the lines of the sign-off."""
    lines = text.split("\n")
    greeting = None
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is not None:
        line = lines[first].strip()
        alone = not "".join(lines[first + 1 : first + 2]).strip()
        found = (
            (_GREETING_LINE.fullmatch(line) if alone else None)
            or _GREETING.match(line)
            or _NAME_ONLY.fullmatch(line)
        )
        if found:
            greeting, lines[first] = found[0], line[found.end() :]
            lines = lines[first:]
    postscript = next(
        (number for number, line in enumerate(lines) if number and _POSTSCRIPT.match(line.strip())),
        len(lines),
    )
    above, below = lines[:postscript], lines[postscript:]
    begins = _sign_off_begins(above)
    return greeting, [*above[:begins], "", *below], above[begins:]


def _sign_off_begins(lines: list[str]) -> int:
    """The number of the line that begins the sign-off: a closing such as "Best wishes,", or else the first of
    the short lines at the end that no sentence stands in."""
    filled = [number for number, line in enumerate(lines) if line.strip()]
    begins = len(lines)
    for number in reversed(filled[-_MOST_SIGNED_LINES:]):
        line = lines[number].strip()
        closing = _CLOSING.fullmatch(line)
        if closing and _could_be_signed(closing["rest"].strip(" ,.!")):
            return number
        if not _could_be_signed(line):
            break
        begins = number
    return begins if filled and begins > filled[0] else len(lines)


def _could_be_signed(line: str) -> bool:
    return (
        not _BULLET.match(line)
        and not _QUOTED.match(line)
        and len(line.split()) <= _MOST_SIGNED_WORDS
        and (not line.endswith((".", "?", "!", "…", ":", ";", ",")) or _COMPANY.search(line) is not None)
        and not _SPOKEN.search(_FOR_US.sub("", line))
    )


def _quotes(lines: list[str]) -> Iterator[str]:
    """The customer's own words: runs of lines that begin with ">"."""
    run: list[str] = []
    for line in [*lines, ""]:
        mark = _QUOTED.match(line)
        if mark:
            run.append(line[mark.end() :].strip())
        elif run:
            yield " ".join(run).strip()
            run = []


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """Our own paragraphs, each on one line; a point of a list is a paragraph of its own."""
    run: list[str] = []
    for line in [*lines, ""]:
        bullet = _BULLET.match(line)
        if run and (bullet or not line.strip() or _QUOTED.match(line)):
            yield " ".join(run)
            run = []
        if line.strip() and not _QUOTED.match(line):
            run.append(line[bullet.end() :].strip() if bullet else line.strip())


def _split(paragraph: str, language: str) -> list[str]:
    """The sentences of a paragraph.

    Two habits of the splitter are mended: it goes on after a quotation or a link that ends a sentence and
    after words that it takes for abbreviations ("on 3 May. I"), and in some languages it stops after a title
    ("M. Dupont") or before a number ("Nr. 5").
    """
    from sentencex import segment  # type: ignore[import-untyped]  # it has no types; loaded where needed

    sentences: list[str] = []
    for piece in segment(language or "en", _UNSEEN_END.sub("\\1\n\n", paragraph)):
        part = piece.strip()
        if part and sentences and _goes_on(sentences[-1], part):
            sentences[-1] += f" {part}"
        elif part:
            sentences.append(part)
    return [part for sentence in sentences for part in _in_pieces(sentence)]


def _in_pieces(sentence: str) -> list[str]:
    """A sentence, or its pieces where it is so long that no person wrote it: rules are slow on those."""
    return [
        sentence[start : start + _LONGEST_SENTENCE] for start in range(0, len(sentence), _LONGEST_SENTENCE)
    ]


def _goes_on(before: str, after: str) -> bool:
    in_a_date = _DAY_LAST.search(before) is not None and _GERMAN_MONTH.match(after) is not None
    return in_a_date or (
        (_TITLE_LAST.search(before) is not None and after[0].isupper())
        or (_NUMBER_LAST.search(before) is not None and after[0].isdigit())
    )


def _reading_grade(sentences: list[str]) -> float | None:
    words = [word for sentence in sentences for word in _LETTERS.findall(sentence)]
    if not words:
        return None
    syllables = sum(map(_syllables, words))
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


@lru_cache(maxsize=4096)
def _syllables(word: str) -> int:
    word = word.lower()
    count = len(_VOWELS.findall(word)) + bool(_VOWEL_BEFORE_ING.search(word))
    return max(1, count - (count > 1 and _SILENT_END.search(word) is not None))
