"""Links with which a customer answers the closing email: each opens a new email that contains the answer.

No web server is needed: the email goes to the reply address, and a signed token in its subject identifies the
answer and the case.
"""

import re
from dataclasses import replace
from functools import cache

from followup.domain.cases.outcomes import OutcomeAnswer
from followup.mail.languages import language_of, languages
from followup.mail.letter import LetterLinks
from followup.mail.tokens import answer_token, mail_link, read_answer_token

_SUBJECT = re.compile(r"[^:\uff1a]*\[([a-z2-7]{32})\]\s*", re.IGNORECASE)
"""Mail programs and people put words and a colon before the subject when they reply or forward: "Re: …"."""


@cache
def sentences() -> tuple[str, ...]:
    """The texts that the links write, in every language. An email with only such a text contains nothing from
    the customer themselves.
    """
    return tuple(f"{words}." for language in languages().values() for words in language.answers.values())


def with_answer_links(
    links: LetterLinks, key: bytes, case_id: int, *, reply_to: str, locale: str
) -> LetterLinks:
    """The links of a letter with the two answer links of a case ("all is well", "not yet"), in the customer's
    language. Raises WrongUsage if `reply_to` is no mailbox.
    """
    made = {
        answer.value: mail_link(
            reply_to, subject=f"{words} [{answer_token(key, answer, case_id)}]", body=f"{words}."
        )
        for answer, words in language_of(locale).answers.items()
    }
    return replace(links, **made)


def read_answer(key: bytes, subject: str) -> tuple[OutcomeAnswer, int] | None:
    """The answer and the case number in a subject. None if it has no token of ours, and for replies to or
    forwards of such an email ("Re: All is well now […]"), which say something else.
    """
    found = _SUBJECT.fullmatch(subject)
    return read_answer_token(key, found[1].lower()) if found else None


def as_sentence(text: str, subject: str) -> str | None:
    """The sentence of `sentences` that was sent, in the text or, if that is empty, in the subject; None if
    the customer wrote something else.
    """
    words = " ".join(text.split()) or subject.rpartition("[")[0].strip()
    bare = words.rstrip(".").casefold()
    return next((sentence for sentence in sentences() if sentence[:-1].casefold() == bare), None)
