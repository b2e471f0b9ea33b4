"""A restored copy of the database asks before it sends what is late.

What the copy takes for due may have gone out after it was made, so a person says of each such email whether
it did.
"""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, Engine, text, update
from sqlmodel import Session, col, func, select
from typing_extensions import TypedDict

from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import UNSENT_STATES, EmailState
from followup.errors import FollowupError, Refused
from followup.services.reporting import report_schedules
from followup.services.sequences import email_events
from followup.services.shared import audit
from followup.services.shared.actors import DAEMON
from followup.services.upkeep import watermark
from followup.store import backup_copy
from followup.store.engine import open_engine, reading, writing
from followup.store.tables import CopyMark, Email, Worker
from followup.workspace import Workspace

COPY = "copy"
"""The mark that a backup carries."""

HOME = "home"
"""The mark that says in which PostgreSQL database these tables are at home."""

RESTORED = EmailReason.RESTORED_COPY.of()
"""Why the emails that are late in a copy are in doubt."""


_QUIET = timedelta(minutes=2)
"""How long a daemon that says nothing may still be running."""


def is_copy(session: Session, workspace: Workspace) -> str | None:
    """Why this database is taken for a restored copy that nobody has looked at yet; None if it is not.

    A backup says so itself, tables that were copied to another PostgreSQL database do by where they are, and
    an older file of any kind by what it lacks. Raises InvalidFile where the watermark cannot be read."""
    mark = session.get(CopyMark, COPY)
    if mark is not None:
        return f"it is a backup of {mark.since:%Y-%m-%d %H:%M} UTC"
    home = session.get(CopyMark, HOME)
    if home is not None and home.value != _where(session):
        return "it was copied from another database"
    return watermark.missing(session, watermark.read(workspace))


def ask_first(session: Session, workspace: Workspace, *, now: datetime) -> int:
    """In a restored copy, put what is late or was under way in doubt, in the caller's transaction. Returns
    how many emails a person must look at.

    From then on the copy is the database. Until the watermark is kept again it is asked anew, so a daemon
    that dies in between errs on the side of asking."""
    why = is_copy(session, workspace)
    _be_at_home(session, now)
    if why is None:
        return 0
    # Reports too may have gone out since: what is due of them is planned first, so that it is asked about.
    report_schedules.plan_due(session, now=now)
    statement = (
        update(Email)
        .where(_late(now))
        .values(state=EmailState.IN_DOUBT, epoch=col(Email.epoch) + 1, **RESTORED.columns())
        .returning(col(Email.id))
        .execution_options(synchronize_session=False)
    )
    doubtful = sorted(session.execute(statement).scalars())
    email_events.record(
        session, [(number, EmailState.IN_DOUBT, RESTORED) for number in doubtful], now=now, actor=DAEMON
    )
    mark = session.get(CopyMark, COPY)
    if mark is not None:
        session.delete(mark)
    detail = {"in_doubt": len(doubtful)}
    audit.record(
        session, now=now, actor=DAEMON, action="db restored", subject="database", because=why, detail=detail
    )
    return len(doubtful)


class RestoredDocument(TypedDict):
    """What `db restore` did: `kept` is the database that was there before, `late` how many emails of the
    copy may have gone out already."""

    file: str
    kept: str | None
    late: int


def restore(workspace: Workspace, source: Path, *, now: datetime) -> RestoredDocument:
    """Put the backup `source` in the place of the workspace's database, marked as a copy. The database that
    was there is kept beside it.

    Raises Refused while a daemon runs and for PostgreSQL, NotFound, and InvalidFile for what is no sound
    database."""
    engine = open_engine(workspace.database_url, lock_wait_seconds=workspace.settings.lock_wait_seconds)
    place = Path(engine.url.database or "")
    if place.is_file():
        _refuse_beside_a_daemon(engine, now)
    aside = place.with_name(f"{place.stem}-until-{now:%Y%m%dT%H%M%SZ}{place.suffix}")
    backup_copy.restore(engine, source, aside)
    with writing(engine) as session:
        mark_as_copy(session, now=now)
        late = session.exec(select(func.count()).select_from(Email).where(_late(now))).one()
    engine.dispose()
    return {"file": str(source), "kept": str(aside) if aside.exists() else None, "late": late}


def mark_as_copy(session: Session, *, now: datetime) -> None:
    """Have a database know that it is a backup, made now."""
    session.merge(CopyMark(name=COPY, since=now))


def _late(now: datetime) -> ColumnElement[bool]:
    """What may have gone out since a copy was made: what has fallen due, and what was under way."""
    waits = col(Email.state).in_(UNSENT_STATES) & (col(Email.due_at) <= now)
    under_way = col(Email.state).in_((EmailState.CLAIMED, EmailState.TRANSMITTING))
    return (waits & col(Email.held_code).is_(None)) | under_way


def _refuse_beside_a_daemon(engine: Engine, now: datetime) -> None:
    try:
        with reading(engine) as session:
            alive = session.exec(
                select(Worker).where(
                    col(Worker.stopped_at).is_(None), col(Worker.last_tick_at) > now - _QUIET
                )
            ).first()
    except FollowupError:
        # What is there now may be why it is to be replaced.
        return
    if alive is not None:
        raise Refused(
            f"A daemon uses this database: {alive.host}, number {alive.pid}.",
            hint="Stop it first. If it was killed, wait two minutes.",
            code="daemon_runs",
        )


def _be_at_home(session: Session, now: datetime) -> None:
    where, mark = _where(session), session.get(CopyMark, HOME)
    if where and (mark is None or mark.value != where):
        session.merge(CopyMark(name=HOME, value=where, since=now))
        session.flush()


def _where(session: Session) -> str:
    """Which server and which of its databases this is; nothing for SQLite, whose files may be moved."""
    if session.get_bind().dialect.name != "postgresql":
        return ""
    query = (
        "SELECT system_identifier || '/' || oid FROM pg_control_system(), pg_database "
        "WHERE datname = current_database()"
    )
    return str(session.execute(text(query)).scalar_one())
