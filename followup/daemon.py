"""The background scheduler: APScheduler only ticks; what is due is in our tables.

A signal lets the email under way finish, gives back what was claimed, and leaves. The main thread waits for
signals and tells the service manager that ticks get on; ticks run in a thread of their own.
"""

import os
import signal
import socket
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import inf
from time import monotonic

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine

from followup import clock
from followup.errors import FollowupError
from followup.mail.transport import Transport, transport_for
from followup.operations import logs
from followup.operations.progress import Progress
from followup.operations.signals import Signals
from followup.operations.watch import HOUSEKEEPING, Watch
from followup.services import delivery, housekeeping, restores, watermark, workers
from followup.services.rules import Rules
from followup.services.standing import standing
from followup.services.tally import Report, Tally
from followup.store.engine import reading, writing
from followup.workspace import load_workspace

TICK_SECONDS = 15


@dataclass
class Daemon:
    """One worker. `tick` may be called by hand; `run` calls it until told to stop."""

    engine: Engine
    rules: Rules
    tick_seconds: float = TICK_SECONDS
    worker: str = field(
        default_factory=lambda: f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    )
    stopping: threading.Event = field(default_factory=threading.Event)
    watch: Watch = field(default_factory=Watch)

    def tick(
        self,
        now: Callable[[], datetime] = clock.now,
        on_report: Callable[[Report], None] = lambda _report: None,
        *,
        keep_reports: bool = True,
    ) -> Tally:
        """Send what is due, batch by batch, until nothing is, the mail server does not answer,
        or the daemon is told to stop. `now` is asked once per batch.

        Without `keep_reports` the tally only counts, so that it stays small however much is due."""
        total = Tally()
        rules = self.rules
        transport = self._transport(rules)
        self._ask_in_a_restored_copy(rules, now(), total)
        self._keep_house(rules, now())
        while not self.stopping.is_set():
            batch = delivery.tick(
                self.engine,
                rules,
                transport,
                now=now(),
                worker=self.worker,
                stopping=self.stopping.is_set,
                later=now,
                on_report=on_report,
            )
            if not keep_reports:
                batch.reports.clear()
            total.add(batch)
            if batch.claimed == 0 or batch.unreachable:
                break
        with reading(self.engine) as session:
            watermark.keep(session, rules.workspace)
        return total

    def _ask_in_a_restored_copy(self, rules: Rules, now: datetime, total: Tally) -> None:
        """What goes wrong here keeps every email back: nobody would know what is safe to send."""
        with writing(self.engine) as session:
            doubtful = restores.ask_first(session, rules.workspace, now=now)
        if doubtful:
            total.in_doubt += doubtful
            logs.restored_copy(doubtful)

    def _keep_house(self, rules: Rules, now: datetime) -> None:
        """End what is over. What goes wrong there never keeps an email back."""
        try:
            with writing(self.engine) as session:
                housekeeping.end_what_is_over(session, rules, now=now)
            housekeeping.forget(self.engine, rules, now=now)
        except FollowupError as error:
            self.watch.faults.failed(HOUSEKEEPING, error)
        else:
            self.watch.faults.works(HOUSEKEEPING)

    def run(self, *, drain_and_exit: bool = False) -> Tally:
        """Tick until SIGTERM or SIGINT; with `drain_and_exit`, only until nothing is due. SIGHUP has the
        files of the workspace read anew, save where it says that the terminal was closed. To be called by
        the main thread.

        Returns what was done in all. Raises what the only tick of `drain_and_exit` raised."""
        total = Tally()
        progress = Progress(self.tick_seconds, self.watch.manager.watchdog_seconds or inf)
        logs.started(self.worker, self._mail_text())
        ticking = self._ticking_once if drain_and_exit else self._ticking
        try:
            with Signals() as signals, ticking(total, progress, signals) as is_done:
                self.watch.manager.ready("looking for what is due")
                self._attend(signals, progress, is_done)
        finally:
            self._say_stopped()
        logs.stopped(total)
        return total

    def _attend(self, signals: Signals, progress: Progress, is_done: Callable[[], bool]) -> None:
        """Until told to stop, hear signals, and give the watchdog a sign of life while ticks get on."""
        patience = self.watch.manager.watchdog_seconds
        at_terminal = sys.stderr.isatty()
        while not is_done():
            heard = signals.wait(patience / 2 if patience else None)
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
    def _ticking(self, total: Tally, progress: Progress, _signals: Signals) -> Iterator[Callable[[], bool]]:
        """Tick again and again meanwhile; at the end the tick under way is waited for."""

        def job() -> None:
            try:
                self._watched_tick(total, progress, keep_reports=False)
            except Exception as error:
                self.watch.failed(error)

        scheduler = BackgroundScheduler(timezone=UTC)
        scheduler.add_job(
            job,
            "interval",
            seconds=self.tick_seconds,
            next_run_time=clock.now(),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        scheduler.start()
        try:
            yield lambda: False
        finally:
            self.stopping.set()
            scheduler.shutdown(wait=True)

    @contextmanager
    def _ticking_once(
        self, total: Tally, progress: Progress, signals: Signals
    ) -> Iterator[Callable[[], bool]]:
        """Tick once meanwhile. Raises at the end what the tick raised."""
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="tick") as executor:
            ticked: Future[None] = executor.submit(self._watched_tick, total, progress, keep_reports=True)
            ticked.add_done_callback(lambda _: signals.wake())
            try:
                yield ticked.done
            finally:
                self.stopping.set()
                ticked.result()

    def _watched_tick(self, total: Tally, progress: Progress, *, keep_reports: bool) -> None:
        """One tick, and word of it to all who watch."""

        def told(report: Report) -> None:
            progress.step()
            self.watch.told(report)

        began = monotonic()
        progress.begin_tick()
        try:
            self._beat()
            tally = self.tick(on_report=told, keep_reports=keep_reports)
            total.add(tally)
            with reading(self.engine) as session:
                now_stands = standing(session, now=clock.now())
            self.watch.ticked(self.worker, tally, total, now_stands, monotonic() - began)
        finally:
            progress.end_tick()

    def _reload(self) -> None:
        """Read the files of the workspace anew, for the next tick. What cannot be used changes nothing."""
        try:
            fresh = Rules(load_workspace(self.rules.workspace.root, os.environ))
            _ = fresh.policy, fresh.sequences
        except FollowupError as error:
            logs.not_reloaded(error)
        else:
            self.rules = fresh
            logs.reloaded()

    def _beat(self) -> None:
        with writing(self.engine) as session:
            workers.beat(session, self.worker, host=socket.gethostname(), pid=os.getpid(), now=clock.now())

    def _say_stopped(self) -> None:
        """Without the database nobody can be told, which is no reason to fail now."""
        try:
            with writing(self.engine) as session:
                workers.stop(session, self.worker, now=clock.now())
        except FollowupError as error:
            logs.fault("stop", error)

    def _transport(self, rules: Rules) -> Transport:
        return transport_for(rules.settings.smtp_url, rules.workspace.outbox_dir)

    def _mail_text(self) -> str:
        if self.rules.settings.smtp_url is None:
            return f"emails are files in {self.rules.workspace.outbox_dir}"
        return "emails go to the mail server of smtp_url"
