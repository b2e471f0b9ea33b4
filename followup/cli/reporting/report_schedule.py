"""followup report schedule: reports that are sent on a schedule."""

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

app = typer.Typer(name="schedule", help="Reports that are sent on a schedule.", no_args_is_help=True)
report.app.add_typer(app)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The name of the schedule.")]


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
        list[str], typer.Argument(metavar="REPORT", help="The reports, such as: spend budgets; or: all.")
    ],
    every: Annotated[str, word_option(Every, "--every", text="How often it is sent")],
    to: Annotated[list[str], typer.Option("--to", metavar="EMAIL", help="A recipient; repeat for several.")],
    at: Annotated[str, typer.Option("--at", metavar="HH:MM", help="The time of day.")] = "08:00",
    locale: Annotated[
        str | None, typer.Option(metavar="LOCALE", help="The locale of figures and dates, such as en-GB.")
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option(metavar="ZONE", help="The time zone of the time and the days, such as Europe/London."),
    ] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="The name of the schedule.")] = None,
) -> None:
    """Schedule reports to be sent by email, with a workbook, by the daemon. Managers only.

    A report on a Monday covers the week before, Monday to Sunday; one on the first of a month covers the
    month before; any other covers the days since the previous one."""
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
    """List the schedules: what is sent, to whom, when next, and how the last one ended."""
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
    """Remove a schedule and cancel its unsent emails. Managers only."""
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
    to: Annotated[str | None, typer.Option(metavar="EMAIL", help="Send to this address only.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the email; send nothing.")] = False,
) -> None:
    """Send a schedule's reports at the daemon's next tick, for the same days as the last ones. Planned emails
    stay planned. Managers only; anybody may use --dry-run."""
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
    """When a schedule is due next, in its own time zone, which is named; empty if it was removed."""
    due = schedule["next_at"]
    return local_text(datetime.fromisoformat(due), schedule["timezone"]) if due else ""
