"""Addresses of people who were erased: they are known again, and cannot be read."""

from collections.abc import Iterable, Iterator

from sqlmodel import Session, col, func, select

from followup.domain.people.erased_address import JUST_AFTER, PREFIX, entry_of, new_salt, salt_of
from followup.errors import WrongUsage
from followup.mail.addresses import comparable_address
from followup.store.tables import Customer, Suppression


def find(session: Session, comparable: str) -> Suppression | None:
    """The suppression that was left when the person with this address was erased, if there is one."""
    return find_all(session, [comparable]).get(comparable)


def find_all(session: Session, comparables: Iterable[str]) -> dict[str, Suppression]:
    """The suppressions that were left of those of these addresses whose people were erased."""
    salts = list(_salts(session))
    of = {entry_of(address, salt): address for address in comparables for salt in salts}
    if not of:
        return {}
    query = select(Suppression).where(col(Suppression.address).in_(of))
    return {of[row.address]: row for row in session.exec(query)}


def any_kept(session: Session) -> bool:
    """Whether anybody was ever erased here, or on a list that was imported."""
    return next(_salts(session), None) is not None


def entry_for(session: Session, comparable: str) -> str:
    """What to keep of an address that is erased. The database makes all its entries with one salt."""
    return entry_of(comparable, next(_salts(session), None) or new_salt())


def taken_by(session: Session, customer: Customer) -> None:
    """A customer has an address from now on: if it is suppressed, that is found by the customer too. Of
    somebody who was erased before, the address is written out again: it is known anyway, and who looks
    after suppressions must see it."""
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
    """The salts of all entries: one, and one more for each database whose entries were imported."""
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
