"""Reading the DKIM keys that a domain publishes."""

from collections.abc import Iterable
from dataclasses import dataclass

from followup.domain.outbox.sender_domain.dkim import DkimKey, parse_key
from followup.mail.sender_domain.dns_lookup import LookupFailed, NameServer, NoSuchName


@dataclass(frozen=True, slots=True)
class DkimReading:
    """The keys found, by the name of their record. `surely_none`: the name server says that nothing at all is
    below the place where keys are. `unread` says what could not be asked."""

    keys: tuple[tuple[str, DkimKey], ...] = ()
    surely_none: bool = False
    unread: str = ""


def key_name(selector: str, domain: str) -> str:
    """The name of the record of a key."""
    return f"{selector}._domainkey.{domain}"


def read_dkim(server: NameServer, domain: str, selectors: Iterable[str]) -> DkimReading:
    """Read the keys of a domain at these selectors."""
    found: list[tuple[str, DkimKey]] = []
    try:
        if _has_none(server, domain):
            return DkimReading(surely_none=True)
        for selector in selectors:
            name = key_name(selector, domain)
            try:
                records = [text for text in server.txt(name) if "p=" in text]
            except NoSuchName:
                continue
            if records:
                found.append((name, parse_key(records[0])))
    except LookupFailed as failed:
        return DkimReading(tuple(found), unread=str(failed))
    return DkimReading(tuple(found))


def _has_none(server: NameServer, domain: str) -> bool:
    """Whether there is nothing below _domainkey: of a name that does not exist, no name below does (RFC
    8020)."""
    try:
        server.txt(f"_domainkey.{domain}")
    except NoSuchName:
        return True
    return False
