"""followup audit."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from followup.cli import output
from followup.cli.call import Call, command

if TYPE_CHECKING:
    from sqlmodel import Session

app = typer.Typer(name="audit", help="Who changed what, when and why.", no_args_is_help=True)


@command(app, "log", example="followup audit log --subject C-0012")
def log(
    call: Call,
    subject: Annotated[str | None, typer.Option(help="A reference, as C-0012.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many at most.")] = 50,
) -> None:
    """List the newest changes, oldest of them first."""
    from followup.services.documents import serializers
    from followup.services.shared import audit

    document = call.read(
        lambda session: [serializers.audit_event(row) for row in audit.events(session, subject, limit)]
    )
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
    from followup.services.shared import audit
    from followup.services.upkeep import watermark

    def look(session: "Session") -> Any:
        broken = [{"event": number, "why": why} for number, why in audit.broken_links(session)]
        missing = watermark.missing_event(session, watermark.read(call.workspace))
        newest = watermark.of(session)
        return {
            "ok": not broken and missing is None,
            "broken": broken,
            "missing": missing,
            "newest": {"event": newest.event, "hash": newest.event_hash},
        }

    document = call.read(look)

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
