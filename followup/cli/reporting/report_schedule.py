"""followup report schedule: reports that are sent by themselves."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.choices import word_option
from followup.cli.reporting import report
from followup.domain.reporting.report_schedule import Every
from followup.domain.shared.local_time import local_text

if TYPE_CHECKING:
    from followup.application.reporting.report_schedules import ReportScheduleDocument

app = typer.Typer(name="schedule", help="Reports that are sent by themselves.", no_args_is_help=True)
report.app.add_typer(app)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The schedule.")]


@command(
    app,
    "add",
    writes=True,
    example="""
    followup report schedule add spend budgets --every monday \\
        --to cfo@harbour.example --as max@harbour.example
    followup report schedule add all --every month --at 07:30 --timezone Europe/Berlin --locale de-DE \\
        --to cfo@harbour.example --as max@harbour.example
    """,
)
def add(
    call: Call,
    reports: Annotated[
        list[str], typer.Argument(metavar="REPORT", help="Which, as: spend budgets; or: all.")
    ],
    every: Annotated[str, word_option(Every, "--every", text="How often")],
    to: Annotated[
        list[str], typer.Option("--to", metavar="EMAIL", help="To whom; give it again for others.")
    ],
    at: Annotated[str, typer.Option("--at", metavar="HH:MM", help="At what time of the day.")] = "08:00",
    locale: Annotated[
        str | None, typer.Option(metavar="LOCALE", help="How figures and days are written, as en-GB.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Whose clock and whose days, as Europe/London.")
    ] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="What it is called here.")] = None,
) -> None:
    """Have reports sent by email from now on, with a workbook, through the daemon. Managers may.

    One of a Monday is about the week before, from Monday to Sunday; one of the first of a month about the
    month before; any other about the days since the one before it."""
    from followup.application.reporting import report_schedules

    document = report_schedules.add_schedule(
        call.caller,
        reports=reports,
        every=every,
        to=to,
        at=at,
        locale=locale,
        timezone=timezone,
        name=name,
    )
    call.answer(
        document,
        lambda: output.lines(
            f"{document['name']} is sent to {', '.join(document['to'])}, "
            f"the first time on {next_text(document)}.\n"
            f"See it before: followup report schedule send {document['name']} --dry-run"
        ),
    )


@command(app, "list", example="followup report schedule list")
def list_(call: Call) -> None:
    """List what is sent by itself, to whom, when next, and what became of the last."""
    from followup.application.reporting import report_schedules

    document = report_schedules.list_schedules(call.caller)
    call.table(
        document,
        ("schedule", "reports", "every", "next", "to", "last"),
        lambda row: (
            row["name"],
            " ".join(row["reports"]),
            row["every"],
            next_text(row),
            " ".join(row["to"]),
            f"{row['last']['id']} {row['last']['state'].replace('_', ' ')}" if row["last"] else "",
        ),
        empty="Nothing is sent by itself. Have it sent with: followup report schedule add",
    )


@command(app, "remove", writes=True, example="followup report schedule remove monday-spend")
def remove(call: Call, name: Name) -> None:
    """Send no more of a schedule; what has not gone out yet is cancelled. Managers may."""
    from followup.application.reporting import report_schedules

    document = report_schedules.remove_schedule(call.caller, name)
    call.answer(document, lambda: output.lines(f"{document['name']} is sent no more."))


@command(
    app,
    "send",
    writes=True,
    example="""
    followup report schedule send monday-spend --dry-run
    followup report schedule send monday-spend --to max@harbour.example
    """,
)
def send(
    call: Call,
    name: Name,
    to: Annotated[str | None, typer.Option(metavar="EMAIL", help="To this address alone.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the email; send nothing.")] = False,
) -> None:
    """Send a schedule's reports now, about the days that the last ones were about; the daemon takes them at
    its next tick. Those that are planned stay so. Managers may; anybody may look with --dry-run."""
    from followup.application.reporting import report_schedules

    document: Any = report_schedules.send_schedule(call.caller, name, to=to, dry_run=dry_run)
    call.answer(document, lambda: _show_email(document) if dry_run else _show_sent(document))


def _show_sent(document: Any) -> None:
    for email in document["emails"]:
        output.lines(f"{email['id']} to {email['to']} goes out at the next tick of the daemon.")


def _show_email(document: Any) -> None:
    output.fields(
        (
            ("to", ", ".join(document["to"])),
            ("subject", document["subject"]),
            ("attached", ", ".join(document["attachments"])),
        )
    )
    output.lines("\n" + output.passage(document["text"]))
    output.say("Nothing was sent.")


def next_text(schedule: "ReportScheduleDocument") -> str:
    """When a schedule is due next, by the clock of its own zone, which is named; nothing once it was
    removed."""
    due = schedule["next_at"]
    return local_text(datetime.fromisoformat(due), schedule["timezone"]) if due else ""
