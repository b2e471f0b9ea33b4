"""What all daemons know about a mail server: whether to leave it alone, how many emails it may be given."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, update
from sqlmodel import Session, col, select

from followup.domain.outbox.rate_limit import Slots, pause_length, slots
from followup.store.tables import RelayState


@dataclass(frozen=True, slots=True)
class Room:
    """How many emails a mail server may be given now. `closed` says why it is left alone, where it is."""

    emails: int
    closed: str | None = None
    slots: Slots | None = None


def room(session: Session, name: str | None, wanted: int, *, per_minute: int | None, now: datetime) -> Room:
    """How many of `wanted` emails a mail server may be given. Files have no name, and no limits.

    With a limit per minute, whoever asks next waits for the caller's transaction to end."""
    if name is None:
        return Room(wanted)
    state = _state(session, name, to_change=per_minute is not None)
    if state.paused_until is not None and now < state.paused_until <= now + pause_length(state.pauses):
        return Room(
            0, f"it asked to be left alone until {state.paused_until:%H:%M} UTC: {state.paused_because}"
        )
    if per_minute is None:
        return Room(wanted)
    free = slots(state.next_at, now, per_minute)
    return Room(min(wanted, free.ready), slots=free)


def take(session: Session, name: str | None, found: Room, emails: int) -> None:
    """Take the slots of some emails, in the transaction in which `room` found them."""
    if found.slots is not None and emails:
        _change(session, name, next_at=found.slots.after(emails))


def count_accepted(session: Session, name: str | None, *, now: datetime) -> None:
    """Record that a mail server took an email: a pause that is over was the last in a row. One that goes on
    is not ended by an email that was under way when it began."""
    over = col(RelayState.paused_until) <= now
    _change(
        session,
        name,
        accepted=col(RelayState.accepted) + 1,
        last_accepted_at=now,
        pauses=case((over, 0), else_=col(RelayState.pauses)),
        paused_because=case((over, None), else_=col(RelayState.paused_because)),
        paused_until=case((over, None), else_=col(RelayState.paused_until)),
    )


def count_refused(session: Session, name: str | None) -> None:
    """Record that a mail server refused an email, for now or for good."""
    _change(session, name, refused=col(RelayState.refused) + 1)


def pause(session: Session, name: str | None, *, because: str, now: datetime) -> None:
    """Have all daemons leave a mail server alone for a while, longer each time in a row. What it says while
    it is left alone already changes nothing: several connections hear the same."""
    if name is None:
        return
    state = _state(session, name, to_change=True)
    if state.paused_until is None or state.paused_until <= now:
        pauses = state.pauses + 1
        _change(session, name, pauses=pauses, paused_until=now + pause_length(pauses), paused_because=because)


def _state(session: Session, name: str, *, to_change: bool) -> RelayState:
    query = select(RelayState).where(col(RelayState.name) == name).execution_options(populate_existing=True)
    if to_change:
        query = query.with_for_update()
    state = session.exec(query).first()
    if state is None:
        _introduce(session, name)
        state = session.exec(query).one()
    return state


def _introduce(session: Session, name: str) -> None:
    """Make a mail server known, unless another daemon does so at the same time."""
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    row = {"name": name, "pauses": 0, "accepted": 0, "refused": 0}
    session.execute(insert(RelayState).values(row).on_conflict_do_nothing())


def _change(session: Session, name: str | None, **changes: object) -> None:
    if name is not None:
        guarded = update(RelayState).where(col(RelayState.name) == name).values(**changes)
        session.execute(guarded.execution_options(synchronize_session=False))
