"""followup case set | note | resolve | reopen | close | undo."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from followup.cli import output, several
from followup.cli.call import Call, command, text_or_stdin
from followup.cli.cases.case import Because, Reference, app, say_hints
from followup.cli.cases.told_options import (
    Answer,
    Order,
    OrderValue,
    Promised,
    Quote,
    Summary,
    ToldChannel,
    ToldFeeling,
    ToldReason,
    ToldSeverity,
    Verbatim,
    WhatHappened,
)
from followup.cli.choices import word_option
from followup.domain.cases.case import Outcome, Responsibility
from followup.errors import WrongUsage

if TYPE_CHECKING:
    from followup.application.cases.change_case import AddedNoteDocument, ChangedCaseDocument
    from followup.application.cases.close_several import ClosedSeveralDocument


@command(
    app,
    "set",
    writes=True,
    example="""
    followup case set C-0012 --feeling worried --verbatim "I could not reach anybody." --fact item=kettle
    followup case set C-0012 --what-happened "You rang on Monday and again on Thursday, and nobody came."
    followup case set C-0012 --currency EUR --order-value 80
    followup case set C-0012 --owner ben@harbour.example
    followup case set C-0012 --customer omar@example.com --name "Omar Haddad"
    """,
)
def set_(
    call: Call,
    reference: Reference,
    reason: ToldReason = None,
    severity: ToldSeverity = None,
    responsibility: Annotated[
        str | None, word_option(Responsibility, "--responsibility", text="Who is responsible")
    ] = None,
    feeling: ToldFeeling = None,
    channel: ToldChannel = None,
    verbatim: Verbatim = None,
    what_happened: WhatHappened = None,
    answer: Answer = None,
    order: Order = None,
    order_value: OrderValue = None,
    currency: Annotated[
        str | None, typer.Option(metavar="CODE", help="The currency of all its amounts, if that was wrong.")
    ] = None,
    occurred_on: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day it happened, or unknown.")
    ] = None,
    promised: Promised = None,
    fact: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE", help="A fact of the case, such as item=kettle; repeat for several."
        ),
    ] = None,
    owner: Annotated[
        str | None, typer.Option(metavar="EMAIL", help="The colleague who works on the case from now on.")
    ] = None,
    customer: Annotated[
        str | None,
        typer.Option(metavar="EMAIL", help="Whose case it is, if it was logged for the wrong person."),
    ] = None,
    name: Annotated[str | None, typer.Option(help="The name of that customer, if they are new.")] = None,
    quote: Quote = None,
    summary: Summary = None,
) -> None:
    """Correct the values of a case. An empty text removes a value: --promised ''.

    Emails that are not sent yet use the corrected values, and the owner of a case signs them. Gestures stay
    as they were decided; if the policy now says something else of one, both are shown with what to do.

    With --customer, emails to come go to that customer. It is refused once the wrong one has had an email or
    has written, and while money is promised."""
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
        what_happened=what_happened,
        answer=answer,
        order=order,
        order_value=order_value,
        currency=currency,
        occurred_on=occurred_on,
        promised=promised,
        fact=fact,
        owner=owner,
        customer=customer,
        name=name,
        quote=quote,
        summary=summary,
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
    followup case note C-0012 "I rang her and told her of the refund." --told
    followup case note C-0012 "She rang twice on Tuesday." --correct 1
    """,
)
def note(
    call: Call,
    reference: Reference,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The note; - reads standard input.")],
    tell_customer: Annotated[
        bool, typer.Option("--tell-customer", help="Include the note in the next email to the customer.")
    ] = False,
    done: Annotated[
        bool,
        typer.Option(
            "--done", help="The note says what was done about the case; include it in the next email."
        ),
    ] = False,
    from_customer: Annotated[
        bool,
        typer.Option(
            "--from-customer", help="The note is the customer's reply: the emails stop, and a person answers."
        ),
    ] = False,
    told: Annotated[
        bool,
        typer.Option(
            "--told",
            help="You told the customer yourself, by telephone or otherwise: nobody else has to.",
        ),
    ] = False,
    correct: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="Correct this note, as case show numbers them. The log keeps the old."
        ),
    ] = None,
) -> None:
    """Add a note to a case. Customers never see it unless a flag says so."""
    from followup.application.cases import change_case

    document = change_case.add_note(
        call.caller,
        reference,
        text_or_stdin(text) or "",
        tell_customer=tell_customer,
        done=done,
        from_customer=from_customer,
        told=told,
        correct=correct,
    )
    done_so = f"Noted on {document['case']}" if correct is None else f"Note {correct} is corrected"
    _show_changed(call, document, f"{done_so}.")


Told = Annotated[
    str | None,
    typer.Option(
        metavar="TEXT",
        help="What you told the customer yourself, by telephone or otherwise: noted, and nobody else has to.",
    ),
]


@command(
    app,
    "resolve",
    writes=True,
    example="""
    followup case resolve C-0012 --because "The parcel arrived."
    followup case resolve C-0012 --told "I rang her: the parcel is there."
    """,
)
def resolve(call: Call, reference: Reference, because: Because = None, told: Told = None) -> None:
    """Mark a case as resolved. Its follow-up emails continue, and ask whether it is."""
    from followup.application.cases import change_case

    document = change_case.resolve_case(call.caller, reference, because, text_or_stdin(told))
    call.answer(document, lambda: output.lines(f"{document['ref']} is {document['status']}."))


@command(app, "reopen", writes=True, example='followup case reopen C-0012 --because "It broke again."')
def reopen(call: Call, reference: Reference, because: Because = None) -> None:
    """Reopen a resolved or closed case. Its emails stop, and a person writes instead."""
    from followup.application.cases import change_case

    document = change_case.reopen_case(call.caller, reference, because)
    call.answer(document, lambda: output.lines(f"{document['ref']} is {document['status']}."))


@command(
    app,
    "close",
    writes=True,
    example="""
    followup case close C-0012 --outcome recovered
    followup case close C-0012 C-0014 C-0015 --outcome no_response
    followup case close C-0012 --outcome recovered --told "I rang her, and all is well."
    followup case close C-0012 --mistake --because "It was the other customer."
    """,
)
def close(
    call: Call,
    references: Annotated[
        list[str], typer.Argument(metavar="CASE...", help="The references of the cases, such as C-0012.")
    ],
    outcome: Annotated[str | None, word_option(Outcome, "--outcome", text="The outcome")] = None,
    because: Because = None,
    told: Told = None,
    mistake: Annotated[
        bool, typer.Option("--mistake", help="It was logged by mistake: it counts nowhere any more.")
    ] = False,
    dry_run: several.DryRun = False,
) -> None:
    """Close a case. No further email about it is sent.

    With --mistake it leaves outcomes, reports, lists and counts, at any time, once nothing of it is given;
    what waits for a decision is withdrawn. case show and the audit log keep it.

    Without --outcome, the case counts as closed with an unknown outcome. To record the outcome later, close
    it again with --outcome. Several are closed each by itself: what is refused stops nothing else, and exits
    with 4 at the end."""
    from followup.application.cases import change_case, close_several

    if len(references) > 1 or dry_run:
        if told is not None:
            raise WrongUsage(
                "--told is for one case.",
                hint="Say case by case what each customer was told.",
                code="told_for_several",
            )

        def run(**more: Any) -> "ClosedSeveralDocument":
            return close_several.close_several(
                call.caller, references, outcome=outcome, because=because, mistake=mistake, **more
            )

        several.answer(call, run, _row, dry_run=dry_run, empty="None is named.")
        return
    document = change_case.close(
        call.caller,
        references[0],
        outcome=outcome,
        because=because,
        mistake=mistake,
        told=text_or_stdin(told),
    )
    ending = f", as {document['outcome']}" if document["outcome"] else ""
    _show_changed(call, document, f"{document['ref']} is {document['status']}{ending}.")


def _row(document: "ChangedCaseDocument") -> several.Row:
    outcome = document["outcome"]
    return several.Row(
        ref=document["ref"],
        what=document["customer"]["name"],
        state=document["status"] + (f", as {outcome}" if outcome else ""),
        sentences=document["hints"],
    )


@command(app, "undo", writes=True, example='followup case undo C-0012 --because "It was the other customer."')
def undo(call: Call, reference: Reference, because: Because = None) -> None:
    """Take back a case that was logged by mistake, with its gestures, vouchers, approvals and emails.

    This works within the grace time after logging (grace_minutes), before any email has gone to the customer
    and before anything was paid or redeemed. The case then counts in no list, cap or report; `case show` and
    the audit log keep it."""
    from followup.application.cases import undo_case

    document = undo_case.undo(call.caller, reference, because)

    def people() -> None:
        output.lines(f"{document['ref']} is taken back.")
        for gesture in document["gestures"]:
            output.lines(f"{gesture['ref']} ({gesture['kind']}) is {gesture['state']}.")
        stopped = [email["id"] for email in document["emails"] if email["state"] == "cancelled"]
        if stopped:
            output.lines(f"{', '.join(stopped)} will not be sent.")

    call.answer(document, people)
