"""A real name server on this machine, with the zones of a test."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

Zone = Mapping[str, Mapping[str, list[str]]]
"""Records by name and type, each as a zone file has it: {"shop.example": {"MX": ["10 mx.shop.example."]}}."""


@dataclass
class NameServerOfTest:
    """Answers from a zone. `broken` names are answered SERVFAIL, `silent` ones never, with all below."""

    zone: Zone
    broken: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def answer(self, wire: bytes) -> bytes | None:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name, kind = str(question.name).rstrip(".").lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append(f"{name} {kind}")
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        if _below(name, self.silent):
            return None
        if _below(name, self.broken):
            response.set_rcode(dns.rcode.SERVFAIL)
        elif records := self.zone.get(name, {}).get(kind):
            response.answer.append(
                dns.rrset.from_text_list(question.name, 60, dns.rdataclass.IN, question.rdtype, records)
            )
        elif not any(_below(known, (name,)) for known in self.zone):
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response.to_wire()


def _below(name: str, tops: tuple[str, ...]) -> bool:
    return any(name == top or name.endswith(f".{top}") for top in tops)


@contextmanager
def name_server(
    zone: Zone, *, broken: tuple[str, ...] = (), silent: tuple[str, ...] = ()
) -> Iterator[NameServerOfTest]:
    """A name server that answers over UDP until the end of the block."""
    server = NameServerOfTest(zone, broken, silent)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        server.port = listening.getsockname()[1]

        def serve() -> None:
            while True:
                wire, where = listening.recvfrom(4096)
                if not wire:
                    return
                reply = server.answer(wire)
                if reply is not None:
                    listening.sendto(reply, where)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server
        finally:
            # An empty message ends it.
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as telling:
                telling.sendto(b"", ("127.0.0.1", server.port))
            thread.join()


def text(value: str) -> str:
    """A TXT record, in parts of at most 255 letters."""
    return " ".join(f'"{value[start : start + 255]}"' for start in range(0, len(value), 255))
