"""An email as the lint sees it: whose words are whose, sentence by sentence."""

from dataclasses import dataclass

from followup.domain.letters.sincerity.wording import Wording


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or a point of a list, and the number of its paragraph, from 0."""

    text: str
    paragraph: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedEmail:
    """An email, taken apart. `wording` is what to look for in its language; None where that is not known, and
    then only the rules that need no words are held against it.

    `sentences` are ours: without the greeting, without `quotes` (the customer's own words, never linted),
    without `sign_off` and what follows a line "-- ". `word_count` counts their words, and `reading_grade` is
    the school year that can read them, known for English only. `links` are those above a line "-- ".
    """

    wording: Wording | None
    subject: str
    greeting: str | None = None
    sentences: tuple[Sentence, ...] = ()
    quotes: tuple[str, ...] = ()
    sign_off: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    word_count: int = 0
    reading_grade: float | None = None
