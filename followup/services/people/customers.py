"""Customers: their contact details, their hours and their consents."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, update
from sqlmodel import Session, col, select

from followup.domain.outbox.email_kind import TO_CUSTOMERS
from followup.domain.outbox.email_state import UNSENT_STATES
from followup.domain.people.customer_fields import TOLD_FIELDS, FieldForm
from followup.errors import NotFound, Refused, WrongUsage, missing
from followup.services.people import erased_addresses, whereabouts
from followup.services.shared import audit, parse_input
from followup.services.shared.actors import Actor
from followup.services.shared.public_holidays import region_with_list
from followup.settings import Settings
from followup.store.tables import Case, Customer, Email, InboundMail

_REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_SIGNS = ("region", "phone", "locale")
_LOCALE = re.compile(r"[a-z]{2,3}([-_][A-Za-z]{4})?([-_][A-Z]{2})?")


def _exists(message: str, address: str) -> Refused:
    return Refused(message, hint=f"See them with: followup customer show {address}", code="customer_exists")


def customer_address(address: str, *, hint: str) -> Refused:
    """The error for a customer's address where only a colleague's may be used."""
    return Refused(f"{address} is a customer's address.", hint=hint, code="customer_address")


def add_customer(
    session: Session,
    settings: Settings,
    *,
    now: datetime,
    actor: Actor,
    marketing_consent: bool = False,
    **told: str | None,
) -> Customer:
    """Add a customer, with values keyed by the flags of `customer add`. A missing time zone and region are
    those of the country that their region, phone or locale names, if it has one clock; other missing values
    are the workspace's. Raises WrongUsage, or Refused if the address is taken."""
    unknown = told.keys() - TOLD_FIELDS.keys()
    if unknown:
        raise TypeError(f"a customer has no field {unknown.pop()}")
    address = parse_input.address(told.get("email") or "")
    if find_customer_or_none(session, address):
        raise _exists(f"There is a customer {address} already.", address)
    values: dict[str, Any] = {}
    for field in TOLD_FIELDS.values():
        text = told.get(field.name)
        if field.form is FieldForm.ADDRESS:
            values[field.column] = address
        elif text or field.must_be_given:
            values[field.column] = check(settings, field.name, text or "")
        elif field.setting is not None:
            values[field.column] = getattr(settings, field.setting)
    signs = {name: text for name, text in told.items() if name in _SIGNS and text}
    checked = {name: str(check(settings, name, text)) for name, text in signs.items()}
    values |= whereabouts.supplied(settings, {**told, **checked})
    customer = Customer(**values, marketing_consent=marketing_consent, added_at=now)
    session.add(customer)
    session.flush()
    erased_addresses.taken_by(session, customer)
    audit.record(session, now=now, actor=actor, action="customer add", subject=f"customer {customer.id}")
    return customer


def check(settings: Settings, name: str, text: str) -> Any:
    """Check one value of a customer, by the name of a flag of `customer add`. Returns it as it is stored.
    Raises WrongUsage."""
    field = TOLD_FIELDS[name]
    return _READERS[field.form](settings, field.label, text)


def change_customer(
    session: Session,
    settings: Settings,
    customer: Customer,
    told: Mapping[str, str | None],
    *,
    now: datetime,
    actor: Actor,
    marketing_consent: bool | None = None,
) -> Customer:
    """Change a customer, with values keyed by the flags of `customer set`. None keeps a value; an empty text
    removes it. Unsent emails go to a changed address. A new region, phone or locale brings its country's
    clock and holidays, where those are still the workspace's.

    Raises WrongUsage, and Refused for an address that another customer has and for an erased customer."""
    if customer.erased_at is not None:
        raise Refused(
            "This customer was erased; nothing is kept of them any more.",
            hint='Take them in anew: followup customer add --name "…" --email …',
            code="customer_erased",
        )
    changes = _told_changes(settings, told)
    signs = {name: changes[name] for name in _SIGNS if name in changes}
    changes = whereabouts.changed(settings, customer, {**told, **signs}) | changes
    if marketing_consent is not None:
        changes["marketing_consent"] = marketing_consent
    address = changes.get("email")
    holder = None if address in (None, customer.email) else _holder(session, str(address))
    if holder is not None and holder.merged_into_id != customer.id:
        raise _exists(f"{address} is another customer's address.", str(address))
    changed = [column for column, value in changes.items() if getattr(customer, column) != value]
    had = customer.email
    if holder is not None:
        # The new address belongs to a record merged into this one. Swap the two addresses.
        holder.email = f"merged-{holder.id}@invalid"
        session.add(holder)
        session.flush()
    for column in changed:
        setattr(customer, column, changes[column])
    session.add(customer)
    session.flush()
    if holder is not None:
        holder.email = had
        session.add(holder)
        session.flush()
    if "email" in changed:
        _follow(session, customer, had)
    audit.record(
        session,
        now=now,
        actor=actor,
        action="customer set",
        subject=f"customer {customer.id}",
        detail={"changed": changed},
    )
    return customer


def _told_changes(settings: Settings, told: Mapping[str, str | None]) -> dict[str, Any]:
    """The changed values by column. Raises WrongUsage, also where a required field would become empty."""
    changes: dict[str, Any] = {}
    for name, text in told.items():
        if text is None:
            continue
        field = TOLD_FIELDS[name]
        if not text.strip() and field.needed:
            raise missing(f"A customer has a {name}; it cannot be taken out.", hint=f"Give another --{name}.")
        changes[field.column] = check(settings, name, text) if text.strip() else None
    return changes


def _follow(session: Session, customer: Customer, had: str) -> None:
    """Change the old address to the new one in what is linked to the customer only by it."""
    readdress(session, customer)
    # Messages about no case are linked to the customer only by the address.
    session.execute(
        update(InboundMail)
        .where(
            func.lower(InboundMail.address) == had,
            col(InboundMail.case_id).is_(None),
            col(InboundMail.email_id).is_(None),
        )
        .values(address=customer.email)
        .execution_options(synchronize_session="fetch")
    )
    erased_addresses.taken_by(session, customer)


def readdress(session: Session, customer: Customer) -> None:
    """Change the recipient of unsent emails to the customer's present address, unless they are written
    already."""
    session.execute(
        update(Email)
        .where(
            col(Email.case_id).in_(select(Case.id).where(col(Case.customer_id) == customer.id)),
            col(Email.kind).in_(TO_CUSTOMERS),
            col(Email.state).in_(UNSENT_STATES),
            col(Email.message).is_(None),
        )
        .values(to_address=customer.email)
        .execution_options(synchronize_session="fetch")
    )


def find_customer(session: Session, email: str) -> Customer:
    """The customer with an address, their own or that of a record merged into theirs. Raises NotFound, which
    says who had the address before it was corrected."""
    found = find_customer_or_none(session, email)
    if found is not None:
        return found
    hint = f'Add them: followup customer add --name "…" --email {email}   or give --name to case open'
    now = _wrote_with(session, email.strip().lower())
    if now is not None:
        hint = (
            f"Emails with {now.name} went to or came from that address. Theirs is {now.email} now: "
            f"followup customer show {now.email}"
        )
    raise NotFound(f"There is no customer {email}.", hint=hint, code="unknown_customer")


def _wrote_with(session: Session, address: str) -> Customer | None:
    """The customer whose letters went to an address that is nobody's now, or whose messages came from it."""
    sent = select(Email.case_id).where(
        col(Email.to_address) == address, col(Email.kind).in_(TO_CUSTOMERS), col(Email.sent_at).is_not(None)
    )
    arrived = select(InboundMail.case_id).where(col(InboundMail.address) == address)
    query = (
        select(Customer)
        .join(Case, col(Case.customer_id) == col(Customer.id))
        .where(or_(col(Case.id).in_(sent), col(Case.id).in_(arrived)), col(Customer.erased_at).is_(None))
        .order_by(col(Case.id).desc())
    )
    found = session.exec(query).first()
    return None if found is None else _kept(session, found)


def find_customer_or_none(session: Session, email: str) -> Customer | None:
    """The customer with an address, as `find_customer`, or None."""
    found = _holder(session, email)
    return found if found is None or found.merged_into_id is None else _kept(session, found)


def with_number(session: Session, number: int) -> Customer | None:
    """The customer with a number, or the one that this record was merged into; None if there is none."""
    found = session.get(Customer, number)
    return None if found is None else _kept(session, found)


def _kept(session: Session, customer: Customer) -> Customer:
    """The record that a customer's cases belong to. Merging a record moves the records merged into it too, so
    there is one step at most."""
    return session.get_one(Customer, customer.merged_into_id) if customer.merged_into_id else customer


def _holder(session: Session, email: str) -> Customer | None:
    return session.exec(select(Customer).where(col(Customer.email) == email.strip().lower())).first()


def _bad_region(message: str, wanted: str) -> WrongUsage:
    return WrongUsage(message, hint=f"Give {wanted}, for instance GB or GB-ENG.", code="bad_region")


def _region(text: str) -> str:
    wanted = text.strip().upper()
    if not _REGION.fullmatch(wanted):
        raise _bad_region(f"{text!r} is not a region.", "a country or its part")
    if region_with_list(wanted) is None:
        raise _bad_region(
            f"No public holidays are known for {wanted}.", "the ISO 3166 code of a country or its part"
        )
    return wanted


def _locale(text: str) -> str:
    wanted = text.strip().replace("_", "-")
    if not _LOCALE.fullmatch(wanted):
        raise parse_input.bad_locale(f"{text!r} is not a locale.")
    return wanted


_READERS: dict[FieldForm, Callable[[Settings, str, str], Any]] = {
    FieldForm.LINE: lambda _settings, label, text: parse_input.line(label, text),
    FieldForm.SLUG: lambda _settings, label, text: parse_input.slug(label, text),
    FieldForm.ADDRESS: lambda _settings, _label, text: parse_input.address(text),
    FieldForm.LOCALE: lambda _settings, _label, text: _locale(text),
    FieldForm.TIMEZONE: lambda _settings, _label, text: parse_input.timezone(text),
    FieldForm.REGION: lambda _settings, _label, text: _region(text),
    FieldForm.MONEY: lambda settings, label, text: (
        parse_input.money(label, text, settings.currency, settings.locale).amount_minor
    ),
}
"""The parser for each form of field; it takes the field's name in messages, and the text."""


def customer_of(session: Session, case: Case) -> Customer:
    """The customer of a case."""
    customer = session.get(Customer, case.customer_id)
    assert customer is not None
    return customer
