"""The check of SPF: who may send for the domain that bounces go to."""

from followup.domain.outbox.sender_domain import spf
from followup.domain.outbox.sender_domain.finding import DomainFinding as Found
from followup.domain.shared.word import listed
from followup.mail.sender_domain.read_spf import SpfReading
from followup.services.upkeep.doctor.domain.domain_check import DnsRecord, DomainCheck
from followup.services.upkeep.doctor.domain.sender import Sender


def check_spf(sender: Sender, read: SpfReading) -> DomainCheck:
    """Whether there is one sound policy, and whether it permits the mail server."""
    domain = sender.bounce_domain
    own = _own_terms(sender)
    if read.policy is None:
        if read.unread:
            return DomainCheck("spf", Found.SPF_UNREAD, read.unread[0])
        if read.records:
            return DomainCheck(
                "spf",
                Found.SPF_SEVERAL,
                f"{domain} has {len(read.records)} SPF records, so receivers heed none",
                "Leave one of them:",
                DnsRecord(domain, "TXT", spf.merged(read.records)),
            )
        return DomainCheck(
            "spf",
            Found.SPF_MISSING,
            f"{domain} has no SPF record",
            "Publish who may send for it:"
            if own
            else "Publish who may send for it, your mail server in place of …:",
            DnsRecord(domain, "TXT", f"{spf.VERSION} {own or 'ip4:…'} -all"),
        )
    record, asked = read.policy.record, f"{read.lookups} look-ups of {spf.MOST_LOOKUPS}"
    if read.faults:
        return DomainCheck(
            "spf", Found.SPF_INVALID, "; ".join(read.faults), "Correct it: until then it counts as none."
        )
    if read.asks_too_much:
        found = (
            f"it asks for {asked}, {read.void_lookups} of which find nothing, so receivers give up: {record}"
        )
        mend = "Take out what you do not send with any more, or name addresses (ip4:) in place of hosts."
        return DomainCheck("spf", Found.SPF_TOO_MANY_LOOKUPS, found, mend)
    if read.policy.permits_everybody:
        value = spf.closed(record if _is_named(sender, read) or not own else spf.with_term(record, own))
        return DomainCheck(
            "spf",
            Found.SPF_PERMITS_ALL,
            f"{record} lets anybody send in the name of {domain}",
            "Permit your own servers alone:",
            DnsRecord(domain, "TXT", value),
        )
    return _permission(sender, read, asked)


def _permission(sender: Sender, read: SpfReading, asked: str) -> DomainCheck:
    """Whether a sound policy permits the mail server."""
    assert read.policy is not None
    domain, record, own = sender.bounce_domain, read.policy.record, _own_terms(sender)
    if sender.hidden_addresses:
        assert sender.provider is not None
        if sender.provider.spf == domain or sender.provider.spf in read.policy.included_domains:
            return DomainCheck("spf", Found.SPF_GOOD, f"{record} permits {sender.provider.name}; {asked}")
        return DomainCheck(
            "spf",
            Found.SPF_NOT_PERMITTED,
            f"{record} does not name {sender.provider.name}",
            "Permit it:",
            DnsRecord(domain, "TXT", spf.with_term(record, own)),
        )
    results = {address: read.policy.result(address) for address in sender.addresses}
    refused = [
        str(address)
        for address, result in results.items()
        if result not in (spf.SpfResult.PASS, spf.SpfResult.UNKNOWN)
    ]
    if refused:
        result = next(result for result in results.values() if result.value in _NOT_PASS)
        terms = " ".join(_term_for(address) for address in sender.addresses if str(address) in refused)
        return DomainCheck(
            "spf",
            Found.SPF_NOT_PERMITTED,
            f"{record} does not permit {listed(refused)} ({result})",
            "Permit your mail server:",
            DnsRecord(domain, "TXT", spf.with_term(record, terms)),
        )
    if read.unread:
        return DomainCheck("spf", Found.SPF_UNREAD, read.unread[0])
    if not results or spf.SpfResult.UNKNOWN in results.values():
        why = "a term depends on the email" if results else "the mail server's address is not known"
        mend = "" if results else "Name the address from which emails reach receivers: --address 192.0.2.10"
        return DomainCheck("spf", Found.SPF_UNPROVED, f"{record}; {asked}; {why}", mend)
    return DomainCheck("spf", Found.SPF_GOOD, f"{record} permits {listed([*map(str, results)])}; {asked}")


_NOT_PASS = ("neutral", "softfail", "fail")


def _is_named(sender: Sender, read: SpfReading) -> bool:
    """Whether a policy that permits everybody names the mail server besides."""
    assert read.policy is not None
    if sender.hidden_addresses and sender.provider is not None:
        return sender.provider.spf in read.policy.included_domains
    networks = [network for term in read.policy.terms for network in term.networks]
    return bool(sender.addresses) and all(
        any(address.version == network.version and address in network for network in networks)
        for address in sender.addresses
    )


def _own_terms(sender: Sender) -> str:
    """The terms that permit the mail server; empty if its address is not known."""
    if sender.hidden_addresses and sender.provider is not None:
        return f"include:{sender.provider.spf}"
    return " ".join(map(_term_for, sender.addresses))


def _term_for(address: spf.Address) -> str:
    return f"ip{address.version}:{address}"
