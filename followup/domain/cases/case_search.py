"""What somebody searches for among cases, understood from whatever they typed.

A search is a row of terms, all of which have to be found. A term has alternatives: an order is the same with
and without its hyphen, "mueller" is also "müller", and figures may be the end of a telephone number.
"""

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from followup.domain.people.match_keys import email_key
from followup.domain.shared.search_words import (
    FEWEST_DIGITS,
    joined,
    parts_of,
    phone_end,
    phones_in,
    words_in,
    words_of,
)
from followup.domain.shared.word import Word

MOST_TERMS = 16
_LONGEST_PHRASE = 32
_WORDS_IN_A_ROW = 4
_LONGEST_TEXT = 2_000
_MOST_SPELLINGS = 8
_FEWEST_PHONE_END = 4
_SHORTEST_SPELLING = 4

PHONE = "\ue001"
"""What a word of an index begins with that is a telephone number from behind. No text has this letter."""

IDENTIFYING = "\ue002"
"""What a word of an index begins with that is also there as a word that says who or which. Whoever looks for
those only then need not look through all the others."""

_PIECE = re.compile(r'"([^"]*)"|\S+')
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_DIGRAPH = re.compile(r"(?<=[aou])e(?=.)")


class FoundIn(Word):
    """The place of a case in which a search found something."""

    REFERENCE = "reference", "a reference"
    VOUCHER = "voucher", "a voucher code"
    ORDER = "order", "the order"
    EXTERNAL_ID = "external_id", "the id in another system"
    NAME = "name", "the customer's name"
    EMAIL = "email", "the customer's email address"
    PHONE = "phone", "the customer's phone"
    ADDRESS = "address", "the customer's address"
    VERBATIM = "verbatim", "their words"
    WHAT_HAPPENED = "what_happened", "what happened"
    ANSWER = "answer", "our answer"
    PROMISED = "promised", "what was promised"
    FACT = "fact", "a fact"
    NOTE = "note", "a note"
    REASON = "reason", "the reason"


WHO_OR_WHICH = frozenset(
    {FoundIn.ORDER, FoundIn.EXTERNAL_ID, FoundIn.NAME, FoundIn.EMAIL, FoundIn.PHONE, FoundIn.ADDRESS}
)
"""What identifies a customer or an order. Found there, a case comes before those that merely mention it."""

REFERENCES = frozenset({FoundIn.ORDER, FoundIn.EXTERNAL_ID})
"""Places whose text is one reference, in whatever notation."""

CaseText = tuple[FoundIn, str]
"""A text of a case and where it stands."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words one after the other; with `begins`, the last one may go on."""

    words: tuple[str, ...]
    begins: bool = False


Alternative = tuple[Phrase, ...]
"""Phrases all of which have to be found, anywhere."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to find, in one of several ways."""

    alternatives: tuple[Alternative, ...]

    def exact(self) -> "Term":
        """The same with whole words only."""
        ways = (tuple(_exact(phrase) for phrase in way) for way in self.alternatives)
        return Term(tuple(dict.fromkeys(ways)))

    def identifying(self) -> "Term":
        """The same among the words only that say who or which."""
        return Term(tuple(tuple(_identifying(phrase) for phrase in way) for way in self.alternatives))


def _exact(phrase: Phrase) -> Phrase:
    # Who gives the end of a telephone number means the whole of it.
    return phrase if PHONE in phrase.words[-1] else replace(phrase, begins=False)


def _identifying(phrase: Phrase) -> Phrase:
    return replace(phrase, words=tuple(IDENTIFYING + word for word in phrase.words))


@dataclass(frozen=True, slots=True)
class CaseSearch:
    """All terms of a search, and its first words in a row. `left_out` is how many terms were too many."""

    terms: tuple[Term, ...]
    in_a_row: Phrase
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A way to search: the terms all of which have to be found."""

    terms: tuple[Term, ...]


def read_search(texts: Iterable[str]) -> CaseSearch:
    """Understand what somebody typed. Never fails: signs that mean nothing here are passed over."""
    text = " ".join(texts)[:_LONGEST_TEXT].translate(_QUOTES)
    terms = list(dict.fromkeys(_terms(text)))
    words = tuple(words_of(text)[:_WORDS_IN_A_ROW])
    return CaseSearch(tuple(terms[:MOST_TERMS]), Phrase(words), max(0, len(terms) - MOST_TERMS))


def narrowings(search: CaseSearch) -> list[Narrowing]:
    """The ways to search, best first: the whole word before its beginning, who and which before what is
    said, words in a row before the same words apart."""
    exact = tuple(term.exact() for term in search.terms)
    identifying = tuple(term.identifying() for term in search.terms)
    ways = [Narrowing(tuple(term.exact() for term in identifying)), Narrowing(identifying)]
    if len(search.terms) > 1:
        ways.append(Narrowing((*exact, Term(((search.in_a_row,),)))))
    return [*ways, Narrowing(exact), Narrowing(search.terms)]


def _terms(text: str) -> Iterator[Term]:
    place = 0
    for phone in phones_in(text):
        if '"' in text[: phone.start] and text[: phone.start].count('"') % 2:
            continue
        yield from _plain_terms(text[place : phone.start])
        number = (Phrase((PHONE + phone_end(phone.digits),), begins=True),)
        apart = tuple(
            Phrase((word,), begins=len(word) > 1) for word in words_of(text[phone.start : phone.end])
        )
        yield Term(tuple(dict.fromkeys((number, apart))))
        place = phone.end
    yield from _plain_terms(text[place:])


def _plain_terms(text: str) -> Iterator[Term]:
    for piece in _PIECE.finditer(text):
        words = tuple(words_of(piece[1] if piece[1] is not None else piece[0]))[:_LONGEST_PHRASE]
        if not words:
            continue
        if piece[1] is not None:
            yield Term(((Phrase(words),),))
        else:
            yield Term(tuple((way,) for way in dict.fromkeys(_ways(piece[0], words))))


def _ways(piece: str, words: tuple[str, ...]) -> Iterator[Phrase]:
    """The ways to write one piece of what was typed."""
    yield Phrase(words, begins=len(words[-1]) > 1)
    if any(word[0].isdigit() or word[-1].isdigit() for word in words):
        whole, parts = joined(piece), tuple(parts_of(piece))
        yield Phrase((whole,), begins=len(whole) > 1)
        yield Phrase(parts[:_LONGEST_PHRASE], begins=len(parts[-1]) > 1)
        if whole.isdecimal() and _FEWEST_PHONE_END <= len(whole) < FEWEST_DIGITS:
            yield Phrase((PHONE + phone_end(whole),), begins=True)
    if len(words) == 1:
        for spelling in _spellings(piece, words[0]):
            yield Phrase((spelling,), begins=True)


def _spellings(piece: str, word: str) -> Iterator[str]:
    """Other spellings of a word with umlauts: "Müller" is also "mueller", and the other way round."""
    spelled = "".join(words_of(piece.lower().translate(_UMLAUTS)))
    if spelled != word:
        yield spelled
    places = [match.start() for match in _DIGRAPH.finditer(word)]
    choices = itertools.product((False, True), repeat=len(places))
    for dropped in itertools.islice(choices, 1, _MOST_SPELLINGS):
        left_out = {place for place, is_dropped in zip(places, dropped, strict=True) if is_dropped}
        short = "".join(letter for place, letter in enumerate(word) if place not in left_out)
        if len(short) >= _SHORTEST_SPELLING:
            yield short


# ---- Where it was found


@dataclass(frozen=True, slots=True)
class Found:
    """The place in which something was found: part of its text, and the marked spans of that part."""

    where: FoundIn
    text: str
    marks: tuple[tuple[int, int], ...]


_MOST_PLACES = 3


def places_found(search: CaseSearch, texts: Iterable[CaseText], *, width: int = 100) -> list[Found]:
    """The texts in which the terms were found, as few as show all of them, three at most. Each is cut to
    about `width` characters."""
    left = set(range(len(search.terms)))
    candidates: list[tuple[FoundIn, str, dict[int, list[tuple[int, int]]]]] = []
    for where, text in texts:
        spans = {place: _spans(term, where, text) for place, term in enumerate(search.terms)}
        candidates.append((where, text, {place: found for place, found in spans.items() if found}))
    shown: list[Found] = []
    while left and len(shown) < _MOST_PLACES:
        # The first of equals: those that say who or which stand before what was said.
        where, text, spans = max(candidates, key=lambda one: len(left & one[2].keys()), default=_NOWHERE)
        if not left & spans.keys():
            break
        left -= spans.keys()
        marks = sorted({span for found in spans.values() for span in found})
        shown.append(_cut(where, text, marks, width))
    return shown


_NOWHERE: tuple[FoundIn, str, dict[int, list[tuple[int, int]]]] = (FoundIn.REFERENCE, "", {})


def _spans(term: Term, where: FoundIn, text: str) -> list[tuple[int, int]]:
    words = list(words_in(text))
    found: list[tuple[int, int]] = []
    for phrase in itertools.chain.from_iterable(term.alternatives):
        if phrase.words[-1].startswith(PHONE):
            end = phrase.words[-1].removeprefix(PHONE)
            found += [
                (phone.start, phone.end)
                for phone in phones_in(text)
                if phone_end(phone.digits).startswith(end)
            ]
            continue
        length = len(phrase.words)
        for place in range(len(words) - length + 1):
            window = words[place : place + length]
            if _fits(phrase, [one.word for one in window]):
                found += [(one.start, one.end) for one in window]
        if where in REFERENCES and _fits(phrase, [joined(text)]):
            found.append((0, len(text)))
    return found


def _fits(phrase: Phrase, words: list[str]) -> bool:
    last = words[-1].startswith(phrase.words[-1]) if phrase.begins else words[-1] == phrase.words[-1]
    return last and len(words) == len(phrase.words) and tuple(words[:-1]) == phrase.words[:-1]


def _cut(where: FoundIn, text: str, marks: list[tuple[int, int]], width: int) -> Found:
    first = marks[0][0]
    start = 0 if len(text) <= width else max(0, min(first - width // 3, len(text) - width))
    if start:
        # A cut in the middle of a word is moved to the space after it.
        space = text.find(" ", start, first)
        start = space + 1 if space >= 0 else start
    end = min(len(text), max(start + width, marks[0][1]))
    if end < len(text):
        space = text.rfind(" ", marks[0][1], end + 1)
        end = space if space >= 0 else end
    before, after = ("…" if start else ""), ("…" if end < len(text) else "")
    shift = len(before) - start
    inside = ((mark, stop) for mark, stop in _merged(marks) if start <= mark and stop <= end)
    kept = tuple((mark + shift, stop + shift) for mark, stop in inside)
    return Found(where, before + text[start:end] + after, kept)


def _merged(marks: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans without overlaps, in order."""
    current: tuple[int, int] | None = None
    for start, end in marks:
        if current is not None and start <= current[1]:
            current = current[0], max(current[1], end)
            continue
        if current is not None:
            yield current
        current = start, end
    if current is not None:
        yield current


# ---- What an index holds


BETWEEN = "\ue000"
"""Stands between two texts in an index, so that no phrase reaches from one into the next."""


def indexed_words(texts: Iterable[CaseText]) -> list[str]:
    """The words by which a case is found."""
    words: list[str] = []
    for where, text in texts:
        found = _words_of_text(where, text)
        words += found
        if where in WHO_OR_WHICH:
            words += [word if word == BETWEEN else IDENTIFYING + word for word in found]
    return words


def _words_of_text(where: FoundIn, text: str) -> list[str]:
    words = [*words_of(text), BETWEEN]
    if where in REFERENCES:
        words += [joined(text), BETWEEN, *parts_of(text), BETWEEN]
    if where is FoundIn.EMAIL:
        words += [*words_of(email_key(text)), BETWEEN]
    for phone in phones_in(text):
        words += [PHONE + phone_end(phone.digits), BETWEEN]
    return [word for word in words if word]
