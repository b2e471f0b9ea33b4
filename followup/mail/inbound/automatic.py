"""Tell what a person wrote from what a program wrote: an absence note, or a notice that needs nobody.

What the email says decides, before its header fields do. Helpdesks mark what a person typed in them as
"auto-generated", and calendars, list servers and voice boxes carry people's words. So a header field is a
sign that a program may have written, and an email is taken for a program's only if its words are a program's
too. In doubt it counts as written by a person: a notice taken for a reply costs an agent a look; a reply
taken for a notice would leave a customer unheard. The header fields are those of RFC 3834 and older
conventions."""

import re
from functools import cache

from followup.domain.inbound.message_kind import InboundKind
from followup.mail.inbound.parts import (
    Email,
    addresses,
    field,
    has_field,
    identifiers,
    media_type,
    parameter,
    raw_fields,
    walk,
)
from followup.mail.languages import languages, one_of

_SAYING_SO = (
    *("x-autoreply", "x-auto-reply", "x-autoreply-from", "x-amazon-auto-reply", "x-mail-autoreply"),
    *("x-autorespond", "x-autoresponder", "x-autoresponse", "x-vacation"),
)
_NO = ("no", "false", "0", "off")
_OF_A_LIST = ("list-id", "list-unsubscribe", "list-post", "mailing-list", "x-mailing-list", "x-beenthere")
_SUBJECTS = ("risposta automatica", "fuori ufficio", "automatisch antwoord", "afwezig(?:heid)?")
_ANSWERS = ("sv", "vs", "rif", "odp", "res")
"""Reply prefixes of mail programs in languages that we do not write ourselves."""

_TOKEN = re.compile(r"(?<![a-z0-9])[a-z2-7]{32}(?![a-z0-9])", re.IGNORECASE)
_NO_REPLY = re.compile(
    r"(?:no|do-?not|dont|ne-?pas|kein)[._-]?(?:reply|repondre|antwort)\b.*@.*", re.IGNORECASE
)
_RECEIPTS = ("message/disposition-notification", "message/delivery-status")
_INVITATION = re.compile(
    r"(?:has|have) (?:tentatively )?(?:accepted|declined|replied)|(?:accepted|declined) (?:this|your) "
    r"(?:invitation|event)|hat (?:die|diese|ihre|deine) (?:\w+ )?(?:einladung|termin)"
    r"|a (?:accepté|refusé|décliné)"
    r"|ha (?:aceptado|rechazado)|(?:aceitou|recusou)",
    re.IGNORECASE,
)
_WITH_A_NOTE = re.compile(
    r"with this note|mit (?:dieser|folgender) (?:notiz|nachricht)|avec (?:ce|cette)|con esta nota", re.I
)
_MOST_CHARACTERS = 3000


def written_by(message: Email, text: str) -> InboundKind:
    """REPLY where a person wrote the email, AUTO_REPLY where a program says that they are away, NOTICE where
    a program tells of something that needs nobody: read, delivered, received, or sent to many.

    `text` is the new text of the email, without quotations."""
    if _is_a_receipt(message):
        return InboundKind.NOTICE
    if _answers_an_invitation(message):
        return InboundKind.REPLY if _has_own_words(text) else InboundKind.NOTICE
    if _is_sent_to_many(message):
        return InboundKind.NOTICE
    subject = field(message, "subject")
    says_so = bool(_automatic().match(subject))
    if not (says_so or _is_signed_as_automatic(message)):
        return InboundKind.REPLY
    said = text[:_MOST_CHARACTERS]
    if says_so or _words("absence").search(said) or (not said.strip() and _words("absence").search(subject)):
        return InboundKind.AUTO_REPLY
    if not said.strip():
        return InboundKind.NOTICE
    received = _words("received")
    # A company acknowledges as "we"; who writes "I" or "my" is somebody.
    if (received.search(said) or received.search(subject)) and not _words("oneself").search(said):
        return InboundKind.NOTICE
    return InboundKind.REPLY


@cache
def _automatic() -> re.Pattern[str]:
    """The pattern of subjects that only programs write, up to the quoted subject."""
    known = (words for language in languages().values() for words in language.mail_programs.automatic)
    return re.compile(
        rf"\W*{one_of((*known, *_SUBJECTS))} *(?:\Z|[:\[\](!|–—-]|re:|aw:|autoreply|auto[ -]reply)",
        re.IGNORECASE,
    )


@cache
def _words(name: str) -> re.Pattern[str]:
    known = (words for language in languages().values() for words in getattr(language.mail_programs, name))
    return re.compile(rf"(?<!\w){one_of(tuple(known))}(?!\w)", re.IGNORECASE)


@cache
def _answer() -> re.Pattern[str]:
    known = (marks for language in languages().values() for marks in language.mail_programs.answer_marks)
    return re.compile(rf"\W*{one_of((*known, *_ANSWERS))}\s*(?:\[\d+\])?\s*:", re.IGNORECASE)


def _is_a_receipt(message: Email) -> bool:
    """Whether it is a report (RFC 6522), such as a receipt (RFC 8098) or a notice of delivery (RFC 3464)."""
    return media_type(message) == "multipart/report" or any(
        media_type(part) in _RECEIPTS for part in walk(message)
    )


def _answers_an_invitation(message: Email) -> bool:
    """Whether it is a calendar's reply to an invitation (RFC 5546)."""
    return any(
        media_type(part) == "text/calendar" and parameter(part, "method") == "reply" for part in walk(message)
    )


def _has_own_words(text: str) -> bool:
    """Whether a reply to an invitation holds a sentence that somebody typed."""
    if _WITH_A_NOTE.search(text[:_MOST_CHARACTERS]):
        return True
    return any(map(str.isalnum, text)) and not _INVITATION.search(text[:_MOST_CHARACTERS])


def _is_signed_as_automatic(message: Email) -> bool:
    """Whether a header field is a sign of a program."""
    submitted = field(message, "auto-submitted").partition(";")[0].partition("(")[0].strip().lower()
    if submitted not in ("", "no"):
        return True
    if any(has_field(message, name) and field(message, name).lower() not in _NO for name in _SAYING_SO):
        return True
    suppressing = field(message, "x-auto-response-suppress").lower()
    return (
        field(message, "x-autogenerated").lower() == "reply"
        or _precedence(message) in ("auto_reply", "auto-reply", "autoreply", "junk", "bulk", "list")
        or suppressing.startswith("all")
        or "oof" in suppressing
        or "<>" in raw_fields(message, "return-path")
        or any(map(_NO_REPLY.fullmatch, addresses(message, "from")))
    )


def _is_sent_to_many(message: Email) -> bool:
    """Whether it looks like bulk mail and is no reply.

    A team may receive its mail through a group address, which adds list headers to every customer's reply. So
    these headers count only if nothing else shows that it is a reply to an email of ours."""
    by_list = any(has_field(message, name) for name in _OF_A_LIST)
    return (by_list or _precedence(message) in ("bulk", "list")) and not _answers_something(message)


def _answers_something(message: Email) -> bool:
    if identifiers(message, "in-reply-to") or identifiers(message, "references"):
        return True
    if _answer().match(field(message, "subject")):
        return True
    # The addresses that a case is answered at hold a token, and so does the subject of an answer that began
    # with a click, whatever the customer's program does to headers.
    tokens = (field(message, "subject"), *addresses(message, "to", "cc", "delivered-to", "x-original-to"))
    return any(map(_TOKEN.search, tokens))


def _precedence(message: Email) -> str:
    return field(message, "precedence").lower()
