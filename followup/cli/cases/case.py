"""followup case, and followup case open."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from followup.cli import output, several
from followup.cli.call import Call, command, text_or_stdin
from followup.cli.cases import case_open_several
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
from followup.cli.goodwill import recommendation
from followup.cli.goodwill.recommendation import gesture_line
from followup.cli.nouns import app_of
from followup.domain.cases.case import Responsibility
from followup.domain.outbox.email_kind import IN_SERIES
from followup.errors import FollowupError, InvalidFile, NotFound, Refused, WrongUsage

if TYPE_CHECKING:
    from followup.application.cases.interview import InterviewAnswers
    from followup.application.cases.open_case import OpenedCaseDocument, RefusedGestureDocument

app = app_of("case")
Reference = Annotated[str, typer.Argument(metavar="CASE", help="The reference of the case, such as C-0012.")]
Currency = Annotated[
    str | None,
    typer.Option(
        metavar="CODE",
        help="The currency of the order; the default is that of the order value's sign, or your main one.",
    ),
]
Because = Annotated[str | None, typer.Option(metavar="TEXT", help="The reason.")]


@command(
    app,
    "open",
    writes=True,
    example="""
    followup case open --customer priya@example.com --name "Priya Shah" --reason late-delivery \\
      --severity moderate --feeling let_down --order HB-2041 --order-value 80.00 \\
      --what-happened "Your lamp came two days after your daughter's birthday." \\
      --verbatim "It was a birthday present and it came two days late." --accept
    followup case open --customer jan@example.de --reason late-delivery --severity moderate \\
      --order-value 80 --currency EUR
    followup case open --customers hit.txt --reason service-outage --severity minor --mass-incident \\
      --what-happened "You could not log in on Monday morning." --accept --dry-run
    """,
)
def open_(
    call: Call,
    customer: Annotated[
        str | None, typer.Option(metavar="EMAIL", help="The customer's email address.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="The customer's name, if they are new.")] = None,
    reason: ToldReason = None,
    severity: ToldSeverity = None,
    responsibility: Annotated[
        str | None,
        word_option(Responsibility, "--responsibility", text="Who is responsible; the default is ours"),
    ] = None,
    feeling: ToldFeeling = None,
    channel: ToldChannel = None,
    verbatim: Verbatim = None,
    what_happened: WhatHappened = None,
    answer: Answer = None,
    order: Order = None,
    order_value: OrderValue = None,
    occurred_on: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="The day it happened, as 2026-11-23 or today; without, no letter names one.",
        ),
    ] = None,
    promised: Promised = None,
    fact: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="A fact that the policy uses; repeat for several."),
    ] = None,
    mass_incident: Annotated[
        bool, typer.Option("--mass-incident", help="The incident affects many customers.")
    ] = False,
    external_id: Annotated[
        str | None, typer.Option(metavar="ID", help="The id of the case in another system.")
    ] = None,
    because: Because = None,
    accept: Annotated[bool, typer.Option("--accept", help="Request the recommended gesture.")] = False,
    again: Annotated[
        bool,
        typer.Option("--again", help="It is another case, although it looks like one; needs --because."),
    ] = False,
    locale: Annotated[
        str | None, typer.Option(help="The language and country of the customer's letters, such as de-DE.")
    ] = None,
    phone: Annotated[str | None, typer.Option(metavar="NUMBER", help="Where we call the customer.")] = None,
    quote: Quote = None,
    summary: Summary = None,
    currency: Currency = None,
    address: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Where we send the customer what goes by post.")
    ] = None,
    customers: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Log the same for several: a file with one customer a line, as priya@example.com or "
            "Priya Shah <priya@example.com>; - reads standard input.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --customers: say what would become of each.")
    ] = False,
    yes: several.Yes = False,
) -> None:
    """Log a case and show what the policy recommends, with the reasons.

    On a terminal, missing answers are asked for. Nothing is spent or sent without --accept. If the gesture is
    refused, the case is recorded nevertheless. A case with the order of a recorded one, or lately with its
    reason, is not saved, unless --again says that it is another.

    With --customers, each is logged by itself: what is refused stops nothing else, and exits with 4 at the
    end. Whoever has a case like it already is refused, so the command can be repeated."""
    from followup.application.cases import open_case

    verbatim = text_or_stdin(verbatim)
    asks = output.interactive() and not call.json
    flags = {
        "customer": customer,
        "name": name,
        "reason": reason,
        "severity": severity,
        "feeling": feeling,
        "channel": channel,
        "verbatim": verbatim,
        "what_happened": what_happened,
        "answer": answer,
        "occurred_on": occurred_on,
        "order": order,
        "order_value": order_value,
        "currency": currency,
        "promised": promised,
        "locale": locale,
        "phone": phone,
        "address": address,
    }
    others = {
        "responsibility": responsibility,
        "external_id": external_id,
        "quote": quote,
        "summary": summary,
    }

    if customers is not None or dry_run:
        of_one = {"again": again, "because": because}
        shared = {**flags, **others, **of_one, "fact": fact, "mass_incident": mass_incident}
        case_open_several.log_each(call, customers, shared, accept=accept, dry_run=dry_run, yes=yes)
        return

    def record(answered: "InterviewAnswers | None", why_again: str | None) -> "OpenedCaseDocument":
        return open_case.open_case(
            call.caller,
            **flags,
            **others,
            fact=fact,
            mass_incident=mass_incident,
            because=because or why_again,
            accept=accept,
            again=again or why_again is not None,
            answered=answered,
        )

    if asks:
        from followup.cli.cases import interview

        more = {
            **others,
            "because": because,
            "mass_incident": mass_incident,
            "accept": accept,
            "again": again,
            "as": call.actor_email,
        }
        document = interview.hold(call, flags, fact or [], more, record)
    else:
        document = record(None, None)
    call.answer(document, lambda: _show_opened(call, document))
    if document["gesture_refused"]:
        raise _refusal(document["gesture_refused"])
    if asks and not accept and not interview.is_needless(flags):
        _offer_request(call, document)


def _refusal(refused: "RefusedGestureDocument") -> FollowupError:
    kinds = {kind.exit_code: kind for kind in (WrongUsage, NotFound, Refused, InvalidFile)}
    kind = kinds[refused["exit_code"]]
    return kind(refused["message"], hint=refused["hint"], code=refused["code"])


def _offer_request(call: Call, document: "OpenedCaseDocument") -> None:
    """At the end of an interview, offer to request the recommended gesture, or what the customer prefers."""
    offers = recommendation.offers(document["recommendation"])
    if not offers:
        return
    case = document["case"]["ref"]
    try:
        kind = _chosen(offers)
    except (KeyboardInterrupt, EOFError):
        output.say(f"\nStopped. {case} is recorded; nothing was requested.")
        _say_how_to_request(document)
        raise typer.Exit(130) from None
    if kind is None:
        return
    if not kind and document["recommendation"]["note_words"]:
        # It must be explained at length, which is no answer to a yes or no.
        _say_how_to_request(document)
        return
    from followup.application.goodwill import gestures

    # The idempotency key belongs to the case, not to the gesture.
    caller = replace(call.caller, key=None)
    try:
        made = gestures.request_gesture(caller, case, kind=kind or None)
    except Refused as refusal:
        name, told = _told_how_to_reach(case, refusal)
        reach = {"phone": None, "address": None, name: told}
        made = gestures.request_gesture(
            caller, case, kind=kind or None, phone=reach["phone"], address=reach["address"]
        )
    output.lines(gesture_line(made))


def _say_how_to_request(document: "OpenedCaseDocument") -> None:
    command = recommendation.request_command(document["case"], document["recommendation"])
    output.say(output.plain(f"Request it: {command}"))


_LACKING = {
    "phone_not_known": ("phone", "Their telephone number"),
    "address_not_known": ("address", "Their postal address"),
}
"""What must be known of the customer first, by the code of the refusal: the flag and the question."""


def _told_how_to_reach(case: str, refusal: Refused) -> tuple[str, str]:
    """Ask for what must be known first. Raises the refusal if nobody knows, or if it is another one."""
    from followup.cli.asking import questions

    if refusal.code not in _LACKING:
        raise refusal
    name, question = _LACKING[refusal.code]
    output.say(output.plain(refusal.message))
    try:
        told = questions.text(f"{question} (Enter if nobody knows)")
    except (KeyboardInterrupt, EOFError):
        output.say(f"\nStopped. {case} is recorded; nothing was requested.")
        raise typer.Exit(130) from None
    if not told:
        raise refusal
    return name, told


def _chosen(offers: list[tuple[str, str]]) -> str | None:
    """The kind of the offer that is to be requested ("" for the recommended one); None for none."""
    from followup.cli.asking import questions

    if offers[0][0] == "" and len(offers) == 1:
        return "" if questions.yes_or_no("Request it now?", default=False) else None
    output.say("The customer may choose:")
    for number, (_, words) in enumerate(offers, 1):
        output.say(f"  {number}  {words}")
    chosen = questions.number("Which one to request now? A number, or Enter for none", most=len(offers))
    return None if chosen is None else offers[chosen - 1][0]


def _show_opened(call: Call, document: "OpenedCaseDocument") -> None:
    case, gesture = document["case"], document["gesture"]
    person = case["customer"]
    output.lines(
        output.plain(
            f"{case['ref']}  {person['name']} <{person['email']}>  {case['reason']}, {case['severity']}"
        )
    )
    output.lines("")
    recommendation.show(document["recommendation"], whole=False)
    output.say(f"All reasons and limits: followup policy explain {case['ref']}")
    say_hints(document["hints"])
    output.lines("")
    if gesture is None:
        if not document["recommendation"]["refused"]:
            _say_how_to_request(document)
        _say_undo(call, document)
        return
    output.lines(gesture_line(gesture))
    coming = [
        email for email in document["emails"] if email["state"] == "scheduled" and email["kind"] in IN_SERIES
    ]
    if coming:
        emails = "1 email" if len(coming) == 1 else f"{len(coming)} emails"
        # Answers stored for a key by an earlier release do not say it.
        waiting = [email for email in coming if email["id"] in document.get("waiting_emails", ())]
        if coming[0] in waiting:
            output.lines(f"{emails} planned; none goes out before a person has seen to what the hints say.")
        else:
            some = f"; {len(waiting)} of them for a person first" if waiting else ""
            output.lines(f"{emails} will follow, the first on {call.local(coming[0]['due_at'])}{some}.")
        output.say(f"Read them: followup sequence timeline {case['ref']}")
    _say_undo(call, document)


def _say_undo(call: Call, document: "OpenedCaseDocument") -> None:
    # Answers stored for a key by an earlier release have no grace time.
    until = document.get("undo_until")
    if until:
        output.say(f"Take it back until {call.local(until)}: followup case undo {document['case']['ref']}")


def say_hints(hints: list[str]) -> None:
    """Print hints about what the agent may add, on standard error."""
    for hint in hints:
        output.say(f"Hint: {hint}")
