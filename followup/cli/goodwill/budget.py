"""followup budget."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.choices import word_option
from followup.cli.goodwill import budget_forecast
from followup.domain.goodwill.budget import Period

app = typer.Typer(name="budget", help="How much goodwill there is.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The budget.")]
PeriodKey = Annotated[str | None, typer.Option(help="As 2026-W48, 2026-11, 2026-Q4 or 2026; today's.")]
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
    carry_over: Annotated[
        bool, typer.Option("--carry-over", help="Add what one period has left to the limit of the next.")
    ] = False,
    timezone: Annotated[str | None, typer.Option(help="Where its periods begin; the workspace's.")] = None,
) -> None:
    """Make a budget. A gesture draws on every budget whose scope it fits, on all of them or on none.

    Several values of one field are alternatives; several fields must all fit."""
    from followup.application.goodwill import budgets

    document = budgets.create_budget(
        call.caller,
        name,
        limit,
        period,
        scope=scope,
        soft=soft,
        carry_over=carry_over,
        timezone=timezone,
    )
    call.answer(document, lambda: _show(document))
    # The answer to a key of an earlier release has none.
    for warning in document.get("warnings", []):
        output.say(output.plain(warning))


def _show(document: Mapping[str, Any]) -> None:
    ends = f", until {document['starts_anew_on']}" if document["starts_anew_on"] else ""
    scope = f" for {', '.join(document['scopes'])}" if document["scopes"] else ""
    kind = "soft budget" if document["soft"] else "budget"
    output.lines(f"{kind} {document['name']}, {document['period']}{ends}{scope}")
    width = max(len(document[figure]) for figure in FIGURES)
    for figure in FIGURES:
        output.lines(f"  {figure:<10} {document[figure]:>{width}} {document['currency']}")
    if document["carry_over"]:
        output.lines(f"  The limit includes {document['carried_in']} {document['currency']} carried over.")
        if document["carried_out"] is not None:
            output.lines(
                f"  Of what is available, {document['carried_out']} {document['currency']} went to the next "
                f"{document['every']}."
            )
    if over := _overdraft(document):
        output.lines(f"  It is {over} over its limit.")


def _overdraft(document: Mapping[str, Any]) -> str:
    """By how much a budget is over its limit; nothing where it is not."""
    available = str(document["available"])
    return f"{available[1:]} {document['currency']}" if available.startswith("-") else ""


_MARKS = (("soft", "soft"), ("carries over", "carry_over"))


@command(app, "list", example="followup budget list")
def list_(call: Call) -> None:
    """List the budgets with today's figures."""
    from followup.application.goodwill import budgets

    document: Sequence[Mapping[str, Any]] = budgets.list_budgets(call.caller)
    call.table(
        document,
        ("budget", "period", *FIGURES, "currency", "scope", ""),
        lambda row: (
            row["name"],
            row["period"],
            *(row[figure] for figure in FIGURES),
            row["currency"],
            ", ".join(row["scopes"]) or "all",
            ", ".join(word for word, told in _MARKS if row[told]),
        ),
        empty="There is no budget yet, so goodwill has no limit. Make one: followup budget create --help",
        right=FIGURES,
    )


@command(app, "show", example="followup budget show goodwill --period 2026-11")
def show(
    call: Call,
    name: Name,
    period: PeriodKey = None,
) -> None:
    """Show where a budget's money is.

    A period that has not begun is shown as if nothing more were asked for before it."""
    from followup.application.goodwill import budgets

    document = budgets.show_budget(call.caller, name, period)
    call.answer(document, lambda: _show(document))


@command(
    app,
    "adjust",
    writes=True,
    example="""
    followup budget adjust goodwill --limit 650.00 --because "The strike: agreed with Max."
    followup budget adjust goodwill --limit 900.00 --period 2026-12 --because "Christmas."
    followup budget adjust goodwill --hard --from-next --because "The trial is over."
    """,
)
def adjust(
    call: Call,
    name: Name,
    because: Annotated[str, typer.Option(metavar="TEXT", help="Why.")],
    limit: Annotated[
        str | None,
        typer.Option(metavar="AMOUNT", help="The most in one period, without what is carried over."),
    ] = None,
    soft: Annotated[
        bool | None, typer.Option("--soft/--hard", help="Warn where it is exceeded, or refuse.")
    ] = None,
    period: Annotated[str | None, typer.Option(help="For this period alone, as 2026-12.")] = None,
    from_next: Annotated[bool, typer.Option("--from-next", help="Leave today's period as it is.")] = False,
) -> None:
    """Change a budget from today's period on, and record why.

    A limit below what is held, committed and spent is refused with exit code 4, saying by how much."""
    from followup.application.goodwill import budgets

    document = budgets.adjust_budget(
        call.caller, name, because, limit=limit, soft=soft, period=period, from_next=from_next
    )
    call.answer(document, lambda: _show(document))
    if call.json and (over := _overdraft(document)):
        output.say(f"Budget {document['name']} is soft and {over} over.")


@command(app, "forecast", example="followup budget forecast goodwill")
def forecast(call: Call, name: Name) -> None:
    """Say how long a budget will last if it is used as it was so far in this period.

    The pace is what is held, committed and spent, divided by the business days elapsed, today included."""
    from followup.application.goodwill import budgets

    document = budgets.forecast_budget(call.caller, name)
    call.answer(document, lambda: budget_forecast.show(document))


@command(app, "ledger", example="followup budget ledger goodwill --limit 20")
def ledger(
    call: Call,
    name: Name,
    period: Annotated[str | None, typer.Option(help="Only this period.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many at most.")] = 100,
) -> None:
    """List every movement of a budget's money. Nothing in the ledger is ever changed."""
    from followup.application.goodwill import budgets

    document = budgets.list_ledger(call.caller, name, period=period, limit=limit)
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
    from followup.application.goodwill import budgets

    document = budgets.reconcile(call.caller)

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
