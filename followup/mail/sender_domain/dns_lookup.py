"""Asking a name server, with a limit to each question and to all of them together.

dnspython is imported by this module alone, and this module only by who asks something.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any

import dns.exception
import dns.resolver
import dns.reversename

from followup.domain.outbox.sender_domain.spf import Address
from followup.errors import Unreachable, WrongUsage

if TYPE_CHECKING:
    from dns.rdatatype import RdataType

_TRY_SECONDS = 2.0
_QUESTION_SECONDS = 5.0
_ALL_SECONDS = 60.0
_MOST_RECORDS = 50


class NoSuchName(Exception):
    """The name server says that the name, and everything below it, does not exist (NXDOMAIN)."""


class LookupFailed(Exception):
    """Nothing was found out; the text says why, for people. `answered`: the name server said that it cannot
    say (SERVFAIL), as it does when those of the domain are broken."""

    def __init__(self, why: str, *, answered: bool = False) -> None:
        super().__init__(why)
        self.answered = answered


@dataclass(slots=True)
class NameServer:
    """Where names are looked up. `where` names it, for people."""

    resolver: dns.resolver.Resolver
    where: str
    _ends_at: float = field(default_factory=lambda: monotonic() + _ALL_SECONDS)
    _known: dict[tuple[str, str], "tuple[Any, ...] | Exception"] = field(default_factory=dict)

    def txt(self, name: str) -> tuple[str, ...]:
        """The texts of a name, each put together from its parts; none if it has none. Name servers give them
        in any order; here it is always the same. Raises NoSuchName, LookupFailed."""
        texts = (b"".join(record.strings).decode("utf-8", "replace") for record in self._ask(name, "TXT"))
        return tuple(sorted(texts))

    def mx(self, name: str) -> tuple[str, ...]:
        """The mail servers of a domain, the best first; "" stands for the null MX of RFC 7505. Raises as
        `txt`."""
        records = sorted(self._ask(name, "MX"), key=lambda record: int(record.preference))
        return tuple(_plain(record.exchange) for record in records)

    def addresses(self, name: str) -> tuple[Address, ...]:
        """The addresses of a host, of both kinds. Raises as `txt`."""
        found = (record.address for kind in ("A", "AAAA") for record in self._ask(name, kind))
        return tuple(ipaddress.ip_address(text) for text in found)

    def names_of(self, address: Address) -> tuple[str, ...]:
        """The names of an address (PTR). Raises LookupFailed."""
        try:
            records = self._ask(str(dns.reversename.from_address(str(address))), "PTR")
        except NoSuchName:
            return ()
        return tuple(_plain(record.target) for record in records)

    def _ask(self, name: str, kind: "RdataType | str") -> tuple[Any, ...]:
        """The records of a name. The same question is asked once."""
        key = (name.lower(), str(kind))
        if key not in self._known:
            try:
                self._known[key] = self._asked(name, kind)
            except (NoSuchName, LookupFailed) as error:
                self._known[key] = error
        known = self._known[key]
        if isinstance(known, Exception):
            raise known
        return known

    def _asked(self, name: str, kind: "RdataType | str") -> tuple[Any, ...]:
        left = self._ends_at - monotonic()
        if left <= 0:
            raise LookupFailed(f"there was no time left to ask {self.where}")
        try:
            answer = self.resolver.resolve(
                f"{name.rstrip('.')}.", kind, search=False, lifetime=min(_QUESTION_SECONDS, left)
            )
        except dns.resolver.NXDOMAIN:
            raise NoSuchName(name) from None
        except dns.resolver.NoAnswer:
            return ()
        except dns.resolver.NoNameservers as error:
            codes = _codes(error)
            raise LookupFailed(f"{self.where} answers {codes or 'nothing'}", answered=bool(codes)) from None
        except dns.resolver.LifetimeTimeout:
            raise LookupFailed(f"{self.where} did not answer in time") from None
        except (dns.exception.DNSException, OSError, UnicodeError) as error:
            raise LookupFailed(
                f"{self.where} cannot be asked: {str(error) or type(error).__name__}"
            ) from None
        return tuple(answer)[:_MOST_RECORDS]


def name_server(given: str | None) -> NameServer:
    """The name server at ADDRESS or ADDRESS:PORT, else those of this machine.

    Raises WrongUsage if it is no address, Unreachable if this machine has none."""
    if given is None:
        try:
            resolver = dns.resolver.Resolver()
        except (dns.resolver.NoResolverConfiguration, OSError):
            raise unreachable("this machine has no name server") from None
        where = f"the name server {', '.join(map(str, resolver.nameservers))}"
    else:
        address, port = _address_and_port(given)
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = [str(address)]
        resolver.port = port
        where = f"the name server {given}"
    resolver.timeout = _TRY_SECONDS
    return NameServer(resolver, where)


def unreachable(why: str) -> Unreachable:
    """Nothing can be found out, because the name server cannot be asked."""
    return Unreachable(
        f"Nothing can be said of the domain: {why}.",
        hint="See that this machine is on the network, or name another name server: --resolver 9.9.9.9",
        code="name_server_unreachable",
    )


def _address_and_port(text: str) -> tuple[Address, int]:
    """An address with an optional port; one of IPv6 with a port is written in brackets."""
    host, mark, port = text.rpartition(":")
    if not mark or text.endswith("]") or (":" in host and not text.startswith("[")):
        host, port = text, "53"
    try:
        if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise ValueError
        return ipaddress.ip_address(host.strip("[]")), int(port)
    except ValueError:
        raise WrongUsage(
            f"{text[:100]!r} is not the address of a name server.",
            hint="Write it as 9.9.9.9, 127.0.0.1:5353 or [2620:fe::fe]:53.",
            code="bad_resolver",
        ) from None


def _plain(name: Any) -> str:
    return str(name).rstrip(".").lower()


def _codes(error: dns.resolver.NoNameservers) -> str:
    """The answers of name servers that could not answer, as SERVFAIL."""
    errors: Iterable[Any] = error.kwargs.get("errors", ())
    codes = dict.fromkeys(str(one[3]) for one in errors if len(one) > 3)
    return ", ".join(codes)
