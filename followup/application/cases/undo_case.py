"""Taking a case back within its grace time: `followup case undo`."""

from followup.application.door import Writing, writes
from followup.services.cases import cases, undo_case
from followup.services.documents import serializers
from followup.services.documents.documents import CaseDocument, EmailDocument, GestureDocument
from followup.services.people import customers
from followup.services.shared import parse_input


class UndoneCaseDocument(CaseDocument):
    """A case that was taken back, with the gestures and emails that were taken back with it."""

    gestures: list[GestureDocument]
    emails: list[EmailDocument]


@writes("case undo")
def undo(work: Writing, reference: str, because: str | None = None) -> UndoneCaseDocument:
    """Take back a case within its grace time: its gestures with their money, vouchers and approvals, and its
    emails.

    Raises Refused if the grace time is over, if a colleague logged it and the actor is no manager, if a
    letter has reached the customer or may have, or if something was paid or redeemed; NotFound."""
    found = cases.find_case(work.session, reference)
    why = parse_input.passage("because", because) if because else None
    undone = undo_case.undo(
        work.session, work.configuration, found, now=work.now, actor=work.actor, because=why
    )
    return {
        **serializers.case(found, customers.customer_of(work.session, found)),
        "gestures": [serializers.gesture(work.session, row) for row in undone.gestures],
        "emails": [serializers.email(row) for row in undone.emails],
    }
