"""Approvals: a gesture that exceeds an agent's authority is decided by somebody with enough."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from followup.domain.goodwill.gesture import ApprovalState, GestureKind, GestureState
from followup.domain.goodwill.policy.authority import Authority, authority_of, given_under, lowest_approver
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money
from followup.errors import NotFound, Refused, WrongUsage, illegal_state
from followup.services.goodwill import gesture_items, gestures, kept_amounts, second_look
from followup.services.goodwill.past_goodwill import given_before, given_today_minor
from followup.services.goodwill.recommendations import AgentChoice, advise, refusal_of
from followup.services.shared import audit
from followup.services.shared.actors import Actor
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import find, ref
from followup.store.references import ref_of
from followup.store.tables import Agent, Approval, Case, Gesture


def approve(
    session: Session,
    rules: Configuration,
    approval: Approval,
    *,
    now: datetime,
    actor: Actor,
    because: str | None,
    as_requested: bool = False,
) -> Gesture:
    """Approve the gesture as requested, and issue it.

    Raises Refused for the actor's own request, for too little authority, if it is decided already, and if the
    policy says something else of it today, unless it is meant `as_requested`, which needs its reason."""
    gesture = _decidable(session, approval, actor, now)
    _require_authority(session, rules, approval, gesture, actor, now)
    look = second_look.require_same(
        session,
        rules,
        gesture,
        now=now,
        as_requested=as_requested,
        because=because,
        command=f"followup approval approve {ref(approval)}",
    )
    needed = look.approver_role if look else None
    if needed is not None and actor.needed_agent.role.rank < needed.rank:
        amount = None if gesture.amount_minor is None else Money(gesture.amount_minor, gesture.currency)
        raise _beyond(actor.needed_agent.role, amount or gesture.kind, needed, approval)
    detail = second_look.kept(look)
    _decide(session, approval, ApprovalState.APPROVED, now=now, actor=actor, because=because, detail=detail)
    return gestures.issue(session, rules, gesture, now=now, actor=actor)


def reject(
    session: Session,
    rules: Configuration,
    approval: Approval,
    *,
    now: datetime,
    actor: Actor,
    because: str | None,
) -> Gesture:
    """Reject the gesture, with a reason, and release its hold. Raises Refused as `approve`, WrongUsage
    without a reason."""
    gesture = _decidable(session, approval, actor, now)
    _require_role(session, rules, approval, gesture, actor)
    if not because or not because.strip():
        raise WrongUsage(
            "A rejection needs its reason.",
            hint='Say it to the agent: --because "…"',
            code="rejection_without_reason",
        )
    _decide(session, approval, ApprovalState.REJECTED, now=now, actor=actor, because=because)
    gestures.end(session, gesture, GestureState.REJECTED, now=now, actor=actor)
    return gesture


def counter(
    session: Session,
    rules: Configuration,
    approval: Approval,
    *,
    now: datetime,
    actor: Actor,
    because: str | None,
    amount: Money | None = None,
    kind: GestureKind | None = None,
) -> Gesture:
    """Approve another amount or kind than was requested. The first hold is released and the new amount is
    held; the requester may issue it.

    Raises as `approve`, and Refused if the policy, a cap, a budget or the approver's own authority does not
    allow it. Nothing is changed then."""
    gesture = _decidable(session, approval, actor, now)
    approver = actor.needed_agent
    choice = _counter_offer(approval, gesture, amount, kind, because)
    case = session.get(Case, gesture.case_id)
    requester = session.get(Agent, gesture.agent_id)
    assert case is not None
    assert requester is not None
    session.exec(select(Agent).where(col(Agent.id) == approver.id).with_for_update()).one()
    # Take the first request back temporarily, so that the caps do not count it as well.
    gestures.release(session, gesture, gesture.state, now=now, actor=actor, occasion="countered")
    kept_amounts.keep_again(session, gesture, now=now, actor=actor)
    gesture.state, gesture.added_minor = GestureState.WITHDRAWN, 0
    session.flush()
    advice = advise(session, rules, case, agent=requester, now=now, choice=choice, approver=approver)
    refusal = refusal_of(advice)
    if refusal is not None:
        raise refusal
    assert advice.kind is not None
    assert advice.gesture_class is not None
    gestures.require_note(advice, because)
    if advice.needs_approval:
        raise _beyond(
            approver.role, advice.amount or advice.kind, advice.approver_role or Role.DIRECTOR, approval
        )
    gesture.state = GestureState.HELD
    gesture.kind = advice.kind
    gesture.gesture_class = advice.gesture_class
    gesture.amount_minor = advice.amount.amount_minor if advice.amount else None
    gesture.item = gesture_items.item_of(case, advice.kind, gesture.item if advice.kind.names_item else None)
    gesture.points = advice.points
    gesture.reasoning, gesture.choice = advice.to_document(), advice.choice
    gesture.looks_first = advice.looks_first
    session.add(gesture)
    gestures.hold(session, gesture, case, requester, now=now, actor=actor, occasion="countered")
    _decide(session, approval, ApprovalState.COUNTERED, now=now, actor=actor, because=because)
    return gesture


def _counter_offer(
    approval: Approval, gesture: Gesture, amount: Money | None, kind: GestureKind | None, because: str | None
) -> AgentChoice:
    """What a counter-offer chooses: something else than was asked, with its reason. Raises WrongUsage."""
    if not because or not because.strip():
        raise WrongUsage(
            "A counter-offer needs its reason.",
            hint='Say it to the agent: --because "…"',
            code="counter_offer_without_reason",
        )
    if amount is None and kind is None:
        raise WrongUsage(
            "A counter-offer needs another amount or kind.",
            hint="Give --amount or --kind, or grant it as it is: followup approval approve " + ref(approval),
            code="counter_offer_unchanged",
        )
    chosen = kind or gesture.kind
    asked = None if gesture.amount_minor is None else Money(gesture.amount_minor, gesture.currency)
    if amount is None and (chosen.has_amount or chosen is gesture.kind):
        amount = asked
    if chosen is gesture.kind and amount == asked:
        raise WrongUsage(
            f"{asked or chosen} is what was asked.",
            hint="Grant it as it is: followup approval approve " + ref(approval),
            code="nothing_countered",
        )
    return AgentChoice(chosen, amount)


def withdraw(
    session: Session,
    rules: Configuration,
    approval: Approval,
    *,
    now: datetime,
    actor: Actor,
    because: str | None,
) -> Gesture:
    """Withdraw the actor's own request and release its hold. Raises Refused for somebody else's request, or
    if it is decided already."""
    del rules
    gesture = _pending(session, approval)
    if gesture.agent_id != actor.needed_agent.id:
        raise Refused(
            f"{ref(approval)} is not your request.",
            hint=f"Decide it instead: followup approval reject {ref(approval)} --because …",
            code="not_yours",
        )
    _decide(session, approval, ApprovalState.WITHDRAWN, now=now, actor=actor, because=because)
    gestures.end(session, gesture, GestureState.WITHDRAWN, now=now, actor=actor)
    return gesture


def expire(session: Session, *, now: datetime, actor: Actor, limit: int = 500) -> int:
    """Expire approvals that were not decided in time, and release their holds. Returns the number, `limit` at
    most."""
    query = (
        select(Approval)
        .where(col(Approval.state) == ApprovalState.PENDING, col(Approval.expires_at) <= now)
        .order_by(col(Approval.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    late = session.exec(query).all()
    for approval in late:
        gesture = _pending(session, approval)
        approval.state = ApprovalState.EXPIRED
        approval.decided_at = now
        session.add(approval)
        gestures.end(session, gesture, GestureState.EXPIRED, now=now, actor=actor)
        audit.record(session, now=now, actor=actor, action="approval expired", subject=ref(approval))
    return len(late)


def find_approval(session: Session, text: str) -> Approval:
    """The approval with a reference (A-0012), or that of a gesture (G-0012). Raises WrongUsage, NotFound."""
    if text.strip().upper().startswith("G-"):
        gesture = gestures.find_gesture(session, text)
        approval = gestures.approval_of(session, gesture)
        if approval is None:
            raise NotFound(
                f"{ref(gesture)} needed no approval.",
                hint="See what waits: followup approval list",
                code="no_approval_needed",
            )
        return approval
    return find(session, Approval, text)


def list_approvals(
    session: Session, state: ApprovalState | None, limit: int, *, by_amount: bool = False
) -> list[tuple[Approval, Gesture]]:
    """The approvals in a state (None: in any): those waiting longest first, or the largest first."""
    query = select(Approval, Gesture).join(Gesture).limit(limit)
    if by_amount:
        query = query.order_by(func.coalesce(Gesture.amount_minor, 0).desc(), col(Approval.id))
    else:
        query = query.order_by(col(Approval.id))
    if state is not None:
        query = query.where(col(Approval.state) == state)
    return [(approval, gesture) for approval, gesture in session.exec(query).all()]


def waiting_below(session: Session, below: Money, approver: Agent, *, now: datetime) -> list[Approval]:
    """The approvals that wait for gestures worth less than an amount, those waiting longest first; without
    the approver's own requests, and those that are too late."""
    query = (
        select(Approval)
        .join(Gesture)
        .where(
            col(Approval.state) == ApprovalState.PENDING,
            col(Approval.expires_at) > now,
            col(Gesture.agent_id) != approver.id,
            col(Gesture.currency) == below.currency,
            col(Gesture.amount_minor) < below.amount_minor,
        )
        .order_by(col(Approval.id))
    )
    return list(session.exec(query).all())


def gesture_of(session: Session, approval: Approval) -> Gesture:
    """The gesture that an approval is for."""
    return session.get_one(Gesture, approval.gesture_id)


def _pending(session: Session, approval: Approval) -> Gesture:
    """The gesture of a pending approval, locked so that simultaneous decisions run one after the other."""
    session.flush()
    session.refresh(approval, with_for_update=True)
    if approval.state is not ApprovalState.PENDING:
        raise illegal_state(
            f"{ref(approval)} was {approval.state} already.", hint="See what waits: followup approval list"
        )
    gesture = session.get(Gesture, approval.gesture_id)
    assert gesture is not None
    return gesture


def _decidable(session: Session, approval: Approval, actor: Actor, now: datetime) -> Gesture:
    approver = actor.needed_agent
    gesture = _pending(session, approval)
    if approval.expires_at <= now:
        raise Refused(
            f"{ref(approval)} expired on {approval.expires_at:%-d %B %Y}; nobody decided in time.",
            hint=f"If it is still right, ask again: followup gesture request {ref_of(Case, gesture.case_id)}",
            code="approval_expired",
        )
    if gesture.agent_id == approver.id:
        raise Refused(
            f"{ref(approval)} is your own request; somebody else must decide it.",
            hint=f"Ask a {approval.approver_role} to look at: followup approval list",
            code="self_approval",
        )
    return gesture


def _require_role(
    session: Session, rules: Configuration, approval: Approval, gesture: Gesture, actor: Actor
) -> Authority:
    """The approver's authority for such a gesture, together with what else its case or order was given.
    Raises Refused if it does not cover that."""
    role = actor.needed_agent.role
    amount = Money(gesture.amount_minor, gesture.currency) if gesture.amount_minor is not None else None
    authorities = rules.policy_in(gesture.currency).authorities
    own = authority_of(authorities, role, gesture.gesture_class)
    case = session.get_one(Case, gesture.case_id)
    before = given_before(session, case, without=gesture.id or 0)
    amount_minor = gesture.amount_minor or 0
    covers = own is not None and own.covers(amount_minor + given_under(authorities, own, before))
    if own is None or role.rank < approval.approver_role.rank or not covers:
        needed = approval.approver_role
        most = lowest_approver(authorities, gesture.gesture_class, amount_minor, role, needed, before)
        raise _beyond(role, amount or gesture.kind, most or needed, approval)
    return own


def _require_authority(
    session: Session, rules: Configuration, approval: Approval, gesture: Gesture, actor: Actor, now: datetime
) -> None:
    """Raise Refused unless the approver's authority covers this gesture and their total of the day."""
    own = _require_role(session, rules, approval, gesture, actor)
    approver = actor.needed_agent
    session.exec(select(Agent).where(col(Agent.id) == approver.id).with_for_update()).one()
    amount_minor = gesture.amount_minor or 0
    timezone = rules.policy_in(gesture.currency).timezone
    given = given_today_minor(session, approver, gesture.currency, now, timezone)
    if own.per_day_minor is not None and given + amount_minor > own.per_day_minor:
        left = Money(max(own.per_day_minor - given, 0), gesture.currency)
        raise Refused(
            f"{approver.name} may give or approve {left} more today; "
            f"this is {Money(amount_minor, gesture.currency)}.",
            hint="Decide it tomorrow, or pass it on.",
            code="authority_of_day_used",
        )


def _beyond(role: Role, what: Money | GestureKind, needed: Role, approval: Approval) -> Refused:
    return Refused(
        f"A {role} may not approve {what}; a {needed} may.",
        hint=f"Pass it on: {ref(approval)}",
        code="authority_exceeded",
    )


def _decide(
    session: Session,
    approval: Approval,
    state: ApprovalState,
    *,
    now: datetime,
    actor: Actor,
    because: str | None,
    detail: dict[str, Any] | None = None,
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
        detail=detail,
    )
