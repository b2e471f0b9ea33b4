"""Names in a text that its reader must not find there: of colleagues and of other customers."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from followup.domain.letters.gate.gate_words import GateWords
from followup.domain.letters.sincerity.wording import compiled, plain

_CAPITALISED = r"[^\W\d_a-zà-öø-ÿ][^\W\d_]+(?:[-’'][^\W\d_]+)*"
_NAME = re.compile(rf"(?<!\w){_CAPITALISED}(?:\s+{_CAPITALISED}){{1,3}}(?!\w)")
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Whole names: of the person who signs, of the customer who reads, of the other agents, and of those
    other customers whom the text may name.
    """

    signer: str = ""
    reader: str = ""
    colleagues: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


NOBODY = KnownNames()


def possible_names(text: str) -> frozenset[str]:
    """What may be the whole name of a person in a text: two words in a row that begin with capitals."""
    found = set()
    for row in _NAME.finditer(text):
        parts = row[0].split()
        found |= {
            " ".join(parts[start : start + size]) for size in (2, 3) for start in range(len(parts) - size + 1)
        }
    return frozenset(found)


def named(text: str, known: KnownNames, words: GateWords, *, is_theirs: bool) -> str | None:
    """The first name of a colleague or of another customer in a sentence, or None.

    In the customer's own words a first name alone is nobody's: it may be their friend's. A person of our
    staff is named by what they do ("your driver Dave").
    """
    own = {part.casefold() for name in (known.signer, known.reader) for part in _WORD.findall(name)}
    flat = " ".join(text.split())
    for whole in (*known.colleagues, *known.others):
        found = _whole(whole, flat)
        if found and whole.casefold() not in (known.signer.casefold(), known.reader.casefold()):
            return found
    for name in known.colleagues:
        family = name.rpartition(" ")[2]
        if " " in name and family.casefold() not in own:
            titled = _titled(family, words.titles, flat)
            if titled:
                return titled
    of_staff = _of_staff(flat, words, own)
    if of_staff or is_theirs:
        return of_staff
    return next(_first_names(flat, known.colleagues, own, words), None)


def _whole(name: str, text: str) -> str | None:
    if len(name) < _SHORTEST or " " not in name.strip():
        return None
    found = re.search(rf"(?<!\w){re.escape(' '.join(name.split()))}(?!\w)", text, re.IGNORECASE)
    return found[0] if found else None


def _titled(family: str, titles: Iterable[str], text: str) -> str | None:
    found = (
        re.search(rf"(?<!\w)(?i:{'|'.join(titles)})\.? {re.escape(family)}(?!\w)", text) if titles else None
    )
    return found[0] if found else None


def _of_staff(text: str, words: GateWords, own: set[str]) -> str | None:
    """Who is named right after what they do: "driver Dave Pratt"."""
    for found in compiled(words.staff.found).finditer(plain(text)):
        # A plain text is as long as the text it is made from, but for its letters' case.
        row = re.match(rf",?\s*(?P<name>{_CAPITALISED}(?:\s+{_CAPITALISED})?)(?!\w)", text[found.end() :])
        if (
            row
            and not row["name"].isupper()
            and row["name"].split()[0].casefold() not in own | words.frequent
        ):
            return row["name"]
    return None


def _acts(rest: str, words: GateWords) -> bool:
    """Whether what follows a word shows that it is a name: "Mark has", but not "Mark the parcel"."""
    return bool(words.after_a_name) and re.match(rf"\s(?:{'|'.join(words.after_a_name)})\b", rest) is not None


def _first_names(text: str, colleagues: Iterable[str], own: set[str], words: GateWords) -> Iterator[str]:
    for name in colleagues:
        first = name.split()[0] if name.split() else ""
        if len(first) < _SHORTEST or first.casefold() in own:
            continue
        for found in re.finditer(rf"(?<!\w){re.escape(first)}(?![\w-])", text):
            begins = not text[: found.start()].strip(" “„«\"'¿¡")
            if (
                begins
                and first.casefold() in words.names_that_are_words
                and not _acts(text[found.end() :], words)
            ):
                continue
            followed = re.match(rf"\s+({_CAPITALISED})", text[found.end() :])
            if followed is None or followed[1].casefold() in words.frequent:
                yield first
