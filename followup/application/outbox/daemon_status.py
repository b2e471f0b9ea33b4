"""How the sending of emails is, and the systemd unit that keeps it good: `followup daemon status | unit`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from typing_extensions import TypedDict

from followup.application.door import Caller, OpenWorkspace, Reading, reads, works
from followup.domain.outbox.systemd_unit import Unit
from followup.services.upkeep.delivery_health import HealthDocument as HealthDocument
from followup.services.upkeep.delivery_health import health
from followup.store.engine import sqlite_file


class UnitDocument(TypedDict):
    """A unit as a file. `missing_folders` are those that the daemon is to write to and may not make."""

    unit: str
    missing_folders: list[str]


@reads("daemon status")
def status(work: Reading) -> HealthDocument:
    """Whether a daemon runs, what waits, how late it is, and what a person must look at."""
    return health(work.session, now=work.now).to_document()


@works("daemon unit")
def unit(caller: Caller, user: str | None = None, secrets: str = "/etc/followup/environment") -> UnitDocument:
    """A systemd unit that runs the daemon for this workspace, watched and locked in, as `user`, who is the
    owner of the workspace unless given. `secrets` is a file of variables. Asks no database."""
    workspace, writable = caller.place.workspace, tuple(_writable(caller.place))
    made = Unit(
        business=workspace.settings.business,
        command=Path(sys.executable).with_name("followup"),
        workspace=workspace.root,
        user=user or workspace.root.owner(),
        secrets=Path(secrets),
        writable=writable,
    )
    return {"unit": made.text(), "missing_folders": [str(path) for path in writable if not path.exists()]}


def _writable(place: OpenWorkspace) -> Iterator[Path]:
    """The folders that the daemon writes to."""
    workspace = place.workspace
    yield workspace.root / "db"
    yield workspace.outbox_dir
    yield workspace.quarantine_dir.parent
    database = sqlite_file(place.database)
    if database is not None and database.parent != workspace.root / "db":
        yield workspace.root / database.parent
    inbound = urlsplit(workspace.settings.inbound_url or "")
    if inbound.scheme in ("maildir", "folder"):
        yield Path(unquote(inbound.path))
