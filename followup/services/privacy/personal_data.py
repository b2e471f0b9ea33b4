"""All personal data of one person: the rows linked to them by foreign keys, directly or through a case, and
the rows that name them in text.

The foreign keys are read from the tables' metadata, so a table that is added later is included.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import func, or_
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.main import default_registry

from followup.domain.people.erased_address import is_entry, is_stand_in
from followup.errors import WrongUsage
from followup.mail.addresses import comparable_address
from followup.services.shared import idempotency
from followup.store.references import LETTERS, ref_of
from followup.store.tables import (
    AnsweredKey,
    AuditEvent,
    Customer,
    Email,
    InboundMail,
    Suppression,
)

AnyTable = TypeVar("AnyTable", bound=SQLModel)


@dataclass(frozen=True, slots=True)
class PersonalData:
    """The personal data of one person. `customer` is the record that counts; records merged into it are among
    the rows. `addresses` are all addresses, in comparable form, that they had here and that no other customer
    has now."""

    customer: Customer
    rows: dict[type[SQLModel], list[Any]]
    addresses: frozenset[str]
    events: list[AuditEvent] = field(default_factory=list)
    answers: list[AnsweredKey] = field(default_factory=list)

    def of(self, table: type[AnyTable]) -> list[AnyTable]:
        """The rows of a table, oldest first."""
        return self.rows.get(table, [])


def dossier_of(session: Session, customer: Customer) -> PersonalData:
    """Gather the personal data of a customer and of the records merged into theirs."""
    rows = _rows_of(session, customer)
    spelled = _addresses(session, rows)
    addresses = _comparable(spelled)
    named_by_address: tuple[Any, ...] = (Suppression, InboundMail)
    for table in named_by_address:
        known = {row.id for row in rows[table]}
        named = func.lower(table.address).in_(spelled | addresses)
        found = session.exec(select(table).where(named).order_by(col(table.id)))
        rows[table] += [row for row in found if row.id not in known]
    return PersonalData(
        customer=customer,
        rows=rows,
        addresses=addresses,
        events=_events(session, rows, rows[Suppression]),
        answers=list(_answers(session, _references(rows), spelled | addresses)),
    )


@cache
def tables_of_a_person() -> tuple[type[SQLModel], ...]:
    """The tables whose rows belong to a customer, each after the tables it refers to."""
    reached = {Customer.__tablename__}
    classes = {mapper.class_.__tablename__: mapper.class_ for mapper in default_registry.mappers}
    found: list[type[SQLModel]] = []
    for table in SQLModel.metadata.sorted_tables:
        if table.name in reached or any(key.column.table.name in reached for key in table.foreign_keys):
            reached.add(table.name)
            found.append(classes[table.name])
    return tuple(found)


def _rows_of(session: Session, customer: Customer) -> dict[type[SQLModel], list[Any]]:
    mine = or_(col(Customer.id) == customer.id, col(Customer.merged_into_id) == customer.id)
    rows: dict[type[SQLModel], list[Any]] = {
        Customer: list(session.exec(select(Customer).where(mine).order_by(col(Customer.id))))
    }
    numbers: dict[str, list[int]] = {str(Customer.__tablename__): [row.id for row in rows[Customer]]}
    for table in tables_of_a_person():
        if table is Customer:
            continue
        described = SQLModel.metadata.tables[str(table.__tablename__)]
        refers = [
            key.parent.in_(numbers[key.column.table.name])
            for key in described.foreign_keys
            if key.column.table.name in numbers
        ]
        query = select(table).where(or_(*refers)).order_by(*described.primary_key.columns)
        rows[table] = list(session.exec(query))
        if "id" in described.columns:
            numbers[described.name] = [row.id for row in rows[table]]
    return rows


def _addresses(session: Session, rows: dict[type[SQLModel], list[Any]]) -> frozenset[str]:
    """The addresses that the person had here, as written, without those that another customer has now."""
    emails = (row.to_address for row in rows[Email] if row.kind.traits.to_customer)
    had = {*(row.email for row in rows[Customer]), *emails}
    had.update(row.address for row in rows[Suppression] if not is_entry(row.address))
    own = [row.id for row in rows[Customer]]
    others = select(Customer.email).where(col(Customer.email).in_(had), col(Customer.id).not_in(own))
    taken = set(session.exec(others))
    return frozenset(address for address in had - taken if address and not is_stand_in(address))


def _comparable(addresses: frozenset[str]) -> frozenset[str]:
    found = set()
    for address in addresses:
        try:
            found.add(comparable_address(address))
        except WrongUsage:
            continue
    return frozenset(found)


def _references(rows: dict[type[SQLModel], list[Any]]) -> frozenset[str]:
    return frozenset(ref_of(table, row.id) for table in rows if table in LETTERS for row in rows[table])


def _events(
    session: Session, rows: dict[type[SQLModel], list[Any]], suppressions: list[Suppression]
) -> list[AuditEvent]:
    """The audit events about the person. A suppression's number may have belonged to another suppression
    before."""
    customers = {f"customer {row.id}" for row in rows[Customer]}
    subjects = _references(rows) | customers
    of_subjects = select(AuditEvent).where(col(AuditEvent.subject).in_(subjects))
    found = {event.id: event for event in session.exec(of_subjects)}
    begun = {f"suppression {row.id}": row.since for row in suppressions}
    of_suppressions = select(AuditEvent).where(col(AuditEvent.action).startswith("suppression "))
    for event in session.exec(of_suppressions):
        since = begun.get(event.subject)
        if event.detail.get("customer") in customers or (since is not None and event.happened_at >= since):
            found[event.id] = event
    return [found[number] for number in sorted(number for number in found if number is not None)]


def _answers(
    session: Session, references: frozenset[str], addresses: frozenset[str]
) -> Iterator[AnsweredKey]:
    """The stored answers to idempotency keys that mention the person, by reference or address."""
    query = select(AnsweredKey).order_by(col(AnsweredKey.answered_at), col(AnsweredKey.key))
    for row in session.exec(query.execution_options(yield_per=500)):
        if row.answer != idempotency.TAKEN_OUT and any(
            text in references or any(address in text.lower() for address in addresses)
            for text in _texts(row.answer)
        ):
            yield row


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
