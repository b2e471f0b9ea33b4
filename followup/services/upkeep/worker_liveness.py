"""Which daemons are alive, and what those that died left on its way."""

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from followup.domain.outbox.email_state import EmailState
from followup.domain.shared.word import Word
from followup.store import worker_lock
from followup.store.tables import Email, Worker

_UNDER_WAY = text("outbox.state IN ('claimed', 'transmitting')")
"""In the words of the partial index, which is not used otherwise."""


class Life(Word):
    """How it is with a daemon."""

    RUNNING = "running", "It runs"
    STOPPED = "stopped", "It was stopped in good order"
    DIED = "died", "It was killed, or its machine went down"


def lives(session: Session, *, limit: int) -> list[tuple[Worker, Life]]:
    """The daemons that run and the newest of the others, `limit` in all, those first that ticked last."""
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
    """How many emails a daemon was transmitting when it died: in doubt as soon as another one ticks."""
    query = (
        select(Email.claimed_by, func.count())
        .where(_UNDER_WAY, col(Email.state) == EmailState.TRANSMITTING)
        .group_by(col(Email.claimed_by))
    )
    found = {worker: number for worker, number in session.exec(query).all() if worker is not None}
    return sum(found[worker] for worker in worker_lock.dead_among(session, found))
