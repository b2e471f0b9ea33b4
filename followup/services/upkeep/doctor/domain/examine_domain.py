"""Runs all checks of `followup doctor --domain`, and says what the great receivers do."""

from datetime import datetime

from typing_extensions import TypedDict

from followup.domain.outbox.sender_domain.finding import DomainFinding as Found
from followup.domain.outbox.sender_domain.receivers import Judgement, Standing, judge
from followup.mail.sender_domain.dns_lookup import (
    LookupFailed,
    NameServer,
    NoSuchName,
    name_server,
    unreachable,
)
from followup.services.shared.configuration import Configuration
from followup.services.upkeep.doctor.domain.domain_check import DomainCheck, DomainCheckDocument
from followup.services.upkeep.doctor.domain.mail_servers import MX_PORT, check_mail_servers
from followup.services.upkeep.doctor.domain.proofs import check_proofs
from followup.services.upkeep.doctor.domain.sender import Sender, sender_of, with_addresses

_KNOWN_TO_ALL = "gmail.com"


class ObjectionDocument(TypedDict):
    """Why a receiver does not simply take emails; `reply` is how its refusal begins, where that is known."""

    treatment: str
    because: str
    reply: str | None


class ReceiverDocument(TypedDict):
    """What a receiver does with emails of the domain: accepted, unknown, refused_in_bulk (if it sends many),
    junk or refused."""

    receiver: str
    treatment: str
    text: str
    objections: list[ObjectionDocument]


class DomainDocument(TypedDict):
    """What receivers find of the domain that emails are sent from. `ok`: nothing is wrong, and all could be
    asked. `relay` is the mail server of the settings, `addresses` those from which it delivers."""

    ok: bool
    domain: str
    bounce_domain: str
    relay: str | None
    addresses: list[str]
    checks: list[DomainCheckDocument]
    receivers: list[ReceiverDocument]


def examine_domain(
    rules: Configuration,
    *,
    now: datetime,
    domain: str | None = None,
    resolver: str | None = None,
    selectors: tuple[str, ...] = (),
    address: str | None = None,
    mx_port: int = MX_PORT,
) -> DomainDocument:
    """Check the domain of the sender in the settings, or `domain`. Asks the name server at `resolver`, or
    else this machine's, and connects to mail servers without sending anything.

    Raises WrongUsage for what is no domain or address, Unreachable if the name server does not answer."""
    server = name_server(resolver)
    sender = sender_of(rules, domain=domain, selectors=selectors, address=address)
    first = _existence(sender, server)
    checks, policy = [first], None
    if first.finding is not Found.DOMAIN_MISSING:
        sender = with_addresses(sender, server)
        proofs = check_proofs(sender, server)
        policy = proofs.policy
        checks += [*proofs.checks, *check_mail_servers(sender, server, now=now, mx_port=mx_port)]
    standing = Standing(frozenset(check.finding for check in checks), policy)
    return {
        "ok": not any(check.exit_code for check in checks),
        "domain": sender.domain,
        "bounce_domain": sender.bounce_domain,
        "relay": sender.relay.name if sender.relay else None,
        "addresses": [str(one) for one in sender.addresses],
        "checks": [check.to_document() for check in checks],
        "receivers": [_receiver(judgement) for judgement in judge(standing)],
    }


def _existence(sender: Sender, server: NameServer) -> DomainCheck:
    """Whether there is such a domain. It is the first question, so without a name server it ends here."""
    try:
        server.mx(sender.domain)
    except NoSuchName:
        _require_the_internet(server)
        mend = "Correct the sender in followup.toml, or register the domain."
        return DomainCheck("domain", Found.DOMAIN_MISSING, f"there is no domain {sender.domain}", mend)
    except LookupFailed as failed:
        if not failed.answered:
            raise unreachable(str(failed)) from None
        mend = "See that the domain's own name servers answer, and that DNSSEC is in order."
        return DomainCheck("domain", Found.MX_UNREAD, f"{failed} when asked for {sender.domain}", mend)
    return DomainCheck("domain", Found.DOMAIN_THERE, sender.domain)


def _require_the_internet(server: NameServer) -> None:
    """Raise Unreachable for a name server that knows its own network alone: that it does not know a domain
    says nothing."""
    try:
        server.mx(_KNOWN_TO_ALL)
    except NoSuchName:
        raise unreachable(f"{server.where} does not even know {_KNOWN_TO_ALL}") from None
    except LookupFailed as failed:
        raise unreachable(str(failed)) from None


def _receiver(judgement: Judgement) -> ReceiverDocument:
    return {
        "receiver": judgement.receiver.value,
        "treatment": judgement.treatment.value,
        "text": judgement.text,
        "objections": [
            {"treatment": one.treatment.value, "because": one.because, "reply": one.reply or None}
            for one in judgement.objections
        ],
    }
