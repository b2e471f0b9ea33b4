"""Alarms: which last now, and since when."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete, text
from sqlmodel import Session, col, func, or_, select

from followup.domain.cases import owed
from followup.domain.cases.case import CaseStatus
from followup.domain.cases.owed import Times
from followup.domain.outbox.alarm import Alarm, AlarmCode
from followup.domain.outbox.email_kind import TELLING
from followup.services.cases.standings import standings
from followup.services.outbox.relay_state import EQUAL_REFUSALS
from followup.services.outbox.unreceived import FAILED
from followup.services.shared import mailbox_state
from followup.services.shared.configuration import Configuration
from followup.services.upkeep.log_ins import log_in_alarms
from followup.store.insert_once import insert_once
from followup.store.tables import AlarmState, Case, Email, InboundMail, RelayState

RETURNS_DAYS = 7
"""Days over which emails that came back are set against those that were sent."""

_FEWEST_RETURNS = 5
_RETURNS_SHARE = 20
"""One in so many: at 5 % a large provider puts a sender under review (Amazon SES, "Reputation metrics")."""

# These conditions must be written exactly as in the partial indexes, else the indexes are not used.
_OPEN = text("cases.status = 'open'")
_BOUNCES = text("inboundmail.kind = 'bounce'")


def present(session: Session, rules: Configuration, *, now: datetime) -> tuple[Alarm, ...]:
    """The alarms that last now, each with the time since when if it was seen before."""
    began = {(row.code, row.about): row.began_at for row in session.exec(select(AlarmState))}
    found = (
        *_of_relays(session),
        *_unread_mailbox(session, rules, now),
        *log_in_alarms(rules),
        *_first_failed(session),
        *_bounces_rising(session, now),
        *_answers_unread(session, rules, now),
    )
    return tuple(replace(one, since=one.since or began.get((one.code, one.about))) for one in found)


def note(session: Session, rules: Configuration, *, now: datetime) -> list[Alarm]:
    """Keep which alarms last, and since when. Returns those that began: each is returned to one caller."""
    lasting = present(session, rules, now=now)
    began = [
        alarm
        for alarm in lasting
        if insert_once(session, AlarmState, code=alarm.code, about=alarm.about, began_at=alarm.since or now)
    ]
    names = {(alarm.code, alarm.about) for alarm in lasting}
    for row in session.exec(select(AlarmState)).all():
        if (row.code, row.about) not in names:
            over = delete(AlarmState).where(col(AlarmState.code) == row.code)
            session.execute(over.where(col(AlarmState.about) == row.about))
    return began


def _of_relays(session: Session) -> Iterator[Alarm]:
    refuses = col(RelayState.equal_refusals) >= EQUAL_REFUSALS
    stopped = or_(refuses, col(RelayState.returns_since).is_not(None))
    for state in session.exec(select(RelayState).where(stopped).order_by(col(RelayState.name))):
        if state.equal_refusals >= EQUAL_REFUSALS:
            why = AlarmCode.RELAY_REFUSES.of(state.paused_because, relay=state.name)
            yield Alarm(why=why, about=state.name)
        if state.returns_since is not None:
            why = AlarmCode.SENDER_REFUSED.of(state.returned_with)
            yield Alarm(why=why, about=state.name, since=state.returns_since)


def _unread_mailbox(session: Session, rules: Configuration, now: datetime) -> Iterator[Alarm]:
    state = mailbox_state.unread_too_long(session, rules, now=now)
    if state is not None:
        why = AlarmCode.MAILBOX_UNREAD.of(state.unreadable_because)
        yield Alarm(why=why, since=state.unreadable_since)


def _first_failed(session: Session) -> Iterator[Alarm]:
    """First emails that failed, of open cases whose customer nobody has told in person since."""
    query = (
        select(func.count())
        .select_from(Email)
        .join(Case, col(Case.id) == col(Email.case_id))
        .where(FAILED, col(Email.step) == 1, col(Email.kind).in_(TELLING))
        .where(col(Case.status) == CaseStatus.OPEN)
        .where(or_(col(Case.told_at).is_(None), col(Case.told_at) < col(Email.due_at)))
    )
    number = session.exec(query).one()
    if number:
        yield Alarm(why=AlarmCode.FIRST_FAILED.of(number=number))


def _bounces_rising(session: Session, now: datetime) -> Iterator[Alarm]:
    since = now - timedelta(days=RETURNS_DAYS)
    came_back = select(func.count(func.distinct(InboundMail.email_id))).where(
        _BOUNCES, col(InboundMail.received_at) >= since, col(InboundMail.email_id).is_not(None)
    )
    returned = session.exec(came_back).one()
    if returned < _FEWEST_RETURNS:
        return
    went = select(func.count()).select_from(Email).where(col(Email.sent_at) >= since)
    sent = session.exec(went).one()
    if returned * _RETURNS_SHARE >= sent:
        why = AlarmCode.BOUNCES_RISING.of(returned=returned, sent=max(sent, returned), days=RETURNS_DAYS)
        yield Alarm(why=why)


def _answers_unread(session: Session, rules: Configuration, now: datetime) -> Iterator[Alarm]:
    """Open cases whose customer has waited for an answer for more than a business day."""
    times = Times(now, rules.calendar().add_business_days)
    query = select(Case.id).where(
        _OPEN,
        col(Case.replied_at) <= now - timedelta(days=1),
        or_(col(Case.told_at).is_(None), col(Case.told_at) < col(Case.replied_at)),
    )
    numbers = [number for number in session.exec(query) if number is not None]
    waits = [
        need.since
        for standing in standings(session, rules, numbers)
        for need in owed.needs_of(standing.stands, times, rules=(owed.answered,))
        if need.why.code in owed.ANSWER_WANTED and times.is_over(need.since, owed.LATE_DAYS)
    ]
    if waits:
        yield Alarm(why=AlarmCode.ANSWERS_UNREAD.of(number=len(waits)), since=None)
