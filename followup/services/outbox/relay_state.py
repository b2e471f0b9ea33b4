"""State of a mail server that all daemons share: pauses, and the slots of the rate limit."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, update
from sqlmodel import Session, col, select

from followup.domain.outbox.rate_limit import Slots, pause_length, slots
from followup.store.tables import RelayState

EQUAL_REFUSALS = 3
"""After so many equal refusals for good in a row, of whatever emails, a mail server is left alone."""


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
    if (closed := _closed(state, now)) is not None:
        return Room(0, closed)
    if state.equal_refusals >= EQUAL_REFUSALS:
        # After the pause one email tries whether the server takes any again.
        wanted = min(wanted, 1)
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
        equal_refusals=0,
        refused_with=None,
        **({} if is_rehearsal else {"last_real_at": now}),
        pauses=case((over, 0), else_=col(RelayState.pauses)),
        paused_because=case((over, None), else_=col(RelayState.paused_because)),
        paused_until=case((over, None), else_=col(RelayState.paused_until)),
    )


def refuses_all(session: Session, name: str | None, with_: str | None) -> bool:
    """Whether one more refusal that has `with_` in common is the third in a row or a later one, so that the
    mail server refuses everything."""
    if name is None or with_ is None:
        return False
    state = _state(session, name, to_change=False)
    return state.refused_with == with_ and state.equal_refusals + 1 >= EQUAL_REFUSALS


def count_refused(session: Session, name: str | None, *, with_: str | None, said: str, now: datetime) -> None:
    """Record that a mail server refused an email, temporarily or permanently, and pause it if it refuses
    everything. `with_` is what equal refusals for good have in common, None for a refusal that says nothing
    of other emails; `said` is what it said."""
    if name is None or with_ is None:
        _change(session, name, refused=col(RelayState.refused) + 1)
        return
    state = _state(session, name, to_change=True)
    equal = state.equal_refusals + 1 if state.refused_with == with_ else 1
    _change(session, name, refused=state.refused + 1, equal_refusals=equal, refused_with=with_)
    if equal >= EQUAL_REFUSALS:
        pause(session, name, because=f"it refuses everything: {said}", now=now)


def closed(session: Session, name: str | None, *, now: datetime) -> str | None:
    """Why a mail server is paused; None if it is not."""
    return None if name is None else _closed(_state(session, name, to_change=False), now)


def _closed(state: RelayState, now: datetime) -> str | None:
    if state.paused_until is None or not now < state.paused_until <= now + pause_length(state.pauses):
        return None
    if state.equal_refusals >= EQUAL_REFUSALS:
        return f"left alone until {state.paused_until:%H:%M} UTC, because {state.paused_because}"
    return f"it asked to be left alone until {state.paused_until:%H:%M} UTC: {state.paused_because}"


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
    row = {"name": name, "pauses": 0, "accepted": 0, "refused": 0, "equal_refusals": 0}
    session.execute(insert(RelayState).values(row).on_conflict_do_nothing())


def _change(session: Session, name: str | None, **changes: object) -> None:
    if name is not None:
        guarded = update(RelayState).where(col(RelayState.name) == name).values(**changes)
        session.execute(guarded.execution_options(synchronize_session=False))
