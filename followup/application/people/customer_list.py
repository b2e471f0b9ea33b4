"""Lists of customers: `followup customer list`. The newest, those found by a search, or those due for
erasure.
"""

from followup.application.door import Reading, reads
from followup.services.documents import serializers
from followup.services.documents.documents import CustomerDocument
from followup.services.people import customers


@reads("customer list")
def list_customers(
    work: Reading, search: str | None = None, limit: int = 50, due_for_erasure: bool = False
) -> list[CustomerDocument]:
    """The newest `limit` customers whose name or address contains `search`. With `due_for_erasure`, those
    whose retention_days are over, the longest overdue first."""
    if due_for_erasure:
        # What erases reaches everything that is stored, emails included, and is slow to load.
        from followup.services.privacy import retention

        found = retention.due(work.session, work.configuration, now=work.now, limit=limit)
    else:
        found = customers.list_customers(work.session, search=search, limit=limit)
    return [serializers.customer(row, work.configuration.settings.currency) for row in found]
