"""followup outbox."""

from typing import TYPE_CHECKING, Annotated, cast

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.choices import word_option
from followup.domain.outbox.email_state import EmailState

if TYPE_CHECKING:
    from followup.application.outbox.outbox import ResolvedEmailsDocument
    from followup.services.documents.documents import EmailDocument

app = typer.Typer(name="outbox", help="Emails to come, gone out, and stuck.", no_args_is_help=True)
Reference = Annotated[str, typer.Argument(metavar="EMAIL", help="Its reference, as E-0012.")]
Because = Annotated[str | None, typer.Option(metavar="TEXT", help="Why.")]
Reason = Annotated[str, typer.Option("--because", metavar="TEXT", help="Why.")]


@command(
    app,
    "list",
    example="""
    followup outbox list --held
    followup outbox list --state in_doubt
    """,
)
def list_(
    call: Call,
    state: Annotated[str | None, word_option(EmailState, "--state", text="Where it stands")] = None,
    case: Annotated[str | None, typer.Option(metavar="CASE", help="Only this case.")] = None,
    held: Annotated[bool, typer.Option("--held", help="Only those that wait for a person.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many at most.")] = 100,
) -> None:
    """List emails in the order in which they are due. Those that wait for a person are shown as held."""
    from followup.application.outbox import outbox

    document = outbox.list_emails(call.caller, state=state, case=case, held=held, limit=limit)
    call.table(
        document,
        ("email", "case", "step", "state", "due", "sent", "to", "subject", "reason"),
        lambda row: (
            row["id"],
            row["case"],
            f"{row['step'] or ''} {row['template']}",
            shown_state(row),
            call.local(row["due_at"]),
            call.local(row["sent_at"]),
            row["to"],
            row["subject"],
            row["held_because"] or row["reason"],
        ),
        empty="No email waits for a person."
        if held
        else "No email found. They are made when a gesture is issued.",
    )


def shown_state(document: "EmailDocument") -> str:
    """The state of an email as people read it."""
    return "held" if document["held"] else str(document["state"]).replace("_", " ")


@command(app, "show", example="followup outbox show E-0012")
def show(call: Call, reference: Reference) -> None:
    """Show an email: its state and why, and the message itself once it is written."""
    from followup.application.outbox import outbox

    document = outbox.show_email(call.caller, reference)

    def people() -> None:
        output.fields((name, value) for name, value in document.items() if name != "message")
        if document["message"]:
            output.lines("\n" + output.passage(document["message"]))

    call.answer(document, people)


@command(app, "why", example="followup outbox why E-0012")
def why(call: Call, reference: Reference) -> None:
    """Tell the story of an email: why it was planned, what happened to it, and what happens next."""
    from followup.application.outbox import outbox

    document = outbox.explain(call.caller, reference)

    def people() -> None:
        output.lines(f"{document['id']}, {_what(document)}: {shown_state(document)}\n")
        for event in document["story"]:
            output.lines(f"{event['local']}\n  {output.plain(event['text'])}")
        output.lines(f"Next\n  {output.plain(document['next'])}")

    call.answer(document, people)


def _what(document: "EmailDocument") -> str:
    return f"{document['template']} of {document['case']}" if document["case"] else "a report"


def _show_changed(call: Call, document: "EmailDocument") -> None:
    call.answer(document, lambda: output.lines(f"{document['id']} is {shown_state(document)}."))


@command(
    app, "hold", writes=True, example='followup outbox hold E-0012 --because "She is in hospital this week."'
)
def hold(call: Call, reference: Reference, because: Reason) -> None:
    """Keep one email from going out, whatever its time, until it is released."""
    from followup.application.outbox import outbox

    _show_changed(call, outbox.hold_email(call.caller, reference, because))


@command(
    app,
    "release",
    writes=True,
    example='followup outbox release E-0012 --because "It is what she said."',
)
def release(call: Call, reference: Reference, because: Reason) -> None:
    """Let an email go that is held: at the next tick, or when its time has come.

    Where the sincerity lint held it, you let pass what it found; to send other words, mend the template and
    release it then."""
    from followup.application.outbox import outbox

    _show_changed(call, outbox.release_email(call.caller, reference, because))


@command(app, "skip", writes=True, example='followup outbox skip E-0012 --because "I called instead."')
def skip(call: Call, reference: Reference, because: Reason) -> None:
    """Leave out one email that has not gone out; those after it still go, unless it is the first."""
    from followup.application.outbox import outbox

    _show_changed(call, outbox.skip_email(call.caller, reference, because))


@command(app, "retry", writes=True, example="followup outbox retry E-0012")
def retry(call: Call, reference: Reference, because: Because = None) -> None:
    """Send a failed email again, written anew; or one in doubt, which may then arrive twice."""
    from followup.application.outbox import outbox

    _show_changed(call, outbox.retry_email(call.caller, reference, because))


@command(app, "cancel", writes=True, example='followup outbox cancel E-0012 --because "She called us."')
def cancel(call: Call, reference: Reference, because: Because = None) -> None:
    """Stop one email that has not gone out."""
    from followup.application.outbox import outbox

    _show_changed(call, outbox.cancel_email(call.caller, reference, because))


@command(
    app,
    "resolve",
    writes=True,
    example="""
    followup outbox resolve E-0012 --because "It is in her inbox."
    followup outbox resolve E-0012 --not-sent --because "The server's log does not have it."
    followup outbox resolve --all --sent --because "The server's log has them all."
    """,
)
def resolve(
    call: Call,
    reference: Annotated[
        str | None, typer.Argument(metavar="[EMAIL]", help="Its reference, as E-0012.", show_default=False)
    ] = None,
    sent: Annotated[bool, typer.Option("--sent/--not-sent", help="Whether it went out.")] = True,
    because: Because = None,
    all_: Annotated[bool, typer.Option("--all", help="Every email that is in doubt.")] = False,
) -> None:
    """Say of an email in doubt that it did go out; or that it did not, and it is sent again.

    With --all, of every one that is in doubt, as after a backup was put in place."""
    from followup.application.outbox import outbox

    document = outbox.resolve(call.caller, reference, sent=sent, because=because, all_=all_)
    if not all_:
        _show_changed(call, cast("EmailDocument", document))
        return
    emails = cast("ResolvedEmailsDocument", document)["emails"]

    def people() -> None:
        for email in emails:
            output.lines(f"{email['id']} is {shown_state(email)}.")
        if not emails:
            output.say("No email is in doubt.")

    call.answer(document, people)
