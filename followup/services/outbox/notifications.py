"""Plans the emails that tell colleagues what needs them. What they say is written when they go."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import or_
from sqlmodel import Session, col, select

from followup.domain.outbox.email_kind import TELLING, EmailKind
from followup.domain.outbox.email_state import UNSENT_STATES, EmailState
from followup.domain.outbox.notification import Notification, NotifyOwners
from followup.domain.people.agent import Role
from followup.services.cases import owners, waiting_cases
from followup.services.cases.waiting_cases import WaitingCase
from followup.services.sequences import email_events
from followup.services.shared.configuration import Configuration
from followup.store.tables import Agent, Case, CopyMark, Email

KIND = EmailKind.NOTIFICATION

_PLANNED = "queues_told"
"""The mark that says on which day the emails of the morning were planned."""


def tell_owner(session: Session, rules: Configuration, case: Case, *, now: datetime) -> None:
    """Plan an email that tells the owner of a case that it needs them; if they have left, the managers.
    Plans none if one waits already, or if they do not want to hear at once."""
    if rules.settings.notify_owners is not NotifyOwners.AT_ONCE:
        return
    waits = select(Email.id).where(
        col(Email.case_id) == case.id,
        col(Email.kind) == KIND,
        col(Email.state).in_(UNSENT_STATES),
    )
    if session.exec(waits).first() is None:
        _plan(session, Notification.CASE, _responsible(session, case), now, case_id=case.id)


def tell_of_undelivered(session: Session, rules: Configuration, email: Email, *, now: datetime) -> None:
    """Tell the owner of the case that its first email did not reach the customer; of no other email."""
    if email.kind in TELLING and email.step == 1 and email.case_id is not None:
        tell_owner(session, rules, session.get_one(Case, email.case_id), now=now)


def tell_of_alarms(session: Session, *, now: datetime) -> None:
    """Plan an email about the alarms that last to every manager and director, unless one waits already."""
    waits = select(Email.to_address).where(
        col(Email.kind) == KIND,
        col(Email.template) == Notification.ALARM.value,
        col(Email.state).in_(UNSENT_STATES),
    )
    known = set(session.exec(waits))
    told = [agent for agent in _in_charge(session) if agent.email not in known]
    _plan(session, Notification.ALARM, told, now)


def plan_queues(session: Session, rules: Configuration, *, now: datetime) -> None:
    """In the morning of each business day, plan an email to everybody whose cases need them, if they want it
    so."""
    if rules.settings.notify_owners is not NotifyOwners.DAILY or not rules.calendar().is_open(now):
        return
    today = now.astimezone(ZoneInfo(rules.settings.timezone)).date().isoformat()
    mark = session.get(CopyMark, _PLANNED)
    if mark is not None and mark.value >= today:
        return
    session.merge(CopyMark(name=_PLANNED, value=today, since=now))
    waiting = waiting_cases.waiting(session, rules, now=now)
    told = {agent.email: agent for one in waiting for agent in _responsible(session, one.case)}
    _plan(session, Notification.QUEUE, told.values(), now)


def queue_of(session: Session, rules: Configuration, address: str, *, now: datetime) -> list[WaitingCase]:
    """The cases that need the colleague with this address, the most urgent first: their own, and for whoever
    is in charge those of colleagues who have left."""
    theirs = col(Agent.email) == address
    if any(agent.email == address for agent in _in_charge(session)):
        theirs = or_(theirs, col(Agent.active).is_(False))
    return waiting_cases.waiting(session, rules, now=now, whose=theirs)


def _responsible(session: Session, case: Case) -> list[Agent]:
    owner = owners.owner_of(session, case)
    return [owner] if owner.active else _in_charge(session)


def _in_charge(session: Session) -> list[Agent]:
    agents = session.exec(select(Agent).where(col(Agent.active)).order_by(col(Agent.id))).all()
    return [agent for agent in agents if agent.role.rank >= Role.MANAGER.rank]


def _plan(
    session: Session,
    notification: Notification,
    colleagues: Iterable[Agent],
    now: datetime,
    *,
    case_id: int | None = None,
) -> None:
    emails = [
        Email(
            case_id=case_id,
            kind=KIND,
            step=0,
            template=notification.value,
            to_address=colleague.email,
            state=EmailState.SCHEDULED,
            due_at=now,
        )
        for colleague in colleagues
    ]
    email_events.plan_at_once(session, emails, now=now)
