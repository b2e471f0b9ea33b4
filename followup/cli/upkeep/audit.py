"""followup audit."""

from typing import Annotated

import typer

from followup.cli import output
from followup.cli.call import Call, command

app = typer.Typer(name="audit", help="Who changed what, when and why.", no_args_is_help=True)


@command(app, "log", example="followup audit log --subject C-0012")
def log(
    call: Call,
    subject: Annotated[str | None, typer.Option(help="A reference, as C-0012.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many at most.")] = 50,
) -> None:
    """List the newest changes, oldest of them first."""
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
    """Prove that no event was changed or taken out: every one carries the hash of the one before, and the
    newest one that the daemon has seen is still there.

    Leaves with exit code 4 where something is missing or was changed."""
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
