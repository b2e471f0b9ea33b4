"""The daemon: APScheduler only ticks; what is due is stored in our tables.

On a stop signal, the email in transmission is finished, claims are given back, and the process exits. The
main thread waits for signals and reports progress to the service manager; ticks run in another thread.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import inf
from time import monotonic

from apscheduler.schedulers.background import BackgroundScheduler

from followup import clock
from followup.application.door import Caller, OpenWorkspace
from followup.application.outbox import daemon, workers
from followup.application.outbox.daemon import Report, TickHooks, TickResult
from followup.application.outbox.workers import WorkerLock
from followup.errors import FollowupError
from followup.mail.kept_connection import KeptOpen
from followup.mail.transport import Transport
from followup.operations import logs
from followup.operations.mailbox_reader import MailboxReader
from followup.operations.signals import Signals
from followup.operations.status_publishers import HOUSEKEEPING, StatusPublishers
from followup.operations.tick_trigger import IntervalAfterLastTick, tick_by_the_clock
from followup.operations.watchdog import Watchdog

TICK_SECONDS = 15
STRETCH_SECONDS = 60
"""After this time, sending stops so that the rest of a tick can run, however many emails are due."""


@dataclass
class Daemon:
    """One worker. `run` ticks until told to stop; `tick` may also be called directly."""

    place: OpenWorkspace
    tick_seconds: float = TICK_SECONDS
    worker: str = field(default_factory=workers.new_name)
    stopping: threading.Event = field(default_factory=threading.Event)
    watch: StatusPublishers = field(default_factory=StatusPublishers)
    incoming: MailboxReader = field(init=False)
    _keeps_connections: bool = field(init=False, default=False)
    _kept: KeptOpen | None = field(init=False, default=None)
    _lock: WorkerLock | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.incoming = MailboxReader(self.stopping, self.watch.faults)

    def tick(
        self,
        now: Callable[[], datetime] = clock.now,
        on_report: Callable[[Report], None] = lambda _report: None,
        *,
        keep_reports: bool = True,
    ) -> TickResult:
        """Read inbound email, then send due emails, until none is due, the mail server does not answer, or
        the daemon is told to stop.

        Without `keep_reports`, the result only counts, so it stays small however many emails are due.
        """
        hooks = self.hooks(now, on_report, keep_reports=keep_reports)
        return daemon.work_through(self._caller(now()), hooks)

    def hooks(
        self,
        now: Callable[[], datetime] = clock.now,
        on_report: Callable[[Report], None] = lambda _report: None,
        *,
        on_round: Callable[[], None] = lambda: None,
        keep_reports: bool = True,
        seconds: float = inf,
    ) -> TickHooks:
        """What a tick uses of this worker: its lock, connections, mailbox and log.

        `on_round` is called after each inbound email, and while the tick waits for mail servers.
        """
        return TickHooks(
            worker=self.worker,
            clock=now,
            lock=self._lock,
            transport=self._transport,
            seconds=seconds,
            keep_reports=keep_reports,
            stopping=self.stopping.is_set,
            read_mailbox=lambda caller, moment: self.incoming.read(caller, moment, on_round),
            on_doubt=logs.restored_copy,
            on_housekeeping=self._house_kept,
            on_report=on_report,
            on_round=on_round,
        )

    def _caller(self, now: datetime) -> Caller:
        """The daemon as the actor, in the workspace as it was last loaded."""
        return Caller(place=self.place, now=now, login="daemon")

    def _house_kept(self, error: FollowupError | None) -> None:
        if error is None:
            self.watch.faults.works(HOUSEKEEPING)
        else:
            self.watch.faults.failed(HOUSEKEEPING, error)

    def run(self, *, drain_and_exit: bool = False) -> TickResult:
        """Tick until SIGTERM or SIGINT; with `drain_and_exit`, until nothing is due. SIGHUP reloads the files
        of the workspace, unless it means that the terminal was closed. Must be called by the main thread.

        Returns the total of all ticks. With `drain_and_exit`, raises what its only tick raised. Raises
        Refused if emails would become files that nobody meant.
        """
        daemon.require_meant_transport(self._caller(clock.now()))
        total = TickResult()
        progress = Watchdog(self.tick_seconds, self.watch.manager.watchdog_seconds or inf)
        ticking = self._ticking_once if drain_and_exit else self._ticking
        with Signals() as signals, workers.locked(self.place, self.worker) as self._lock:
            logs.started(self.worker, self._mail_text())
            try:
                with ticking(total, progress, signals) as is_done:
                    self.watch.manager.ready("looking for what is due")
                    self._attend(signals, progress, is_done)
            finally:
                self._say_stopped()
                self._lock = None
        logs.stopped(total)
        return total

    def _attend(self, signals: Signals, progress: Watchdog, is_done: Callable[[], bool]) -> None:
        """Handle signals until told to stop, and reset the watchdog timer while ticks make progress."""
        patience = self.watch.manager.watchdog_seconds
        at_terminal = sys.stderr.isatty()
        while not is_done():
            heard = signals.wait(min(patience / 2 if patience else inf, self.tick_seconds))
            if heard & {signal.SIGTERM, signal.SIGINT} or (signal.SIGHUP in heard and at_terminal):
                logs.stopping()
                break
            if signal.SIGHUP in heard:
                self._reload()
            if patience and progress.is_made:
                self.watch.manager.alive()
        self.watch.manager.stopping("finishing the email under way")
        self.stopping.set()

    @contextmanager
    def _ticking(
        self, total: TickResult, progress: Watchdog, _signals: Signals
    ) -> Iterator[Callable[[], bool]]:
        """Tick repeatedly within the context; at the end, wait for the current tick."""

        def job() -> None:
            try:
                while self._watched_tick(total, progress, keep_reports=False, seconds=STRETCH_SECONDS):
                    pass
            except Exception as error:
                self.watch.failed(error)

        scheduler = BackgroundScheduler(timezone=UTC)
        ticking = scheduler.add_job(
            job,
            IntervalAfterLastTick(self.tick_seconds),
            next_run_time=clock.now(),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )

        def goes_on_for_ever() -> bool:
            tick_by_the_clock(ticking, clock.now())
            return False

        scheduler.start()
        self._keeps_connections = True
        try:
            with self.incoming.listening(
                lambda: self.place, lambda: ticking.modify(next_run_time=clock.now())
            ):
                yield goes_on_for_ever
        finally:
            self.stopping.set()
            scheduler.shutdown(wait=True)
            if self._kept is not None:
                self._kept.close()

    @contextmanager
    def _ticking_once(
        self, total: TickResult, progress: Watchdog, signals: Signals
    ) -> Iterator[Callable[[], bool]]:
        """Tick once within the context. At the end, raises what the tick raised."""
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="tick") as executor:
            ticked: Future[bool] = executor.submit(self._watched_tick, total, progress, keep_reports=True)
            ticked.add_done_callback(lambda _: signals.wake())
            try:
                yield ticked.done
            finally:
                self.stopping.set()
                ticked.result()

    def _watched_tick(
        self, total: TickResult, progress: Watchdog, *, keep_reports: bool, seconds: float = inf
    ) -> bool:
        """One tick, with reports to all recipients of the status. Returns whether more work is due at
        once.
        """

        def told(report: Report) -> None:
            progress.step()
            self.watch.told(report)

        began = monotonic()
        progress.begin_tick()
        try:
            workers.beat(self._caller(clock.now()), self.worker)
            hooks = self.hooks(
                on_report=told, on_round=progress.step, keep_reports=keep_reports, seconds=seconds
            )
            tally = daemon.work_through(self._caller(clock.now()), hooks)
            total.add(tally)
            now_stands = workers.queue_status(self._caller(clock.now()))
            self.watch.ticked(self.worker, tally, total, now_stands, monotonic() - began)
        finally:
            progress.end_tick()
        return tally.more_to_do and not self.stopping.is_set()

    def _reload(self) -> None:
        """Reload the files of the workspace for the next tick. If they are invalid, nothing changes."""
        try:
            self.place = self.place.read_anew(os.environ)
        except FollowupError as error:
            logs.not_reloaded(error)
        else:
            logs.reloaded()

    def _say_stopped(self) -> None:
        """Record that the daemon stopped. If the database is unreachable, this is skipped: it must not fail
        the exit.
        """
        try:
            workers.stopped(self._caller(clock.now()), self.worker)
        except FollowupError as error:
            logs.fault("stop", error)

    def _transport(self, place: OpenWorkspace) -> Transport:
        """The current transport, with connections kept open between ticks."""
        transport = daemon.transport_of(place)
        if not self._keeps_connections:
            return transport
        if self._kept is None or self._kept.transport != transport:
            if self._kept is not None:
                self._kept.close()
            self._kept = KeptOpen(transport)
        self._kept.close_idle()
        return self._kept

    def _mail_text(self) -> str:
        if self.place.workspace.settings.smtp_url is None:
            return f"emails are files in {self.place.workspace.outbox_dir}"
        return "emails go to the mail server of smtp_url"
