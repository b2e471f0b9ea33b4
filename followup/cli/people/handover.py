"""followup agent handover."""

from typing import TYPE_CHECKING, Annotated

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.people.agent import app

if TYPE_CHECKING:
    from followup.application.people.handover import HandedOverCaseDocument, HandoverDocument


@command(
    app,
    "handover",
    writes=True,
    example="""
    followup agent handover ana@harbour.example --to ben@harbour.example --dry-run
    followup agent handover ana@harbour.example --to ben@harbour.example --case C-0012 --because "On leave"
    """,
)
def handover(
    call: Call,
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Whose cases they are now.")],
    to: Annotated[str, typer.Option("--to", metavar="EMAIL", help="Whose cases they become.")],
    case: Annotated[
        list[str] | None,
        typer.Option(metavar="CASE", help="Only this case; repeat for several. The default is all."),
    ] = None,
    because: Annotated[str | None, typer.Option(metavar="TEXT", help="The reason.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be handed over.")] = False,
) -> None:
    """Hand over the cases of an agent who left or is away, with the emails to come, to a colleague.

    The colleague signs the emails to come. What was logged and given counts for whoever did it, in every
    report. Everybody may hand over their own cases; those of others are a manager's to hand over."""
    from followup.application.people import handover as handovers

    document = handovers.hand_over(call.caller, email, to, case, because, dry_run)
    call.answer(document, lambda: _show(call, document))


def _show(call: Call, document: "HandoverDocument") -> None:
    cases, giver, receiver = document["cases"], document["agent"], document["to"]
    emails = sum(len(case["emails"]) for case in cases)
    if not cases:
        output.say(output.plain(f"{giver} has no case of which something is to come."))
    else:
        output.table(
            ("case", "status", "customer", "needs a person", "emails to come", "promised"),
            (_row(call, case) for case in cases),
        )
        would = "would go" if document["dry_run"] else "went"
        output.lines(
            output.plain(
                f"Cases that {would} from {giver} to {receiver}: {len(cases)}, with {emails} emails to come."
            )
        )
    for approval in document["approvals"]:
        asked = approval["gesture"]
        output.lines(f"{approval['ref']} for {asked['ref']} ({asked['kind']}) waits for {giver} alone.")
    for hint in document["hints"]:
        output.say(output.plain(hint))


def _row(call: Call, case: "HandedOverCaseDocument") -> tuple[str, ...]:
    promises = [f"{one['ref']} ({one['kind']})" for one in case["promises"]]
    emails = [f"{email['id']} {call.local(email['due_at'])}" for email in case["emails"]]
    promised = [case["promised"]] if case["promised"] else []
    to_come, due = ", ".join(emails), "; ".join([*promised, *promises])
    return case["ref"], case["status"], case["customer"], case["why"], to_come, due
