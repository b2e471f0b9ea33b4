"""One case with its history: `followup case show`."""

from typing_extensions import TypedDict

from followup.application.door import Reading, reads
from followup.services.cases import case_history, cases, owners
from followup.services.documents import serializers
from followup.services.documents.documents import (
    AuditEventDocument,
    InboundMessageDocument,
    WholeCaseDocument,
)
from followup.services.inbound import receive_messages
from followup.services.people import customers, suppressions
from followup.services.people.suppressions import SuppressionDocument
from followup.services.sequences import enrolments
from followup.store.tables import Agent

_MOST_MESSAGES = 1000


class SequenceStateDocument(TypedDict):
    """A case's newest enrolment. `because` is why it ended, if it has."""

    name: str
    state: str
    because: str | None


class CaseAgentDocument(TypedDict):
    """The agent who logged a case, or who works on it."""

    name: str
    email: str
    active: bool


class CaseHistoryDocument(WholeCaseDocument):
    """A case with all its gestures, emails, notes and inbound messages, and in `history` who did what to them
    and why; all oldest first. `owner` works on it and signs its emails. `sequence` is the state of its newest
    enrolment, such as paused. `suppression` says why the customer must not be written to."""

    inbound: list[InboundMessageDocument]
    sequence: SequenceStateDocument | None
    suppression: SuppressionDocument | None
    owner: CaseAgentDocument
    logged_by: CaseAgentDocument
    history: list[AuditEventDocument]


@reads("case show")
def show_case(work: Reading, reference: str) -> CaseHistoryDocument:
    """A case with its gestures, emails, notes, inbound messages and history. Raises NotFound."""
    found = cases.find_case(work.session, reference)
    person = customers.customer_of(work.session, found)
    enrolment = enrolments.newest_enrolment(work.session, found)
    suppression = suppressions.is_suppressed(work.session, person.email)
    heard = receive_messages.list_mail(work.session, kind=None, case_id=found.id, limit=_MOST_MESSAGES)
    return {
        **serializers.case_whole(work.session, found),
        "inbound": [receive_messages.document(row, work.place.workspace) for row in reversed(heard)],
        "sequence": None
        if enrolment is None
        else {
            "name": enrolment.sequence,
            "state": enrolment.state.value,
            "because": enrolment.ended_because,
        },
        "suppression": suppressions.document(suppression) if suppression else None,
        "owner": _agent(owners.owner_of(work.session, found)),
        "logged_by": _agent(work.session.get_one(Agent, found.agent_id)),
        "history": [serializers.audit_event(event) for event in case_history.history_of(work.session, found)],
    }


def _agent(row: Agent) -> CaseAgentDocument:
    return {"name": row.name, "email": row.email, "active": row.active}
