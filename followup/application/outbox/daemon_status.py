"""Delivery health, and a systemd unit for the daemon: `followup daemon status` and `unit`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from typing_extensions import TypedDict

from followup.application.door import Caller, OpenWorkspace, Reading, Writing, reads, works, writes
from followup.domain.outbox.systemd_unit import Unit
from followup.domain.people.rights import Right
from followup.services.outbox import relay_state, transport_guard
from followup.services.outbox.transport_guard import TransportDocument
from followup.services.shared import audit
from followup.services.upkeep.delivery_health import HealthDocument, health
from followup.settings import LOCAL_MAILBOXES
from followup.store.engine import sqlite_file


class UnitDocument(TypedDict):
    """The text of a systemd unit. `missing_folders` are folders that the daemon writes to and cannot create
    itself."""

    unit: str
    missing_folders: list[str]


class StatusDocument(HealthDocument):
    """The state of delivery, and where emails go from this shell."""

    mail: TransportDocument


@reads("daemon status")
def status(work: Reading) -> StatusDocument:
    """Whether a daemon runs, what waits, how late it is, where emails go, and what a person must review."""
    found = health(work.session, work.configuration, now=work.now).to_document()
    return {**found, "mail": transport_guard.document(work.session, work.place.workspace.settings)}


class ResumedDocument(TypedDict):
    """The mail servers to which emails go again."""

    resumed: list[str]


@writes("daemon resume", right=Right.APPROVALS)
def resume(work: Writing, because: str) -> ResumedDocument:
    """Let emails go again to mail servers that refused everything, asked to be left alone, or sent many back
    for our sake. What is still wrong stops them again."""
    names = relay_state.resume(work.session, now=work.now)
    audit.record(
        work.session,
        now=work.now,
        actor=work.actor,
        action="daemon resume",
        subject="sending",
        because=because,
        detail={"relays": names},
    )
    return {"resumed": names}


@works("daemon unit")
def unit(caller: Caller, user: str | None = None, secrets: str = "/etc/followup/environment") -> UnitDocument:
    """A systemd unit that runs the daemon for this workspace, with a watchdog and a sandbox, as `user` (by
    default the owner of the workspace). `secrets` is the path of a file with environment variables. Uses no
    database."""
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
    if inbound.scheme in LOCAL_MAILBOXES:
        yield Path(unquote(inbound.path))
