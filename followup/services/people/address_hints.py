"""Hints at a likely slip in a new customer's address. They never refuse it: the address may be right."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from followup.domain.people.address_slip import PROVIDERS, nearest, neighbours, provider_meant
from followup.services.people import customers
from followup.store.tables import Customer

_AT_ONCE = 500
"""How many addresses one query names."""


@dataclass(frozen=True, slots=True)
class AddressHint:
    """The address that may be meant, and the sentence that says so."""

    meant: str
    text: str


def address_hint(session: Session, address: str) -> AddressHint | None:
    """What may be meant by the address of somebody who is not known yet: another provider, or a known
    customer's address one letter away. None if nothing speaks for a slip, or the address is known."""
    wanted = address.strip().lower()
    if "@" not in wanted or customers.find_customer_or_none(session, wanted) is not None:
        return None
    known = _known_neighbour(session, wanted)
    if known is not None:
        return AddressHint(known, f"{wanted} is nearly the address of a known customer: is it {known}?")
    meant = provider_meant(wanted)
    if meant is None:
        return None
    return AddressHint(meant, f"{wanted} may be a slip: is it {meant}?")


def _known_neighbour(session: Session, address: str) -> str | None:
    """The address of a known customer that this one may be a slip of. Every neighbour is looked up by the
    index, so this takes as long with a million customers as with ten."""
    local_part = address.rpartition("@")[0]
    wanted = sorted(neighbours(address) | {f"{local_part}@{provider}" for provider in PROVIDERS})
    found: list[str] = []
    is_there = col(Customer.erased_at).is_(None)
    for place in range(0, len(wanted), _AT_ONCE):
        some = col(Customer.email).in_(wanted[place : place + _AT_ONCE])
        found += session.exec(select(Customer.email).where(some, is_there)).all()
    return nearest(address, found)
