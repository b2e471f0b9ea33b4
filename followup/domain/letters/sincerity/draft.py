"""A parsed email, as the lint sees it: sentences, quotes, greeting and sign-off."""

from dataclasses import dataclass

from followup.domain.letters.sincerity.wording import Wording


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or a list item, with the number of its paragraph, from 0."""

    text: str
    paragraph: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedEmail:
    """A parsed email. `wording` has the patterns of its language; if it is None, only rules that need no
    patterns apply.

    `sentences` are our own, without the greeting, the `quotes` (the customer's words, which are not checked),
    the `sign_off`, and the part below a line "-- ". `word_count` counts the words of the sentences;
    `reading_grade` is the school year needed to read them, calculated for English only. `links` are the links
    above a line "-- ".
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
