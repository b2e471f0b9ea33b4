"""Claiming due emails, and guarding every later step by id, epoch and state.

The epoch grows with each claim, so a worker that lost its claim (stopped for longer than its lease,
then woken) changes nothing any more.
"""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Update, and_, text, update
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from followup.domain.email_state import EmailState
from followup.store.tables import Email

DIED_ON_THE_WAY = "its worker stopped while the email was on its way"
"""Why nobody knows whether an email went out."""


def promote_put_off(session: Session, now: datetime) -> None:
    """Schedule the deferred emails whose time has come. One that is held waits for a person, not for it."""
    _rows(
        session,
        update(Email)
        .where(col(Email.state) == EmailState.DEFERRED, col(Email.due_at) <= now)
        .where(col(Email.held_because).is_(None))
        .values(state=EmailState.SCHEDULED),
    )


def release_dead(session: Session, now: datetime, *, resend: bool) -> list[int]:
    """Take back what a worker left behind when its lease ran out. Returns the emails that may have gone out.

    A claimed email is provably unsent and is scheduled again. One whose body may be on its way is in
    doubt; with `resend` it is scheduled again, the same bytes with the same Message-ID."""
    # In the words of the partial index, else the dead are looked for in the whole table.
    dead = and_(text("outbox.state IN ('claimed', 'transmitting')"), col(Email.lease_until) <= now)
    _rows(
        session,
        update(Email)
        .where(col(Email.state) == EmailState.CLAIMED, dead)
        .values(state=EmailState.SCHEDULED, reason="its worker stopped before sending"),
    )
    on_the_way = (
        update(Email)
        .where(col(Email.state) == EmailState.TRANSMITTING, dead)
        .values(state=EmailState.SCHEDULED if resend else EmailState.IN_DOUBT, reason=DIED_ON_THE_WAY)
        .returning(col(Email.id))
        .execution_options(synchronize_session=False)
    )
    return list(session.execute(on_the_way).scalars())


def claim_due(
    session: Session, *, now: datetime, worker: str, lease_until: datetime, limit: int
) -> list[Email]:
    """Claim up to `limit` emails that are due, the longest due first. No other worker gets them."""
    due = (
        select(Email.id)
        .where(col(Email.state) == EmailState.SCHEDULED, col(Email.due_at) <= now)
        .where(col(Email.held_because).is_(None))
        .order_by(col(Email.due_at), col(Email.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
        # Chosen once: PostgreSQL may run a subquery again for each row, skipping what it locked before.
        .cte("due")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    # The state stands in both places: without it PostgreSQL would claim a row twice.
    statement = (
        update(Email)
        .where(col(Email.id).in_(sa_select(due.c.id)), col(Email.state) == EmailState.SCHEDULED)
        .values(
            state=EmailState.CLAIMED,
            epoch=col(Email.epoch) + 1,
            claimed_by=worker,
            lease_until=lease_until,
        )
        .returning(col(Email.id))
        .execution_options(synchronize_session=False)
    )
    claimed = list(session.execute(statement).scalars())
    query = select(Email).where(col(Email.id).in_(claimed)).order_by(col(Email.due_at), col(Email.id))
    return list(session.exec(query).all())


def advance(session: Session, email_id: int, epoch: int, was: EmailState, **changes: Any) -> bool:
    """Change a row that is still ours: in this state, of this epoch. Returns whether it was."""
    statement = (
        update(Email)
        .where(col(Email.id) == email_id, col(Email.epoch) == epoch, col(Email.state) == was)
        .values(**changes)
    )
    return _rows(session, statement) == 1


def _rows(session: Session, statement: Update) -> int:
    guarded = statement.execution_options(synchronize_session=False)
    return cast("CursorResult[Any]", session.execute(guarded)).rowcount
