"""What was done with a case and why, out of the audit log: the case, its gestures, approvals and emails."""

from sqlmodel import Session, col, select

from followup.services.shared.references import ref
from followup.store.references import ref_of
from followup.store.tables import Approval, AuditEvent, Case, Email, Gesture


def history_of(session: Session, case: Case) -> list[AuditEvent]:
    """The audit events of a case and of what belongs to it, oldest first."""
    gestures = session.exec(select(Gesture.id).where(col(Gesture.case_id) == case.id)).all()
    approvals = session.exec(select(Approval.id).join(Gesture).where(col(Gesture.case_id) == case.id)).all()
    emails = session.exec(select(Email.id).where(col(Email.case_id) == case.id)).all()
    subjects = [
        ref(case),
        *(ref_of(Gesture, number) for number in gestures),
        *(ref_of(Approval, number) for number in approvals),
        *(ref_of(Email, number) for number in emails),
    ]
    query = select(AuditEvent).where(col(AuditEvent.subject).in_(subjects)).order_by(col(AuditEvent.id))
    return list(session.exec(query).all())
