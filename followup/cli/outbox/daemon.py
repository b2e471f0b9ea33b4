"""followup daemon."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from followup import clock
from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.choices import word_option
from followup.cli.reporting.report_schedule import next_text
from followup.errors import Refused, Unreachable, WrongUsage
from followup.operations.log_format import LogFormat

if TYPE_CHECKING:
    from followup.operations.status_publishers import StatusPublishers
    from followup.services.outbox.tick_result import TickResult

app = typer.Typer(name="daemon", help="What sends the emails.", no_args_is_help=True)


@command(
    app,
    "run",
    example="""
    followup daemon run
    followup daemon run --log-format json --metrics-port 9464
    """,
)
def run(
    call: Call,
    drain_and_exit: Annotated[
        bool, typer.Option("--drain-and-exit", help="Send what is due, then leave.")
    ] = False,
    every: Annotated[
        float, typer.Option(min=0.2, max=3600, metavar="SECONDS", help="How often to look.")
    ] = 15.0,
    log_format: Annotated[
        str,
        word_option(LogFormat, "--log-format", text="How the log is written", envvar="FOLLOWUP_LOG_FORMAT"),
    ] = LogFormat.TEXT.value,
    metrics_port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, metavar="PORT", help="Figures for Prometheus, on 127.0.0.1 only."),
    ] = None,
    heartbeat: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Written after each good tick; db/heartbeat if none is named."),
    ] = None,
) -> None:
    """Send emails as they fall due, until stopped by SIGTERM or Ctrl-C; the one under way is finished.

    SIGHUP reads the files of the workspace anew. One line of log per email goes to standard error; no
    address, name or text ever stands in it. Under systemd it says when it is ready and that it gets on
    (followup daemon unit prints a unit for it)."""
    from followup.daemon import Daemon
    from followup.operations.logs import write_log
    from followup.operations.sd_notify import service_manager
    from followup.operations.status_publishers import StatusPublishers
    from followup.services.shared import parse_input

    form = parse_input.word("log format", log_format, LogFormat)
    watch = StatusPublishers(
        service_manager(os.environ), heartbeat or call.workspace.root / "db" / "heartbeat"
    )
    daemon = Daemon(call.engine, call.rules, tick_seconds=every, watch=watch)
    write_log(form, daemon.worker)
    with _metrics(watch, metrics_port):
        tally = daemon.run(drain_and_exit=drain_and_exit)
    call.answer(tally.to_document(), lambda: None)
    _leave(tally if drain_and_exit else None)


@contextmanager
def _metrics(watch: "StatusPublishers", port: int | None) -> Iterator[None]:
    """Serve the daemon's figures meanwhile, if a port is named for them."""
    if port is None:
        yield
        return
    from followup.operations.metrics import Metrics, served

    watch.metrics = Metrics()
    with served(watch.metrics, port):
        yield


@command(
    app,
    "tick",
    example="""
    followup daemon tick --dry-run
    followup daemon tick --at 2026-12-07T10:00:00+00:00
    """,
)
def tick(
    call: Call,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="INSTANT", help="Rehearse as if it were this instant; it changes the workspace."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what is due; send nothing.")] = False,
) -> None:
    """Send what is due now, once. Without a mail server (smtp_url) emails are written as files.

    --at rehearses another time, never where real mail goes out. The workspace is changed as if it were then:
    emails count as sent, approvals and vouchers end. So rehearse in a copy of it, or in the one that
    `followup demo` makes; with --dry-run nothing changes."""
    from followup.daemon import Daemon

    moment = _instant(at) if at else None
    if moment and not dry_run:
        _require_rehearsal(call)
    if dry_run:
        _show_due(call, moment or call.now)
        return
    tally = Daemon(call.engine, call.rules).tick(now=(lambda: moment) if moment else clock.now)
    call.answer(tally.to_document(), lambda: _show(call, tally, moment))
    _leave(tally)


def _require_rehearsal(call: Call) -> None:
    from urllib.parse import urlsplit

    settings = call.workspace.settings
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
            code="real_mail",
        )


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise WrongUsage(
            f"{text!r} is not an instant.", hint="Write it with an offset, as 2026-12-07T10:00:00+00:00."
        )
    return moment


def _show_due(call: Call, moment: datetime) -> None:
    from followup.services.documents import serializers
    from followup.services.outbox import dispatcher
    from followup.services.reporting import report_schedules
    from followup.services.upkeep import restored_copies

    due = dispatcher.due(call.engine, now=moment, limit=100_000)
    reports_due = call.read(
        lambda session: [
            report_schedules.document(session, row) for row in report_schedules.due(session, now=moment)
        ]
    )
    copy = call.read(lambda session: restored_copies.is_copy(session, call.workspace))
    document: dict[str, Any] = {
        "claimed": 0,
        "sent": 0,
        "deferred": 0,
        "skipped": 0,
        "failed": 0,
        "in_doubt": 0,
        "dry_run": True,
        "restored_copy": copy,
        "due": [serializers.email(row) for row in due],
        "reports_due": reports_due,
    }

    def people() -> None:
        for row in document["due"]:
            about = f"{row['case']}  step {row['step']} " if row["case"] else ""
            output.lines(f"{row['id']}  {about}{row['template']}  due {call.local(row['due_at'])}")
        for schedule in document["reports_due"]:
            output.lines(f"the reports of {schedule['name']}  due {next_text(schedule)}")
        output.say(f"{len(due)} emails are due. Nothing was sent.")
        if copy:
            output.say(
                f"The database was restored: {copy}. What is due may have gone out already, so the daemon "
                "puts it in doubt and sends none of it."
            )

    call.answer(document, people)


def _show(call: Call, tally: "TickResult", moment: datetime | None) -> None:
    for report in tally.reports:
        why = f"  {output.plain(report.reason)}" if report.reason else ""
        output.lines(f"{report.state:<9} {report.email}  {report.about}{why}")
    output.say(
        f"{tally.claimed} claimed: {tally.sent} sent, {tally.deferred} deferred, {tally.skipped} skipped, "
        f"{tally.failed} failed, {tally.in_doubt} in doubt, {tally.retried} to be tried again."
    )
    if tally.sent and not call.workspace.settings.smtp_url:
        output.say(
            f"No mail server is set (smtp_url): emails are written as files to {call.workspace.outbox_dir}, "
            "and count as sent."
        )
    if moment:
        output.say(f"The workspace is now as if it had been {moment.isoformat(timespec='minutes')}.")


def _leave(tally: "TickResult | None") -> None:
    if tally is not None and tally.unreachable:
        raise Unreachable(
            f"The mail server takes nothing: {tally.unreachable}",
            hint="The emails wait. Check smtp_url with: followup doctor",
            code="mail_unreachable",
        )
