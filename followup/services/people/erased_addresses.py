"""Addresses of erased people, stored as salted hashes: they can be recognised, but not read."""

from collections.abc import Iterable, Iterator

from sqlmodel import Session, col, func, select

from followup.domain.people.erased_address import JUST_AFTER, PREFIX, entry_of, new_salt, salt_of
from followup.errors import WrongUsage
from followup.mail.addresses import comparable_address
from followup.store.tables import Customer, Suppression


def find(session: Session, comparable: str) -> Suppression | None:
    """The suppression of an erased person with this address, or None."""
    return find_all(session, [comparable]).get(comparable)


def find_all(session: Session, comparables: Iterable[str]) -> dict[str, Suppression]:
    """The suppressions of erased people among these addresses, by address."""
    salts = list(_salts(session))
    of = {entry_of(address, salt): address for address in comparables for salt in salts}
    if not of:
        return {}
    query = select(Suppression).where(col(Suppression.address).in_(of))
    return {of[row.address]: row for row in session.exec(query)}


def any_kept(session: Session) -> bool:
    """Whether any erased person is stored, from an erasure here or from an imported list."""
    return next(_salts(session), None) is not None


def entry_for(session: Session, comparable: str) -> str:
    """The salted hash to store for an erased address. All entries made by this database share one salt."""
    return entry_of(comparable, next(_salts(session), None) or new_salt())


def taken_by(session: Session, customer: Customer) -> None:
    """Link the suppression of a customer's address, if any, to the customer. If the address was stored as the
    hash of an erased person, store it in clear again: it is known anyway, and those who manage suppressions
    must see it."""
    try:
        comparable = comparable_address(customer.email)
    except WrongUsage:
        return
    row = session.exec(select(Suppression).where(col(Suppression.address) == comparable)).first()
    erased = find(session, comparable)
    if row is not None and erased is not None:
        session.delete(erased)
    kept = row or erased
    if kept is not None:
        kept.address, kept.customer_id = comparable, customer.id
        session.add(kept)
    session.flush()


def _salts(session: Session) -> Iterator[str]:
    """The salts of all entries: this database's own, and one for each database whose entries were
    imported."""
    after = PREFIX
    query = select(func.min(Suppression.address))
    while True:
        first: str | None = session.exec(
            query.where(col(Suppression.address) > after, col(Suppression.address) < JUST_AFTER)
        ).one()
        if first is None:
            return
        salt = salt_of(first)
        yield salt
        after = f"{PREFIX}{salt};"
