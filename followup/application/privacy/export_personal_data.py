"""`followup customer export`."""

from followup.application.door import Writing, writes
from followup.services.people import customers
from followup.services.privacy import export_personal_data
from followup.services.privacy.export_personal_data import PersonalDataDocument


@writes("customer export")
def export_customer(work: Writing, email: str) -> PersonalDataDocument:
    """All personal data of a customer. The export is recorded with who asked for it. Raises NotFound."""
    person = customers.find_customer(work.session, email)
    currency = work.configuration.settings.currency
    return export_personal_data.export(work.session, person, currency, now=work.now, actor=work.actor)
