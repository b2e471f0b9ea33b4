"""Publishing the daemon's status after each tick: to the service manager, a heartbeat file and Prometheus."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from followup.domain.outbox.email_state import EmailState
from followup.operations import logs
from followup.operations.heartbeat import write_heartbeat
from followup.operations.outages import Outages
from followup.operations.sd_notify import ServiceManager

if TYPE_CHECKING:
    from followup.application.outbox.daemon import Report, TickResult
    from followup.application.outbox.workers import QueueStatus
    from followup.operations.metrics import Metrics

TICK, HOUSEKEEPING, HEARTBEAT = "tick", "housekeeping", "heartbeat"
"""Names of the parts of the work in reports of outages."""


@dataclass(slots=True)
class StatusPublishers:
    """All recipients of a daemon's status. Failures here never delay emails."""

    manager: ServiceManager = field(default_factory=ServiceManager)
    heartbeat: Path | None = None
    metrics: "Metrics | None" = None
    faults: Outages = field(default_factory=Outages)
    _relay_said: str | None = None

    def told(self, report: "Report") -> None:
        """Publish the result of an email."""
        logs.email(report)
        if self.metrics is not None:
            self.metrics.count(report)

    def ticked(
        self, worker: str, tally: "TickResult", total: "TickResult", standing: "QueueStatus", seconds: float
    ) -> None:
        """A tick succeeded; `tally` counts its results, `total` those since the start, and it took
        `seconds`.
        """
        self.faults.works(TICK)
        self._relay(tally.unreachable)
        if self.metrics is not None:
            self.metrics.ticked(standing, seconds)
        self.manager.status(
            f"{total.sent} sent, {total.failed} failed, {total.in_doubt} in doubt since the start; "
            f"{standing.due} due, the first for {standing.lag_seconds:.0f} seconds"
        )
        self._beat(worker, total, standing)

    def failed(self, error: Exception) -> None:
        """A tick failed."""
        self.faults.failed(TICK, error)
        if self.metrics is not None:
            self.metrics.failed()
        self.manager.status(f"the last tick failed: {logs.name_of(error)}")

    def _relay(self, said: str | None) -> None:
        """Log once that a mail server accepts nothing, until it replies differently or accepts emails."""
        if said is None and self._relay_said is not None:
            logs.relay_back()
        elif said is not None and said != self._relay_said:
            logs.relay_silent(said)
        self._relay_said = said

    def _beat(self, worker: str, total: "TickResult", standing: "QueueStatus") -> None:
        if self.heartbeat is None:
            return
        document = {
            "time": standing.now.isoformat(),
            "worker": worker,
            "sent": total.sent,
            "failed": total.failed,
            "due": standing.due,
            "lag_seconds": round(standing.lag_seconds, 1),
            "in_doubt": standing.emails[EmailState.IN_DOUBT],
            "held": standing.held,
            "alarms": [row.code.value for row in standing.alarms],
        }
        try:
            write_heartbeat(self.heartbeat, document)
        except OSError as error:
            self.faults.failed(HEARTBEAT, error)
        else:
            self.faults.works(HEARTBEAT)
