"""followup sequence."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.outbox import outbox
from followup.domain.outbox.email_kind import IN_SERIES

if TYPE_CHECKING:
    from sqlmodel import Session

    from followup.services.shared.actors import Actor
    from followup.store.tables import Case

app = typer.Typer(name="sequence", help="The series of emails a case goes through.", no_args_is_help=True)
Reference = Annotated[str, typer.Argument(metavar="CASE", help="The case, as C-0012.")]
Because = Annotated[str, typer.Option(metavar="TEXT", help="Why.")]


@command(app, "list", example="followup sequence list")
def list_(call: Call) -> None:
    """List the sequences of sequences.toml."""
    found = call.rules.sequences
    document: Any = [
        {
            "name": sequence.name,
            "default": sequence.name == found.default,
            "for": [kind.value for kind in sequence.kinds],
            "description": sequence.description,
            "steps": len(sequence.steps),
        }
        for sequence in found.by_name.values()
    ]
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
def show(call: Call, name: Annotated[str, typer.Argument(metavar="NAME", help="The sequence.")]) -> None:
    """Show the steps of a sequence."""
    from followup.services.sequences import enrolments

    sequence = enrolments.find_sequence(call.rules, name)
    document = {
        "name": sequence.name,
        "for": [kind.value for kind in sequence.kinds],
        "description": sequence.description,
        "steps": [
            {
                "step": step.number,
                "template": step.template,
                "after": str(step.after),
                "only_if": step.only_if.value if step.only_if else None,
            }
            for step in sequence.steps
        ],
    }

    def people() -> None:
        output.lines(f"{sequence.name}: {output.plain(sequence.description)}")
        for step in sequence.steps:
            only = f", if {step.only_if.meaning}" if step.only_if else ""
            output.lines(f"  {step.number}  {step.template:<12} after {step.after}{only}")

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
        str | None, typer.Option(metavar="NAME", help="Which; the one for the gesture.")
    ] = None,
    because: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Why, where it is not done by itself.")
    ] = None,
) -> None:
    """Enrol a case that is in no sequence, also where that is not done by itself: --because says why.

    Its emails tell of the gesture that was issued last, where none has told of it. Never for somebody in
    distress, and not for a fourth email about a case."""
    from followup.errors import Refused
    from followup.services.cases import cases
    from followup.services.sequences import enrolments, sender_eligibility

    def change(session: "Session", actor: "Actor") -> Any:
        found = cases.find_case(session, case)
        made = enrolments.enrol(
            session,
            call.rules,
            found,
            enrolments.untold_gesture(session, found),
            now=call.now,
            actor=actor,
            sequence=sequence,
            by_hand=True,
            because=because,
        )
        if made is None:
            why = sender_eligibility.not_enrolled_because(session, found, now=call.now, by_hand=True)
            raise Refused(
                f"{case} cannot be enrolled: {why}.",
                hint=f"See: followup sequence timeline {case}",
                code="not_enrolled",
            )
        return _enrolment(session, found)

    document = call.write(change)
    call.answer(document, lambda: _show_emails(call, document))


def _enrolment(session: "Session", case: "Case") -> dict[str, Any]:
    from followup.services.documents import serializers
    from followup.services.sequences import enrolments
    from followup.services.shared.references import ref

    active = enrolments.newest_enrolment(session, case)
    return {
        "case": ref(case),
        "sequence": active.sequence if active else None,
        "state": active.state.value if active else None,
        "because": active.ended_because if active else None,
        "because_code": active.ended_code.value if active and active.ended_code else None,
        "emails": [serializers.email(row) for row in enrolments.emails_of(session, case)],
    }


def _show_emails(call: Call, document: Any) -> None:
    why = f" ({output.plain(document['because'])})" if document["because"] else ""
    output.lines(
        f"{document['case']}  {document['sequence'] or 'no sequence'}: {document['state'] or '-'}{why}"
    )
    for email in document["emails"]:
        reason = email["held_because"] or email["reason"]
        output.lines(
            f"  {email['step'] or '-'}  {call.local(email['due_at'])}  {outbox.shown_state(email):<10} "
            f"{email['template']}{'  ' + output.plain(reason) if reason else ''}"
        )


def _change(call: Call, case: str, change: Any) -> None:
    from followup.services.cases import cases

    def work(session: "Session", actor: "Actor") -> Any:
        found = cases.find_case(session, case)
        change(session, found, actor)
        return _enrolment(session, found)

    document = call.write(work)
    call.answer(document, lambda: _show_emails(call, document))


@command(app, "pause", writes=True, example='followup sequence pause C-0012 --because "She is on holiday."')
def pause(call: Call, case: Reference, because: Because) -> None:
    """Hold the emails of a case until it is resumed."""
    from followup.services.sequences import enrolments

    _change(
        call,
        case,
        lambda session, found, actor: enrolments.pause(
            session, found, now=call.now, actor=actor, because=because
        ),
    )


@command(app, "resume", writes=True, example="followup sequence resume C-0012")
def resume(call: Call, case: Reference) -> None:
    """Go on with the emails of a paused case."""
    from followup.services.sequences import enrolments

    _change(
        call,
        case,
        lambda session, found, actor: enrolments.resume(session, found, now=call.now, actor=actor),
    )


@command(app, "unenrol", writes=True, example='followup sequence unenrol C-0012 --because "We spoke."')
def unenrol(call: Call, case: Reference, because: Because) -> None:
    """Stop the emails of a case for good."""
    from followup.services.sequences import enrolments

    _change(
        call,
        case,
        lambda session, found, actor: enrolments.unenrol(
            session, found, now=call.now, actor=actor, because=because
        ),
    )


@command(app, "timeline", example="followup sequence timeline C-0012")
def timeline(call: Call, case: Reference) -> None:
    """Show every email of a case as it was or would be written, with its local send time. Sends nothing."""
    from followup.services.outbox import timeline

    document = call.read(lambda session: timeline.timeline(session, call.rules, case, now=call.now))

    def people() -> None:
        if not document["emails"]:
            why = document["not_planned_because"] or "they are planned when a gesture is issued"
            output.say(f"No email is planned: {why}.")
        for email in document["emails"]:
            which = f"step {email['step']}" if email["kind"] in IN_SERIES else email["template"]
            output.lines(f"── {which}, {email['local']}, {outbox.shown_state(email)} ──")
            for remark in (email["held_because"] or email["reason"], email["expected"]):
                if remark:
                    output.lines(f"   ({output.plain(remark)})")
            if email["text"]:
                output.lines(f"Subject: {output.plain(email['subject'])}\n")
                output.lines(output.passage(email["text"]))

    call.answer(document, people)
