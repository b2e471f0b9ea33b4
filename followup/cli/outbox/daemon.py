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
from followup.cli.nouns import app_of
from followup.cli.reporting.report_schedule import next_text
from followup.domain.shared.word import parse_word
from followup.errors import Unreachable
from followup.operations.log_format import LogFormat

if TYPE_CHECKING:
    from followup.application.outbox.daemon import TickDocument
    from followup.operations.status_publishers import StatusPublishers

app = app_of("daemon")


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
        bool, typer.Option("--drain-and-exit", help="Send what is due, then exit.")
    ] = False,
    every: Annotated[
        float, typer.Option(min=0.2, max=3600, metavar="SECONDS", help="The number of seconds between ticks.")
    ] = 15.0,
    log_format: Annotated[
        str,
        word_option(LogFormat, "--log-format", text="The format of the log", envvar="FOLLOWUP_LOG_FORMAT"),
    ] = LogFormat.TEXT.value,
    metrics_port: Annotated[
        int | None,
        typer.Option(
            min=1, max=65535, metavar="PORT", help="Serve Prometheus metrics on this port of 127.0.0.1."
        ),
    ] = None,
    heartbeat: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="The file to write after each successful tick; the default is db/heartbeat."
        ),
    ] = None,
) -> None:
    """Send emails as they fall due, until SIGTERM or Ctrl-C; the email in transmission is finished.

    SIGHUP reloads the files of the workspace. The log has one line per email on standard error; it contains
    no address, name or text of anybody. Under systemd the daemon reports that it is ready, and that it is
    alive (followup daemon unit prints a unit for it)."""
    from followup.daemon import Daemon
    from followup.operations.logs import write_log
    from followup.operations.sd_notify import service_manager
    from followup.operations.status_publishers import StatusPublishers

    form = parse_word("log format", log_format, LogFormat)
    watch = StatusPublishers(
        service_manager(os.environ), heartbeat or call.workspace.root / "db" / "heartbeat"
    )
    daemon = Daemon(call.place, tick_seconds=every, watch=watch)
    write_log(form, daemon.worker)
    with _metrics(watch, metrics_port):
        document = daemon.run(drain_and_exit=drain_and_exit).to_document()
    call.answer(document, lambda: None)
    if drain_and_exit:
        _leave(document)


@contextmanager
def _metrics(watch: "StatusPublishers", port: int | None) -> Iterator[None]:
    """Serve the daemon's metrics during the block, if a port is given."""
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
            metavar="INSTANT", help="Rehearse as if it were this instant; this changes the workspace."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report what is due; send nothing.")] = False,
) -> None:
    """Send what is due now, once. Without a mail server (smtp_url), emails are written as files.

    Files are refused if emails went to a mail server before, unless mail_to_files is set.

    --at rehearses another time; it is refused where real mail would be sent. A rehearsal changes the
    workspace as if it were that time: emails count as sent, approvals and vouchers expire. Rehearse in a copy
    of the workspace, or in the one that `followup demo` makes. With --dry-run nothing changes."""
    from followup.application.outbox import daemon
    from followup.daemon import Daemon

    hooks = Daemon(call.place).hooks(clock.now)
    document: Any = daemon.tick(call.caller, at=at, dry_run=dry_run, hooks=hooks)
    call.answer(document, lambda: _show_due(call, document) if dry_run else _show(call, document, at))
    if not dry_run:
        _leave(document)


def _show_due(call: Call, document: Any) -> None:
    for row in document["due"]:
        about = f"{row['case']}  step {row['step']} " if row["case"] else ""
        subject = f"  “{output.plain(row['subject'])}”" if row["subject"] else ""
        output.lines(
            f"{row['id']}  {about}to {output.plain(row['to'])}{subject}  due {call.local(row['due_at'])}"
        )
    for schedule in document["reports_due"]:
        output.lines(f"the reports of {schedule['name']}  due {next_text(schedule)}")
    for row in document["kept_back"]:
        output.say(f"{row['id']}  to {output.plain(row['to'])} would not go: {output.plain(row['because'])}")
    going = len(document["due"])
    output.say(f"{going} email{'' if going == 1 else 's'} would go now. Nothing was sent.")
    if document["mail"]["refused_because"]:
        output.say(f"From this shell none would be sent: {document['mail']['refused_because']}")
    if document["restored_copy"]:
        output.say(
            f"The database was restored: {document['restored_copy']}. What is due may have gone out already, "
            "so the daemon puts it in doubt and sends none of it."
        )


def _show(call: Call, tick: "TickDocument", at: str | None) -> None:
    for email in tick["emails"]:
        about = "report" if email["case"] is None else f"{email['case']} step {email['step']}"
        why = f"  {output.plain(email['reason'])}" if email["reason"] else ""
        output.lines(f"{email['state']:<9} {email['email']}  {about}{why}")
    output.say(
        f"{tick['claimed']} claimed: {tick['sent']} sent, {tick['deferred']} deferred, "
        f"{tick['skipped']} skipped, {tick['failed']} failed, {tick['in_doubt']} in doubt, "
        f"{tick['retried']} to be tried again."
    )
    if tick["sent"] and not call.workspace.settings.smtp_url:
        output.say(
            f"No mail server is set (smtp_url): emails are written as files to {call.workspace.outbox_dir}, "
            "and count as sent."
        )
    if at:
        moment = datetime.fromisoformat(at)
        output.say(f"The workspace is now as if it had been {moment.isoformat(timespec='minutes')}.")


def _leave(tick: "TickDocument") -> None:
    if tick["unreachable"]:
        raise Unreachable(
            f"The mail server takes nothing: {tick['unreachable']}",
            hint="The emails wait. Check smtp_url with: followup doctor",
            code="mail_unreachable",
        )
