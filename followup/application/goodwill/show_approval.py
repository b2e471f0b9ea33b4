"""What one decides a request by: `followup approval show`."""

from followup.application.door import Reading, reads
from followup.domain.goodwill.gesture import ApprovalState
from followup.services.cases import case_history, cases
from followup.services.documents import serializers
from followup.services.documents.documents import (
    ApprovalDocument,
    AuditEventDocument,
    BudgetDocument,
    CaseDocument,
    CaseWithGesturesDocument,
)
from followup.services.goodwill import approvals, ledger, second_look
from followup.services.goodwill.second_look import RecommendedNow
from followup.services.people import customers
from followup.services.sequences import colleague_emails
from followup.store.tables import Case, Gesture


class WholeApprovalDocument(ApprovalDocument):
    """An approval with what one decides it by: what the policy would offer today, the case, the reasons,
    the customer's other cases with what they were given, the budgets it draws on with their figures, who may
    decide it, and what was done so far."""

    recommended_now: RecommendedNow | None
    case: CaseDocument
    reasons: list[str]
    other_cases: list[CaseWithGesturesDocument]
    budgets: list[BudgetDocument]
    may_decide: list[str]
    history: list[AuditEventDocument]


@reads("approval show")
def show_approval(work: Reading, reference: str) -> WholeApprovalDocument:
    """An approval with what one decides it by. Raises WrongUsage, NotFound."""
    session = work.session
    approval = approvals.find_approval(session, reference)
    gesture = session.get_one(Gesture, approval.gesture_id)
    case = session.get_one(Case, gesture.case_id)
    customer = customers.customer_of(session, case)
    pending = approval.state is ApprovalState.PENDING
    others = [other for other, _ in cases.list_cases(session, customer=customer.email) if other.id != case.id]
    return {
        **serializers.approval(session, approval, gesture),
        "recommended_now": second_look.recommended_now(session, work.configuration, gesture, now=work.now),
        "case": serializers.case(case, customer),
        "reasons": list(gesture.reasoning.get("because", [])),
        "other_cases": [serializers.case_with_gestures(session, other) for other in others],
        "budgets": [
            serializers.budget(session, budget, work.now, period.period)
            for budget, period in ledger.holds_of(session, gesture)
        ],
        "may_decide": [
            agent.email for agent in colleague_emails.able_to_decide(session, gesture, approval.approver_role)
        ]
        if pending
        else [],
        "history": [serializers.audit_event(event) for event in case_history.history_of(session, case)],
    }
