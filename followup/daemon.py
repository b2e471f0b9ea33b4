"""The background scheduler: APScheduler only ticks; what is due is in our tables.

A signal lets the email under way finish, gives back what was claimed, and leaves.
"""

import logging
import os
import re
import signal
import socket
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine

from followup import clock
from followup.domain.email_state import EmailState
from followup.errors import FollowupError
from followup.mail.transport import Transport, transport_for
from followup.services import delivery, housekeeping, restores, watermark, workers
from followup.services.rules import Rules
from followup.services.tally import Report, Tally
from followup.store.engine import reading, writing

log = logging.getLogger("followup")
TICK_SECONDS = 15
_ADDRESS = re.compile(r"\S*@\S*")


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

    def tick(
        self,
        now: Callable[[], datetime] = clock.now,
        on_report: Callable[[Report], None] = lambda _report: None,
    ) -> Tally:
        """Send what is due, batch by batch, until nothing is, the mail server does not answer,
        or the daemon is told to stop. `now` is asked once per batch."""
        total = Tally()
        transport = self._transport()
        self._ask_in_a_restored_copy(now(), total)
        self._keep_house(now())
        while not self.stopping.is_set():
            batch = delivery.tick(
                self.engine,
                self.rules,
                transport,
                now=now(),
                worker=self.worker,
                stopping=self.stopping.is_set,
                later=now,
                on_report=on_report,
            )
            total.add(batch)
            if batch.claimed == 0 or batch.unreachable:
                break
        with reading(self.engine) as session:
            watermark.keep(session, self.rules.workspace)
        return total

    def _ask_in_a_restored_copy(self, now: datetime, total: Tally) -> None:
        """What goes wrong here keeps every email back: nobody would know what is safe to send."""
        with writing(self.engine) as session:
            doubtful = restores.ask_first(session, self.rules.workspace, now=now)
        if doubtful:
            total.in_doubt += doubtful
            log.warning("this database is a restored copy; %d late emails wait for a person", doubtful)

    def _keep_house(self, now: datetime) -> None:
        """End what is over. What goes wrong there never keeps an email back."""
        try:
            with writing(self.engine) as session:
                housekeeping.end_what_is_over(session, self.rules, now=now)
        except FollowupError as error:
            log.error("what is over could not be ended: %s", error.message)

    def run(self, *, drain_and_exit: bool = False) -> Tally:
        """Tick until SIGTERM or SIGINT; with `drain_and_exit`, only until nothing is due.

        Returns what was done in all."""
        previous = {
            number: signal.signal(number, self._on_signal) for number in (signal.SIGTERM, signal.SIGINT)
        }
        total = Tally()
        log.info("started as %s; %s", self.worker, self._mail_text())
        try:
            if drain_and_exit:
                self._beat()
                total = self._logged_tick()
            else:
                self._tick_until_stopped(total)
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
            with writing(self.engine) as session:
                workers.stop(session, self.worker, now=clock.now())
        log.info("stopped; %d sent, %d failed, %d in doubt", total.sent, total.failed, total.in_doubt)
        return total

    def _tick_until_stopped(self, total: Tally) -> None:
        def job() -> None:
            try:
                self._beat()
                total.add(self._logged_tick())
                total.reports.clear()
            except FollowupError as error:
                log.error("%s %s", error.message, error.hint)
            except Exception as error:
                # Only its kind: the text of an error may hold what customers wrote.
                log.error("this tick failed with %s; the next one tries again", type(error).__name__)

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
            self.stopping.wait()
        finally:
            scheduler.shutdown(wait=True)

    def _logged_tick(self) -> Tally:
        tally = self.tick(on_report=_log_report)
        if tally.unreachable:
            log.error("the mail server takes nothing: %s", _without_addresses(tally.unreachable))
        return tally

    def _beat(self) -> None:
        with writing(self.engine) as session:
            workers.beat(session, self.worker, host=socket.gethostname(), pid=os.getpid(), now=clock.now())

    def _transport(self) -> Transport:
        return transport_for(self.rules.settings.smtp_url, self.rules.workspace.outbox_dir)

    def _mail_text(self) -> str:
        if self.rules.settings.smtp_url is None:
            return f"emails are files in {self.rules.workspace.outbox_dir}"
        return "emails go to the mail server of smtp_url"

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        # Only a flag: a handler that logs or locks may hold up what it interrupted.
        self.stopping.set()


def _without_addresses(text: str) -> str:
    """What a mail server answers often repeats the address, which has no place in a log."""
    return _ADDRESS.sub("…", text)


def _log_report(report: Report) -> None:
    level = logging.WARNING if report.state in (EmailState.FAILED, EmailState.IN_DOUBT) else logging.INFO
    why = f": {_without_addresses(report.reason)}" if report.reason else ""
    log.log(level, "%s %s %s step %d%s", report.state, report.email, report.case, report.step, why)
