"""followup gesture."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from followup.cli import output, several
from followup.cli.call import Call, command, text_or_stdin
from followup.cli.choices import word_option
from followup.cli.goodwill import recommendation
from followup.cli.goodwill.recommendation import AsRequested, gesture_line, say_now
from followup.cli.nouns import app_of
from followup.domain.goodwill.gesture import GestureKind, GestureState
from followup.domain.shared.word import listed, with_article
from followup.errors import WrongUsage

if TYPE_CHECKING:
    from followup.application.goodwill.gestures import RequestedGestureDocument
    from followup.application.goodwill.several_gestures import PaidSeveralDocument, RequestedSeveralDocument
    from followup.services.documents.documents import GestureDocument

app = app_of("gesture")
Reference = Annotated[
    str, typer.Argument(metavar="GESTURE", help="The reference of the gesture, such as G-0012.")
]
Kind = Annotated[
    str | None, word_option(GestureKind, "--kind", text="The kind; the default is the recommended one")
]
_ITEMS = listed([with_article(kind.value) for kind in GestureKind if kind.names_item], "or")
Amount = Annotated[
    str | None,
    typer.Option(
        metavar="AMOUNT",
        help=f"The amount; the default is the recommended one. Of {_ITEMS} it is "
        "what that costs us: no letter says it, and it may be left out.",
    ),
]


@command(
    app,
    "list",
    example="""
    followup gesture list --unpaid
    followup gesture list --kind voucher --order HB-2041
    followup gesture list --customer priya@example.com --from 2026-11-01 --to 2026-11-30
    """,
)
def list_(
    call: Call,
    state: Annotated[str | None, word_option(GestureState, "--state", text="Only this state")] = None,
    kind: Annotated[str | None, word_option(GestureKind, "--kind", text="Only this kind")] = None,
    agent: Annotated[
        str | None, typer.Option(metavar="EMAIL", help="Only gestures requested by this agent.")
    ] = None,
    team: Annotated[
        str | None, typer.Option(metavar="TEAM", help="Only gestures requested by this team.")
    ] = None,
    customer: Annotated[
        str | None, typer.Option(metavar="EMAIL", help="Only gestures for this customer.")
    ] = None,
    order: Annotated[
        str | None, typer.Option(metavar="REF", help="Only gestures for this order, in any notation.")
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help="Only requested on this day or later."),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="DATE", help="Only requested on this day or before."),
    ] = None,
    paid: Annotated[
        bool | None,
        typer.Option(
            "--paid/--unpaid",
            help="Only what was paid, sent or redeemed, or only what is issued and still to be paid or sent.",
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="The maximum number of rows.")] = 50,
) -> None:
    """List gestures, newest first."""
    from followup.application.goodwill import gesture_list

    only: dict[str, Any] = {
        "state": state,
        "kind": kind,
        "agent": agent,
        "team": team,
        "customer": customer,
        "order": order,
        "since": from_,
        "until": to,
        "paid": paid,
    }
    document = gesture_list.list_gestures(call.caller, limit=limit, **only)
    call.table(
        document,
        ("gesture", "case", "state", "kind", "class", "amount", "rule", "by", "requested"),
        lambda row: (
            row["ref"],
            row["case"],
            row["state"],
            row["kind"],
            row["class"],
            output.money(row),
            row["rule"],
            row["requested_by"],
            call.local(row["requested_at"]),
        ),
        empty="No gesture fits. Leave a filter out: followup gesture list"
        if any(value is not None for value in only.values())
        else "No gesture yet. Request one: followup gesture request --help",
        right=("amount",),
    )
    call.say_more(document, limit, lambda: gesture_list.count_gestures(call.caller, **only)["count"])


@command(app, "show", example="followup gesture show G-0012")
def show(call: Call, reference: Reference) -> None:
    """Show a gesture: its state, its approval, and the budgets it draws on."""
    from followup.application.goodwill import gestures

    document = gestures.show_gesture(call.caller, reference)

    def people() -> None:
        _show(call, document)
        say_now(document)

    call.answer(document, people)


def _show(call: Call, document: "GestureDocument") -> None:
    output.lines(gesture_line(document))
    output.fields(
        [
            ("  case", document["case"]),
            # Answers stored for a key by an earlier release do not say it.
            ("  item", document.get("item")),
            ("  class", document["class"]),
            ("  rule", document["rule"]),
            # Answers stored for a key by an earlier release do not say it.
            ("  given again because" if document.get("again") else "  because", document["because"]),
            ("  requested by", document["requested_by"]),
            ("  requested at", call.local(document["requested_at"])),
            ("  issued at", call.local(document["issued_at"])),
        ]
    )
    if document["not_written_because"]:
        why = document["not_written_because"]
        output.say(f"No email tells the customer of this: {why}. Tell them yourself.")
    voucher = document["voucher"]
    if voucher:
        output.lines(f"  code {voucher['code']}, until {voucher['expires_on']}, {voucher['left']} left")
    for hold in document["holds"]:
        output.lines(f"  draws {output.money(hold)} on budget {hold['budget']}, {hold['period']}")


@command(app, "explain", example="followup gesture explain G-0012")
def explain(call: Call, reference: Reference) -> None:
    """Show why a gesture was recommended, by the policy of that day."""
    from followup.application.goodwill import gestures

    document = gestures.explain_gesture(call.caller, reference)
    if document:
        call.answer(document, lambda: recommendation.show(document))
    else:
        call.answer(document, lambda: output.say("Why it was given was erased with the customer."))


@command(
    app,
    "request",
    writes=True,
    example="""
    followup gesture request C-0012
    followup gesture request C-0012 --kind refund --amount 12.50 --because "She paid for express."
    followup gesture request C-0012 --kind replacement --item "Desk lamp, blue" --amount 18
    followup gesture request C-0012 --again --because "The replacement broke as well."
    followup gesture request --reason service-outage --from 2026-11-23 --dry-run
    """,
)
def request(
    call: Call,
    cases: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CASE]...", help="The references of the cases, such as C-0012.", show_default=False
        ),
    ] = None,
    kind: Kind = None,
    amount: Amount = None,
    because: Annotated[str | None, typer.Option(metavar="TEXT", help="The reason.")] = None,
    item: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="What is replaced, mended or sent again, as they know it; the default is the item of "
            "the case.",
        ),
    ] = None,
    hold: Annotated[
        bool, typer.Option("--hold", help="Hold the money, but do not issue the gesture yet.")
    ] = False,
    again: Annotated[
        bool,
        typer.Option(
            "--again",
            help="It is meant, although the case or its order was given something; needs --because.",
        ),
    ] = False,
    phone: Annotated[
        str | None,
        typer.Option(metavar="NUMBER", help="The customer's number, if none is known: a callback needs it."),
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help="Their postal address, if none is known: what goes by post needs it."
        ),
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option(metavar="REASON", help="All open cases of this reason that were given nothing yet."),
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help="With --reason: what happened on this day or later."),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="DATE", help="With --reason: on this day or before; the default is that day only."
        ),
    ] = None,
    currency: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="With --reason: of these only the ones in this currency."),
    ] = None,
    dry_run: several.DryRun = False,
    yes: several.Yes = False,
) -> None:
    """Request a gesture. Its money is held; within your authority it is issued and its emails are planned.

    Above your authority an approval is needed. A gesture that exceeds a hard budget is refused with exit code
    4, and so is a second one for the case or its order, unless --again says that it is meant: then limits
    count both together.

    Several cases are answered each by itself: what is refused stops nothing else, and exits with 4 at the
    end."""
    from followup.application.goodwill import gestures

    named = cases or []
    if len(named) != 1 or reason is not None or currency is not None or dry_run:
        if again:
            raise WrongUsage(
                "--again is for one case.",
                hint="Request what is meant again case by case.",
                code="again_for_several",
            )
        if item:
            raise WrongUsage(
                "--item is for one case.",
                hint="Record it in each case (--fact item=…), or request case by case.",
                code="item_for_several",
            )
        if phone or address:
            raise WrongUsage(
                "--phone and --address are of one customer.",
                hint="Record them first: followup customer set EMAIL --phone NUMBER",
                code="reach_for_several",
            )
        offer = {"kind": kind, "amount": amount, "because": because, "hold": hold}
        _request_several(
            call,
            named,
            {"reason": reason, "since": from_, "until": to, "currency": currency},
            offer,
            dry_run,
            yes,
        )
        return
    document = gestures.request_gesture(
        call.caller,
        named[0],
        kind=kind,
        amount=amount,
        because=because,
        item=item,
        hold=hold,
        again=again,
        phone=phone,
        address=address,
    )
    call.answer(document, lambda: _show_with_hints(call, document))


def _show_with_hints(call: Call, document: "GestureDocument") -> None:
    _show(call, document)
    # Answers stored for a key by an earlier release have neither.
    said: Mapping[str, Any] = document
    for sentence in [*said.get("overdrafts", []), *said.get("hints", [])]:
        output.say(output.plain(sentence))


def _request_several(
    call: Call,
    named: list[str],
    which: dict[str, Any],
    offer: dict[str, Any],
    dry_run: bool,
    yes: bool,
) -> None:
    from followup.application.goodwill import several_gestures

    def run(references: list[str] = named, **more: Any) -> "RequestedSeveralDocument":
        chosen = which if references is named else {}
        return several_gestures.request_several(call.caller, references, **chosen, **offer, **more)

    several.answer(
        call,
        run,
        _row_of_case,
        dry_run=dry_run,
        empty=f"No open case of {which['reason']} on these days is without a gesture.",
        ask=None if yes else "Request them?",
    )


def _row_of_case(document: "RequestedGestureDocument") -> several.Row:
    return several.Row(
        ref=document["case"],
        what=document["kind"],
        amount=document,
        state=document["state"],
        # Answers stored for a key by an earlier release have neither.
        sentences=[*document.get("overdrafts", []), *document.get("hints", [])],
    )


def _row(document: "GestureDocument") -> several.Row:
    return several.Row(ref=document["ref"], what=document["kind"], amount=document, state=document["state"])


@command(app, "issue", writes=True, example="followup gesture issue G-0012")
def issue(
    call: Call,
    reference: Reference,
    as_requested: AsRequested = False,
    because: Annotated[str | None, typer.Option(metavar="TEXT", help="The reason.")] = None,
) -> None:
    """Issue a gesture that was held with --hold: it is promised to the customer, and its emails are planned.

    If the policy says something else of it today, because the case was corrected, both are shown and nothing
    is issued, unless you mean it --as-requested."""
    from followup.application.goodwill import gestures

    document = gestures.issue_gesture(call.caller, reference, as_requested=as_requested, because=because)
    call.answer(document, lambda: _show(call, document))


@command(
    app,
    "pay",
    writes=True,
    example="""
    followup gesture pay G-0012 --because "Refunded, reference 88123."
    followup gesture pay G-0013 --because "Sent with DHL, 00340434161094042557."
    followup gesture pay G-0012 G-0014 G-0015 --because "The run of 30 November."
    """,
)
def pay(
    call: Call,
    references: Annotated[
        list[str],
        typer.Argument(metavar="GESTURE...", help="The references of the gestures, such as G-0012."),
    ],
    because: Annotated[str | None, typer.Option(metavar="TEXT", help="How it was paid or sent.")] = None,
    dry_run: several.DryRun = False,
    yes: several.Yes = False,
) -> None:
    """Record that a gesture was handed over: money paid, a gift or an item sent, a repair done.

    Committed money becomes spent. From then on letters say that an item is on its way, and it is no longer
    listed as owed.

    Several are recorded each by itself: what is refused stops nothing else, and exits with 4 at the end."""
    from followup.application.goodwill import gestures, several_gestures

    if len(references) == 1 and not dry_run:
        document = gestures.pay_gesture(call.caller, references[0], because)
        call.answer(document, lambda: _show(call, document))
        return

    def run(references: list[str] = references, **more: Any) -> "PaidSeveralDocument":
        return several_gestures.pay_several(call.caller, references, because=because, **more)

    several.answer(
        call, run, _row, dry_run=dry_run, empty="None is named.", ask=None if yes else "Record them as paid?"
    )


@command(
    app,
    "void",
    writes=True,
    example="""
    followup gesture void G-0012 --because "Logged on the wrong case."
    followup gesture void G-0012 --because "Wrong order." --tell-customer "It was for another order."
    """,
)
def void(
    call: Call,
    reference: Reference,
    because: Annotated[str, typer.Option(metavar="TEXT", help="The reason.")],
    tell_customer: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="Why, in words for the customer, and what comes instead: an email then corrects what "
            "they were told.",
        ),
    ] = None,
) -> None:
    """Take a gesture back: its money is released, and its unsent emails are cancelled.

    If they were told of it, --tell-customer plans an email that says so. You read it before it goes:
    followup outbox show, edit, release."""
    from followup.application.goodwill import gestures

    document = gestures.void_gesture(call.caller, reference, because, text_or_stdin(tell_customer))
    call.answer(document, lambda: _show_with_hints(call, document))
