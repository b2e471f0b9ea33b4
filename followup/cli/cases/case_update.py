"""followup case set | note | resolve | reopen | close."""

from typing import TYPE_CHECKING, Annotated

import typer

from followup.cli import output
from followup.cli.call import Call, command, text_or_stdin
from followup.cli.cases.case import Because, Reference, app, say_hints
from followup.cli.choices import word_option
from followup.domain.cases.case import Channel, Feeling, Outcome, Responsibility, Severity

if TYPE_CHECKING:
    from followup.application.cases.change_case import AddedNoteDocument, ChangedCaseDocument


@command(
    app,
    "set",
    writes=True,
    example="""
    followup case set C-0012 --feeling worried --verbatim "I could not reach anybody." --fact item=kettle
    """,
)
def set_(
    call: Call,
    reference: Reference,
    reason: Annotated[str | None, typer.Option(metavar="REASON", help="As late-delivery.")] = None,
    severity: Annotated[str | None, word_option(Severity, "--severity", text="How bad")] = None,
    responsibility: Annotated[
        str | None, word_option(Responsibility, "--responsibility", text="Whose doing")
    ] = None,
    feeling: Annotated[str | None, word_option(Feeling, "--feeling", text="How they felt")] = None,
    channel: Annotated[str | None, word_option(Channel, "--channel", text="How they told us")] = None,
    verbatim: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Their own words; - reads standard input.")
    ] = None,
    order: Annotated[str | None, typer.Option(metavar="REF", help="The order it was about.")] = None,
    order_value: Annotated[str | None, typer.Option(metavar="AMOUNT", help="What they paid for it.")] = None,
    occurred_on: Annotated[str | None, typer.Option(metavar="DATE", help="When it happened.")] = None,
    promised: Annotated[str | None, typer.Option(metavar="TEXT", help="What you promised them.")] = None,
    fact: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="A fact of the case, as item=kettle.")
    ] = None,
) -> None:
    """Correct what was told of a case. An empty text takes a thing out: --promised ''.

    Emails to come speak of the case as it is then. What was decided about a gesture stays as it was."""
    from followup.application.cases import change_case

    document = change_case.set_case(
        call.caller,
        reference,
        reason=reason,
        severity=severity,
        responsibility=responsibility,
        feeling=feeling,
        channel=channel,
        verbatim=text_or_stdin(verbatim),
        order=order,
        order_value=order_value,
        occurred_on=occurred_on,
        promised=promised,
        fact=fact,
    )
    _show_changed(call, document, f"{document['ref']} is changed.")


def _show_changed(call: Call, document: "ChangedCaseDocument | AddedNoteDocument", sentence: str) -> None:
    def people() -> None:
        output.lines(sentence)
        say_hints(document["hints"])

    call.answer(document, people)


@command(
    app,
    "note",
    writes=True,
    example="""
    followup case note C-0012 "She rang twice on Monday; the first call was lost."
    followup case note C-0012 "The courier now asks for a signature." --done
    """,
)
def note(
    call: Call,
    reference: Reference,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The note; - reads standard input.")],
    tell_customer: Annotated[
        bool, typer.Option("--tell-customer", help="The next email tells it to the customer.")
    ] = False,
    done: Annotated[
        bool, typer.Option("--done", help="It is what was done about it: finished, and told to the customer.")
    ] = False,
    from_customer: Annotated[
        bool,
        typer.Option("--from-customer", help="The customer said it: the emails stop, and a person answers."),
    ] = False,
) -> None:
    """Write a note on a case. Customers never see it, unless it is for them."""
    from followup.application.cases import change_case

    document = change_case.add_note(
        call.caller,
        reference,
        text_or_stdin(text) or "",
        tell_customer=tell_customer,
        done=done,
        from_customer=from_customer,
    )
    _show_changed(call, document, f"Noted on {reference}.")


@command(app, "resolve", writes=True, example='followup case resolve C-0012 --because "The parcel arrived."')
def resolve(call: Call, reference: Reference, because: Because = None) -> None:
    """Say that a case is put right. Its follow-up emails still ask whether it is."""
    from followup.application.cases import change_case

    document = change_case.resolve_case(call.caller, reference, because)
    call.answer(document, lambda: output.lines(f"{document['ref']} is {document['status']}."))


@command(app, "reopen", writes=True, example='followup case reopen C-0012 --because "It broke again."')
def reopen(call: Call, reference: Reference, because: Because = None) -> None:
    """Open a resolved or closed case again. Its emails stop: a person writes."""
    from followup.application.cases import change_case

    document = change_case.reopen_case(call.caller, reference, because)
    call.answer(document, lambda: output.lines(f"{document['ref']} is {document['status']}."))


@command(app, "close", writes=True, example="followup case close C-0012 --outcome recovered")
def close(
    call: Call,
    reference: Reference,
    outcome: Annotated[str | None, word_option(Outcome, "--outcome", text="What became of it")] = None,
    because: Because = None,
) -> None:
    """Close a case. No further email of it goes out.

    Closed without --outcome, a case counts as one of which nobody said how it ended; close it again with
    --outcome to say it."""
    from followup.application.cases import change_case

    document = change_case.close(call.caller, reference, outcome=outcome, because=because)
    ending = f", as {document['outcome']}" if document["outcome"] else ""
    _show_changed(call, document, f"{document['ref']} is {document['status']}{ending}.")
