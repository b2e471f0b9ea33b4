"""State of a mail server that all daemons share: pauses, and the slots of the rate limit."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import case, update
from sqlmodel import Session, col, func, select

from followup.domain.inbound.bounce_cause import BounceCause
from followup.domain.inbound.message_kind import InboundKind
from followup.domain.outbox import returned_emails
from followup.domain.outbox.email_kind import TO_CUSTOMERS
from followup.domain.outbox.rate_limit import Slots, pause_length, slots
from followup.store.insert_once import insert_once
from followup.store.tables import Email, InboundMail, RelayState

EQUAL_REFUSALS = 3
"""After so many equal refusals for good in a row, of whatever emails, a mail server is left alone."""


@dataclass(frozen=True, slots=True)
class Room:
    """How many emails a mail server may be given now. If it is paused, `closed` says why.

    `is_probe`: emails to customers are held back, and this one tries whether they come back.
    `to_colleagues`: not even that; only emails to colleagues go."""

    emails: int
    closed: str | None = None
    slots: Slots | None = None
    is_probe: bool = False
    to_colleagues: bool = False


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
    found = _beside_returns(session, state, wanted, now)
    if per_minute is None:
        return found
    free = slots(state.next_at, now, per_minute)
    return replace(found, emails=min(found.emails, free.ready), slots=free)


def _beside_returns(session: Session, state: RelayState, wanted: int, now: datetime) -> Room:
    """What may go while emails come back for our sake: a single one now and then, and those to colleagues.
    Enough that did not come back end this."""
    if state.returns_since is None:
        return Room(wanted)
    if returned_emails.is_over(state.probes, state.probed_at, now):
        _end_returns(session, state.name, now)
        return Room(wanted)
    if returned_emails.may_probe(state.probed_at, now):
        return Room(min(wanted, 1), is_probe=True)
    why = f"emails to customers are held back, because many came back: {state.returned_with}"
    return Room(wanted, why, to_colleagues=True)


def _end_returns(session: Session, name: str, now: datetime) -> None:
    _change(session, name, returns_since=None, returned_with=None, returns_counted_from=now)


def count_returned(session: Session, email: Email, *, said: str, now: datetime) -> None:
    """Record that an email came back for our sake, and hold emails to customers back if too many did.

    One that was sent before they are counted anew says nothing of what was mended since."""
    if email.relay is None or email.sent_at is None:
        return
    state = _state(session, email.relay, to_change=True)
    since = max(filter(None, (now - returned_emails.WITHIN, state.returns_counted_from)))
    if email.sent_at < since:
        return
    if state.returns_since is not None:
        if email.sent_at >= state.returns_since:
            _change(session, state.name, probes=0, returned_with=said)
        return
    sent = (
        select(func.count())
        .select_from(Email)
        .where(col(Email.sent_at) >= since, col(Email.kind).in_(TO_CUSTOMERS))
    )
    returned = (
        select(func.count(func.distinct(InboundMail.email_id)))
        .join(Email, col(Email.id) == col(InboundMail.email_id))
        .where(col(InboundMail.kind) == InboundKind.BOUNCE, col(InboundMail.cause) == BounceCause.SENDER)
        .where(col(InboundMail.received_at) >= since, col(Email.sent_at) >= since)
        .where(col(Email.relay) == state.name, col(InboundMail.email_id) != email.id)
    )
    if returned_emails.is_too_many(session.exec(returned).one() + 1, session.exec(sent).one()):
        _change(session, state.name, returns_since=now, returned_with=said, probes=0, probed_at=now)


def resume(session: Session, *, now: datetime) -> list[str]:
    """Let emails go again to every mail server that is left alone or from which they come back, as if nothing
    had been refused. Returns the names of those servers."""
    stopped = [
        state
        for state in session.exec(select(RelayState).order_by(col(RelayState.name)).with_for_update())
        if state.returns_since is not None
        or state.equal_refusals
        or (state.paused_until is not None and state.paused_until > now)
    ]
    for state in stopped:
        _change(
            session,
            state.name,
            paused_until=None,
            paused_because=None,
            pauses=0,
            equal_refusals=0,
            refused_with=None,
        )
        _end_returns(session, state.name, now)
    return [state.name for state in stopped]


def take(session: Session, name: str | None, found: Room, emails: int, *, now: datetime) -> None:
    """Use the rate limit's slots for `emails` emails, in the transaction in which `room` found them."""
    if not emails:
        return
    if found.slots is not None:
        _change(session, name, next_at=found.slots.after(emails))
    if found.is_probe:
        _change(session, name, probed_at=now, probes=col(RelayState.probes) + 1)


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
        zeros = dict.fromkeys(("pauses", "accepted", "refused", "equal_refusals", "probes"), 0)
        insert_once(session, RelayState, name=name, **zeros)
        state = session.exec(query).one()
    return state


def _change(session: Session, name: str | None, **changes: object) -> None:
    if name is not None:
        guarded = update(RelayState).where(col(RelayState.name) == name).values(**changes)
        session.execute(guarded.execution_options(synchronize_session=False))
