"""followup sequence."""

from typing import TYPE_CHECKING, Annotated

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.nouns import app_of
from followup.cli.outbox.outbox import shown_state
from followup.domain.outbox.email_kind import IN_SERIES
from followup.domain.sequences.sequence import StepCondition

if TYPE_CHECKING:
    from followup.application.sequences.enrolments import EnrolmentDocument

app = app_of("sequence")
Reference = Annotated[str, typer.Argument(metavar="CASE", help="The reference of the case, such as C-0012.")]
Because = Annotated[str, typer.Option(metavar="TEXT", help="The reason.")]


@command(app, "list", example="followup sequence list")
def list_(call: Call) -> None:
    """List the sequences of sequences.toml."""
    from followup.application.sequences import sequences

    document = sequences.list_sequences(call.caller)
    call.table(
        document,
        ("sequence", "default", "for", "steps", "description"),
        lambda row: (
            row["name"],
            row["default"],
            ", ".join(row["for"]),
            row["steps"],
            row["description"],
        ),
        empty="sequences.toml has no sequence.",
    )


@command(app, "show", example="followup sequence show recovery")
def show(
    call: Call, name: Annotated[str, typer.Argument(metavar="NAME", help="The name of the sequence.")]
) -> None:
    """Show the steps of a sequence."""
    from followup.application.sequences import sequences

    document = sequences.show_sequence(call.caller, name)
    meanings = {condition.value: condition.meaning for condition in StepCondition}

    def people() -> None:
        output.lines(f"{document['name']}: {output.plain(document['description'])}")
        for step in document["steps"]:
            only = f", if {meanings[step['only_if']]}" if step["only_if"] else ""
            output.lines(f"  {step['step']}  {step['template']:<12} after {step['after']}{only}")

    call.answer(document, people)


@command(
    app,
    "enrol",
    writes=True,
    example="""
    followup sequence enrol C-0012 --sequence recovery
    followup sequence enrol C-0012 --because "She asked for it in writing."
    """,
)
def enrol(
    call: Call,
    case: Reference,
    sequence: Annotated[
        str | None, typer.Option(metavar="NAME", help="The sequence; the default is the one for the gesture.")
    ] = None,
    because: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="The reason, if the case would not be enrolled automatically."),
    ] = None,
) -> None:
    """Enrol a case that is in no sequence. If it would not be enrolled automatically, --because must give a
    reason.

    Its emails tell of the newest issued gesture, unless one has told of it. A distressed customer is never
    enrolled, and no case gets a fourth email."""
    from followup.application.sequences import enrolments

    _show_emails(call, enrolments.enrol(call.caller, case, sequence=sequence, because=because))


def _show_emails(call: Call, document: "EnrolmentDocument") -> None:
    def people() -> None:
        why = f" ({output.plain(document['because'])})" if document["because"] else ""
        until = f" until {call.local(document['paused_until'])}" if document["paused_until"] else ""
        output.lines(
            f"{document['case']}  {document['sequence'] or 'no sequence'}: "
            f"{document['state'] or '-'}{until}{why}"
        )
        for email in document["emails"]:
            reason = email["held_because"] or email["reason"]
            output.lines(
                f"  {email['step'] or '-'}  {call.local(email['due_at'])}  {shown_state(email):<10} "
                f"{email['template']}{'  ' + output.plain(reason) if reason else ''}"
            )

    call.answer(document, people)


@command(
    app,
    "pause",
    writes=True,
    example="""
    followup sequence pause C-0012 --because "She is on holiday." --until 2026-12-07
    """,
)
def pause(
    call: Call,
    case: Reference,
    because: Because,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day on which the emails go on by themselves.")
    ] = None,
) -> None:
    """Pause the emails of a case until a day, or until it is resumed.

    A pause without an end is listed after three business days: followup case list --needs-person."""
    from followup.application.sequences import enrolments

    _show_emails(call, enrolments.pause(call.caller, case, because, until))


@command(app, "resume", writes=True, example="followup sequence resume C-0012")
def resume(call: Call, case: Reference) -> None:
    """Resume the emails of a paused case."""
    from followup.application.sequences import enrolments

    _show_emails(call, enrolments.resume(call.caller, case))


@command(app, "unenrol", writes=True, example='followup sequence unenrol C-0012 --because "We spoke."')
def unenrol(call: Call, case: Reference, because: Because) -> None:
    """Stop the emails of a case permanently."""
    from followup.application.sequences import enrolments

    _show_emails(call, enrolments.unenrol(call.caller, case, because))


@command(app, "timeline", example="followup sequence timeline C-0012")
def timeline(call: Call, case: Reference) -> None:
    """Show every email of a case as it was or would be written, with its local time. Sends nothing."""
    from followup.application.sequences import timeline as timelines

    document = timelines.show_timeline(call.caller, case)

    def people() -> None:
        if not document["emails"]:
            why = document["not_planned_because"] or "they are planned when a gesture is issued"
            output.say(f"No email is planned: {why}.")
        for email in document["emails"]:
            which = f"step {email['step']}" if email["kind"] in IN_SERIES else email["template"]
            output.lines(f"── {which}, {email['local']}, {shown_state(email)} ──")
            for remark in (email["held_because"] or email["reason"], email["expected"]):
                if remark:
                    output.lines(f"   ({output.plain(remark)})")
            if email["text"]:
                output.lines(f"Subject: {output.plain(email['subject'])}\n")
                output.lines(output.passage(email["text"]))
        if document["undo_until"]:
            until = call.local(document["undo_until"])
            output.say(f"Take the case back until {until}: followup case undo {document['case']}")

    call.answer(document, people)
