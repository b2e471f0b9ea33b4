"""Looking at everything that must be right for followup to do its work."""

from collections.abc import Callable
from datetime import datetime

from followup.services.shared.configuration import Configuration
from followup.services.upkeep.doctor.database import check_database
from followup.services.upkeep.doctor.files import check_files
from followup.services.upkeep.doctor.finding import Check
from followup.services.upkeep.doctor.servers import check_servers
from followup.workspace import Workspace


def examine(workspace: Workspace, clock: Callable[[], datetime]) -> list[Check]:
    """Look at everything. Changes nothing; talks to the servers that are set, up to logging in."""
    rules = Configuration(workspace)
    return [*check_files(rules), *check_database(workspace, clock), *check_servers(rules)]
