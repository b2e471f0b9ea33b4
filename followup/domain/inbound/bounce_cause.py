"""The cause of a bounce or a refusal: whose trouble it is, and whether the address is gone.

A mail server's reply has a class digit ("5": it has given up), an enhanced status code (RFC 3463) and a text.
The class digit says nothing about the recipient: a server also gives up for what the sender, the content or
the network did. So the code is asked whom it is about, and the text where the code is missing, is bare
("5.0.0") or is one that servers use for anything ("5.7.1")."""

import re
from functools import cache

from followup.domain.inbound import bounce_words
from followup.domain.shared.word import Word


class BounceCause(Word):
    """Why a mail server did not take an email: whose trouble it is."""

    ADDRESS = "address", "Nobody has this address: it never existed, is gone, or has moved"
    MAILBOX = "mailbox", "The mailbox is full, or disabled"
    SENDER = "sender", "They refuse us: our address, our domain, our server, or its reputation"
    CONTENT = "content", "They refuse what the email contains, or its size"
    POLICY = "policy", "A rule of theirs, which they do not explain, refuses it"
    PROTOCOL = "protocol", "The two mail servers did not understand each other"
    ROUTE = "route", "Their server was not reached, or is out of order, until the time to try was over"
    TIME = "time", "They ask to come back later, or more slowly"
    UNKNOWN = "unknown", "They gave no reason that can be judged"


ABOUT_THE_RECIPIENT = frozenset(
    {BounceCause.ADDRESS, BounceCause.MAILBOX, BounceCause.ROUTE, BounceCause.UNKNOWN}
)
"""Causes that, seen again and again, make an address one that cannot be written to. The others are ours to
mend, or pass."""

_MOST_CHARACTERS = 2000
_BARE = re.compile(r"[0127]\.0|0\.9\d\d")
"""Codes that say nothing but their class or subject."""
_BY_CODE = {
    "1.1": BounceCause.ADDRESS,
    "1.2": BounceCause.ADDRESS,
    "1.3": BounceCause.ADDRESS,
    "1.6": BounceCause.ADDRESS,
    "1.7": BounceCause.SENDER,
    "1.8": BounceCause.SENDER,
    "1.10": BounceCause.ADDRESS,
    "2.2": BounceCause.MAILBOX,
    "2.3": BounceCause.CONTENT,
    "7.13": BounceCause.MAILBOX,
    "7.17": BounceCause.ADDRESS,
    "7.18": BounceCause.ADDRESS,
}
"""What a code says whatever the text: RFC 3463 section 3; 1.10 RFC 7505; 7.17 and 7.18 RFC 7293."""

_BY_AUTHENTICATION = re.compile(r"7\.2\d|7\.509|7\.515")
"""Our SPF, DKIM, ARC, reverse DNS (RFC 7372), our null MX (RFC 7505), or what Microsoft says of DMARC."""

_BY_DOUBTED_CODE = (
    (re.compile(r"1\.351|1\.4"), BounceCause.ADDRESS),
    (re.compile(r"2\.1"), BounceCause.MAILBOX),
    (re.compile(r"3\.4"), BounceCause.CONTENT),
    (re.compile(r"3\.[1-9]|4\.\d+|1\.9"), BounceCause.ROUTE),
    (re.compile(r"5\.\d+"), BounceCause.PROTOCOL),
    (re.compile(r"6\.\d+"), BounceCause.CONTENT),
    (re.compile(r"7\.\d+"), BounceCause.POLICY),
)
"""What a code says where the text says nothing plainer: servers use these for anything."""


_WORDS = (
    (bounce_words.SENDER, BounceCause.SENDER),
    (bounce_words.MAILBOX, BounceCause.MAILBOX),
    (bounce_words.ADDRESS, BounceCause.ADDRESS),
    (bounce_words.CONTENT, BounceCause.CONTENT),
    (bounce_words.TIME, BounceCause.TIME),
    (bounce_words.PROTOCOL, BounceCause.PROTOCOL),
    (bounce_words.ROUTE, BounceCause.ROUTE),
    (bounce_words.POLICY, BounceCause.POLICY),
)
"""Where a text speaks of several causes, the first of these counts."""

_OVERRULING = (
    (bounce_words.SENDER, BounceCause.SENDER),
    (bounce_words.FULL, BounceCause.MAILBOX),
    (bounce_words.TIME, BounceCause.TIME),
    (bounce_words.CONTENT, BounceCause.CONTENT),
    (bounce_words.DELIVERY_AGENT, BounceCause.ROUTE),
)


def judge(status: str | None, *said: str, permanent: bool) -> tuple[BounceCause, bool]:
    """The cause of a bounce or refusal, and whether nobody will read at the address again.

    `status` is its RFC 3463 code, such as "5.1.1", or None. `said` are the server's words, the most trusted
    first, in any language that mail servers are known to use. `permanent`: the server has given up on this
    email. Only an address that does not exist, or a mailbox that was disabled, is gone."""
    code = _code(status)
    certain = BounceCause.SENDER if _BY_AUTHENTICATION.fullmatch(code) else _BY_CODE.get(code)
    if certain is None:
        cause, text = _of_words(said, _WORDS)
    elif certain is BounceCause.ADDRESS:
        # It decides whether a customer is ever written to again, so a plain text overrules the code.
        cause, text = _of_words(said[:1], _OVERRULING)
    else:
        cause, text = certain, " ".join(said)
    if cause is None:
        cause = certain or _of_doubted(code)
    if cause is BounceCause.MAILBOX:
        is_disabled = code == "2.1" or _search(bounce_words.DISABLED, text)
        return cause, permanent and is_disabled and not _search(bounce_words.FULL, text)
    return cause, permanent and cause is BounceCause.ADDRESS


def _of_doubted(code: str) -> BounceCause:
    return next((cause for codes, cause in _BY_DOUBTED_CODE if codes.fullmatch(code)), BounceCause.UNKNOWN)


def _of_words(
    texts: tuple[str, ...], words: tuple[tuple[str, BounceCause], ...]
) -> tuple[BounceCause | None, str]:
    """The cause that the first text with a known word names, and that text."""
    for text in texts:
        for pattern, cause in words:
            if _search(pattern, text):
                return cause, text
    return None, ""


def _search(pattern: str, text: str) -> bool:
    return bool(_compiled(pattern).search(text[:_MOST_CHARACTERS]))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _code(status: str | None) -> str:
    """A code without its class: "1.1"; "" where there is none or it is bare."""
    code = (status or "").partition(".")[2]
    return "" if _BARE.fullmatch(code) else code
