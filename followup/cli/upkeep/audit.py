"""followup audit."""

from typing import Annotated

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.nouns import app_of

app = app_of("audit")


@command(app, "log", example="followup audit log --subject C-0012")
def log(
    call: Call,
    subject: Annotated[
        str | None, typer.Option(help="Only events about this reference, such as C-0012.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="The maximum number of rows.")] = 50,
) -> None:
    """List the newest events, oldest first."""
    from followup.application.upkeep import audit

    document = audit.list_events(call.caller, subject=subject, limit=limit)
    call.table(
        document,
        ("at", "by", "action", "subject", "because"),
        lambda row: (call.local(row["at"]), row["by"], row["action"], row["subject"], row["because"]),
        empty="Nothing has been changed yet.",
    )


@command(app, "verify", example="followup audit verify")
def verify(call: Call) -> None:
    """Verify that no event was changed or removed: each carries the hash of the one before it, and the newest
    event that the daemon has seen is still there.

    Exits with code 4 if an event is missing or was changed."""
    from followup.application.upkeep import audit

    document = audit.verify(call.caller)

    def people() -> None:
        if document["ok"]:
            output.lines(f"The event log is unbroken, up to event {document['newest']['event']}.")
        for link in document["broken"]:
            output.lines(f"Event {link['event']}: {link['why']}.")
        if document["missing"]:
            output.lines(f"The log was longer: {document['missing']}.")

    call.answer(document, people)
    if not document["ok"]:
        raise typer.Exit(4)
