"""Metrics for Prometheus, on a port that is reachable from this machine only.

A scrape returns what the last tick recorded and does not touch the database. No label identifies anybody.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import TYPE_CHECKING, Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from followup import __version__
from followup.domain.outbox.alarm import AlarmCode
from followup.domain.outbox.email_state import EmailState
from followup.errors import Unreachable

if TYPE_CHECKING:
    from followup.application.outbox.daemon import Report
    from followup.application.outbox.workers import QueueStatus

_HERE = "127.0.0.1"
_BECAME = {
    EmailState.SENT: "sent",
    EmailState.FAILED: "failed",
    EmailState.DEFERRED: "deferred",
    EmailState.IN_DOUBT: "in_doubt",
    EmailState.SKIPPED: "skipped",
    EmailState.SCHEDULED: "retried",
}
_TICK_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300)


class Metrics:
    """The metrics of one daemon since its start, in their own registry."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry(auto_describe=True)
        self._results = {
            state: self._counter(f"followup_emails_{name}", f"Emails {name.replace('_', ' ')} by this daemon")
            for state, name in _BECAME.items()
        }
        self._emails = self._gauge("followup_emails", "Emails that are not over, by state", "state")
        self._held = self._gauge("followup_emails_held", "Emails that a person must release")
        self._due = self._gauge("followup_emails_due", "Emails whose time has come")
        self._lag = self._gauge("followup_lag_seconds", "How long the first email that is due has waited")
        self._unread = self._gauge("followup_inbound_unread", "Emails that no program could place", "kind")
        self._paused = self._gauge("followup_relay_paused", "Whether a mail server is left alone", "relay")
        self._accepted = self._gauge(
            "followup_relay_last_accepted_timestamp_seconds", "When a mail server last took an email", "relay"
        )
        self._alarms = self._gauge("followup_alarms", "Alarms that last: see followup daemon status", "code")
        self._ticked_at = self._gauge(
            "followup_last_tick_timestamp_seconds", "When the last tick did its work"
        )
        self._seconds = Histogram(
            "followup_tick_duration_seconds",
            "How long ticks take",
            buckets=_TICK_SECONDS,
            registry=self.registry,
        )
        self._faults = self._counter("followup_ticks_failed", "Ticks that failed")
        self._gauge("followup_build_info", "The version of followup", "version").labels(__version__).set(1)

    def count(self, report: "Report") -> None:
        """Count the result of an email."""
        if report.state in self._results:
            self._results[report.state].inc()

    def ticked(self, standing: "QueueStatus", seconds: float) -> None:
        """A tick succeeded and took this many seconds; `standing` is the state of the queues now."""
        self._seconds.observe(seconds)
        self._ticked_at.set(standing.now.timestamp())
        for state, number in standing.emails.items():
            self._emails.labels(state.value).set(number)
        self._held.set(standing.held)
        self._due.set(standing.due)
        self._lag.set(standing.lag_seconds)
        for kind, number in standing.unread.items():
            self._unread.labels(kind.value).set(number)
        for code in AlarmCode:
            lasting = sum(row.code is code for row in standing.alarms)
            self._alarms.labels(code.value).set(lasting)
        for relay in standing.relays:
            paused = relay.paused_until is not None and relay.paused_until > standing.now
            self._paused.labels(relay.name).set(paused)
            if relay.last_accepted_at is not None:
                self._accepted.labels(relay.name).set(relay.last_accepted_at.timestamp())

    def failed(self) -> None:
        """A tick failed."""
        self._faults.inc()

    def _counter(self, name: str, about: str) -> Counter:
        return Counter(name, about, registry=self.registry)

    def _gauge(self, name: str, about: str, *labels: str) -> Gauge:
        return Gauge(name, about, labels, registry=self.registry)


@contextmanager
def served(metrics: Metrics, port: int) -> Iterator[int]:
    """Within the context, serve http://127.0.0.1:port/metrics; port 0 chooses a free one. Yields the port.

    Raises Unreachable if the port cannot be used.
    """

    class Scrape(BaseHTTPRequestHandler):
        timeout = 10  # for clients that connect and send nothing

        def do_GET(self) -> None:
            if self.path.partition("?")[0] != "/metrics":
                self.send_error(404)
                return
            page = generate_latest(metrics.registry)
            self.send_response(200)
            self.send_header("Content-Type", CONTENT_TYPE_LATEST)
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- its name there
            """Scrapes are not logged."""

    class Server(ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Clients that close the connection early are not logged either."""

    try:
        server = Server((_HERE, port), Scrape)
    except OSError as error:
        raise Unreachable(
            f"Port {port} of {_HERE} cannot be had for the metrics: {error.strerror}.",
            hint="Give another one with --metrics-port, or stop what has it.",
            code="metrics_port",
        ) from error
    thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
