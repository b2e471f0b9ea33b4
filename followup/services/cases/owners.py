"""The owner of a case: the agent who works on it and signs its emails. At first that is who logged it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, func, or_, select

from followup.domain.cases.case import CaseStatus
from followup.domain.outbox.email_kind import TO_CUSTOMERS
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import UNSENT_STATES, EmailState
from followup.domain.people.rights import Right
from followup.errors import Refused
from followup.services.people import rights
from followup.services.sequences import email_events
from followup.services.shared import audit
from followup.services.shared.actors import Actor
from followup.services.shared.references import ref
from followup.store.tables import NO_REASON, NOT_HELD, Agent, AuditEvent, Case, Email

AT_WORK = (CaseStatus.OPEN, CaseStatus.RESOLVED)
"""Statuses of cases of which something is to come."""

HANDED_OVER = "case handover"
"""How the audit log names that a case changes its owner."""

UNWRITTEN: dict[str, Any] = {"message": None, "message_sha256": None, "message_id": None, "subject": None}
"""The columns of an email that is written anew before it goes."""


def owner_of(session: Session, case: Case) -> Agent:
    """The agent who works on a case."""
    return session.get_one(Agent, case.owner_id or case.agent_id)


def owned_by(agent: Any) -> ColumnElement[bool]:
    """Whether a case is an agent's to work on; `agent` is a row, or the table in a join."""
    owned: ColumnElement[bool] = func.coalesce(col(Case.owner_id), col(Case.agent_id)) == agent.id
    return owned


def queue(session: Session, agent: Agent) -> list[Case]:
    """An agent's open cases, the oldest first."""
    query = select(Case).where(col(Case.status) == CaseStatus.OPEN, owned_by(agent))
    return list(session.exec(query.order_by(col(Case.id))).all())


def at_work(session: Session, agent: Agent) -> list[Case]:
    """An agent's cases of which something is to come, the oldest first: those that are open or resolved, and
    those with an email to come."""
    to_come = select(Email.case_id).where(_to_come())
    query = select(Case).where(owned_by(agent), or_(col(Case.status).in_(AT_WORK), col(Case.id).in_(to_come)))
    return list(session.exec(query.order_by(col(Case.id))).all())


def emails_to_come(session: Session, case: Case) -> list[Email]:
    """The unsent emails to the customer of a case, in the order in which they are due."""
    query = select(Email).where(col(Email.case_id) == case.id, _to_come())
    return list(session.exec(query.order_by(col(Email.due_at), col(Email.id))).all())


def _to_come() -> ColumnElement[bool]:
    return col(Email.kind).in_(TO_CUSTOMERS) & col(Email.state).in_(UNSENT_STATES)


def require_may_give(session: Session, actor: Actor, owner: Agent) -> None:
    """Raise Refused unless the actor may hand over an owner's cases: their own, or anybody's with the
    right."""
    if actor.agent is None or actor.agent.id != owner.id:
        rights.require(session, actor, Right.HANDOVER)


def require_active(agent: Agent) -> None:
    """Raise Refused if an agent is no longer active: they cannot work on a case."""
    if not agent.active:
        raise Refused(
            f"{agent.email} is no longer active, so no case can be theirs.",
            hint=f"Name somebody else (followup agent list), or: followup agent set {agent.email} --active",
            code="owner_inactive",
        )


def give(
    session: Session, case: Case, to: Agent, *, now: datetime, actor: Actor, because: str | None = None
) -> None:
    """Make an agent the owner of a case, in the caller's transaction. Who logged it stays.

    Emails to come are written anew with the new signature, and those that waited for somebody to sign them go
    on. Raises Refused if the new owner is inactive."""
    require_active(to)
    before = owner_of(session, case)
    case.owner_id = to.id
    session.add(case)
    session.flush()
    _sign_anew(session, col(Email.case_id) == case.id, now=now, actor=actor, because=because)
    audit.record(
        session,
        now=now,
        actor=actor,
        action=HANDED_OVER,
        subject=ref(case),
        because=because,
        detail={"from": before.email, "to": to.email},
    )


def handed_over_from(session: Session, case: Case, *, since: datetime) -> Agent | None:
    """Who owned a case at a time after which it was handed over; None if it was not handed over since."""
    if case.owner_id is None:
        return None
    query = (
        select(AuditEvent.detail)
        .where(
            col(AuditEvent.subject) == ref(case),
            col(AuditEvent.action) == HANDED_OVER,
            col(AuditEvent.happened_at) > since,
        )
        .order_by(col(AuditEvent.id))
    )
    first = session.exec(query).first()
    if first is None:
        return None
    return session.exec(select(Agent).where(col(Agent.email) == first["from"])).first()


def sign_again(session: Session, agent: Agent, *, now: datetime, actor: Actor) -> None:
    """Let the emails go on that waited because an agent, who is active again, was gone."""
    cases = select(Case.id).where(owned_by(agent))
    waiting = col(Email.held_code) == EmailReason.SIGNER_GONE
    _sign_anew(session, col(Email.case_id).in_(cases) & waiting, now=now, actor=actor)


def _sign_anew(
    session: Session,
    which: ColumnElement[bool],
    *,
    now: datetime,
    actor: Actor,
    because: str | None = None,
) -> None:
    emails = session.exec(select(Email).where(which, _to_come()).order_by(col(Email.id))).all()
    numbers = [email.id for email in emails]
    waited = [email.id for email in emails if email.held_code is EmailReason.SIGNER_GONE]
    session.execute(
        update(Email)
        .where(col(Email.id).in_(numbers), col(Email.state).in_(UNSENT_STATES))
        .values(**UNWRITTEN)
        .execution_options(synchronize_session="fetch")
    )
    session.execute(
        update(Email)
        .where(col(Email.id).in_(waited), col(Email.state) == EmailState.DEFERRED)
        .values(state=EmailState.SCHEDULED, **NO_REASON, **NOT_HELD)
        .execution_options(synchronize_session="fetch")
    )
    told = EmailReason.HANDED_OVER.of(because)
    events = [
        (email.id, EmailState.SCHEDULED if email.id in waited else email.state, told) for email in emails
    ]
    email_events.record(session, events, now=now, actor=actor)
