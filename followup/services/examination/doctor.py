"""Looking at everything that must be right for followup to do its work."""

from collections.abc import Callable
from datetime import datetime

from followup.services.examination.check import Check
from followup.services.examination.database import check_database
from followup.services.examination.files import check_files
from followup.services.examination.servers import check_servers
from followup.services.rules import Rules
from followup.workspace import Workspace


def examine(workspace: Workspace, clock: Callable[[], datetime]) -> list[Check]:
    """Look at everything. Changes nothing; talks to the servers that are set, up to logging in."""
    rules = Rules(workspace)
    return [*check_files(rules), *check_database(workspace, clock), *check_servers(rules)]
