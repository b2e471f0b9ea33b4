"""Restored copies of the database: overdue emails in a copy wait for a person.

Overdue emails in a restored copy may already have been sent after the copy was made. They are put in doubt,
and a person says of each whether it was sent.
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
"""The name of the mark in a backup."""

HOME = "home"
"""The name of the mark that says to which PostgreSQL database these tables belong."""

RESTORED = EmailReason.RESTORED_COPY.of()
"""Why overdue emails in a restored copy are in doubt."""


_QUIET = timedelta(minutes=2)
"""How long a daemon may still be running after its last sign of life."""


def is_copy(session: Session, workspace: Workspace) -> str | None:
    """Why this database is taken for a restored copy that was not reviewed yet; None if it is not.

    A backup carries a mark; tables copied to another PostgreSQL database still name the original one; any
    other old copy lacks events that the watermark has. Raises InvalidFile if the watermark cannot be read."""
    mark = session.get(CopyMark, COPY)
    if mark is not None:
        return f"it is a backup of {mark.since:%Y-%m-%d %H:%M} UTC"
    home = session.get(CopyMark, HOME)
    if home is not None and home.value != _where(session):
        return "it was copied from another database"
    return watermark.missing(session, watermark.read(workspace))


def ask_first(session: Session, workspace: Workspace, *, now: datetime) -> int:
    """In a restored copy, put overdue emails and emails in transmission in doubt, in the caller's
    transaction. Returns the number put in doubt.

    After that the copy counts as the database itself. Until the watermark is written again this is repeated,
    so a daemon that dies in between can only put too many emails in doubt."""
    why = is_copy(session, workspace)
    _be_at_home(session, now)
    if why is None:
        return 0
    # Due reports may have been sent too. Plan them first, so that they are put in doubt as well.
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
    """The result of `db restore`. `kept` is the previous database; `late` is the number of emails in the copy
    that may already have been sent."""

    file: str
    kept: str | None
    late: int


def restore(workspace: Workspace, source: Path, *, now: datetime) -> RestoredDocument:
    """Replace the workspace's database by the backup `source`, marked as a copy. The previous database is
    kept beside it.

    Raises Refused while a daemon runs and for PostgreSQL, NotFound if there is no such file, InvalidFile if
    it is no intact database."""
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
    """Mark a database as a backup made at `now`."""
    session.merge(CopyMark(name=COPY, since=now))


def _late(now: datetime) -> ColumnElement[bool]:
    """Emails that may have been sent since a copy was made: due ones, and those in transmission."""
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
        # The present database may be damaged, which may be the reason for restoring.
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
    """The server and database that this connection uses; empty for SQLite, whose files may be moved."""
    if session.get_bind().dialect.name != "postgresql":
        return ""
    query = (
        "SELECT system_identifier || '/' || oid FROM pg_control_system(), pg_database "
        "WHERE datname = current_database()"
    )
    return str(session.execute(text(query)).scalar_one())
