"""Claiming due emails. Every later step is guarded by id, epoch and state.

Each claim increases the epoch. So a worker that lost its claim (it stood still beyond its lease, then
resumed) can change nothing.

`now` decides what is due. Leases are measured by the database's clock, which all workers share, so the clocks
of their machines need not agree.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Update,
    func,
    or_,
    text,
    update,
)
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from followup.domain.outbox.email_kind import EmailKind
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.store.tables import Email

LEASE = timedelta(minutes=30)
"""How long a worker that stands still keeps its claims. Delivering one email, from claim to result, takes
less.
"""

WORKER_DIED = EmailReason.WORKER_DIED.of()
"""The reason of an email that is in doubt because its worker died."""

# The condition of the partial index, so that the index is used.
_UNDER_WAY = text("outbox.state IN ('claimed', 'transmitting') AND outbox.lease_until IS NOT NULL")


def promote_put_off(session: Session, now: datetime) -> None:
    """Schedule deferred emails that are due at `now`. Held emails wait for a person and stay as they are."""
    _rows(
        session,
        update(Email)
        .where(col(Email.state) == EmailState.DEFERRED, col(Email.due_at) <= now)
        .where(col(Email.held_code).is_(None))
        .values(state=EmailState.SCHEDULED),
    )


def claimants(session: Session) -> set[str]:
    """The workers that have claimed emails, alive or dead."""
    query = select(Email.claimed_by).where(_UNDER_WAY, col(Email.claimed_by).is_not(None)).distinct()
    return {worker for worker in session.exec(query).all() if worker is not None}


def release_dead(session: Session, dead: Collection[str], now: datetime, *, resend: bool) -> list[int]:
    """Take back the claims of the workers in `dead`, and those whose lease has expired. Returns the ids of
    emails that may have been sent.

    A claimed email is certainly unsent and is scheduled again. One in transmission is put in doubt or, with
    `resend`, scheduled again with the same bytes and Message-ID. Either counts as an attempt.
    """
    gone = col(Email.lease_until) <= _clock(session)
    if dead:
        gone = or_(gone, col(Email.claimed_by).in_(dead))
    # Skip rows that another worker has locked: it is changing them itself.
    left = select(Email.id, Email.state).where(_UNDER_WAY, gone).with_for_update(skip_locked=True)
    found = session.exec(left).all()
    unsent = [number for number, state in found if state is EmailState.CLAIMED and number is not None]
    doubtful = [number for number, state in found if state is EmailState.TRANSMITTING and number is not None]
    if unsent:
        values = {"state": EmailState.SCHEDULED, **EmailReason.WORKER_STOPPED.of().columns()}
        _rows(session, _still(unsent, EmailState.CLAIMED).values(**values))
    if doubtful:
        _rows(
            session,
            _still(doubtful, EmailState.TRANSMITTING).values(
                state=EmailState.SCHEDULED if resend else EmailState.IN_DOUBT,
                **WORKER_DIED.columns(),
                attempts=col(Email.attempts) + 1,
                first_attempt_at=func.coalesce(col(Email.first_attempt_at), now),
            ),
        )
    return doubtful


def _still(numbers: list[int], state: EmailState) -> Update:
    return update(Email).where(col(Email.id).in_(numbers), col(Email.state) == state)


def anything_due(session: Session, now: datetime) -> bool:
    """Whether `claim_due` would find an email at `now`."""
    return session.exec(_due(now).limit(1)).first() is not None


def claim_due(
    session: Session,
    *,
    now: datetime,
    worker: str,
    limit: int,
    kinds: Collection[EmailKind] | None = None,
) -> list[Email]:
    """Claim up to `limit` due emails, those due longest first; with `kinds`, only of these. No other worker
    gets them."""
    found = _due(now) if kinds is None else _due(now).where(col(Email.kind).in_(kinds))
    due = (
        found.order_by(col(Email.due_at), col(Email.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
        # Materialised: PostgreSQL may run a subquery again for each row, skipping rows it locked before.
        .cte("due")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    # The state is tested in both places: otherwise PostgreSQL would claim a row twice.
    statement = (
        update(Email)
        .where(col(Email.id).in_(sa_select(due.c.id)), col(Email.state) == EmailState.SCHEDULED)
        .values(
            state=EmailState.CLAIMED,
            epoch=col(Email.epoch) + 1,
            claimed_by=worker,
            lease_until=lease_end(session),
        )
        .returning(col(Email.id))
        .execution_options(synchronize_session=False)
    )
    claimed = list(session.execute(statement).scalars())
    query = select(Email).where(col(Email.id).in_(claimed)).order_by(col(Email.due_at), col(Email.id))
    return list(session.exec(query).all())


def _due(now: datetime) -> Any:
    return (
        select(Email.id)
        .where(col(Email.state) == EmailState.SCHEDULED, col(Email.due_at) <= now)
        .where(col(Email.held_code).is_(None))
    )


def lease_end(session: Session) -> ColumnElement[Any]:
    """When a lease that begins now ends, calculated by the database when the statement runs."""
    return _clock(session, LEASE)


def _clock(session: Session, ahead: timedelta = timedelta()) -> ColumnElement[Any]:
    """The database's clock, in the format of stored instants. Not the start time of the transaction, because
    a batch may take long.
    """
    if session.get_bind().dialect.name == "postgresql":
        return func.clock_timestamp() + ahead
    return func.strftime("%Y-%m-%d %H:%M:%f000", "now", f"{ahead.total_seconds():+.0f} seconds")


def advance(session: Session, email_id: int, epoch: int, was: EmailState, **changes: Any) -> bool:
    """Update a row if it still has this id, epoch and state. Returns whether it did."""
    statement = (
        update(Email)
        .where(col(Email.id) == email_id, col(Email.epoch) == epoch, col(Email.state) == was)
        .values(**changes)
    )
    return _rows(session, statement) == 1


def _rows(session: Session, statement: Update) -> int:
    guarded = statement.execution_options(synchronize_session=False)
    return cast("CursorResult[Any]", session.execute(guarded)).rowcount
