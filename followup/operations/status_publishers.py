"""Those who watch a daemon, told after each tick: the service manager, a heartbeat file, Prometheus."""

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
"""Parts of the work that can fail."""


@dataclass(slots=True)
class StatusPublishers:
    """Who watches a daemon. Nothing that goes wrong here keeps an email back."""

    manager: ServiceManager = field(default_factory=ServiceManager)
    heartbeat: Path | None = None
    metrics: "Metrics | None" = None
    faults: Outages = field(default_factory=Outages)
    _relay_said: str | None = None

    def told(self, report: "Report") -> None:
        """Something became of an email."""
        logs.email(report)
        if self.metrics is not None:
            self.metrics.count(report)

    def ticked(
        self, worker: str, tally: "TickResult", total: "TickResult", standing: "QueueStatus", seconds: float
    ) -> None:
        """A tick did its work in so many seconds; `total` is what was done since the start."""
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
        """A tick did not do its work."""
        self.faults.failed(TICK, error)
        if self.metrics is not None:
            self.metrics.failed()
        self.manager.status(f"the last tick failed: {logs.name_of(error)}")

    def _relay(self, said: str | None) -> None:
        """Tell of a mail server that takes nothing once, until it says something else or takes emails."""
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
        }
        try:
            write_heartbeat(self.heartbeat, document)
        except OSError as error:
            self.faults.failed(HEARTBEAT, error)
        else:
            self.faults.works(HEARTBEAT)
