"""Customers: whom we serve, and when and how they may be written to."""

import re
from datetime import datetime

from sqlmodel import Session, col, select

from followup.errors import NotFound, Refused, WrongUsage
from followup.services import audit, entries
from followup.services.actors import Actor
from followup.settings import Settings
from followup.store.tables import Customer

_REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_LOCALE = re.compile(r"[a-z]{2,3}([-_][A-Za-z]{4})?([-_][A-Z]{2})?")


def add_customer(
    session: Session,
    settings: Settings,
    *,
    now: datetime,
    actor: Actor,
    name: str,
    email: str,
    locale: str | None = None,
    timezone: str | None = None,
    region: str | None = None,
    segment: str | None = None,
    value: str | None = None,
    phone: str | None = None,
    postal_address: str | None = None,
    marketing_consent: bool = False,
) -> Customer:
    """Add a customer; what is not given is the workspace's own. Raises WrongUsage or Refused."""
    address = entries.address(email)
    if find_customer_or_none(session, address):
        raise Refused(
            f"There is a customer {address} already.",
            hint=f"See them with: followup customer show {address}",
            code="customer_exists",
        )
    customer = Customer(
        name=entries.line("name", name),
        email=address,
        locale=_locale(locale) if locale else settings.locale,
        timezone=entries.timezone(timezone) if timezone else settings.timezone,
        region=_region(region) if region else settings.country,
        segment=entries.slug("segment", segment) if segment else None,
        value_minor=entries.money("value", value, settings.currency).amount_minor if value else None,
        phone=entries.line("phone", phone) if phone else None,
        postal_address=entries.line("postal address", postal_address) if postal_address else None,
        marketing_consent=marketing_consent,
        added_at=now,
    )
    session.add(customer)
    session.flush()
    audit.record(session, now=now, actor=actor, action="customer add", subject=f"customer {customer.id}")
    return customer


def find_customer(session: Session, email: str) -> Customer:
    """The customer with an address. Raises NotFound."""
    found = find_customer_or_none(session, email)
    if found is None:
        raise NotFound(
            f"There is no customer {email}.",
            hint=f'Add them: followup customer add --name "…" --email {email}   or give --name to case open',
            code="unknown_customer",
        )
    return found


def find_customer_or_none(session: Session, email: str) -> Customer | None:
    """The customer with an address, if there is one."""
    return session.exec(select(Customer).where(col(Customer.email) == email.strip().lower())).first()


def list_customers(session: Session, *, search: str | None, limit: int) -> list[Customer]:
    """The newest `limit` customers, or those whose name or address contains `search`."""
    query = select(Customer).order_by(col(Customer.id).desc()).limit(limit)
    if search:
        query = query.where(
            col(Customer.name).icontains(search, autoescape=True)
            | col(Customer.email).icontains(search, autoescape=True)
        )
    return list(session.exec(query).all())


def _region(text: str) -> str:
    wanted = text.strip().upper()
    if not _REGION.fullmatch(wanted):
        raise WrongUsage(
            f"{text!r} is not a region.",
            hint="Give a country or its part, for instance GB or GB-ENG.",
            code="bad_region",
        )
    return wanted


def _locale(text: str) -> str:
    wanted = text.strip().replace("_", "-")
    if not _LOCALE.fullmatch(wanted):
        raise WrongUsage(
            f"{text!r} is not a locale.",
            hint="Give a language with a country, for instance en-GB.",
            code="bad_locale",
        )
    return wanted
