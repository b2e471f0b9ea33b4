"""Reading the DMARC record that counts for a domain, and its organisation's domain.

The organisation's domain is found by walking up the tree of names, as the successor of RFC 7489 (DMARCbis,
4.10) has it, and not by a list of public suffixes, which would have to be kept fresh.
"""

from dataclasses import dataclass

from followup.domain.outbox.sender_domain.dkim import tags_of
from followup.domain.outbox.sender_domain.dmarc import DmarcRecord, is_dmarc, parse_dmarc
from followup.mail.sender_domain.dns_lookup import LookupFailed, NameServer, NoSuchName

_MOST_NAMES = 8


@dataclass(frozen=True, slots=True)
class DmarcReading:
    """What counts for a domain. `place` is where its record stands, or should; `records` are all that are
    there, and there must be one. `organisation` is the highest domain with a record, or the domain itself."""

    place: str
    organisation: str
    records: tuple[str, ...] = ()
    record: DmarcRecord | None = None
    unread: str = ""


def read_dmarc(server: NameServer, domain: str) -> DmarcReading:
    """Read what counts for a domain: its own record, or else that of the nearest domain above it."""
    nearest, records, organisation = domain, tuple[str, ...](), domain
    try:
        for name in _upwards(domain):
            there = _records(server, name)
            if not there:
                continue
            if not records:
                nearest, records = name, there
            mark = tags_of(there[0]).get("psd", "u").lower()
            if mark == "y":
                break  # a public suffix: the organisation is one name below
            organisation = name
            if mark == "n":
                break
    except LookupFailed as failed:
        return DmarcReading(f"_dmarc.{domain}", organisation, unread=str(failed))
    record = parse_dmarc(records[0], for_subdomain=nearest != domain) if len(records) == 1 else None
    return DmarcReading(f"_dmarc.{nearest}", organisation, records, record)


def organisation_of(server: NameServer, domain: str) -> str:
    """The organisation's domain of a domain. Without any answer, the domain itself."""
    return read_dmarc(server, domain).organisation


def _upwards(domain: str) -> list[str]:
    """A domain and those above it; of a long name only the last labels. A top-level domain has no record."""
    labels = domain.split(".")
    first = max(1, len(labels) - _MOST_NAMES + 1)
    return [domain, *(".".join(labels[start:]) for start in range(first, len(labels) - 1))]


def _records(server: NameServer, domain: str) -> tuple[str, ...]:
    try:
        return tuple(text for text in server.txt(f"_dmarc.{domain}") if is_dmarc(text))
    except NoSuchName:
        return ()
