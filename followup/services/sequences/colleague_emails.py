"""Emails to colleagues through the outbox: requests to decide, and notices."""

from datetime import datetime

from sqlmodel import Session, col, select

from followup.domain.goodwill.gesture import ApprovalState
from followup.domain.outbox.email_kind import FOR_APPROVAL, NOTICE, EmailKind
from followup.domain.outbox.email_state import EmailState
from followup.domain.people.agent import Role
from followup.domain.people.team import same_team
from followup.services.sequences import email_events
from followup.store.tables import Agent, Approval, Email, Gesture


def ask_approvers(session: Session, gesture: Gesture, approval: Approval, *, now: datetime) -> list[Agent]:
    """Write to the colleagues who may approve a gesture, never to the requester. Returns those written to.

    These are the agents of the lowest sufficient role that has any, restricted to the requester's team if
    some of them are in it."""
    asked = _colleagues(session, gesture, approval.approver_role)
    _write(session, gesture, asked, FOR_APPROVAL, now)
    return asked


def tell(
    session: Session, gesture: Gesture, role: Role, *, now: datetime, issued_by: Agent | None
) -> list[Agent]:
    """Write to the colleagues whom the policy notifies of a gesture of this amount, except those who know:
    who decided about it, and who issues it. Returns those written to."""
    decided = select(Approval.decided_by).where(col(Approval.gesture_id) == gesture.id)
    knowing = {*session.exec(decided), issued_by.id if issued_by else None}
    told = [agent for agent in _colleagues(session, gesture, role) if agent.id not in knowing]
    _write(session, gesture, told, NOTICE, now)
    return told


def still_to_decide(session: Session, email: Email) -> bool:
    """Whether the approval that an email requests is still pending."""
    query = select(Approval.state).where(col(Approval.gesture_id) == email.gesture_id)
    return session.exec(query).first() is ApprovalState.PENDING


def able_to_decide(session: Session, gesture: Gesture, role: Role) -> list[Agent]:
    """The active colleagues of at least a role who did not request the gesture."""
    others = session.exec(
        select(Agent).where(col(Agent.active), col(Agent.id) != gesture.agent_id).order_by(col(Agent.id))
    ).all()
    return [agent for agent in others if agent.role.rank >= role.rank]


def _colleagues(session: Session, gesture: Gesture, role: Role) -> list[Agent]:
    requester = session.get(Agent, gesture.agent_id)
    assert requester is not None
    able = able_to_decide(session, gesture, role)
    lowest = min((agent.role.rank for agent in able), default=0)
    nearest = [agent for agent in able if agent.role.rank == lowest]
    return [agent for agent in nearest if same_team(agent.team, requester.team)] or nearest


def _write(session: Session, gesture: Gesture, colleagues: list[Agent], template: str, now: datetime) -> None:
    emails = [
        Email(
            case_id=gesture.case_id,
            gesture_id=gesture.id,
            kind=EmailKind.COLLEAGUE,
            step=0,
            template=template,
            to_address=colleague.email,
            state=EmailState.SCHEDULED,
            due_at=now,
        )
        for colleague in colleagues
    ]
    email_events.plan_at_once(session, emails, now=now)
