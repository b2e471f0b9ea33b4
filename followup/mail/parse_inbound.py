"""Parse an inbound email from its bytes alone: its kind and content. No database, no clock.

Other code only needs `read_arrived`. The detectors of each kind are in `mail/inbound/`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from followup.domain.inbound.message_kind import InboundKind
from followup.mail.inbound.automatic import written_by
from followup.mail.inbound.bounced import Bounced
from followup.mail.inbound.bounces import bounced, email_bounced
from followup.mail.inbound.complaints import complained
from followup.mail.inbound.parts import Email, addresses, field, identifiers, take_apart, take_head
from followup.mail.inbound.reply_text import reply_text, reply_texts
from followup.mail.inbound.reports import Returned, returned
from followup.mail.inbound.text import attachments, whole_text
from followup.mail.inbound.unreadable import UnreadableEmail
from followup.mail.languages import languages, one_of

__all__ = ["Bounced", "ParsedMessage", "UnreadableEmail", "read_arrived", "read_head"]

_RECIPIENTS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc")
_UNSUBSCRIBE = re.compile(r"unsubscribe ([a-z2-7]{32})", re.IGNORECASE)
_FORWARDS = ("i",)
"""The Italian prefix of forwarded subjects, a language that we do not write ourselves."""
_WITH_A_TEXT = (InboundKind.REPLY, InboundKind.AUTO_REPLY, InboundKind.NOTICE, InboundKind.UNSUBSCRIBE)


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """An email that arrived, read.

    kind: REPLY, AUTO_REPLY, NOTICE, BOUNCE, COMPLAINT or UNSUBSCRIBE. Whether a reply is about a case that we
    know (else UNKNOWN) only the database can tell. message_id: its own, without <>; None where it has none.
    answers: the Message-IDs that it refers to, nearest first, without <>: of a bounce or complaint the email
    that came back; else In-Reply-To, then References from the last to the first. sender: the address in From;
    None where none can be read, as in many bounces. recipients: every address that it was delivered to or
    that stands in To and Cc, as written. subject: on one line, decoded; "" where there is none. text: what is
    newly written, without the quoted email and the signature; "" of a bounce or complaint, and where
    everything is quoted or nothing can be read. text_with_questions: the same, with the questions that they
    quote above their answers; only for people to read, since not all of it is theirs. whole_text: all its
    text as a mail program shows it, at most 100,000 characters. attachments: names or types of the parts that
    are not text, with their sizes: a photograph, an encrypted text. bounced: of a bounce, each address that
    the mail server speaks about. Where mail was forwarded, this need not be the address that we wrote to:
    `answers` then tells the email. Of a complaint, who complained. unsubscribe_token: of an unsubscription,
    the token in the subject, in lower case; nobody has checked it."""

    kind: InboundKind
    message_id: str | None
    answers: tuple[str, ...]
    sender: str | None
    recipients: tuple[str, ...]
    subject: str
    text: str
    text_with_questions: str
    whole_text: str
    attachments: tuple[str, ...]
    bounced: tuple[Bounced, ...]
    unsubscribe_token: str | None


def read_arrived(raw: bytes) -> ParsedMessage:
    """Parse an email as it came from a mailbox. Accepts any bytes.

    Raises UnreadableEmail if it cannot be parsed, for whatever reason; the caller quarantines it.
    """
    return _parsed(lambda: _read(take_apart(raw), raw))


def _read(message: Email, raw: bytes) -> ParsedMessage:
    failures = bounced(message, raw)
    complaints = None if failures is not None else complained(message)
    subject = field(message, "subject")
    text = whole_text(message)
    is_forward = bool(_forward().match(subject))
    new_text, shown = (reply_text(text, is_forward=True),) * 2 if is_forward else reply_texts(text)
    unsubscribing = _UNSUBSCRIBE.fullmatch(subject)
    if failures is not None:
        kind = InboundKind.BOUNCE
    elif complaints is not None:
        kind = InboundKind.COMPLAINT
    elif unsubscribing:
        kind = InboundKind.UNSUBSCRIBE
    else:
        kind = written_by(message, new_text)
    return ParsedMessage(
        kind=kind,
        message_id=next(iter(identifiers(message, "message-id")), None),
        answers=_answers(message, kind),
        sender=next(iter(addresses(message, "from")), None),
        recipients=addresses(message, *_RECIPIENTS),
        subject=subject,
        text=new_text if kind in _WITH_A_TEXT else "",
        text_with_questions=shown if kind in _WITH_A_TEXT else "",
        whole_text=text,
        attachments=attachments(message),
        bounced=failures or complaints or (),
        unsubscribe_token=unsubscribing[1].lower() if unsubscribing else None,
    )


def read_head(raw: bytes) -> ParsedMessage:
    """Parse the header fields alone of an email whose content cannot be parsed: it is taken for a reply
    without text, so that it still reaches its case. Accepts any bytes; raises UnreadableEmail for a head that
    is crafted."""
    return _parsed(lambda: _read(take_head(raw), b""))


def _parsed(parse: Callable[[], ParsedMessage]) -> ParsedMessage:
    try:
        return parse()
    except UnreadableEmail:
        raise
    except Exception as problem:  # hostile emails make the standard library raise nearly anything
        raise UnreadableEmail(
            f"It cannot be taken apart ({type(problem).__name__}).", code="unreadable_email"
        ) from problem


@cache
def _forward() -> re.Pattern[str]:
    known = (marks for language in languages().values() for marks in language.mail_programs.forward_marks)
    return re.compile(rf"{one_of((*known, *_FORWARDS))}\s?:", re.IGNORECASE)


def _answers(message: Email, kind: InboundKind) -> tuple[str, ...]:
    email: Returned | None = None
    if kind is InboundKind.BOUNCE:
        email = email_bounced(message)
    elif kind is InboundKind.COMPLAINT:
        email = returned(message)
    given_back = (email.message_id,) if email and email.message_id else ()
    references = reversed(identifiers(message, "references"))
    return tuple(dict.fromkeys((*given_back, *identifiers(message, "in-reply-to"), *references)))
