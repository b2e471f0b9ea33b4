"""Reading the SPF policy of a domain with everything that it includes, as RFC 7208 counts."""

from dataclasses import dataclass, field, replace

from followup.domain.outbox.sender_domain.spf import (
    ASKING,
    MOST_LOOKUPS,
    MOST_VOID_LOOKUPS,
    Address,
    SpfPolicy,
    Term,
    is_spf,
    networks_of,
    parse_terms,
)
from followup.mail.sender_domain.dns_lookup import LookupFailed, NameServer, NoSuchName

_MOST_READ = 4 * MOST_LOOKUPS
"""So many look-ups are made to count them; more are not worth the time."""

_MOST_MX = 10
_DEEPEST = 10


@dataclass(frozen=True, slots=True)
class SpfReading:
    """What was read. `records` are all SPF records of the domain: there must be one. `faults` are what makes
    the policy invalid, `unread` what could not be asked."""

    records: tuple[str, ...] = ()
    policy: SpfPolicy | None = None
    lookups: int = 0
    void_lookups: int = 0
    faults: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def asks_too_much(self) -> bool:
        """Whether receivers give up before the end (4.6.4)."""
        return self.lookups > MOST_LOOKUPS or self.void_lookups > MOST_VOID_LOOKUPS


@dataclass(slots=True)
class _Count:
    lookups: int = 0
    void: int = 0
    faults: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def read_spf(server: NameServer, domain: str) -> SpfReading:
    """Read the policy of a domain. What it includes is read beyond the limit of look-ups, to count them."""
    try:
        records = _records(server, domain)
    except LookupFailed as failed:
        return SpfReading(unread=(str(failed),))
    if len(records) != 1:
        return SpfReading(records)
    count = _Count()
    policy = _policy(server, domain, records[0], count, (domain,))
    return SpfReading(
        records, policy, count.lookups, count.void, tuple(dict.fromkeys(count.faults)), tuple(count.unread)
    )


def _records(server: NameServer, domain: str) -> tuple[str, ...]:
    try:
        return tuple(" ".join(text.split()) for text in server.txt(domain) if is_spf(text))
    except NoSuchName:
        return ()


def _policy(server: NameServer, domain: str, record: str, count: _Count, above: tuple[str, ...]) -> SpfPolicy:
    terms, wrong = parse_terms(record)
    count.faults += [f"{word!r} in the record of {domain} is no term of SPF" for word in wrong]
    return SpfPolicy(domain, record, tuple(_filled(server, domain, term, count, above) for term in terms))


def _filled(server: NameServer, domain: str, term: Term, count: _Count, above: tuple[str, ...]) -> Term:
    """A term with what it stands for."""
    if term.kind not in ASKING:
        return term
    count.lookups += 1
    if count.lookups > _MOST_READ or term.has_macro or term.kind in ("ptr", "exists"):
        return replace(term, evaluable=False)
    target = term.target or domain
    try:
        if term.kind in ("include", "redirect"):
            return replace(term, included=_included(server, domain, target, count, above))
        found = _addresses(server, term.kind, target)
    except LookupFailed as failed:
        count.unread.append(str(failed))
        return replace(term, evaluable=False)
    if not found:
        count.void += 1
    return replace(term, networks=networks_of(term, found))


def _included(
    server: NameServer, domain: str, target: str, count: _Count, above: tuple[str, ...]
) -> SpfPolicy | None:
    if target in above or len(above) > _DEEPEST:
        count.faults.append(f"the record of {domain} includes {target}, which includes it again")
        return None
    records = _records(server, target)
    if len(records) != 1:
        many = "has no SPF record" if not records else "has more than one SPF record"
        count.faults.append(f"{target}, which the record of {domain} includes, {many}")
        return None
    return _policy(server, target, records[0], count, (*above, target))


def _addresses(server: NameServer, kind: str, target: str) -> tuple[Address, ...]:
    try:
        hosts = server.mx(target)[:_MOST_MX] if kind == "mx" else (target,)
        found: list[Address] = []
        for host in filter(None, hosts):
            try:
                found += server.addresses(host)
            except NoSuchName:
                continue
        return tuple(found)
    except NoSuchName:
        return ()
