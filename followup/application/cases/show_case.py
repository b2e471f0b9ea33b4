"""One case with its history: `followup case show`."""

from followup.application.door import Reading, reads
from followup.services.cases import cases
from followup.services.documents import serializers
from followup.services.documents.documents import InboundMessageDocument, WholeCaseDocument
from followup.services.inbound import receive_messages

_MOST_MESSAGES = 1000


class CaseHistoryDocument(WholeCaseDocument):
    """A case with all its gestures, emails, notes and inbound messages, oldest first."""

    inbound: list[InboundMessageDocument]


@reads("case show")
def show_case(work: Reading, reference: str) -> CaseHistoryDocument:
    """A case with its gestures, emails, notes and inbound messages. Raises NotFound."""
    found = cases.find_case(work.session, reference)
    heard = receive_messages.list_mail(work.session, kind=None, case_id=found.id, limit=_MOST_MESSAGES)
    return {
        **serializers.case_whole(work.session, found),
        "inbound": [receive_messages.document(row, work.place.workspace) for row in reversed(heard)],
    }
