"""followup outbox."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.choices import word_option
from followup.domain.email_state import EmailState

if TYPE_CHECKING:
    from sqlmodel import Session

    from followup.services.actors import Actor

app = typer.Typer(name="outbox", help="Emails to come, gone out, and stuck.", no_args_is_help=True)
Reference = Annotated[str, typer.Argument(metavar="EMAIL", help="Its reference, as E-0012.")]
Because = Annotated[str | None, typer.Option(metavar="TEXT", help="Why.")]


@command(app, "list", example="followup outbox list --state in_doubt")
def list_(
    call: Call,
    state: Annotated[str | None, word_option(EmailState, "--state", text="Where it stands")] = None,
    case: Annotated[str | None, typer.Option(metavar="CASE", help="Only this case.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many at most.")] = 100,
) -> None:
    """List emails in the order in which they are due."""
    from followup.services import cases, documents, outbox

    document = call.read(
        lambda session: [
            documents.email(row)
            for row in outbox.list_emails(
                session,
                state=state,
                case_id=cases.find_case(session, case).id if case else None,
                limit=limit,
            )
        ]
    )
    call.table(
        document,
        ("email", "case", "step", "state", "due", "sent", "to", "subject", "reason"),
        lambda row: (
            row["id"],
            row["case"],
            f"{row['step']} {row['template']}",
            row["state"],
            call.local(row["due_at"]),
            call.local(row["sent_at"]),
            row["to"],
            row["subject"],
            row["reason"],
        ),
        empty="No email found. They are made when a gesture is issued.",
    )


@command(app, "show", example="followup outbox show E-0012")
def show(call: Call, reference: Reference) -> None:
    """Show an email: its state and why, and the message itself once it is written."""
    from followup.services import documents, outbox

    def look(session: "Session") -> dict[str, Any]:
        found = outbox.find_email(session, reference)
        message = found.message.decode("utf-8", "replace") if found.message else None
        return {**documents.email(found), "message": message}

    document = call.read(look)

    def people() -> None:
        output.fields((name, value) for name, value in document.items() if name != "message")
        if document["message"]:
            output.lines("\n" + output.passage(document["message"]))

    call.answer(document, people)


def _change(call: Call, reference: str, change: Any, because: str | None) -> None:
    from followup.services import documents, outbox

    def work(session: "Session", actor: "Actor") -> dict[str, Any]:
        found = outbox.find_email(session, reference)
        return documents.email(change(session, found, now=call.now, actor=actor, because=because))

    document = call.write(work)
    call.answer(document, lambda: output.lines(f"{document['id']} is {document['state']}."))


@command(app, "retry", writes=True, example="followup outbox retry E-0012")
def retry(call: Call, reference: Reference, because: Because = None) -> None:
    """Send a failed email again, written anew; or one in doubt, which may then arrive twice."""
    from followup.services import outbox

    _change(call, reference, outbox.retry, because)


@command(app, "cancel", writes=True, example='followup outbox cancel E-0012 --because "She called us."')
def cancel(call: Call, reference: Reference, because: Because = None) -> None:
    """Stop one email that has not gone out."""
    from followup.services import outbox

    _change(call, reference, outbox.cancel, because)


@command(
    app, "resolve", writes=True, example='followup outbox resolve E-0012 --because "It is in her inbox."'
)
def resolve(call: Call, reference: Reference, because: Because = None) -> None:
    """Say that an email in doubt did go out."""
    from followup.services import outbox

    _change(call, reference, outbox.resolve_as_sent, because)
