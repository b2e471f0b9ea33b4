"""What a letter quotes of a customer's words: whole sentences, chosen for what they minded."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from followup.domain.letters.gate.sentences import typed_sentences
from followup.domain.letters.sincerity.wording import plain
from followup.domain.letters.sincerity.wording import words as whole_words

Patterns = tuple[str, ...]

MOST_WORDS = 40
"""A quotation is about this long at most; one sentence alone may be half as long again."""

MOST_IN_A_LINE = 16
"""The most words of a sentence that is gladly quoted within one of ours."""

_WORD = re.compile(r"\w+(?:['’.,-]\w+)*")
_ENDED = re.compile(r"[.!?…][”\"»“)']*$")
_NUMBER = re.compile(r"\d")
_PIECES = re.compile(r"\s*(?:…|\.\.\.|\[…\])\s*")
_GOOD_LENGTH = range(4, 26)


@dataclass(frozen=True, slots=True)
class QuotationWords:
    """Patterns of a language for what sentences are about. `politeness` are greetings, introductions and
    thanks: they are never quoted. `minded` is what people mind: losses, harm, waiting, other people's days;
    `asked` is what they want or ask.
    """

    politeness: Patterns = ()
    minded: Patterns = ()
    asked: Patterns = ()


def quotation(text: str, words: QuotationWords, *, without: Collection[str] = ()) -> tuple[str, ...]:
    """The lines of a quotation from a text: whole sentences in their order, those that follow each other on
    one line. () if there is nothing to quote. Sentences in `without` are left out.
    """
    sentences = typed_sentences(text)
    chosen = _chosen(sentences, words, frozenset(without), MOST_WORDS)
    lines: list[str] = []
    for place in sorted(chosen):
        if lines and place - 1 in chosen and _ENDED.search(lines[-1]):
            lines[-1] += f" {sentences[place]}"
        else:
            lines.append(sentences[place])
    return tuple(lines)


def key_sentence(text: str, words: QuotationWords, *, without: Collection[str] = ()) -> str | None:
    """The one sentence, without its full stop, that says best what a text is about: a short one, or else
    the shortest; None if all are too long to stand in another.
    """
    sentences = typed_sentences(text)
    found = [sentences[place] for place in _ranked(sentences, words, frozenset(without))]
    long = {sentence: len(_WORD.findall(sentence)) for sentence in found}
    short = [sentence for sentence in found if long[sentence] <= MOST_IN_A_LINE]
    chosen = short or sorted((one for one in found if long[one] <= MOST_WORDS), key=lambda one: long[one])
    return chosen[0].rstrip(" .") if chosen else None


def is_said_in(quote: str, text: str) -> bool:
    """Whether a quotation stands in a text, whatever its marks and capitals; where it has an ellipsis,
    something may be left out.
    """
    said, end = _row(text), 0
    for piece in filter(None, map(_row, _PIECES.split(quote))):
        found = said.find(piece, end)
        if found < 0:
            return False
        # The blank after a word is also the one before the next.
        end = found + len(piece) - 1
    return bool(_row(quote))


def _row(text: str) -> str:
    words = " ".join(re.findall(r"\w+", text.casefold()))
    return f" {words} " if words else ""


def _chosen(
    sentences: Sequence[str], words: QuotationWords, without: frozenset[str], most: int
) -> frozenset[int]:
    left = most
    chosen: set[int] = set()
    for place in _ranked(sentences, words, without):
        length = len(_WORD.findall(sentences[place]))
        if length <= left or (not chosen and length <= most * 3 // 2):
            chosen.add(place)
            left -= length
    return frozenset(chosen)


def _ranked(sentences: Sequence[str], words: QuotationWords, without: frozenset[str]) -> list[int]:
    """The places of the sentences that may be quoted, those first that tell most."""
    may = [
        place
        for place, sentence in enumerate(sentences)
        if sentence not in without and not _found(words.politeness, sentence)
    ]
    return sorted(may, key=lambda place: (-_weight(sentences[place], words), place))


def _weight(sentence: str, words: QuotationWords) -> int:
    """How much a sentence tells of what somebody minded."""
    minded = min(2, len(_compiled(words.minded).findall(plain(sentence)))) if words.minded else 0
    return (
        3 * minded
        + 2 * _found(words.asked, sentence)
        + (_NUMBER.search(sentence) is not None)
        + (len(_WORD.findall(sentence)) in _GOOD_LENGTH)
    )


def _found(patterns: Patterns, sentence: str) -> bool:
    return bool(patterns) and _compiled(patterns).search(plain(sentence)) is not None


@lru_cache(maxsize=32)
def _compiled(patterns: Patterns) -> re.Pattern[str]:
    return re.compile(whole_words(*patterns))
