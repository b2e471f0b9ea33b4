"""Checks of the servers around the sender's domain: where bounces arrive, what the sending address is called,
whether they encrypt.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from followup.domain.outbox.sender_domain.finding import DomainFinding as Found
from followup.domain.outbox.sender_domain.spf import Address
from followup.domain.shared.word import listed
from followup.mail.sender_domain.dns_lookup import LookupFailed, NameServer, NoSuchName
from followup.mail.sender_domain.read_tls import read_tls
from followup.services.upkeep.doctor.domain.domain_check import DnsRecord, DomainCheck
from followup.services.upkeep.doctor.domain.sender import Sender, encrypts_from_the_start

MX_PORT = 25
_ENDS_SOON = timedelta(days=14)


def check_mail_servers(
    sender: Sender, server: NameServer, *, now: datetime, mx_port: int = MX_PORT
) -> Iterator[DomainCheck]:
    """Check where answers and bounces arrive, what the address is called from which emails leave, and whether
    both servers encrypt."""
    hosts = list[str]()
    for domain in dict.fromkeys((sender.domain, sender.bounce_domain)):
        check, found = _mx(domain, server)
        yield check
        hosts += found
    yield from _ptr(sender, server)
    yield from _relay_tls(sender, server, now)
    if hosts:
        yield _mx_tls(hosts[0], server, mx_port)


def _mx(domain: str, server: NameServer) -> tuple[DomainCheck, list[str]]:
    """The mail servers of a domain."""
    record = DnsRecord(domain, "MX", "10 …")
    mend = "Publish where its emails go, the name of your mail server in place of …:"
    try:
        hosts = server.mx(domain)
        if not hosts:
            if server.addresses(domain):
                found = f"{domain} has no MX record, so its emails go to its own host"
                return DomainCheck("mx", Found.MX_IMPLICIT, found, mend, record), [domain]
            found = f"{domain} has no mail server, so answers and bounces are lost"
            return DomainCheck("mx", Found.MX_MISSING, found, mend, record), []
        if hosts == ("",):
            found = f"{domain} says that it takes no email, so receivers take none from it"
            return DomainCheck("mx", Found.MX_NULL, found, mend, record), []
        there = [host for host in hosts if host and _has_address(server, host)]
    except NoSuchName:
        found = f"{domain} has no mail server: there is no such name"
        return DomainCheck("mx", Found.MX_MISSING, found, mend, record), []
    except LookupFailed as failed:
        return DomainCheck("mx", Found.MX_UNREAD, str(failed)), []
    if not there:
        found = f"no mail server of {domain} has an address: {', '.join(hosts)}"
        return DomainCheck(
            "mx", Found.MX_NOWHERE, found, "Correct the MX record, or give the host an address."
        ), []
    return DomainCheck("mx", Found.MX_GOOD, f"{domain}: {', '.join(hosts)}"), there


def _has_address(server: NameServer, host: str) -> bool:
    try:
        return bool(server.addresses(host))
    except NoSuchName:
        return False


def _ptr(sender: Sender, server: NameServer) -> Iterator[DomainCheck]:
    """The name of each address from which emails leave, which must have that address (RFC 1912, 2.1)."""
    if sender.hidden_addresses:
        assert sender.provider is not None
        yield DomainCheck(
            "ptr", Found.PTR_OF_PROVIDER, f"{sender.provider.name} sees to the names of its addresses"
        )
        return
    if not sender.addresses:
        why = (
            "the mail server is on this machine"
            if sender.relay and sender.relay.is_local
            else "no server is set"
        )
        if sender.relay is not None and not sender.relay.is_local:
            why = f"nobody says where {sender.relay.host} is"
        mend = "Name the address from which emails reach receivers: --address 192.0.2.10"
        yield DomainCheck(
            "ptr", Found.RELAY_UNKNOWN, f"from which address emails leave is not known: {why}", mend
        )
    for address in sender.addresses:
        yield _name_of(sender, server, address)


def _name_of(sender: Sender, server: NameServer, address: Address) -> DomainCheck:
    host = sender.relay.host if sender.relay and not sender.relay.is_local else f"mail.{sender.domain}"
    record = DnsRecord(address.reverse_pointer, "PTR", host)
    mend = f"Who runs {address} publishes its name; {host} must have this address. Ask for:"
    try:
        names = server.names_of(address)
        if not names:
            return DomainCheck("ptr", Found.PTR_MISSING, f"{address} has no name", mend, record)
        confirmed = [name for name in names if _is_at(server, name, address)]
    except LookupFailed as failed:
        return DomainCheck("ptr", Found.PTR_UNREAD, str(failed))
    if not confirmed:
        found = f"{address} is called {listed(names)}, which has another address"
        return DomainCheck("ptr", Found.PTR_UNCONFIRMED, found, mend, record)
    return DomainCheck("ptr", Found.PTR_GOOD, f"{address} is {confirmed[0]}, and {confirmed[0]} is {address}")


def _is_at(server: NameServer, name: str, address: Address) -> bool:
    try:
        return address in server.addresses(name)
    except NoSuchName:
        return False


def _relay_tls(sender: Sender, server: NameServer, now: datetime) -> Iterator[DomainCheck]:
    """Whether the connection to the mail server is encrypted."""
    relay = sender.relay
    if relay is None:
        return
    where = f"{relay.host}:{relay.port}"
    from_the_start = encrypts_from_the_start(relay)
    if from_the_start is None:
        found = f"the settings say that the connection to {where} is not encrypted"
        yield DomainCheck("tls", Found.TLS_MISSING, found, "Take starttls=never out of smtp_url.")
        return
    address = _first_address(server, relay.host)
    read = read_tls(relay.host, relay.port, encrypted=from_the_start, address=address)
    if read.failed:
        yield DomainCheck("tls", Found.TLS_UNTRIED, f"no connection to {where}: {read.failed}")
    elif read.distrusted:
        mend = f"Give {relay.host} a certificate for its name from an authority that others trust."
        found = f"the certificate of {where} is not good: {read.distrusted}"
        yield DomainCheck("tls", Found.TLS_CERTIFICATE, found, mend)
    elif not read.encrypted:
        found = f"{where} offers no encryption (STARTTLS)"
        yield DomainCheck("tls", Found.TLS_MISSING, found, "Turn it on there.")
    elif read.until is not None and read.until - now < _ENDS_SOON:
        found = f"{where} encrypts; its certificate ends on {read.until:%Y-%m-%d}"
        yield DomainCheck("tls", Found.TLS_ENDING, found, "Renew it before then.")
    else:
        until = f", until {read.until:%Y-%m-%d}" if read.until else ""
        yield DomainCheck("tls", Found.TLS_GOOD, f"{where} encrypts, its certificate is good{until}")


def _mx_tls(host: str, server: NameServer, port: int) -> DomainCheck:
    """Whether answers and bounces reach the domain's mail server encrypted. Most networks let only their own
    mail servers connect to its port."""
    read = read_tls(host, port, encrypted=False, address=_first_address(server, host))
    if read.failed:
        found = f"whether {host} encrypts could not be tried from here: {read.failed}"
        return DomainCheck("mx tls", Found.MX_TLS_UNTRIED, found)
    if read.encrypted and not read.distrusted:
        return DomainCheck("mx tls", Found.MX_TLS_GOOD, f"{host} encrypts, its certificate is good")
    why = f"the certificate is not good: {read.distrusted}" if read.encrypted else "no encryption (STARTTLS)"
    return DomainCheck(
        "mx tls", Found.MX_TLS_POOR, f"{host}: {why}", "See to it there, for the answers' sake."
    )


def _first_address(server: NameServer, host: str) -> Address | None:
    try:
        return next(iter(server.addresses(host)), None)
    except (NoSuchName, LookupFailed):
        return None
