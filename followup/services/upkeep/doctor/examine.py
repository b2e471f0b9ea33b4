"""Runs all checks of `followup doctor`."""

from collections.abc import Callable
from datetime import datetime

from followup.services.shared.configuration import Configuration
from followup.services.upkeep.doctor.database import check_database
from followup.services.upkeep.doctor.files import check_files
from followup.services.upkeep.doctor.finding import Check
from followup.services.upkeep.doctor.log_ins import check_log_ins
from followup.services.upkeep.doctor.servers import check_servers
from followup.workspace import Workspace


def examine(workspace: Workspace, clock: Callable[[], datetime]) -> list[Check]:
    """Run all checks. Changes nothing. Connects to the configured servers, up to logging in."""
    rules = Configuration(workspace, clock)
    return [
        *check_files(rules),
        *check_database(workspace, clock),
        *check_servers(rules),
        *check_log_ins(rules),
    ]
