"""The work of the daemon: `followup daemon tick`, and `followup daemon run`, which repeats it.

A tick is a sequence of transactions. The check for a restored copy, housekeeping and due reports have one or
several each. A delivery has three for each email: claim it and store its bytes; mark it as transmitting,
between the server's consent (354) and the first byte of the body; record the result. No transaction is open
while talking to the mail server.
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
from followup.services.documents.documents import EmailDocument
from followup.services.outbox import dispatcher, transport_guard
from followup.services.outbox.foresee_tick import KeptBackEmailDocument, foresee
from followup.services.outbox.tick_result import Report as Report
from followup.services.outbox.tick_result import TickDocument as TickDocument
from followup.services.outbox.tick_result import TickResult as TickResult
from followup.services.outbox.transport_guard import TransportDocument
from followup.services.reporting import report_emails, report_schedules
from followup.services.reporting.report_schedules import ReportScheduleDocument
from followup.services.upkeep import housekeeping, restored_copies, watermark
from followup.settings import Settings
from followup.store.engine import writing

Clock = Callable[[], datetime]
_MOST_SHOWN = 100_000


class DueDocument(TypedDict):
    """What a tick would send: the `due` emails with recipient and subject, and `reports_due`. `kept_back` are
    emails whose time has come and that would not go, with the reasons. Nothing was claimed, so the other
    figures are 0. `restored_copy` says why a person must decide about them first; None if not. `mail` says
    where they go, and why a tick would refuse to send, if it would."""

    claimed: int
    sent: int
    deferred: int
    skipped: int
    failed: int
    in_doubt: int
    dry_run: bool
    restored_copy: str | None
    mail: TransportDocument
    due: list[EmailDocument]
    kept_back: list[KeptBackEmailDocument]
    reports_due: list[ReportScheduleDocument]


def _nothing(*_told: object) -> None:
    """A callback that does nothing."""


def transport_of(place: OpenWorkspace) -> Transport:
    """The transport of a workspace: SMTP or files. Raises InvalidFile for an invalid URL."""
    rules = place.configuration
    return transport_for(rules.settings, rules.workspace.outbox_dir, rules.log_ins)


@dataclass(frozen=True, slots=True, kw_only=True)
class TickHooks:
    """The surroundings of a tick: callbacks and limits. The defaults are those of a single tick without a
    daemon.

    `clock` returns the time during the tick; without it, the time is fixed. `lock` is the worker's lock if it
    is held already; else the delivery takes one. `transport` overrides how emails are transmitted. `stopping`
    is asked before each email. `seconds` limits how long emails are claimed. Without `keep_reports` the
    result holds only counts, so its size does not grow with the queue.

    Callbacks: `read_mailbox` is called when inbound mail should be read; `on_doubt` gets the number of emails
    of a restored copy that a person must decide about; `on_housekeeping` gets the error of housekeeping, or
    None; `on_report` gets the outcome of each email; `on_round` is called on progress."""

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
    """Send what is due, once; with `dry_run`, report only what is due. `at` is an instant for a rehearsal:
    everything happens as if it were that time, and the time is fixed.

    Raises WrongUsage for an invalid instant, Refused for a rehearsal in a workspace that sends real mail."""
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
    """Run one tick, as `daemon run` does repeatedly: put emails of a restored copy in doubt, read inbound
    mail, keep house, and send until nothing is due, the mail server is paused, or `stopping` returns true.

    Raises Refused, before anything is done, if emails would become files that nobody meant."""
    require_meant_transport(caller)
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
        # An error in housekeeping must not stop the sending.
        hooks.on_housekeeping(error)
    else:
        hooks.on_housekeeping(None)
    total.add(send_due(caller, hooks, transport))
    keep_watermark(caller)
    return total


def require_meant_transport(caller: Caller) -> None:
    """Raise Refused if emails went to a mail server before, and would become files now."""
    settings = caller.place.workspace.settings
    look_up(caller, lambda work: transport_guard.require_meant(work.session, settings))


def settle_restored_copy(caller: Caller) -> int:
    """In a restored copy of the database, put overdue emails in doubt. Returns their number.

    An error here must stop all sending, because nobody knows then which emails are safe to send."""
    with writing(caller.place.engine) as session:
        return restored_copies.ask_first(session, caller.place.workspace, now=caller.now)


def keep_house(caller: Caller) -> None:
    """Run housekeeping, erase customers whose retention period is over, and render the emails of due reports.
    Each of these steps stays done if a later one fails."""
    engine, rules = caller.place.engine, caller.place.configuration
    with writing(engine) as session:
        housekeeping.end_what_is_over(session, rules, now=caller.now)
    housekeeping.forget(engine, rules, now=caller.now)
    report_emails.prepare(engine, rules, now=caller.now)


def send_due(caller: Caller, hooks: TickHooks, transport: Transport) -> TickResult:
    """Claim due emails and transmit them, batch by batch. Emails in transmission at the end are finished;
    those not begun are given back. Returns the outcomes."""
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
    """Write the watermark of the database to the workspace, so that an older copy is recognised."""
    look_up(caller, lambda work: watermark.keep(work.session, work.place.workspace))


@contextmanager
def _locked(caller: Caller, hooks: TickHooks) -> Iterator[WorkerLock]:
    if hooks.lock is not None:
        yield hooks.lock
        return
    with workers.locked(caller.place, hooks.worker) as lock:
        yield lock


def _due(work: Reading) -> DueDocument:
    going, kept_back = foresee(work.session, work.configuration, now=work.now, limit=_MOST_SHOWN)
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
        "mail": transport_guard.document(work.session, work.place.workspace.settings),
        "due": going,
        "kept_back": kept_back,
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
    """Refuse a rehearsal in a workspace that sends real mail: a rehearsal changes the workspace and sends
    emails."""
    if settings.sends_real_mail:
        raise _real_mail(
            "--at is for rehearsal, and this workspace sends real mail.",
            hint="Use --dry-run, take smtp_url out, or set FOLLOWUP_REHEARSAL=1 for a test server here.",
        )
    host = urlsplit(settings.smtp_url or "smtp://127.0.0.1").hostname
    if host not in ("127.0.0.1", "localhost", "::1"):
        raise _real_mail(
            "A rehearsal may only hand emails to a mail server on this machine.",
            hint="Point smtp_url at 127.0.0.1, or take it out.",
        )


def _real_mail(message: str, *, hint: str) -> Refused:
    """A rehearsal could reach customers."""
    return Refused(message, hint=hint, code="real_mail")
