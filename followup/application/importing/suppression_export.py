"""The list of suppressed addresses, for other systems: `followup suppression export`."""

from typing_extensions import TypedDict

from followup.application.door import Reading, reads
from followup.services.importing import suppression_lists
from followup.services.people import suppressions
from followup.services.people.suppressions import SuppressionDocument

_ALL = 100_000_000


class SuppressionListDocument(TypedDict):
    """All suppressions, the oldest first, and the same as CSV (RFC 4180)."""

    suppressions: list[SuppressionDocument]
    csv: str


class SuppressionFileDocument(TypedDict):
    """What is told of a list that was written to a file: its path, and how many addresses it has."""

    file: str
    addresses: int


@reads("suppression export")
def export_suppressions(work: Reading) -> SuppressionListDocument:
    """All suppressed addresses. For erased people the list holds the salted hash that an import
    recognises."""
    rows = suppressions.list_suppressions(work.session, reason=None, limit=_ALL)
    rows.reverse()
    return {
        "suppressions": [suppressions.document(row) for row in rows],
        "csv": suppression_lists.csv_text(rows),
    }
