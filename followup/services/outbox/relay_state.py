"""State of a mail server that all daemons share: pauses, and the slots of the rate limit."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, update
from sqlmodel import Session, col, select

from followup.domain.outbox.rate_limit import Slots, pause_length, slots
from followup.store.tables import RelayState


@dataclass(frozen=True, slots=True)
class Room:
    """How many emails a mail server may be given now. If it is paused, `closed` says why."""

    emails: int
    closed: str | None = None
    slots: Slots | None = None


def room(session: Session, name: str | None, wanted: int, *, per_minute: int | None, now: datetime) -> Room:
    """How many of `wanted` emails a mail server may be given. Delivery to files (`name` is None) has no
    limit.

    With a rate limit, this locks the server's row until the caller's transaction ends."""
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
    """Use the rate limit's slots for `emails` emails, in the transaction in which `room` found them."""
    if found.slots is not None and emails:
        _change(session, name, next_at=found.slots.after(emails))


def count_accepted(session: Session, name: str | None, *, is_rehearsal: bool, now: datetime) -> None:
    """Record that a mail server accepted an email. This resets the backoff of a pause that is over. A pause
    that still lasts is kept: the email was in transmission when it began."""
    over = col(RelayState.paused_until) <= now
    _change(
        session,
        name,
        accepted=col(RelayState.accepted) + 1,
        last_accepted_at=now,
        **({} if is_rehearsal else {"last_real_at": now}),
        pauses=case((over, 0), else_=col(RelayState.pauses)),
        paused_because=case((over, None), else_=col(RelayState.paused_because)),
        paused_until=case((over, None), else_=col(RelayState.paused_until)),
    )


def count_refused(session: Session, name: str | None) -> None:
    """Record that a mail server refused an email, temporarily or permanently."""
    _change(session, name, refused=col(RelayState.refused) + 1)


def pause(session: Session, name: str | None, *, because: str, now: datetime) -> None:
    """Pause a mail server for all daemons, longer with each consecutive pause.

    Changes nothing while it is paused already, because several connections get the same reply."""
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
    """Insert the row of a mail server, unless another daemon inserts it at the same time."""
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
