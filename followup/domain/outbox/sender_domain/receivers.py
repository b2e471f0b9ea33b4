"""What Gmail, Yahoo and Microsoft do with emails of a domain, as they publish it for senders.

Gmail: "Email sender guidelines" (support.google.com/a/answer/81126). Yahoo: "Sender best practices"
(senders.yahooinc.com), which names no number for bulk. Microsoft: "Strengthening email ecosystem: Outlook's
new requirements for high-volume senders", in force since 5 May 2025, the policies of the Outlook.com
postmaster (PTR), and how it treats unproved emails otherwise ("Email authentication", compauth). What filters
do besides is not said here.
"""

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from typing import Self

from followup.domain.outbox.sender_domain.dmarc import DmarcPolicy
from followup.domain.outbox.sender_domain.finding import DomainFinding as Found
from followup.domain.outbox.sender_domain.finding import Weight
from followup.domain.shared.word import Word


class Receiver(Word):
    """Who receives most customers' email. `bulk` is how much from one domain it asks more of."""

    bulk: str

    GMAIL = "gmail", "Gmail", "5,000 emails a day"
    YAHOO = "yahoo", "Yahoo", "many emails"
    MICROSOFT = "microsoft", "Microsoft", "5,000 emails a day"

    def __new__(cls, value: str, meaning: str, bulk: str) -> Self:
        """Create a member from its word, its name, and what is much to it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.bulk = bulk
        return member


class Treatment(Word):
    """What a receiver does, from good to bad."""

    ACCEPTED = "accepted", "takes them"
    UNKNOWN = "unknown", "cannot be said yet"
    REFUSED_IN_BULK = "refused_in_bulk", "takes them, but refuses them from who sends it {bulk}"
    JUNK = "junk", "puts them into junk"
    REFUSED = "refused", "refuses them"


@dataclass(frozen=True, slots=True)
class Objection:
    """What a receiver does for one reason. `reply` is how a refusal begins, where it is known."""

    treatment: Treatment
    because: str
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a receiver does, and all its reasons, the gravest first."""

    receiver: Receiver
    treatment: Treatment
    objections: tuple[Objection, ...]

    @property
    def text(self) -> str:
        """What the receiver does, for people."""
        return f"{self.receiver.meaning}: {self.treatment.meaning.format(bulk=self.receiver.bulk)}"


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a sender. `policy` is what its domain asks of receivers by DMARC."""

    found: Set[Found]
    policy: DmarcPolicy | None = None

    def has(self, *findings: Found) -> bool:
        """Whether one of these was found."""
        return not self.found.isdisjoint(findings)

    @property
    def fails_spf(self) -> bool:
        """Whether SPF surely does not pass."""
        return self.has(
            Found.SPF_MISSING,
            Found.SPF_SEVERAL,
            Found.SPF_INVALID,
            Found.SPF_TOO_MANY_LOOKUPS,
            Found.SPF_NOT_PERMITTED,
        )

    @property
    def fails_dkim(self) -> bool:
        """Whether DKIM surely does not pass."""
        return self.has(Found.DKIM_MISSING, Found.DKIM_REVOKED, Found.DKIM_WEAK, Found.DKIM_INVALID)

    @property
    def has_no_dmarc(self) -> bool:
        """Whether receivers find no policy."""
        return self.has(Found.DMARC_MISSING, Found.DMARC_SEVERAL, Found.DMARC_INVALID)


def judge(standing: Standing) -> tuple[Judgement, ...]:
    """What each receiver does. Where nothing is objected to, what could not be found out decides
    whether it can be said."""
    return tuple(_judged(receiver, standing) for receiver in Receiver)


def _judged(receiver: Receiver, standing: Standing) -> Judgement:
    every = [objection for ask in _RULES for objection in ask(receiver, standing)]
    every.sort(key=lambda objection: -objection.treatment.rank)
    if every:
        return Judgement(receiver, every[0].treatment, tuple(every))

    unread = [found for found in Found if found in standing.found and found.weight is Weight.UNKNOWN]
    objections = tuple(Objection(Treatment.UNKNOWN, found.meaning) for found in unread if _counts(found))
    if objections:
        return Judgement(receiver, Treatment.UNKNOWN, objections)
    return Judgement(receiver, Treatment.ACCEPTED, ())


def _counts(finding: Found) -> bool:
    """Whether receivers look at what this is about: our own connections to mail servers are none of it."""
    return finding not in (Found.TLS_UNTRIED, Found.MX_TLS_UNTRIED)


def _no_domain(_receiver: Receiver, standing: Standing) -> Iterator[Objection]:
    if standing.has(Found.DOMAIN_MISSING):
        yield Objection(Treatment.REFUSED, "the sender's domain does not exist")


def _no_answers(_receiver: Receiver, standing: Standing) -> Iterator[Objection]:
    if standing.has(Found.MX_NULL):
        # RFC 7505, 4.2: such a domain is no sender.
        yield Objection(
            Treatment.REFUSED, "the domain says that it takes no email, so it sends none", "550 5.7.27"
        )


def _unproved(receiver: Receiver, standing: Standing) -> Iterator[Objection]:
    if standing.fails_spf and standing.fails_dkim:
        if receiver is Receiver.MICROSOFT:
            yield Objection(Treatment.JUNK, "neither SPF nor DKIM proves the sender")
            yield _in_bulk(receiver, "SPF and DKIM must both pass", "")
        else:
            reply = "550 5.7.26" if receiver is Receiver.GMAIL else ""
            yield Objection(Treatment.REFUSED, "every sender must pass SPF or DKIM, and neither does", reply)
    elif standing.fails_spf:
        yield _in_bulk(receiver, "SPF must pass beside DKIM", "550 5.7.27")
    elif standing.fails_dkim:
        yield _in_bulk(receiver, "DKIM must pass beside SPF", "550 5.7.30")


def _in_bulk(receiver: Receiver, because: str, gmail: str) -> Objection:
    reply = {Receiver.GMAIL: gmail, Receiver.MICROSOFT: "550 5.7.515"}.get(receiver, "")
    return Objection(Treatment.REFUSED_IN_BULK, because, reply)


def _no_policy(receiver: Receiver, standing: Standing) -> Iterator[Objection]:
    if standing.has_no_dmarc:
        yield _in_bulk(receiver, "a DMARC record is required, p=none at least", "")


def _not_aligned(receiver: Receiver, standing: Standing) -> Iterator[Objection]:
    if not standing.has(Found.NOT_ALIGNED):
        return
    if standing.policy is DmarcPolicy.REJECT:
        reply = {Receiver.GMAIL: "550 5.7.26", Receiver.MICROSOFT: "550 5.7.509"}.get(receiver, "")
        yield Objection(
            Treatment.REFUSED, "the domain's own DMARC record asks to refuse what is not proved", reply
        )
    elif standing.policy is DmarcPolicy.QUARANTINE:
        because = "the domain's own DMARC record asks to put what is not proved into junk"
        yield Objection(Treatment.JUNK, because)
    else:
        yield _in_bulk(receiver, "SPF or DKIM must speak for the sender's own domain", "550 5.7.32")


def _nameless(receiver: Receiver, standing: Standing) -> Iterator[Objection]:
    if standing.has(Found.PTR_MISSING, Found.PTR_UNCONFIRMED):
        because = "the mail server's address needs a name (PTR) that has this address"
        if receiver is Receiver.MICROSOFT:
            yield Objection(Treatment.JUNK, because)
        else:
            yield Objection(Treatment.REFUSED, because, "550 5.7.25" if receiver is Receiver.GMAIL else "")


_RULES: tuple[Callable[[Receiver, Standing], Iterator[Objection]], ...] = (
    _no_domain,
    _no_answers,
    _unproved,
    _no_policy,
    _not_aligned,
    _nameless,
)
