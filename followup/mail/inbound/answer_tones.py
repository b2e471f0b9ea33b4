"""Tell answers apart by their words: an opt-out, a lawyer, anger, a question, thanks."""

import re
from functools import cache

from followup.domain.cases.answer_tone import AnswerTone
from followup.mail.languages import languages, one_of

_MOST_CHARACTERS = 5000
_ALONE = re.compile(
    r"\W*(?:(?:please|bitte|por favor)\W+)?(?:stop|unsubscribe|abmelden|baja|sair)\W*", re.IGNORECASE
)
"""A whole answer, or its subject, that is one word to end emails with."""


def tone_of(text: str, subject: str = "") -> AnswerTone:
    """The tone of an answer, by the words of all our languages. The most urgent that applies; PLAIN for
    none."""
    said = text[:_MOST_CHARACTERS]
    if _ALONE.fullmatch(said) or _ALONE.fullmatch(subject) or _words("opt_out").search(said):
        return AnswerTone.OPT_OUT
    for tone in (AnswerTone.LEGAL, AnswerTone.ANGRY):
        if _words(tone.value).search(said):
            return tone
    if "?" in said or "？" in said:
        return AnswerTone.QUESTION
    return AnswerTone.THANKS if _words("thanks").search(said) else AnswerTone.PLAIN


@cache
def _words(name: str) -> re.Pattern[str]:
    known = (words for language in languages().values() for words in getattr(language.tones, name))
    return re.compile(rf"(?<!\w){one_of(tuple(known))}(?!\w)", re.IGNORECASE)
