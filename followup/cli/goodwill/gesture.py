"""followup gesture."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.choices import word_option
from followup.cli.goodwill import recommendation
from followup.cli.goodwill.recommendation import gesture_line
from followup.domain.goodwill.gesture import GestureKind, GestureState

if TYPE_CHECKING:
    from sqlmodel import Session

    from followup.services.shared.actors import Actor
    from followup.store.tables import Gesture

app = typer.Typer(name="gesture", help="What is offered to make it right.", no_args_is_help=True)
Reference = Annotated[str, typer.Argument(metavar="GESTURE", help="Its reference, as G-0012.")]
CaseReference = Annotated[str, typer.Argument(metavar="CASE", help="The case, as C-0012.")]
Kind = Annotated[str | None, word_option(GestureKind, "--kind", text="Instead of what is recommended")]
Amount = Annotated[str | None, typer.Option(metavar="AMOUNT", help="Instead of what is recommended.")]


@command(app, "list", example="followup gesture list --state pending")
def list_(
    call: Call,
    state: Annotated[str | None, word_option(GestureState, "--state", text="Where it stands")] = None,
    agent: Annotated[str | None, typer.Option(metavar="EMAIL", help="Who requested it.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many at most.")] = 50,
) -> None:
    """List gestures, the newest first."""
    from followup.services.documents import serializers
    from followup.services.goodwill import gestures
    from followup.services.people import agents
    from followup.services.shared import parse_input

    wanted = parse_input.word("state", state, GestureState) if state else None
    document = call.read(
        lambda session: [
            serializers.gesture(session, row)
            for row in gestures.list_gestures(
                session,
                state=wanted,
                agent=agents.find_agent(session, agent) if agent else None,
                limit=limit,
            )
        ]
    )
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
        empty="No gesture found. Request one: followup gesture request --help",
        right=("amount",),
    )


@command(app, "show", example="followup gesture show G-0012")
def show(call: Call, reference: Reference) -> None:
    """Show a gesture: its state, its approval, and the budgets it draws on."""
    from followup.services.documents import serializers
    from followup.services.goodwill import gestures

    document = call.read(
        lambda session: serializers.gesture(session, gestures.find_gesture(session, reference), call.rules)
    )
    call.answer(document, lambda: _show(call, document))


def _show(call: Call, document: dict[str, Any]) -> None:
    output.lines(gesture_line(document))
    output.fields(
        [
            ("  case", document["case"]),
            ("  class", document["class"]),
            ("  rule", document["rule"]),
            ("  because", document["because"]),
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
    """Say why a gesture was recommended, as the policy stood on that day."""
    from followup.services.goodwill import gestures

    document = call.read(lambda session: gestures.find_gesture(session, reference).reasoning)
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
    """,
)
def request(
    call: Call,
    case: CaseReference,
    kind: Kind = None,
    amount: Amount = None,
    because: Annotated[str | None, typer.Option(metavar="TEXT", help="Why.")] = None,
    hold: Annotated[bool, typer.Option("--hold", help="Hold the money, tell nobody yet.")] = False,
) -> None:
    """Request a gesture: the money is held; within your authority it is issued and the emails follow.

    Above your authority an approval waits. What does not fit a budget is refused with exit code 4."""
    from followup.services.cases import cases
    from followup.services.documents import serializers
    from followup.services.goodwill import gestures, ledger
    from followup.services.shared import parse_input

    wish = gestures.Wish(
        kind=parse_input.word("kind", kind, GestureKind) if kind else None,
        amount=parse_input.money("amount", amount, call.rules.policy.currency) if amount else None,
        because=parse_input.passage("because", because) if because else None,
        hold_only=hold,
    )

    overdrafts: list[str] = []

    def change(session: "Session", actor: "Actor") -> dict[str, Any]:
        found = cases.find_case(session, case)
        made = gestures.request_gesture(session, call.rules, found, wish, now=call.now, actor=actor)
        overdrafts.extend(ledger.overdrafts(session, made))
        return serializers.gesture(session, made, call.rules)

    document = call.write(change)
    call.answer(document, lambda: _show(call, document))
    for sentence in overdrafts:
        output.say(output.plain(sentence))


def _change(call: Call, reference: str, change: Any) -> None:
    from followup.services.documents import serializers
    from followup.services.goodwill import gestures

    def work(session: "Session", actor: "Actor") -> dict[str, Any]:
        found: Gesture = gestures.find_gesture(session, reference)
        change(session, found, actor)
        return serializers.gesture(session, found, call.rules)

    document = call.write(work)
    call.answer(document, lambda: _show(call, document))


@command(app, "issue", writes=True, example="followup gesture issue G-0012")
def issue(call: Call, reference: Reference) -> None:
    """Issue a gesture that was held with --hold: it is promised now, and the emails follow."""
    from followup.services.goodwill import gestures

    _change(
        call,
        reference,
        lambda session, found, actor: gestures.issue(session, call.rules, found, now=call.now, actor=actor),
    )


@command(
    app, "pay", writes=True, example='followup gesture pay G-0012 --because "Refunded, reference 88123."'
)
def pay(
    call: Call,
    reference: Reference,
    because: Annotated[str | None, typer.Option(metavar="TEXT", help="Where it was paid.")] = None,
) -> None:
    """Record that the customer has it: committed money becomes spent."""
    from followup.services.goodwill import gestures

    _change(
        call,
        reference,
        lambda session, found, actor: gestures.pay(
            session, found, now=call.now, actor=actor, because=because
        ),
    )


@command(
    app, "void", writes=True, example='followup gesture void G-0012 --because "Logged on the wrong case."'
)
def void(
    call: Call,
    reference: Reference,
    because: Annotated[str, typer.Option(metavar="TEXT", help="Why.")],
) -> None:
    """Take a gesture back: its money is free again, its unsent emails are cancelled."""
    from followup.services.goodwill import gestures

    _change(
        call,
        reference,
        lambda session, found, actor: gestures.void(
            session, found, now=call.now, actor=actor, because=because
        ),
    )
