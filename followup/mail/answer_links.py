"""How a customer answers the closing email with a click: each link begins an email that says the answer.

It needs no web server: the email goes to the address for answers, and a signed token in its subject proves
which answer it is and about which case.
"""

import re
from dataclasses import replace
from functools import cache

from followup.domain.cases.outcomes import OutcomeAnswer
from followup.mail.languages import language_of, languages
from followup.mail.letter import LetterLinks
from followup.mail.tokens import answer_token, mail_link, read_answer_token

_SUBJECT = re.compile(r"[^:\uff1a]*\[([a-z2-7]{32})\]\s*", re.IGNORECASE)
"""Mail programs and people put words and a colon before what they answer or pass on: "Re: …"."""


@cache
def sentences() -> tuple[str, ...]:
    """What the links write, in every language: whoever sends one of these has added nothing of their own."""
    return tuple(f"{words}." for language in languages().values() for words in language.answers.values())


def with_answer_links(
    links: LetterLinks, key: bytes, case_id: int, *, reply_to: str, locale: str
) -> LetterLinks:
    """The links of a letter, with the two by which the customer of a case says that all is well, or not yet,
    in their language. Raises WrongUsage where `reply_to` is no mailbox."""
    made = {
        answer.value: mail_link(
            reply_to, subject=f"{words} [{answer_token(key, answer, case_id)}]", body=f"{words}."
        )
        for answer, words in language_of(locale).answers.items()
    }
    return replace(links, **made)


def read_answer(key: bytes, subject: str) -> tuple[OutcomeAnswer, int] | None:
    """The answer that a subject gives, and about which case; None without a token of ours, and for what
    answers or passes on such an email ("Re: All is well now […]"): there, somebody says something else."""
    found = _SUBJECT.fullmatch(subject)
    return read_answer_token(key, found[1].lower()) if found else None


def as_sentence(text: str, subject: str) -> str | None:
    """The one of `sentences` that somebody sent, in the text or, without one, in the subject; None where they
    wrote something of their own."""
    words = " ".join(text.split()) or subject.rpartition("[")[0].strip()
    bare = words.rstrip(".").casefold()
    return next((sentence for sentence in sentences() if sentence[:-1].casefold() == bare), None)
