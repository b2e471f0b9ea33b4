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
    from followup.services import audit, documents

    document = call.read(
        lambda session: [documents.audit_event(row) for row in audit.events(session, subject, limit)]
    )
    call.table(
        document,
        ("at", "by", "action", "subject", "because"),
        lambda row: (call.local(row["at"]), row["by"], row["action"], row["subject"], row["because"]),
        empty="Nothing has been changed yet.",
    )


@command(app, "verify", example="followup audit verify")
def verify(call: Call) -> None:
    """Prove that no event was changed or taken out: every one carries the hash of the one before.

    Leaves with exit code 4 where the chain is broken."""
    from followup.services import audit

    broken = call.read(lambda session: list(audit.broken_links(session)))
    document = {"ok": not broken, "broken": [{"event": number, "why": why} for number, why in broken]}

    def people() -> None:
        if not broken:
            output.lines("The event log is unbroken.")
        for number, why in broken:
            output.lines(f"Event {number}: {why}.")

    call.answer(document, people)
    if broken:
        raise typer.Exit(4)
