"""The watermark: how far the database had come when the daemon last ran, kept in a file in the workspace.

A database behind the watermark was set back: an older copy was put in its place, or events were cut off the
end of its log, which the chain of hashes alone cannot show.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlmodel import Session, col, func, select

from followup.errors import InvalidFile
from followup.store.tables import AuditEvent, EmailEvent
from followup.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Watermark:
    """The number and hash of the newest event in the audit log, and the number of the newest email event."""

    event: int
    event_hash: str
    email_event: int


_BEGINNING = Watermark(0, "", 0)


def path_of(workspace: Workspace) -> Path:
    """The path of the watermark file."""
    return workspace.root / "db" / "watermark.json"


def of(session: Session) -> Watermark:
    """The watermark of the database as it is now."""
    newest = session.exec(
        select(AuditEvent.id, AuditEvent.hash).order_by(col(AuditEvent.id).desc()).limit(1)
    ).first()
    number, its_hash = newest or (0, "")
    told = session.exec(select(func.max(EmailEvent.id))).one()
    return Watermark(number or 0, its_hash, told or 0)


def read(workspace: Workspace) -> Watermark:
    """The stored watermark; that of an empty database if there is none. Raises InvalidFile if the file cannot
    be read."""
    path = path_of(workspace)
    try:
        kept = Watermark(**json.loads(path.read_text(encoding="utf-8")))
        if [type(value) for value in asdict(kept).values()] != [int, str, int]:
            raise ValueError
    except FileNotFoundError:
        return _BEGINNING
    except (OSError, ValueError, TypeError) as error:
        raise InvalidFile(
            f"{path} cannot be read, so nobody knows whether this database is the newest.",
            hint="See that it is, then remove that file.",
            code="bad_watermark",
        ) from error
    return kept


def keep(session: Session, workspace: Workspace) -> None:
    """Write the watermark atomically, if it has changed."""
    path, mark = path_of(workspace), of(session)
    text = json.dumps(asdict(mark))
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(mode=0o700, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    partial.touch(mode=0o600)
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def missing(session: Session, kept: Watermark) -> str | None:
    """What the database lacks compared with a watermark, in words; None if nothing."""
    newest = of(session).email_event
    if newest < kept.email_event:
        return f"the emails had come to event {kept.email_event}, and are at {newest} again"
    return missing_event(session, kept)


def missing_event(session: Session, kept: Watermark) -> str | None:
    """What the audit log lacks compared with a watermark, in words; None if nothing."""
    if not kept.event:
        return None
    found = session.exec(select(AuditEvent.hash).where(AuditEvent.id == kept.event)).first()
    if found is None:
        return f"event {kept.event}, which was there, is gone"
    return None if found == kept.event_hash else f"event {kept.event} is another one than it was"
