"""A mail server's statement about one address."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from followup.domain.inbound.bounce_cause import BounceCause, judge
from followup.mail.inbound.status import status_in
from followup.mail.sanitize import single_line

_LONGEST_DETAIL = 200
_MOST_CHARACTERS = 4000
_REPLY = re.compile(
    r"(?:(?:after MAIL FROM:|my name was rejected).{0,120}?)?"
    r"(?<![\d.-])[45]\d\d[ -](?:#?[45]\.\d{1,3}\.\d{1,3}\b)?.{0,600}",
    re.IGNORECASE,
)
"""The reply of a server, quoted in an explanation: RFC 5321, 4.2."""


@dataclass(frozen=True, slots=True)
class Bounced:
    """One address that a mail server reports on, or that complained.

    `address` is as the server wrote it, without quoting. `addresses.comparable_address` normalises it, and
    may refuse it. `permanent`: the server has given up on this email; False if it still tries. `status` is an
    RFC 3463 code such as "5.1.1", where the server gives one. `said` is what it said about this address.
    `cause` is whose trouble it is, and `is_gone` whether nobody will read at the address again."""

    address: str
    permanent: bool
    status: str | None
    said: str
    cause: BounceCause = BounceCause.UNKNOWN
    is_gone: bool = False

    @property
    def detail(self) -> str:
        """What the server said, as one short line for people."""
        return single_line(self.said)[:_LONGEST_DETAIL]


def judged(one: Bounced, *explanations: str) -> Bounced:
    """A report with its cause: by what the server said about the address, and where that is no reason by the
    other words of the email, the nearest first. Replies that are quoted in them come before what is around
    them."""
    texts = [single_line(text[:_MOST_CHARACTERS]) for text in (one.said, *explanations)]
    replies = [found[0] for text in texts for found in _REPLY.finditer(text)]
    # A program that reports for another server often knows its code only from the reply that it quotes.
    status = status_in(*filter(None, (one.status, *replies)))
    cause, is_gone = judge(status, *replies, *texts, permanent=one.permanent)
    return replace(one, cause=cause, is_gone=is_gone)


def each_once(found: Iterable[Bounced]) -> tuple[Bounced, ...]:
    """Each address once, ignoring case; a permanent failure takes precedence."""
    kept: dict[str, Bounced] = {}
    for bounced in found:
        before = kept.get(bounced.address.lower())
        if before is None or (bounced.permanent and not before.permanent):
            kept[bounced.address.lower()] = bounced
    return tuple(kept.values())
