"""Which daemons are alive, and how many emails dead daemons left in transmission."""

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from followup.domain.outbox.email_state import EmailState
from followup.domain.shared.word import Word
from followup.store import worker_lock
from followup.store.tables import Email, Worker

_UNDER_WAY = text("outbox.state IN ('claimed', 'transmitting')")
"""Must be written exactly as in the partial index, else the index is not used."""


class Life(Word):
    """Whether a daemon runs, stopped, or died."""

    RUNNING = "running", "It runs"
    STOPPED = "stopped", "It was stopped in good order"
    DIED = "died", "It was killed, or its machine went down"


def lives(session: Session, *, limit: int) -> list[tuple[Worker, Life]]:
    """The running daemons and the newest of the others, `limit` in all, those that ticked last first."""
    query = select(Worker).order_by(
        col(Worker.stopped_at).is_not(None), col(Worker.last_tick_at).desc(), col(Worker.id)
    )
    rows = session.exec(query.limit(limit)).all()
    dead = worker_lock.dead_among(session, [row.id for row in rows if row.stopped_at is None])
    found = [
        (row, Life.STOPPED if row.stopped_at else Life.DIED if row.id in dead else Life.RUNNING)
        for row in rows
    ]
    return sorted(found, key=lambda item: item[1] is not Life.RUNNING)


def left_on_the_way(session: Session) -> int:
    """The number of emails that were in transmission when their daemon died. The next tick puts them in
    doubt."""
    query = (
        select(Email.claimed_by, func.count())
        .where(_UNDER_WAY, col(Email.state) == EmailState.TRANSMITTING)
        .group_by(col(Email.claimed_by))
    )
    found = {worker: number for worker, number in session.exec(query).all() if worker is not None}
    return sum(found[worker] for worker in worker_lock.dead_among(session, found))
