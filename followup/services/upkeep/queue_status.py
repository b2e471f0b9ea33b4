"""Queue status: what waits, how late it is, what a person must review.

It is queried after every tick, so each figure comes from a partial index that holds little more than the rows
counted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, TextClause, and_, text
from sqlmodel import Session, col, func, select

from followup.domain.inbound.message_kind import InboundKind
from followup.domain.outbox.email_state import EmailState
from followup.store.tables import AlarmState, Email, InboundMail, RelayState

# These conditions must be written exactly as in the partial indexes, else the indexes are not used.
_SCHEDULED = text("outbox.state = 'scheduled'")
_UNDER_WAY = text("outbox.state IN ('claimed', 'transmitting')")
_PUT_OFF = text("outbox.state = 'deferred'")
_NOT_SENT = text("outbox.state IN ('failed', 'in_doubt', 'skipped', 'cancelled')")

_UNREAD = (InboundKind.UNKNOWN, InboundKind.UNREADABLE)


@dataclass(frozen=True, slots=True)
class RelayStanding:
    """A mail server: how many emails it accepted and refused, and until when it is paused (may be in the
    past)."""

    name: str
    paused_until: datetime | None
    paused_because: str | None
    accepted: int
    refused: int
    last_accepted_at: datetime | None


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """The status of the queue at `now`.

    `emails` counts unfinished emails by state: scheduled, claimed, transmitting, deferred, failed, in_doubt.
    `held` counts the deferred ones that wait for a person. `due` counts emails whose time has come and that
    nothing holds back; `lag_seconds` is how long the first of them has waited, 0 if none is due. `unread`
    counts inbound messages that no program could assign. `alarms` are those that the daemon last noted."""

    now: datetime
    emails: Mapping[EmailState, int]
    held: int
    due: int
    lag_seconds: float
    unread: Mapping[InboundKind, int]
    relays: tuple[RelayStanding, ...]
    alarms: tuple[AlarmState, ...] = ()


def standing(session: Session, *, now: datetime) -> QueueStatus:
    """Query the status of the queue."""
    put_off = and_(_PUT_OFF, col(Email.held_code).is_(None), col(Email.due_at) <= now)
    due = [
        _due(session, and_(_SCHEDULED, col(Email.due_at) <= now)),
        _due(session, put_off),
        _due(session, _UNDER_WAY),
    ]
    oldest = min((first for _, first in due if first is not None), default=now)
    return QueueStatus(
        now=now,
        emails=_unfinished(session),
        held=_number(session, and_(_PUT_OFF, col(Email.held_code).is_not(None))),
        due=sum(number for number, _ in due),
        lag_seconds=max((now - oldest).total_seconds(), 0.0),
        unread=_unread(session),
        relays=_relays(session),
        alarms=tuple(session.exec(select(AlarmState).order_by(col(AlarmState.code), col(AlarmState.about)))),
    )


def _relays(session: Session) -> tuple[RelayStanding, ...]:
    return tuple(
        RelayStanding(
            row.name, row.paused_until, row.paused_because, row.accepted, row.refused, row.last_accepted_at
        )
        for row in session.exec(select(RelayState).order_by(col(RelayState.name)))
    )


def counts(session: Session) -> dict[str, int]:
    """The number of emails in each state. The number sent is the total minus all others."""
    found = _unfinished(session) | _by_state(session, _NOT_SENT)
    others = sum(found.values())
    found[EmailState.SENT] = session.exec(select(func.count()).select_from(Email)).one() - others
    return {state.value: found.get(state, 0) for state in EmailState}


def _unfinished(session: Session) -> dict[EmailState, int]:
    looked_at = and_(_NOT_SENT, text("outbox.state IN ('failed', 'in_doubt')"))
    found: dict[EmailState, int] = {
        EmailState.SCHEDULED: _number(session, _SCHEDULED),
        EmailState.DEFERRED: _number(session, _PUT_OFF),
        **dict.fromkeys((EmailState.CLAIMED, EmailState.TRANSMITTING), 0),
        **_by_state(session, _UNDER_WAY),
        **dict.fromkeys((EmailState.FAILED, EmailState.IN_DOUBT), 0),
        **_by_state(session, looked_at),
    }
    return found


def _by_state(session: Session, which: ColumnElement[bool] | TextClause) -> dict[EmailState, int]:
    query = select(Email.state, func.count()).where(which).group_by(col(Email.state))
    return dict(cast("Iterable[tuple[EmailState, int]]", session.exec(query).all()))


def _number(session: Session, which: ColumnElement[bool] | TextClause) -> int:
    return session.exec(select(func.count()).select_from(Email).where(which)).one()


def _due(session: Session, which: ColumnElement[bool] | TextClause) -> tuple[int, datetime | None]:
    """The number of emails that match `which`, and the earliest due time."""
    number, first = session.exec(select(func.count(), func.min(Email.due_at)).where(which)).one()
    return number, first


def _unread(session: Session) -> dict[InboundKind, int]:
    query = (
        select(InboundMail.kind, func.count())
        .where(col(InboundMail.kind).in_(_UNREAD))
        .group_by(col(InboundMail.kind))
    )
    found = cast("Iterable[tuple[InboundKind, int]]", session.exec(query).all())
    return dict.fromkeys(_UNREAD, 0) | dict(found)
