"""Finding the facts of a case in the text of an email, and using them in suggested wordings."""

import re
from collections.abc import Iterable
from functools import lru_cache

from followup.domain.letters.sincerity.circumstances import Circumstances, Fact, FactKind
from followup.domain.letters.sincerity.draft import ParsedEmail
from followup.domain.letters.sincerity.wording import plain

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_IN_ROWS = frozenset({FactKind.WORDS, FactKind.WHAT_HAPPENED, FactKind.PROMISED})
_ROW = 3


def stands_in(spelling: str, text: str) -> bool:
    """Whether a spelling occurs in a plain text as a whole: "£8" does not occur in "£80" or "£8.50"."""
    wanted = plain(spelling)
    return bool(wanted) and wanted in text and _alone(wanted).search(text) is not None


@lru_cache(maxsize=2048)
def _alone(wanted: str) -> re.Pattern[str]:
    before = r"(?<![^\W_])(?<!\d[.,/])" if wanted[0].isalnum() else ""
    after = r"(?!\w)(?![.,]\d)" if wanted[-1].isalnum() else ""
    return re.compile(before + re.escape(wanted) + after)


def tells(fact: Fact, text: str, common: frozenset[str]) -> bool:
    """Whether a plain text mentions the fact. Consecutive words of a clause count only if one of them is not
    in `common`.
    """
    spellings = fact.spellings
    if fact.kind in _IN_ROWS:
        told = _rows(text, common)
        if any(not told.isdisjoint(_rows(plain(spelling), common)) for spelling in spellings):
            return True
        spellings = tuple(text for text in spellings if _is_specific(_WORD.findall(plain(text)), common))
    return any(stands_in(spelling, text) for spelling in spellings)


def without_day(fact: Fact, text: str) -> str:
    """A plain text without the spellings of a day, except where a year follows that they do not include."""
    for wanted in sorted(map(plain, fact.spellings), key=len, reverse=True):
        if wanted and wanted in text:
            text = re.sub(_alone(wanted).pattern + r"(?!,? (?:de )?\d{4})", "…", text)
    return text


@lru_cache(maxsize=512)
def _rows(text: str, common: frozenset[str]) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(text)
    rows = (tuple(words[start : start + _ROW]) for start in range(len(words) - _ROW + 1))
    return frozenset(row for row in rows if _is_specific(row, common))


def _is_specific(words: Iterable[str], common: frozenset[str]) -> bool:
    return any(len(word) > 3 and word not in common for word in words)


def facts_told(text: str, draft: ParsedEmail, circumstances: Circumstances) -> tuple[Fact, ...]:
    """The facts of the case that a text of this email mentions."""
    wording = draft.wording
    common = wording.common if wording else frozenset()
    return tuple(fact for fact in circumstances.facts if tells(fact, plain(text), common))


def touches(text: str, draft: ParsedEmail, circumstances: Circumstances) -> bool:
    """Whether a text has a specific word, or a number, of what happened or of what the customer said."""
    wording = draft.wording
    common, found = wording.common if wording else frozenset(), set(_WORD.findall(plain(text)))
    told = (
        word
        for fact in circumstances.facts
        if fact.kind in _IN_ROWS
        for spelling in fact.spellings
        for word in _WORD.findall(plain(spelling))
    )
    return any(word in found and (word.isdigit() or (len(word) > 3 and word not in common)) for word in told)


def better_apology(draft: ParsedEmail, circumstances: Circumstances) -> str:
    """A suggested apology for what happened in this case, or an instruction for writing one."""
    wording, clause = draft.wording, circumstances.best(FactKind.WHAT_HAPPENED)
    if wording is None or clause is None:
        return "Say in one clause what you did, and on which day."
    day = circumstances.best(FactKind.DATE)
    known = wording.on_day.format(day=day) if day and day not in clause else ""
    return wording.apology_that.format(clause=known + clause)


def about(circumstances: Circumstances) -> str | None:
    """The subject of the email in two or three words, or None."""
    order, day = circumstances.best(FactKind.ORDER), circumstances.best(FactKind.DATE)
    return order or day
