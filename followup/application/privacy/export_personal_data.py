"""`followup customer export`."""

from typing import cast

from typing_extensions import TypedDict

from followup.application.door import Writing, writes
from followup.services.people import customers
from followup.services.privacy import export_personal_data
from followup.services.privacy.export_personal_data import PersonalDataDocument


class PersonalDataFileDocument(TypedDict):
    """What is told of an export that was written to a file: its path, and how many records of each kind."""

    file: str
    customers: int
    cases: int
    notes: int
    gestures: int
    approvals: int
    vouchers: int
    redemptions: int
    ledger: int
    enrolments: int
    emails: int
    inbound: int
    suppressions: int
    log: int
    answers: int


def told_of_file(document: PersonalDataDocument, file: str) -> PersonalDataFileDocument:
    """What is told of an export in a file."""
    counts = {name: len(rows) for name, rows in document.items() if isinstance(rows, list)}
    # The keys are those of the export; a test compares them.
    return cast("PersonalDataFileDocument", {"file": file, **counts})


@writes("customer export")
def export_customer(work: Writing, email: str) -> PersonalDataDocument:
    """All personal data of a customer. The export is recorded with who asked for it. Raises NotFound."""
    person = customers.find_customer(work.session, email)
    currency = work.configuration.settings.currency
    return export_personal_data.export(work.session, person, currency, now=work.now, actor=work.actor)
