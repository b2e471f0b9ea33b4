"""Creating and checking a workspace: `followup init`, `followup doctor`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from typing_extensions import TypedDict

from followup.application.door import Caller, works
from followup.services.upkeep.doctor.examine import examine
from followup.services.upkeep.doctor.finding import CheckDocument
from followup.services.upkeep.new_workspace import create_workspace


class NewWorkspaceDocument(TypedDict):
    """A new workspace: its folder, the files created in it, and the location of its database."""

    workspace: str
    files: list[str]
    database: str


class DoctorDocument(TypedDict):
    """The results of all checks. `ok` is true if nothing is broken; a mere suggestion has exit code 0."""

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
    thing: str | None = None,
    *,
    environment: Mapping[str, str],
) -> NewWorkspaceDocument:
    """Create a workspace in `folder`: settings, policy, sequences, templates and the database. Values not
    given keep the defaults of the starter file; `environment` holds the environment variables.

    Raises Refused if the folder is in use, WrongUsage for an invalid setting."""
    given = {
        "business": business,
        "currency": currency,
        "timezone": timezone,
        "country": country,
        "locale": locale,
        "sender": sender,
        "thing": thing,
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    workspace, made = create_workspace(folder, chosen, environment=environment)
    database = str(workspace.root / "db" / "followup.db")
    return {
        "workspace": str(workspace.root),
        "files": [str(path) for path in made],
        # The URL of a server may contain a password.
        "database": "as FOLLOWUP_DATABASE_URL says" if workspace.settings.database_url else database,
    }


@works("doctor")
def doctor(caller: Caller, *, clock: Callable[[], datetime] | None = None) -> DoctorDocument:
    """Check what is configured and what is missing, and say what to do about it. Changes nothing. Connects to
    the configured servers, up to logging in. Other clocks are compared with `clock`, or else with the
    caller's time."""
    checks = examine(caller.place.workspace, clock or (lambda: caller.now))
    return {
        "ok": not any(check.exit_code for check in checks),
        "checks": [check.to_document() for check in checks],
    }
