"""What a daemon does: `followup daemon tick`, and `followup daemon run`, which does it again and again.

A tick is a sequence of transactions. Asking about a restored copy, housekeeping and the reports that are due
have one each, or several. A delivery has three for each email: claim it and freeze its bytes; say that it is
being transmitted, between the server's consent and the first byte; record what became of it. No transaction
is open while talking to the mail server.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import inf
from urllib.parse import urlsplit

from typing_extensions import TypedDict

from followup.application.door import Caller, OpenWorkspace, Reading, look_up, works
from followup.application.outbox import workers
from followup.application.outbox.workers import WorkerLock
from followup.errors import FollowupError, Refused, WrongUsage
from followup.mail.open_transport import transport_for
from followup.mail.transport import Transport
from followup.services.documents import serializers
from followup.services.documents.documents import EmailDocument
from followup.services.outbox import dispatcher
from followup.services.outbox.tick_result import Report as Report
from followup.services.outbox.tick_result import TickDocument as TickDocument
from followup.services.outbox.tick_result import TickResult as TickResult
from followup.services.reporting import report_emails, report_schedules
from followup.services.reporting.report_schedules import ReportScheduleDocument
from followup.services.upkeep import housekeeping, restored_copies, watermark
from followup.settings import Settings
from followup.store.engine import writing

Clock = Callable[[], datetime]
_MOST_SHOWN = 100_000


class DueDocument(TypedDict):
    """What a tick would send: `due` emails and `reports_due`; nothing was claimed, so all figures are 0.
    `restored_copy` says why none of it would be sent unasked, None where it would."""

    claimed: int
    sent: int
    deferred: int
    skipped: int
    failed: int
    in_doubt: int
    dry_run: bool
    restored_copy: str | None
    due: list[EmailDocument]
    reports_due: list[ReportScheduleDocument]


def _nothing(*_told: object) -> None:
    """For a tick that nobody follows."""


def transport_of(place: OpenWorkspace) -> Transport:
    """How a workspace hands emails over. Raises InvalidFile for a URL that cannot be used."""
    return transport_for(place.workspace.settings, place.workspace.outbox_dir)


@dataclass(frozen=True, slots=True, kw_only=True)
class TickHooks:
    """What surrounds a tick. A worker of its own that nobody follows, unless given.

    `clock` gives the time as the tick goes on; without it, time stands still. `lock` is held already, else
    it is taken for the delivery. `transport` says how emails are handed over, `stopping` is asked before
    each. `seconds` is how long they may be claimed. Without `keep_reports` the result only counts, and stays
    small however much is due.

    Told are: `read_mailbox`, that what has arrived should be read now; `on_doubt`, how many emails of a
    restored copy wait for a person; `on_housekeeping`, how that failed, or None; `on_report`, what became of
    an email; `on_round`, that something got done."""

    worker: str = field(default_factory=workers.new_name)
    clock: Clock | None = None
    lock: WorkerLock | None = None
    transport: Callable[[OpenWorkspace], Transport] = transport_of
    seconds: float = inf
    keep_reports: bool = True
    stopping: Callable[[], bool] = lambda: False
    read_mailbox: Callable[[Caller, Clock], None] = _nothing
    on_doubt: Callable[[int], None] = _nothing
    on_housekeeping: Callable[[FollowupError | None], None] = _nothing
    on_report: Callable[[Report], None] = _nothing
    on_round: Callable[[], None] = _nothing


@works("daemon tick", changes=True)
def tick(
    caller: Caller, at: str | None = None, dry_run: bool = False, *, hooks: TickHooks | None = None
) -> TickDocument | DueDocument:
    """Send what is due, once; with `dry_run`, say what is due. `at` is an instant: it rehearses as if it were
    then, and time stands still.

    Raises WrongUsage for what is no instant, Refused for a rehearsal where real mail goes out."""
    if at:
        caller = replace(caller, now=_instant(at))
    if dry_run:
        return look_up(caller, _due)
    hooks = hooks or TickHooks()
    if at:
        _require_rehearsal(caller.place.workspace.settings)
        hooks = replace(hooks, clock=None)
    return work_through(caller, hooks).to_document()


@works("daemon run", changes=True)
def work_through(caller: Caller, hooks: TickHooks) -> TickResult:
    """All that a tick does, which `daemon run` does again and again: settle whether this database is a
    restored copy, read what has arrived, keep house, and send what is due, until nothing is, the mail server
    takes nothing, or `stopping` says so."""
    clock = hooks.clock or (lambda: caller.now)
    transport = hooks.transport(caller.place)
    total = TickResult()
    doubtful = settle_restored_copy(caller)
    if doubtful:
        total.in_doubt += doubtful
        hooks.on_doubt(doubtful)
    hooks.read_mailbox(caller, clock)
    try:
        keep_house(replace(caller, now=clock()))
    except FollowupError as error:
        # What goes wrong there never keeps an email back.
        hooks.on_housekeeping(error)
    else:
        hooks.on_housekeeping(None)
    total.add(send_due(caller, hooks, transport))
    keep_watermark(caller)
    return total


def settle_restored_copy(caller: Caller) -> int:
    """In a restored copy of the database, put in doubt what is late. Returns how many emails that are.

    What goes wrong here keeps every email back: nobody would know what is safe to send."""
    with writing(caller.place.engine) as session:
        return restored_copies.ask_first(session, caller.place.workspace, now=caller.now)


def keep_house(caller: Caller) -> None:
    """End what is over and plan what is due, erase who was kept long enough, and write the emails of reports
    that are due: three steps, of which each stays done where a later one fails."""
    engine, rules = caller.place.engine, caller.place.configuration
    with writing(engine) as session:
        housekeeping.end_what_is_over(session, rules, now=caller.now)
    housekeeping.forget(engine, rules, now=caller.now)
    report_emails.prepare(engine, rules, now=caller.now)


def send_due(caller: Caller, hooks: TickHooks, transport: Transport) -> TickResult:
    """Claim what is due and hand it over, batch by batch; those under way at the end are finished, those not
    begun are given back. Returns what became of the emails."""
    place = caller.place
    with _locked(caller, hooks) as lock:
        return dispatcher.drain(
            place.engine,
            place.configuration,
            transport,
            lock,
            now=hooks.clock or (lambda: caller.now),
            stopping=hooks.stopping,
            on_report=hooks.on_report,
            on_round=hooks.on_round,
            keep_reports=hooks.keep_reports,
            seconds=hooks.seconds,
        )


def keep_watermark(caller: Caller) -> None:
    """Keep in the workspace how far its database has come, so that an older copy is known as one."""
    look_up(caller, lambda work: watermark.keep(work.session, work.place.workspace))


@contextmanager
def _locked(caller: Caller, hooks: TickHooks) -> Iterator[WorkerLock]:
    if hooks.lock is not None:
        yield hooks.lock
        return
    with workers.locked(caller.place, hooks.worker) as lock:
        yield lock


def _due(work: Reading) -> DueDocument:
    due = dispatcher.due(work.place.engine, now=work.now, limit=_MOST_SHOWN)
    schedules = report_schedules.due(work.session, now=work.now)
    return {
        "claimed": 0,
        "sent": 0,
        "deferred": 0,
        "skipped": 0,
        "failed": 0,
        "in_doubt": 0,
        "dry_run": True,
        "restored_copy": restored_copies.is_copy(work.session, work.place.workspace),
        "due": [serializers.email(row) for row in due],
        "reports_due": [report_schedules.document(work.session, row) for row in schedules],
    }


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise WrongUsage(
            f"{text!r} is not an instant.",
            hint="Write it with an offset, as 2026-12-07T10:00:00+00:00.",
            code="bad_instant",
        )
    return moment


def _require_rehearsal(settings: Settings) -> None:
    """The workspace is changed as if it were then: never where customers get what it sends."""
    if settings.sends_real_mail:
        raise Refused(
            "--at is for rehearsal, and this workspace sends real mail.",
            hint="Use --dry-run, take smtp_url out, or set FOLLOWUP_REHEARSAL=1 for a test server here.",
            code="real_mail",
        )
    host = urlsplit(settings.smtp_url or "smtp://127.0.0.1").hostname
    if host not in ("127.0.0.1", "localhost", "::1"):
        raise Refused(
            "A rehearsal may only hand emails to a mail server on this machine.",
            hint="Point smtp_url at 127.0.0.1, or take it out.",
            code="rehearsal_elsewhere",
        )
