"""Lists of customers, narrowed by whatever somebody knows of them."""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from followup.domain.shared.search_words import folded, phone_end
from followup.store.tables import Customer

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFilter:
    """Which customers to list; None asks for nothing. `search` is part of the name or email address, `name`
    and `address` (email or postal) are parts of those; case and accents do not count. `phone` is a number in
    any notation, or its last digits. `locale` is a locale, or a language of several."""

    search: str | None = None
    name: str | None = None
    address: str | None = None
    phone: str | None = None
    segment: str | None = None
    locale: str | None = None


ANYBODY = CustomerFilter()


def list_customers(session: Session, only: CustomerFilter, *, limit: int) -> list[Customer]:
    """The newest `limit` customers of a filter. Erased customers and records merged into others are left
    out."""
    with closing(_found(session, only)) as found:
        return list(islice(found, limit))


def count_customers(session: Session, only: CustomerFilter) -> int:
    """How many customers there are of a filter."""
    return sum(1 for _ in _found(session, only))


def _found(session: Session, only: CustomerFilter) -> Generator[Customer, None, None]:
    query = select(Customer).where(*_conditions(only)).order_by(col(Customer.id).desc())
    # Closed where a limit ends it early: on PostgreSQL the server keeps a cursor for it.
    with closing(session.exec(query.execution_options(yield_per=_AT_ONCE))) as rows:
        for customer in rows:
            # Not by the database: each folds letters in its own way, if at all.
            if (
                _has(only.search, customer.name, customer.email)
                and _has(only.name, customer.name)
                and _has(only.address, customer.email, customer.postal_address)
            ):
                yield customer


def _has(part: str | None, *texts: str | None) -> bool:
    return part is None or any(folded(part.strip()) in folded(text) for text in texts if text)


def _conditions(only: CustomerFilter) -> list[Any]:
    asked: list[Any] = [col(Customer.merged_into_id).is_(None), col(Customer.erased_at).is_(None)]
    if only.phone is not None:
        digits = phone_end(only.phone)[::-1]
        # What has no digit is the end of no number.
        asked.append(col(Customer.phone_key).endswith(digits or "none", autoescape=True))
    if only.segment is not None:
        asked.append(col(Customer.segment) == only.segment.strip().lower())
    if only.locale is not None:
        wanted = only.locale.strip().replace("_", "-")
        language = col(Customer.locale).istartswith(f"{wanted}-", autoescape=True)
        asked.append(language | (func.lower(Customer.locale) == wanted.lower()))
    return asked
