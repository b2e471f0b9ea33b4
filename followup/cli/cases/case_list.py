"""followup case list | show."""

from typing import TYPE_CHECKING, Annotated, cast

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.cases.case import Reference, app
from followup.cli.choices import word_option
from followup.cli.goodwill.recommendation import gesture_line
from followup.cli.people import suppression
from followup.domain.cases.case import CaseStatus, NoteUse

if TYPE_CHECKING:
    from followup.application.cases.list_cases import WaitingCaseDocument
    from followup.application.cases.show_case import CaseHistoryDocument, SequenceStateDocument


@command(
    app,
    "list",
    example="""
    followup case list --status open --reason late-delivery
    followup case list --needs-person
    followup case list --mine
    """,
)
def list_(
    call: Call,
    status: Annotated[str | None, word_option(CaseStatus, "--status", text="Only this status")] = None,
    reason: Annotated[str | None, typer.Option(help="Only this reason.")] = None,
    customer: Annotated[str | None, typer.Option(metavar="EMAIL", help="Only this customer.")] = None,
    external_id: Annotated[
        str | None, typer.Option(metavar="ID", help="Only the case with this id in another system.")
    ] = None,
    needs_person: Annotated[
        bool,
        typer.Option("--needs-person", help="Only cases in which somebody has to write, call or decide."),
    ] = False,
    mine: Annotated[bool, typer.Option("--mine", help="Only your open cases: your queue.")] = False,
    owner: Annotated[
        str | None, typer.Option(metavar="EMAIL", help="Only the open cases of this agent: their queue.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="The maximum number of rows.")] = 50,
) -> None:
    """List cases, newest first.

    With --mine or --owner, list somebody's open cases, oldest first: those that need a person come first,
    with the reasons. With another filter beside it, list all their cases that match.

    With --needs-person, list every case in which a customer is owed something that no email will bring, and
    every open case in which nobody acts next: the most urgent first, then the most severe, then the oldest,
    each with its reasons and the next step. A case that was only logged is on it after a business day; with
    --mine it says from the start that nothing goes on."""
    from followup.application.cases import list_cases

    document = list_cases.list_cases(
        call.caller,
        status=status,
        reason=reason,
        customer=customer,
        external_id=external_id,
        needs_person=needs_person,
        mine=mine,
        owner=owner,
        limit=limit,
    )
    if needs_person or ((mine or owner) and not (status or reason or customer or external_id)):
        empty = _nobody_waits(mine=mine, owner=owner, needs_person=needs_person)
        _show_waiting(call, cast("list[WaitingCaseDocument]", document), empty)
        return
    call.table(
        document,
        ("case", "occurred", "status", "severity", "reason", "feeling", "customer", "order"),
        lambda row: (
            row["ref"],
            row["occurred_on"] or "unknown",
            row["status"],
            row["severity"],
            row["reason"],
            row["feeling"],
            f"{row['customer']['name']} <{row['customer']['email']}>",
            row["order"],
        ),
        empty="No case found. Log one: followup case open --help",
    )


def _nobody_waits(*, mine: bool, owner: str | None, needs_person: bool) -> str:
    """What an empty queue says: whoever has done it all hears so."""
    if not mine and owner is None:
        return "Nobody waits for a person."
    who = "You are" if mine else f"{owner} is"
    whose = "your" if mine else "their"
    left = f"none of {whose} cases needs a person" if needs_person else f"no open case is {whose}s"
    return output.plain(f"{who} up to date: {left}.")


def _show_waiting(call: Call, document: "list[WaitingCaseDocument]", empty: str) -> None:
    call.table(
        document,
        ("case", "customer", "phone", "since", "why", "next step"),
        lambda row: (
            row["ref"],
            row["customer"]["name"],
            row["customer"]["phone"],
            call.local(row["since"]),
            row["why"],
            row["next_step"],
        ),
        empty=empty,
    )
    if document and document[0]["why"] and not call.json:
        told = f'followup case note {document[0]["ref"]} "…" --told'
        output.say(f"Whoever was told in person leaves this list once that is noted: {told}")


@command(app, "show", example="followup case show C-0012")
def show(call: Call, reference: Reference) -> None:
    """Show a case with its gestures, emails and notes."""
    from followup.application.cases import show_case

    document = show_case.show_case(call.caller, reference)
    call.answer(document, lambda: _show_case(call, document))


def _show_case(call: Call, document: "CaseHistoryDocument") -> None:
    person = document["customer"]
    output.fields(
        [
            ("case", document["ref"]),
            ("status", document["status"]),
            ("customer", f"{person['name']} <{person['email']}>"),
            ("reason", document["reason"]),
            ("severity", document["severity"]),
            ("responsibility", document["responsibility"]),
            ("feeling", document["feeling"]),
            ("occurred on", document["occurred_on"] or "nobody knows"),
            ("order", document["order"]),
            ("order value", output.money(document, "order_value")),
            ("what happened", document["what_happened"]),
            ("answer", document["answer"]),
            ("promised", document["promised"]),
            *document["facts"].items(),
            ("outcome", document["outcome"]),
            ("owner", _owner_text(document)),
            ("sequence", _sequence_text(document["sequence"])),
            ("suppressed", suppression.why_text(call, document["suppression"])),
            ("logged again because", document["again_because"]),
        ]
    )
    if document["verbatim"]:
        output.lines("\n  “" + output.passage(document["verbatim"]).replace("\n", "\n  ") + "”")
    if document["quote"]:
        output.lines("\n  Quoted: “" + output.passage(document["quote"]).replace("\n", "\n  ") + "”")
    if document["summary"]:
        output.lines("\n  Summary: " + output.passage(document["summary"]).replace("\n", "\n  "))
    for gesture in document["gestures"]:
        output.lines("\n" + gesture_line(gesture))
        if gesture["again"]:
            output.lines(f"  given again because {output.plain(gesture['because'] or '')}")
    for email in document["emails"]:
        why = f" ({output.plain(email['reason'])})" if email["reason"] else ""
        when = call.local(email["sent_at"] or email["due_at"])
        output.lines(f"  email {email['step'] or email['template']}  {when}  {email['state']}{why}")
    for heard in document["inbound"]:
        why = f" ({output.plain(heard['reason'])})" if heard["reason"] else ""
        about = f" to {heard['email']}" if heard["email"] else ""
        kind = heard["kind"].replace("_", " ")
        output.lines(f"  {heard['ref']}  {call.local(heard['received_at'])}  {kind}{about}{why}")
    for note in document["notes"]:
        use = "" if note["use"] == NoteUse.INTERNAL.value else f" [{note['use']}]"
        told = f"{call.local(note['at'])}  note {note['number']}, {note['by']}{use}"
        output.lines(f"\n  {told}: {output.passage(note['text'])}")
    for event in document["history"]:
        if event["because"]:
            about = "" if event["subject"] == document["ref"] else f" {event['subject']}"
            done = f"{call.local(event['at'])}  {event['by']}  {event['action']}{about}"
            output.lines(f"\n  {output.plain(done)}: {output.passage(event['because'])}")


def _owner_text(document: "CaseHistoryDocument") -> str:
    """Who works on a case, and who logged it if that is somebody else."""
    owner, logged_by = document["owner"], document["logged_by"]
    gone = "" if owner["active"] else ", no longer active: followup case set --owner"
    by = "" if logged_by["email"] == owner["email"] else f"; logged by {logged_by['name']}"
    return f"{owner['name']} <{owner['email']}>{gone}{by}"


def _sequence_text(sequence: "SequenceStateDocument | None") -> str | None:
    """A sequence with its state, and why it ended."""
    if sequence is None:
        return None
    why = f": {sequence['because']}" if sequence["because"] else ""
    return f"{sequence['name']}, {sequence['state']}{why}"
