"""A workspace, made and examined: `followup init`, `followup doctor`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from typing_extensions import TypedDict

from followup.application.door import Caller, works
from followup.services.upkeep.doctor.examine import examine
from followup.services.upkeep.doctor.finding import CheckDocument
from followup.services.upkeep.new_workspace import create_workspace


class NewWorkspaceDocument(TypedDict):
    """A workspace that was made: its folder, the files made in it, and where its database is."""

    workspace: str
    files: list[str]
    database: str


class DoctorDocument(TypedDict):
    """What was looked at. `ok` is whether nothing is broken; what only could be better has exit code 0."""

    ok: bool
    checks: list[CheckDocument]


@works("init", changes=True)
def init(
    folder: Path,
    business: str | None = None,
    currency: str | None = None,
    timezone: str | None = None,
    country: str | None = None,
    locale: str | None = None,
    sender: str | None = None,
    *,
    environment: Mapping[str, str],
) -> NewWorkspaceDocument:
    """Make a workspace in `folder`: settings, policy, sequences, templates and the database. What is not
    given stays as the settings have it; `environment` is where variables of ours stand.

    Raises Refused where something is there already, WrongUsage for a setting that cannot be used."""
    given = {
        "business": business,
        "currency": currency,
        "timezone": timezone,
        "country": country,
        "locale": locale,
        "sender": sender,
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    workspace, made = create_workspace(folder, chosen, environment=environment)
    database = str(workspace.root / "db" / "followup.db")
    return {
        "workspace": str(workspace.root),
        "files": [str(path) for path in made],
        # A URL of a server may hold a password.
        "database": "as FOLLOWUP_DATABASE_URL says" if workspace.settings.database_url else database,
    }


@works("doctor")
def doctor(caller: Caller, *, clock: Callable[[], datetime] | None = None) -> DoctorDocument:
    """What is configured, what is missing, and what to do about it. Changes nothing; talks to the servers
    that are set, up to logging in. Other clocks are compared with `clock`, else with when it was called."""
    checks = examine(caller.place.workspace, clock or (lambda: caller.now))
    return {
        "ok": not any(check.exit_code for check in checks),
        "checks": [check.to_document() for check in checks],
    }
