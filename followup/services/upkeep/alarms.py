"""Alarms: what keeps us from being heard, or from hearing, until a person mends it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlmodel import Session, col, select

from followup.domain.shared.word import Word
from followup.services.outbox.relay_state import EQUAL_REFUSALS
from followup.services.shared import mailbox_state
from followup.services.shared.configuration import Configuration
from followup.store.tables import RelayState


class AlarmCode(Word):
    """What is wrong. `hint` says what to do."""

    hint: str

    RELAY_REFUSES = (
        "relay_refuses",
        "The mail server refuses everything that we send",
        "Mend the account or the sender; an email tries again after each pause. See: followup doctor",
    )
    MAILBOX_UNREAD = (
        "mailbox_unread",
        "The mailbox cannot be read, so answers are not seen and follow-ups wait",
        "Mend it, then try: followup inbound poll --dry-run",
    )

    def __new__(cls, value: str, meaning: str, hint: str) -> Self:
        """Create a member from its word, its meaning and its hint."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.hint = hint
        return member


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm, what is said of it, and since when it lasts, if that is known."""

    code: AlarmCode
    said: str
    since: datetime | None = None

    @property
    def text(self) -> str:
        """The alarm for people."""
        return f"{self.code.meaning}: {self.said.rstrip('.')}"


def present(session: Session, rules: Configuration, *, now: datetime) -> tuple[Alarm, ...]:
    """The alarms that last now."""
    return (*_refusing(session), *_unread(session, rules, now))


def _refusing(session: Session) -> Iterator[Alarm]:
    query = select(RelayState).where(col(RelayState.equal_refusals) >= EQUAL_REFUSALS)
    for state in session.exec(query.order_by(col(RelayState.name))):
        yield Alarm(AlarmCode.RELAY_REFUSES, f"{state.name}: {state.paused_because}")


def _unread(session: Session, rules: Configuration, now: datetime) -> Iterator[Alarm]:
    state = mailbox_state.unread_too_long(session, rules, now=now)
    if state is not None:
        yield Alarm(AlarmCode.MAILBOX_UNREAD, state.unreadable_because, state.unreadable_since)
