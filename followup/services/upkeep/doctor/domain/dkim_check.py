"""The check of DKIM: whether a key is published by which receivers can verify signatures."""

from followup.domain.outbox.sender_domain.dkim import (
    COMMON_SELECTORS,
    GOOD_BITS,
    LEAST_BITS,
    DkimKey,
    KeyState,
)
from followup.domain.outbox.sender_domain.finding import DomainFinding as Found
from followup.domain.shared.word import listed
from followup.mail.sender_domain.dns_lookup import NameServer
from followup.mail.sender_domain.read_dkim import DkimReading, key_name, read_dkim
from followup.mail.sender_domain.read_dmarc import DmarcReading
from followup.services.upkeep.doctor.domain.domain_check import DnsRecord, DomainCheck
from followup.services.upkeep.doctor.domain.sender import Sender

_KEY_STATES = {
    KeyState.WEAK: Found.DKIM_WEAK,
    KeyState.REVOKED: Found.DKIM_REVOKED,
    KeyState.INVALID: Found.DKIM_INVALID,
}
_BY_WORTH = (KeyState.GOOD, KeyState.SHORT, KeyState.WEAK, KeyState.REVOKED, KeyState.INVALID)


def check_dkim(sender: Sender, server: NameServer, policy: DmarcReading) -> DomainCheck:
    """Whether the domain publishes a key. Of several, the best counts: only one has to be in use."""
    return _dkim(sender, *_keys(sender, server, policy))


def _keys(sender: Sender, server: NameServer, policy: DmarcReading) -> tuple[DkimReading, tuple[str, ...]]:
    """The keys of the domain, or, where DMARC lets them speak for it, of its organisation; and the selectors
    that were tried."""
    own = sender.provider.selectors if sender.provider else ()
    selectors = sender.selectors or tuple(dict.fromkeys((*own, *COMMON_SELECTORS)))
    strict = policy.record is not None and policy.record.strict_dkim
    domains = [sender.domain] if strict else dict.fromkeys((sender.domain, policy.organisation))
    readings = [read_dkim(server, domain, selectors) for domain in domains]
    return (
        DkimReading(
            tuple(key for read in readings for key in read.keys),
            all(read.surely_none for read in readings),
            next((read.unread for read in readings if read.unread), ""),
        ),
        selectors,
    )


def _dkim(sender: Sender, read: DkimReading, selectors: tuple[str, ...]) -> DomainCheck:
    if not read.keys:
        return _no_key(sender, read, selectors)
    name, key = min(read.keys, key=lambda found: _BY_WORTH.index(found[1].state))
    shown = f"{name}: {_described(key)}"
    record = DnsRecord(name, "TXT", "v=DKIM1; k=rsa; p=…")
    anew = f"Make a key of {GOOD_BITS} bits where emails are signed, and publish it under a new selector."
    if key.state in _KEY_STATES:
        return DomainCheck("dkim", _KEY_STATES[key.state], shown, anew, record)
    if key.testing:
        mend = "Take t=y out of the record: some receivers heed no key with it."
        return DomainCheck("dkim", Found.DKIM_TESTING, shown, mend)
    if key.state is KeyState.SHORT:
        return DomainCheck("dkim", Found.DKIM_SHORT, shown, anew)
    return DomainCheck(
        "dkim", Found.DKIM_GOOD, f"{shown}; that emails are signed with it cannot be seen here"
    )


def _no_key(sender: Sender, read: DkimReading, selectors: tuple[str, ...]) -> DomainCheck:
    if read.unread:
        return DomainCheck("dkim", Found.DKIM_UNREAD, read.unread)
    if not sender.selectors and not read.surely_none:
        found = f"no key of {sender.domain} is where keys usually are ({', '.join(selectors[:3])} and others)"
        mend = "Name its selector, the s= of DKIM-Signature in an email of yours: --selector NAME"
        return DomainCheck("dkim", Found.DKIM_UNKNOWN, found, mend)
    where = (
        ""
        if read.surely_none
        else f" at {listed([key_name(one, sender.domain) for one in sender.selectors])}"
    )
    signing = (
        sender.provider.signing
        if sender.provider
        else ("Have your mail server sign what it sends for the domain, and publish the key that it shows:")
    )
    selector = sender.selectors[0] if sender.selectors else "mail"
    record = DnsRecord(key_name(selector, sender.domain), "TXT", "v=DKIM1; k=rsa; p=…")
    return DomainCheck(
        "dkim",
        Found.DKIM_MISSING,
        f"{sender.domain} publishes no DKIM key{where}",
        signing,
        None if sender.provider else record,
    )


def _described(key: DkimKey) -> str:
    bits = f", {key.bits} bits" if key.bits is not None else ""
    least = f"; receivers want {LEAST_BITS}" if key.state is KeyState.WEAK else ""
    return f"{key.kind}{bits}, {key.state.meaning[0].lower()}{key.state.meaning[1:]}{least}"
