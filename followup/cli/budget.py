"""followup budget."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.choices import word_option
from followup.domain.budget import Period

if TYPE_CHECKING:
    from sqlmodel import Session

    from followup.services.actors import Actor

app = typer.Typer(name="budget", help="How much goodwill there is.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The budget.")]
FIGURES = ("limit", "held", "committed", "spent", "released", "available")


@command(
    app,
    "create",
    writes=True,
    example="""
    followup budget create goodwill --limit 500.00 --period month
    followup budget create north-late --limit 80 --period week --scope team=north --scope reason=late-delivery
    """,
)
def create(
    call: Call,
    name: Name,
    limit: Annotated[str, typer.Option(metavar="AMOUNT", help="The most in one period.")],
    period: Annotated[str, word_option(Period, "--period", text="How often it starts anew")],
    scope: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD=VALUE", help="Only for a team, agent, reason, kind, class or segment."),
    ] = None,
    soft: Annotated[bool, typer.Option("--soft", help="Warn instead of refusing.")] = False,
    timezone: Annotated[str | None, typer.Option(help="Where its periods begin; the workspace's.")] = None,
) -> None:
    """Make a budget. A gesture draws on every budget whose scope it fits, on all of them or on none."""
    from followup.services import budgets, documents

    def change(session: "Session", actor: "Actor") -> dict[str, Any]:
        made = budgets.create_budget(
            session,
            call.rules,
            now=call.now,
            actor=actor,
            name=name,
            limit=limit,
            period=period,
            scopes=scope or [],
            soft=soft,
            timezone=timezone,
        )
        return documents.budget(session, made, call.now)

    document = call.write(change)
    call.answer(document, lambda: _show(document))


def _show(document: dict[str, Any]) -> None:
    ends = f", until {document['starts_anew_on']}" if document["starts_anew_on"] else ""
    scope = f" for {', '.join(document['scopes'])}" if document["scopes"] else ""
    kind = "soft budget" if document["soft"] else "budget"
    output.lines(f"{kind} {document['name']}, {document['period']}{ends}{scope}")
    width = max(len(document[figure]) for figure in FIGURES)
    for figure in FIGURES:
        output.lines(f"  {figure:<10} {document[figure]:>{width}} {document['currency']}")


@command(app, "list", example="followup budget list")
def list_(call: Call) -> None:
    """List the budgets with today's figures."""
    from followup.services import budgets, documents

    document = call.read(
        lambda session: [documents.budget(session, row, call.now) for row in budgets.list_budgets(session)]
    )
    call.table(
        document,
        ("budget", "period", *FIGURES, "currency", "scope"),
        lambda row: (
            row["name"],
            row["period"],
            *(row[figure] for figure in FIGURES),
            row["currency"],
            ", ".join(row["scopes"]) or "all",
        ),
        empty="There is no budget yet, so goodwill has no limit. Make one: followup budget create --help",
        right=FIGURES,
    )


@command(app, "show", example="followup budget show goodwill --period 2026-11")
def show(
    call: Call,
    name: Name,
    period: Annotated[
        str | None, typer.Option(help="As 2026-W48, 2026-11, 2026-Q4 or 2026; today's.")
    ] = None,
) -> None:
    """Show where a budget's money is."""
    from followup.services import budgets, documents

    document = call.read(
        lambda session: documents.budget(session, budgets.find_budget(session, name), call.now, period)
    )
    call.answer(document, lambda: _show(document))


@command(app, "ledger", example="followup budget ledger goodwill --limit 20")
def ledger(
    call: Call,
    name: Name,
    period: Annotated[str | None, typer.Option(help="Only this period.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many at most.")] = 100,
) -> None:
    """List every movement of a budget's money. Nothing in the ledger is ever changed."""
    from followup.services import budgets, documents

    document = call.read(
        lambda session: [
            documents.ledger_entry(entry, part, gesture)
            for entry, part, gesture in budgets.ledger(
                session, budgets.find_budget(session, name), period, limit
            )
        ]
    )
    call.table(
        document,
        ("at", "period", "entry", "amount", "from", "to", "gesture", "by"),
        lambda row: (
            call.local(row["at"]),
            row["period"],
            row["kind"],
            output.money(row),
            row["from"],
            row["to"],
            row["gesture"],
            row["by"],
        ),
        empty=f"Nothing was drawn from {name} yet.",
        right=("amount",),
    )


@command(app, "reconcile", example="followup budget reconcile")
def reconcile(call: Call) -> None:
    """Prove that every figure of every budget is the sum of its entries.

    Leaves with exit code 4 where one is not."""
    from followup.services import budgets, documents

    def look(session: "Session") -> dict[str, Any]:
        checked, drift = budgets.reconcile(session)
        return {"checked": checked, "drift": [documents.drift(found) for found in drift]}

    document = call.read(look)

    def people() -> None:
        output.lines(
            f"{document['checked']} budget periods checked, {len(document['drift'])} figures are off."
        )
        for found in document["drift"]:
            output.lines(
                f"  {found['budget']} {found['period']}: {found['field']} is {found['stored']}, "
                f"its entries add up to {found['computed']} {found['currency']}"
            )

    call.answer(document, people)
    if document["drift"]:
        raise typer.Exit(4)
