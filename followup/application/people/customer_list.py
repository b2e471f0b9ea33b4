"""Lists of customers: `followup customer list`. The newest, those found by a search, or those due for
erasure.
"""

from followup.application.door import Reading, reads
from followup.services.documents import serializers
from followup.services.documents.documents import CountDocument, CustomerDocument
from followup.services.people import customer_lists
from followup.services.people.customer_lists import CustomerFilter


@reads("customer list")
def list_customers(
    work: Reading,
    search: str | None = None,
    limit: int = 50,
    due_for_erasure: bool = False,
    name: str | None = None,
    phone: str | None = None,
    address: str | None = None,
    segment: str | None = None,
    locale: str | None = None,
) -> list[CustomerDocument]:
    """The newest `limit` customers that a filter fits, see CustomerFilter. With `due_for_erasure`, those
    whose retention_days are over, the longest overdue first."""
    if due_for_erasure:
        # What erases reaches everything that is stored, emails included, and is slow to load.
        from followup.services.privacy import retention

        found = retention.due(work.session, work.configuration, now=work.now, limit=limit)
    else:
        only = CustomerFilter(
            search=search, name=name, phone=phone, address=address, segment=segment, locale=locale
        )
        found = customer_lists.list_customers(work.session, only, limit=limit)
    return [serializers.customer(row, work.configuration.settings.currency) for row in found]


@reads("customer list count")
def count_customers(
    work: Reading,
    search: str | None = None,
    name: str | None = None,
    phone: str | None = None,
    address: str | None = None,
    segment: str | None = None,
    locale: str | None = None,
) -> CountDocument:
    """How many customers a filter of `list_customers` fits."""
    only = CustomerFilter(
        search=search, name=name, phone=phone, address=address, segment=segment, locale=locale
    )
    return {"count": customer_lists.count_customers(work.session, only)}
