"""Parse the text of an email for the lint: greeting, sentences, quotes, sign-off, links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from followup.domain.letters.sincerity.draft import ParsedEmail, Sentence
from followup.mail.languages import language_tag, languages, one_of, wording_of

_DAY_LAST = re.compile(r"(?:^|[\s(])[0-3]?[0-9]\.$")
_NAME_ONLY = re.compile(r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){0,3}[,:]")
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
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_END = re.compile(r"[^aeiouyl]e$|[aeiou]le$|[^aeiouytd]ed$|[^aeiouyscxzgh]es$")
_VOWEL_BEFORE_ING = re.compile(r"[aeiouy]ing(?:s|ly)?$")


@dataclass(frozen=True, slots=True)
class _Patterns:
    """Patterns for the structure of letters in every language."""

    greeting: re.Pattern[str]
    greeting_line: re.Pattern[str]
    """A greeting on its own line, whatever name it contains."""
    closing: re.Pattern[str]
    spoken: re.Pattern[str]
    in_signatures: re.Pattern[str]
    unseen_end: re.Pattern[str]
    title_last: re.Pattern[str]
    number_last: re.Pattern[str]
    after_a_day: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    def each(name: str) -> str:
        known = (getattr(language.letters, name) for language in languages().values())
        return one_of(pattern for patterns in known for pattern in patterns)

    hello, title = rf"{each('greetings')}\b", each("titles")
    return _Patterns(
        greeting=re.compile(
            rf"{hello}(?:\b(?:{title}|[^\W\d_])\.|[^.!?,:;\n]){{0,60}}(?:[,!:.](?=\s|$)|$)", re.IGNORECASE
        ),
        greeting_line=re.compile(rf"{hello}.*[,:!]", re.IGNORECASE),
        closing=re.compile(
            rf"{each('closings')}(?: {each('from_a_place')} [^,.!?]{{1,40}})?(?P<rest>,.*|[!.]?)",
            re.IGNORECASE,
        ),
        spoken=re.compile(rf"\b{each('in_sentences')}\b", re.IGNORECASE),
        in_signatures=re.compile(rf"\b{each('in_signatures')}\b", re.IGNORECASE),
        unseen_end=re.compile(
            r"([.!?…][”\"»“)]|(?:https?://|www\.)[^\s\"“”]+[.!?]"
            rf"|\b{each('no_abbreviations')}\.(?= \D)) +(?=[A-ZÀ-ÞŒ¿¡0-9“„«])"
        ),
        title_last=re.compile(rf"(?:^|[\s(]){title}\.$"),
        number_last=re.compile(rf"(?:^|[\s(]){each('numbers')}\.$"),
        after_a_day=re.compile(rf"{each('after_a_day')}\b"),
    )


def draft_of(subject: str, text: str, language: str) -> ParsedEmail:
    """The parsed email. `language` is a tag such as "en-GB"; only its language is used.

    The reading grade, for English, is that of Kincaid et al. (1975): 0.39 words per sentence + 11.8 syllables
    per word - 15.59, over words of letters. Syllables are counted as groups of vowels, without a silent e.
    For 144 words of such emails with 289 syllables counted by hand, this finds 288; hyphenation points
    (pyphen) give 265, and the larger of both counts per word 294, so that library is not needed.
    """
    language = language_tag(language)
    own = _above_footer(text)
    greeting, body, sign_off = _parts(own)
    sentences = tuple(_sentences(body, language))
    said = [sentence.text for sentence in sentences]
    return ParsedEmail(
        wording=wording_of(language),
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
    """The sentences of an email that was sent before, split as `draft_of` splits them."""
    body = _parts(_above_footer(text))[1]
    return tuple(sentence.text for sentence in _sentences(body, language_tag(language)))


def _sentences(body: list[str], language: str) -> Iterator[Sentence]:
    for number, paragraph in enumerate(_paragraphs(body)):
        for sentence in _split(paragraph, language):
            yield Sentence(sentence, number)


def _above_footer(text: str) -> str:
    """The text above a line "-- ". Unpaired surrogates, which the splitter refuses, are replaced."""
    whole = text.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    return _FOOTER.split(whole, maxsplit=1)[0]


def _parts(text: str) -> tuple[str | None, list[str], list[str]]:
    """The greeting, the lines of the body, and the lines of the sign-off."""
    lines, patterns = text.split("\n"), _patterns()
    greeting = None
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is not None:
        line = lines[first].strip()
        alone = not "".join(lines[first + 1 : first + 2]).strip()
        found = (
            (patterns.greeting_line.fullmatch(line) if alone else None)
            or patterns.greeting.match(line)
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
    """The number of the first line of the sign-off: a closing such as "Best wishes,", or else the first of
    the short last lines that are no sentences.
    """
    filled = [number for number, line in enumerate(lines) if line.strip()]
    begins = len(lines)
    for number in reversed(filled[-_MOST_SIGNED_LINES:]):
        line = lines[number].strip()
        closing = _patterns().closing.fullmatch(line)
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
        and not _patterns().spoken.search(_patterns().in_signatures.sub("", line))
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
    """Our own paragraphs, each on one line. A list item is a paragraph of its own."""
    run: list[str] = []
    for line in [*lines, ""]:
        bullet = _BULLET.match(line)
        if run and (bullet or not line.strip() or _QUOTED.match(line)):
            yield " ".join(run)
            run = []
        if line.strip() and not _QUOTED.match(line):
            run.append(line[bullet.end() :].strip() if bullet else line.strip())


@lru_cache(maxsize=512)
def _split(paragraph: str, language: str) -> tuple[str, ...]:
    """The sentences of a paragraph.

    Two errors of the splitter are corrected. It does not split after a quotation or a link that ends a
    sentence, or after words that it takes for abbreviations ("on 3 May. I"). In some languages it splits
    after a title ("M. Dupont") or before a number ("Nr. 5").
    """
    from sentencex import segment  # type: ignore[import-untyped]  # it has no types; loaded where needed

    sentences: list[str] = []
    for piece in segment(language or "en", _patterns().unseen_end.sub("\\1\n\n", paragraph)):
        part = piece.strip()
        if part and sentences and _goes_on(sentences[-1], part):
            sentences[-1] += f" {part}"
        elif part:
            sentences.append(part)
    return tuple(part for sentence in sentences for part in _in_pieces(sentence))


def _in_pieces(sentence: str) -> list[str]:
    """A sentence, split into pieces if it is implausibly long, because the rules are slow on long
    sentences.
    """
    return [
        sentence[start : start + _LONGEST_SENTENCE] for start in range(0, len(sentence), _LONGEST_SENTENCE)
    ]


def _goes_on(before: str, after: str) -> bool:
    patterns = _patterns()
    return (
        (_DAY_LAST.search(before) is not None and patterns.after_a_day.match(after) is not None)
        or (patterns.title_last.search(before) is not None and after[0].isupper())
        or (patterns.number_last.search(before) is not None and after[0].isdigit())
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
