"""followup approval."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from followup.cli import output, several
from followup.cli.call import Call, command
from followup.cli.choices import word_option
from followup.cli.goodwill.recommendation import AsRequested, gesture_line, say_now
from followup.cli.nouns import app_of
from followup.domain.goodwill.gesture import ApprovalState, GestureKind

if TYPE_CHECKING:
    from followup.application.goodwill.several_gestures import ApprovedSeveralDocument
    from followup.application.goodwill.show_approval import WholeApprovalDocument
    from followup.services.documents.documents import ApprovalDocument

_LINE = 60
app = app_of("approval")
Reference = Annotated[
    str,
    typer.Argument(metavar="APPROVAL", help="The approval, such as A-0012, or its gesture, such as G-0012."),
]


@command(app, "list", example="followup approval list")
def list_(
    call: Call,
    state: Annotated[
        str | None,
        word_option(ApprovalState, "--state", text="The state; the default is pending, all shows all"),
    ] = "pending",
    largest: Annotated[
        bool, typer.Option("--largest", help="List the largest first, not the oldest.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="The maximum number of rows.")] = 50,
) -> None:
    """List pending approvals with what happened and what the budgets have left: the oldest first, or with
    --largest the largest. `approval show` has their words, the policy's reasons and the customer's history.

    Where the case was corrected since, or the policy is another one, "today" says what it would offer now."""
    from followup.application.goodwill import approvals

    document = approvals.list_approvals(call.caller, state=state, largest=largest, limit=limit)
    call.table(
        document,
        (
            "approval",
            "state",
            "needs",
            "amount",
            "kind",
            "case",
            "by",
            "waits since",
            "until",
            "today",
            "because",
            "what happened",
            "left",
        ),
        lambda row: (
            row["ref"],
            row["state"],
            row["approver_role"],
            output.money(row["gesture"]),
            row["gesture"]["kind"],
            row["gesture"]["case"],
            row["gesture"]["requested_by"],
            call.local(row["requested_at"]),
            call.local(row["expires_at"]),
            _today(row["recommended_now"]),
            row["gesture"]["because"],
            _happened(row),
            "; ".join(f"{output.money(one, 'available')} ({one['name']})" for one in row["budgets"]),
        ),
        empty="Nothing waits for a decision.",
        right=("amount",),
    )


def _happened(row: Any) -> str:
    """What happened and how grave it is, in a line that is cut at its end: `approval show` has it whole."""
    said = " ".join((row["what_happened"] or row["verbatim"] or row["reason"]).split())
    cut = said if len(said) <= _LINE else f"{said[: _LINE - 1].rstrip()}…"
    return f"{cut} ({row['severity']})"


def _today(now: Any) -> str | None:
    """What the policy would offer today instead, in a few words; None where that is what was requested."""
    if now is None:
        return None
    if now["refused"]:
        return f"refused: {now['refused']}"
    return f"{now['kind'] or 'nothing'} {now['amount'] or ''}".strip()


@command(app, "show", example="followup approval show A-0003")
def show(call: Call, reference: Reference) -> None:
    """Show what one decides a request by: what happened, the policy's reasons, what the customer was given
    before, what the budgets have left, and until when it can be decided."""
    from followup.application.goodwill import show_approval

    document = show_approval.show_approval(call.caller, reference)
    call.answer(document, lambda: _show(call, document))


def _show(call: Call, document: "WholeApprovalDocument") -> None:
    case, gesture = document["case"], document["gesture"]
    pending = document["state"] == ApprovalState.PENDING.value
    output.lines(f"{document['ref']} is {document['state']}. {gesture_line(gesture)}")
    output.fields(
        [
            ("  asked by", f"{gesture['requested_by']}, {call.local(document['requested_at'])}"),
            ("  because", gesture["because"]),
            ("  lapses", call.local(document["expires_at"]) if pending else None),
            ("  may decide", _may_decide(document) if pending else None),
            ("  decided by", document["decided_by"]),
            ("  decided at", call.local(document["decided_at"])),
            ("  reason", document["because"]),
        ]
    )
    say_now(document)
    output.lines("")
    output.fields(
        [
            ("  case", f"{case['ref']}  {case['reason']}, {case['severity']}, {case['responsibility']}"),
            ("  customer", f"{case['customer']['name']} <{case['customer']['email']}>"),
            ("  feeling", case["feeling"]),
            ("  order", case["order"]),
            ("  order value", output.money(case, "order_value")),
            ("  what happened", case["what_happened"]),
            ("  promised", case["promised"]),
            *((f"  {name}", value) for name, value in case["facts"].items()),
        ]
    )
    if case["verbatim"]:
        output.lines("\n  “" + output.passage(case["verbatim"]).replace("\n", "\n  ") + "”")
    output.lines("")
    for reason in document["reasons"]:
        output.lines(f"  {output.plain(reason)}")
    for budget in document["budgets"]:
        output.lines(
            f"  budget {output.plain(budget['name'])}, {budget['period']}: "
            f"{output.money(budget, 'available')} of {output.money(budget, 'limit')} left, this request held"
        )
    for other in document["other_cases"]:
        given = "; ".join(gesture_line(one) for one in other["gestures"]) or "given nothing"
        about = f"{other['ref']}  {other['reason']}, {other['severity']}"
        output.lines(f"  before: {output.plain(about)}, {call.local(other['logged_at'])}: {given}")
    if pending:
        output.say(f"Decide it: followup approval approve {document['ref']} --because …")


def _may_decide(document: "WholeApprovalDocument") -> str:
    """Who may decide, or that nobody can."""
    return ", ".join(document["may_decide"]) or f"nobody: no active {document['approver_role']} is left"


def _show_decided(call: Call, document: "ApprovalDocument") -> None:
    def people() -> None:
        gesture = document["gesture"]
        output.lines(f"{document['ref']} is {document['state']}. {gesture_line(gesture)}")
        if document["state"] == ApprovalState.COUNTERED.value:
            output.say(f"{gesture['requested_by']} now issues it: followup gesture issue {gesture['ref']}")

    call.answer(document, people)


@command(
    app,
    "approve",
    writes=True,
    example="""
    followup approval approve A-0003 --because "A loyal customer."
    followup approval approve A-0003 A-0004 A-0007
    followup approval approve --all-below 20.00 --because "The strike." --dry-run
    """,
)
def approve(
    call: Call,
    references: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[APPROVAL]...",
            help="The approvals, such as A-0012, or their gestures, such as G-0012.",
            show_default=False,
        ),
    ] = None,
    all_below: Annotated[
        str | None,
        typer.Option(
            metavar="AMOUNT", help="All that others request and that is worth less; needs --because."
        ),
    ] = None,
    because: Annotated[str | None, typer.Option(metavar="TEXT", help="The reason.")] = None,
    as_requested: AsRequested = False,
    dry_run: several.DryRun = False,
    yes: several.Yes = False,
) -> None:
    """Approve a gesture as requested: it is issued, and its emails are planned. You cannot approve your own
    request.

    If the policy says something else of it today, because the case was corrected, both are shown and nothing
    is approved, unless you mean it --as-requested.

    Several are approved each by itself: what is refused stops nothing else, and exits with 4 at the end."""
    from followup.application.goodwill import approvals, several_gestures

    named = references or []
    if len(named) == 1 and all_below is None and not dry_run:
        _show_decided(call, approvals.approve(call.caller, named[0], because, as_requested=as_requested))
        return

    def run(references: list[str] = named, **more: Any) -> "ApprovedSeveralDocument":
        limit = all_below if references is named else None
        return several_gestures.approve_several(
            call.caller, references, all_below=limit, because=because, as_requested=as_requested, **more
        )

    several.answer(
        call,
        run,
        _row,
        dry_run=dry_run,
        empty="Nothing that others request and that is worth less waits for a decision.",
        ask=None if yes else "Approve them?",
    )


def _row(document: "ApprovalDocument") -> several.Row:
    gesture = document["gesture"]
    return several.Row(ref=document["ref"], what=gesture["kind"], amount=gesture, state=document["state"])


@command(
    app, "reject", writes=True, example='followup approval reject A-0003 --because "We paid this in May."'
)
def reject(
    call: Call,
    reference: Reference,
    because: Annotated[str, typer.Option(metavar="TEXT", help="The reason, shown to the agent.")],
) -> None:
    """Reject a gesture. The held money is released."""
    from followup.application.goodwill import approvals

    _show_decided(call, approvals.reject(call.caller, reference, because))


@command(
    app,
    "counter",
    writes=True,
    example='followup approval counter A-0003 --amount 30.00 --because "Half, and a call from me."',
)
def counter(
    call: Call,
    reference: Reference,
    because: Annotated[str, typer.Option(metavar="TEXT", help="The reason, shown to the agent.")],
    amount: Annotated[str | None, typer.Option(metavar="AMOUNT", help="The amount to approve.")] = None,
    kind: Annotated[str | None, word_option(GestureKind, "--kind", text="The kind to approve")] = None,
) -> None:
    """Approve another amount or kind. The agent then issues it: followup gesture issue GESTURE."""
    from followup.application.goodwill import approvals

    document = approvals.counter(call.caller, reference, because, amount=amount, kind=kind)
    _show_decided(call, document)


@command(app, "withdraw", writes=True, example='followup approval withdraw A-0003 --because "She declined."')
def withdraw(
    call: Call,
    reference: Reference,
    because: Annotated[str | None, typer.Option(metavar="TEXT", help="The reason.")] = None,
) -> None:
    """Withdraw your own request. The held money is released."""
    from followup.application.goodwill import approvals

    _show_decided(call, approvals.withdraw(call.caller, reference, because))
