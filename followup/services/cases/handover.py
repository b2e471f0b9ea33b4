"""Handover: the cases of an agent who left, or is away, with their emails to come become a colleague's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from followup.domain.goodwill.gesture import ApprovalState, GestureKind, GestureState
from followup.errors import Refused, WrongUsage
from followup.services.cases import cases, owners
from followup.services.goodwill import gestures
from followup.services.sequences import colleague_emails
from followup.services.shared.actors import Actor
from followup.services.shared.references import ref
from followup.store.tables import Agent, Approval, Case, Email, Gesture


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A case that changes its owner, its emails to come, and the gestures that were promised and that nothing
    says the customer has."""

    case: Case
    emails: list[Email]
    promises: list[Gesture]


def plan(session: Session, giver: Agent, to: Agent, references: Sequence[str]) -> list[HandedOver]:
    """What a handover would give to a colleague: the named cases, or all of the giver's of which something is
    to come. Changes nothing.

    Raises Refused if the colleague is inactive or a named case is not the giver's, WrongUsage if both are the
    same, NotFound for an unknown case."""
    if giver.id == to.id:
        raise WrongUsage(
            f"{giver.email} has these cases already.",
            hint="Name a colleague: --to EMAIL; see them with: followup agent list",
            code="handover_to_self",
        )
    owners.require_active(to)
    named = [cases.find_case(session, reference) for reference in dict.fromkeys(references)]
    for case in named:
        _require_owned(session, case, giver)
    return [
        HandedOver(case, owners.emails_to_come(session, case), _promises(session, case))
        for case in named or owners.at_work(session, giver)
    ]


def hand_over(
    session: Session,
    planned: Sequence[HandedOver],
    to: Agent,
    *,
    now: datetime,
    actor: Actor,
    because: str | None = None,
) -> None:
    """Carry out a plan in the caller's transaction; each case has an event of its own in the audit log."""
    for one in planned:
        owners.give(session, one.case, to, now=now, actor=actor, because=because)


def decided_by_nobody_else(session: Session, agent: Agent) -> list[tuple[Approval, Gesture]]:
    """The pending approvals that no active colleague but this agent may decide, the oldest first."""
    query = (
        select(Approval, Gesture)
        .join(Gesture)
        .where(col(Approval.state) == ApprovalState.PENDING, col(Gesture.agent_id) != agent.id)
        .order_by(col(Approval.id))
    )
    return [
        (approval, gesture)
        for approval, gesture in session.exec(query).all()
        if agent.role.rank >= approval.approver_role.rank
        and not any(
            other.id != agent.id
            for other in colleague_emails.able_to_decide(session, gesture, approval.approver_role)
        )
    ]


def _promises(session: Session, case: Case) -> list[Gesture]:
    return [
        gesture
        for gesture in gestures.gestures_of(session, case)
        if gesture.state is GestureState.ISSUED
        and not gesture.kind.has_code
        and gesture.kind is not GestureKind.APOLOGY
    ]


def _require_owned(session: Session, case: Case, giver: Agent) -> None:
    owner = owners.owner_of(session, case)
    if owner.id != giver.id:
        raise Refused(
            f"{ref(case)} is not {giver.email}'s; it is {owner.email}'s.",
            hint=f"Hand it over from them: followup agent handover {owner.email} --to … --case {ref(case)}",
            code="not_their_case",
        )
