"""SPF (RFC 7208): the record of a domain taken apart, and whether it permits an address to send.

Nothing is looked up here. Whoever reads the record fills in the networks of each term and the policies that
it includes, and counts the look-ups.
"""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from followup.domain.shared.word import Word

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

VERSION = "v=spf1"
MOST_LOOKUPS = 10
"""So many terms of a policy, with those of what it includes, may ask the name server (4.6.4)."""

MOST_VOID_LOOKUPS = 2
"""So many of them may find nothing (4.6.4)."""

ASKING = frozenset({"include", "a", "mx", "ptr", "exists", "redirect"})
"""The terms that ask the name server."""

_NARROWEST = 8
"""A network with a shorter prefix is too wide to be anybody's own."""

_MECHANISM = re.compile(
    r"(?P<sign>[-+?~]?)(?P<kind>all|include|a|mx|ptr|ip4|ip6|exists)"
    r"(?::(?P<target>[^\s/]+))?(?P<four>/\d{1,3})?(?P<six>//\d{1,3})?",
    re.IGNORECASE,
)
_MODIFIER = re.compile(r"(?P<kind>[a-z][a-z0-9_.-]*)=(?P<target>\S*)", re.IGNORECASE)
_NEEDS_TARGET = frozenset({"include", "exists", "ip4", "ip6", "redirect"})


class SpfResult(Word):
    """What a policy says about an address (2.6)."""

    PASS = "pass", "It may send"
    NEUTRAL = "neutral", "The domain says nothing about it"
    SOFTFAIL = "softfail", "It probably may not send"
    FAIL = "fail", "It may not send"
    UNKNOWN = "unknown", "It depends on a term that cannot be evaluated here"


_RESULTS = {
    "+": SpfResult.PASS,
    "?": SpfResult.NEUTRAL,
    "~": SpfResult.SOFTFAIL,
    "-": SpfResult.FAIL,
}


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a record. `networks` are the addresses that it stands for, `included` the policy of an
    include or a redirect; `evaluable` is false if it stands for what cannot be said beforehand, as macros
    do."""

    kind: str
    sign: str = "+"
    target: str = ""
    prefix: int | None = None
    prefix6: int | None = None
    networks: tuple[Network, ...] = ()
    included: "SpfPolicy | None" = None
    evaluable: bool = True

    @property
    def has_macro(self) -> bool:
        """Whether its target depends on the email (section 7)."""
        return "%" in self.target


@dataclass(frozen=True, slots=True)
class SpfPolicy:
    """The record of one domain with all that it includes."""

    domain: str
    record: str
    terms: tuple[Term, ...]

    def result(self, address: Address) -> SpfResult:
        """What the first term that matches says about an address (4.6.2)."""
        for term in self.terms:
            if term.kind == "redirect":
                return term.included.result(address) if term.included else SpfResult.UNKNOWN
            if not term.evaluable:
                return SpfResult.UNKNOWN
            if _matches(term, address):
                return _RESULTS[term.sign]
        return SpfResult.NEUTRAL

    @property
    def permits_everybody(self) -> bool:
        """Whether any address at all may send: by "+all" here or in a policy that counts as this one, or by
        networks so wide that it comes to the same."""
        for term in self.terms:
            included = term.included
            if term.sign != "+":
                continue
            if term.kind == "all" or any(network.prefixlen < _NARROWEST for network in term.networks):
                return True
            if included is not None and included.permits_everybody:
                return True
        return False

    @property
    def included_domains(self) -> frozenset[str]:
        """The domains whose policies it includes, at any depth."""
        return frozenset(self._included())

    def _included(self) -> Iterator[str]:
        for term in self.terms:
            if term.included is not None:
                yield term.included.domain
                yield from term.included.included_domains


def _matches(term: Term, address: Address) -> bool:
    if term.kind == "all":
        return True
    if term.included is not None:
        return term.included.result(address) is SpfResult.PASS
    return any(address.version == network.version and address in network for network in term.networks)


def is_spf(text: str) -> bool:
    """Whether a TXT record is an SPF record (4.5)."""
    head, _, _ = text.partition(" ")
    return head.lower() == VERSION


def parse_terms(record: str) -> tuple[tuple[Term, ...], tuple[str, ...]]:
    """The terms of a record in the order in which they count, and the words that are none. A redirect counts
    last, and only without "all" (6.1); other modifiers are left out."""
    terms, redirects, wrong = list[Term](), list[Term](), list[str]()
    for word in record.split()[1:]:
        modifier = _MODIFIER.fullmatch(word)
        if modifier is not None:
            if modifier["kind"].lower() == "redirect":
                redirects.append(Term("redirect", target=modifier["target"].rstrip(".").lower()))
                if not modifier["target"]:
                    wrong.append(word)
            continue
        term = _term(word)
        if term is None:
            wrong.append(word)
        else:
            terms.append(term)
    if any(term.kind == "all" for term in terms):
        redirects = []
    return (*terms, *redirects[:1]), tuple(wrong)


def _term(word: str) -> Term | None:
    """A mechanism; None if the word is none."""
    found = _MECHANISM.fullmatch(word)
    if found is None:
        return None
    kind, target = found["kind"].lower(), (found["target"] or "").rstrip(".").lower()
    four = int(found["four"][1:]) if found["four"] else None
    six = int(found["six"][2:]) if found["six"] else None
    if (kind in _NEEDS_TARGET and not target) or (kind == "all" and target):
        return None
    if kind in ("ip4", "ip6"):
        try:
            network = ipaddress.ip_network(f"{target}{found['four'] or ''}", strict=False)
        except ValueError:
            return None
        if six is not None or network.version != int(kind[2]):
            return None
        return Term(kind, found["sign"] or "+", target, four, None, (network,))
    if kind not in ("a", "mx") and (four is not None or six is not None):
        return None
    if (four or 0) > 32 or (six or 0) > 128:
        return None
    return Term(kind, found["sign"] or "+", target, four, six)


def networks_of(term: Term, addresses: Sequence[Address]) -> tuple[Network, ...]:
    """The networks that an "a" or "mx" stands for, given the addresses of its hosts."""
    return tuple(
        ipaddress.ip_network((address, prefix), strict=False)
        for address in addresses
        for prefix in [
            (32 if term.prefix is None else term.prefix)
            if address.version == 4
            else (128 if term.prefix6 is None else term.prefix6)
        ]
    )


def with_term(record: str, term: str) -> str:
    """A record that also has a term, in front of those that end it."""
    words = record.split()
    ends = next(
        (
            number
            for number, word in enumerate(words)
            if word.lower().lstrip("+-~?") == "all" or word.lower().startswith("redirect=")
        ),
        len(words),
    )
    return " ".join([*words[:ends], term, *words[ends:]])


def closed(record: str) -> str:
    """A record that permits nobody beside those it names."""
    kept = [word for word in record.split() if word.lower().lstrip("+-~?") != "all"]
    return " ".join([*kept, "-all"])


def merged(records: Sequence[str]) -> str:
    """One record that permits whom any of several permits, and leaves the rest in doubt."""
    words = dict.fromkeys(word for record in records for word in record.split()[1:])
    kept = [word for word in words if word.lower().lstrip("+-~?") != "all"]
    return " ".join([VERSION, *kept, "~all"])
