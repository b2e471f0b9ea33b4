"""followup inbound."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from followup import clock
from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.choices import word_option
from followup.cli.nouns import app_of
from followup.domain.inbound.message_kind import InboundKind

if TYPE_CHECKING:
    from followup.application.inbound.messages import HarvestDocument, ReceiptDocument

app = app_of("inbound")
DryRun = Annotated[bool, typer.Option("--dry-run", help="Report what each message would do; change nothing.")]


@command(
    app,
    "poll",
    example="""
    followup inbound poll
    followup inbound poll --dry-run
    """,
)
def poll(call: Call, dry_run: DryRun = False) -> None:
    """Read the mailbox of inbound_url now, as the daemon does once a minute.

    A reply stops the emails of its case and reopens the case. An out-of-office message defers them. A
    permanent bounce, a complaint and an unsubscription suppress the address."""
    from followup.application.inbound import messages

    document = messages.poll_mailbox(call.caller, dry_run, now=clock.now, on_message=_progress(call))
    _answer(call, document)


@command(
    app,
    "import",
    example="""
    followup inbound import answer.eml
    followup inbound import exported.mbox --dry-run
    """,
)
def import_(
    call: Call,
    place: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="An .eml or mbox file, a folder of them, or - for standard input."
        ),
    ],
    dry_run: DryRun = False,
) -> None:
    """Process messages from files as if they had just arrived. The files are not changed.

    A message that was processed before is recognised, so nothing happens twice. A message that could not be
    parsed before is parsed again, because this version may be able to."""
    from followup.application.inbound import messages

    document = messages.import_messages(
        call.caller, place, dry_run, now=clock.now, on_message=_progress(call)
    )
    _answer(call, document)


def _progress(call: Call) -> "Callable[[ReceiptDocument], None]":
    """A callback that prints each processed message on a line, if the output is for people."""

    def told(message: "ReceiptDocument") -> None:
        if not call.json:
            output.lines(_line(message))

    return told


def _line(message: "ReceiptDocument") -> str:
    about = " ".join(filter(None, (message["ref"], message["case"], message["email"])))
    why = f"  {output.plain(message['reason'])}" if message["reason"] else ""
    return f"{message['kind'].replace('_', ' '):<11} {about}{why}"


def _answer(call: Call, document: "HarvestDocument") -> None:
    dry_run = document["dry_run"]
    found = {name: count for name, count in document.items() if name in InboundKind.values()}

    def people() -> None:
        if not document["fetched"]:
            output.say("Nothing new has arrived.")
            return
        kinds = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in found.items() if count)
        known = f"{document['known']} known from before" if document["known"] else ""
        done = " Nothing was changed." if dry_run else ""
        output.say(f"{document['fetched']} fetched: {', '.join(filter(None, (kinds, known)))}.{done}")
        if document["unknown"] and not dry_run:
            output.say("What no case is known for waits for a person: followup inbound list --kind unknown")

    call.answer(document, people)


@command(
    app,
    "list",
    example="""
    followup inbound list --kind unknown
    followup inbound list --case C-0012
    """,
)
def list_(
    call: Call,
    kind: Annotated[str | None, word_option(InboundKind, "--kind", text="Only this kind")] = None,
    case: Annotated[str | None, typer.Option(metavar="CASE", help="Only messages about this case.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000_000, help="The maximum number of rows.")] = 50,
) -> None:
    """List inbound messages, newest first."""
    from followup.application.inbound import messages

    document = messages.list_messages(call.caller, kind, case, limit)
    call.table(
        document,
        ("message", "received", "kind", "case", "email", "address", "reason"),
        lambda row: (
            row["ref"],
            call.local(row["received_at"]),
            row["kind"].replace("_", " "),
            row["case"],
            row["email"],
            row["address"],
            row["reason"],
        ),
        empty="Nothing of that kind has arrived." if kind or case else "Nothing has arrived yet.",
    )


@command(app, "show", example="followup inbound show M-0012")
def show(
    call: Call,
    reference: Annotated[
        str, typer.Argument(metavar="MESSAGE", help="The reference of the message, such as M-0012.")
    ],
) -> None:
    """Show what is stored about a message. Its text is in a note of its case, or still in the mailbox."""
    from followup.application.inbound import messages

    document = messages.show_message(call.caller, reference)
    call.answer(document, lambda: output.fields(document.items()))
