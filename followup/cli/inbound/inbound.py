"""followup inbound."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from followup import clock
from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.choices import word_option
from followup.domain.inbound.message_kind import InboundKind

if TYPE_CHECKING:
    from followup.application.inbound.messages import HarvestDocument, ReceiptDocument

app = typer.Typer(name="inbound", help="What customers and mail servers write to us.", no_args_is_help=True)
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would become of each message; change nothing.")
]


@command(
    app,
    "poll",
    example="""
    followup inbound poll
    followup inbound poll --dry-run
    """,
)
def poll(call: Call, dry_run: DryRun = False) -> None:
    """Read the mailbox of inbound_url now, as the daemon does by itself once a minute.

    An answer stops the emails of its case and opens the case again; an out-of-office message puts them off;
    what comes back for good, a complaint and an unsubscription end writing to that address."""
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
    """Deal with messages from files as if they had arrived now; the files stay where they are.

    A message that was dealt with before is known again, so nothing happens twice. One that could not be read
    then is read anew: it may be that this version can."""
    from followup.application.inbound import messages

    document = messages.import_messages(
        call.caller, place, dry_run, now=clock.now, on_message=_progress(call)
    )
    _answer(call, document)


def _progress(call: Call) -> "Callable[[ReceiptDocument], None]":
    """Each message on a line as it is dealt with, where people look on."""

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
    case: Annotated[str | None, typer.Option(metavar="CASE", help="Only about this case.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many at most.")] = 50,
) -> None:
    """List what has arrived, the newest first."""
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
    reference: Annotated[str, typer.Argument(metavar="MESSAGE", help="The message, as M-0012.")],
) -> None:
    """Show what is known of a message. Its text is a note of its case, or still in the mailbox."""
    from followup.application.inbound import messages

    document = messages.show_message(call.caller, reference)
    call.answer(document, lambda: output.fields(document.items()))
