"""Approvals: what exceeds an agent's authority is decided by somebody else who has it."""

from datetime import datetime

from sqlmodel import Session, col, select

from followup.domain.authority import authority_of
from followup.domain.gesture import ApprovalState, GestureState
from followup.domain.money import Money
from followup.errors import NotFound, Refused, WrongUsage
from followup.services import audit, gestures
from followup.services.actors import Actor
from followup.services.references import find, ref
from followup.services.rules import Rules
from followup.store.tables import Agent, Approval, Gesture


def approve(
    session: Session, rules: Rules, approval: Approval, *, now: datetime, actor: Actor, because: str | None
) -> Gesture:
    """Grant what was asked, and issue it. Raises Refused for one's own request, for too little
    authority, or where it was decided already."""
    gesture = _decidable(session, rules, approval, actor)
    _decide(session, approval, ApprovalState.APPROVED, now=now, actor=actor, because=because)
    return gestures.issue(session, rules, gesture, now=now, actor=actor)


def reject(
    session: Session, rules: Rules, approval: Approval, *, now: datetime, actor: Actor, because: str | None
) -> Gesture:
    """Decline, with the reason; the hold is released. Raises Refused as `approve`, WrongUsage
    without a reason."""
    gesture = _decidable(session, rules, approval, actor)
    if not because or not because.strip():
        raise WrongUsage(
            "A rejection needs its reason.", hint='Say it to the agent: --because "…"', code="missing"
        )
    _decide(session, approval, ApprovalState.REJECTED, now=now, actor=actor, because=because)
    gestures.end(session, gesture, GestureState.REJECTED, now=now, actor=actor)
    return gesture


def find_approval(session: Session, text: str) -> Approval:
    """The approval that A-0012 names, or the one of the gesture G-0012. Raises WrongUsage, NotFound."""
    if text.strip().upper().startswith("G-"):
        gesture = gestures.find_gesture(session, text)
        approval = gestures.approval_of(session, gesture)
        if approval is None:
            raise NotFound(
                f"{ref(gesture)} needed no approval.", hint="See what waits: followup approval list"
            )
        return approval
    return find(session, Approval, text)


def list_approvals(
    session: Session, state: ApprovalState | None, limit: int
) -> list[tuple[Approval, Gesture]]:
    """The approvals in a state (None: all), the oldest first: they have waited longest."""
    query = select(Approval, Gesture).join(Gesture).order_by(col(Approval.id)).limit(limit)
    if state is not None:
        query = query.where(col(Approval.state) == state)
    return [(approval, gesture) for approval, gesture in session.exec(query).all()]


def _decidable(session: Session, rules: Rules, approval: Approval, actor: Actor) -> Gesture:
    approver = actor.needed_agent
    if approval.state is not ApprovalState.PENDING:
        raise Refused(
            f"{ref(approval)} was {approval.state} already.",
            hint="See what waits: followup approval list",
            code="illegal_state",
        )
    gesture = session.get(Gesture, approval.gesture_id)
    assert gesture is not None
    if gesture.agent_id == approver.id:
        raise Refused(
            f"{ref(approval)} is your own request; somebody else must decide it.",
            hint=f"Ask a {approval.approver_role} to look at: followup approval list",
            code="self_approval",
        )
    amount = None if gesture.amount_minor is None else Money(gesture.amount_minor, gesture.currency)
    own = authority_of(rules.policy.authorities, approver.role, gesture.gesture_class)
    covered = own is not None and own.covers(gesture.amount_minor or 0)
    if approver.role.rank < approval.approver_role.rank or not covered:
        raise Refused(
            f"A {approver.role} may not approve {amount or gesture.kind}; a {approval.approver_role} may.",
            hint=f"Pass it on: {ref(approval)}",
            code="authority_exceeded",
        )
    return gesture


def _decide(
    session: Session,
    approval: Approval,
    state: ApprovalState,
    *,
    now: datetime,
    actor: Actor,
    because: str | None,
) -> None:
    approver: Agent = actor.needed_agent
    approval.state = state
    approval.decided_by = approver.id
    approval.decided_at = now
    approval.because = because
    session.add(approval)
    session.flush()
    audit.record(
        session,
        now=now,
        actor=actor,
        action=f"approval {state.value}",
        subject=ref(approval),
        because=because,
    )
