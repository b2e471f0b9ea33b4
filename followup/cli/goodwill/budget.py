"""followup budget."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.choices import word_option
from followup.cli.goodwill import budget_forecast
from followup.cli.nouns import app_of
from followup.domain.goodwill.budget import EXAMPLE_KEYS, Period
from followup.domain.shared.word import listed

app = app_of("budget")
Name = Annotated[str, typer.Argument(metavar="NAME", help="The name of the budget.")]
PeriodKey = Annotated[
    str | None, typer.Option(help=f"A period such as {listed(EXAMPLE_KEYS, 'or')}; by default today's.")
]
FIGURES = ("limit", "held", "committed", "spent", "released", "available")


@command(
    app,
    "create",
    writes=True,
    example="""
    followup budget create goodwill --limit 500.00 --period month
    followup budget create north-late --limit 80 --period week --scope team=north --scope reason=late-delivery
    followup budget create goodwill-eur --limit 500 --period month --currency EUR
    """,
)
def create(
    call: Call,
    name: Name,
    limit: Annotated[str, typer.Option(metavar="AMOUNT", help="The limit for one period.")],
    period: Annotated[str, word_option(Period, "--period", text="The length of a period")],
    scope: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD=VALUE", help="Limit the budget to a team, agent, reason, kind, class or segment."
        ),
    ] = None,
    soft: Annotated[
        bool,
        typer.Option("--soft", help="Warn about gestures that exceed the limit, instead of refusing them."),
    ] = False,
    carry_over: Annotated[
        bool, typer.Option("--carry-over", help="Add the rest of one period to the limit of the next.")
    ] = False,
    timezone: Annotated[
        str | None, typer.Option(help="The time zone of its periods; the default is the workspace's.")
    ] = None,
    currency: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="It covers cases in this currency; the default is your main one."),
    ] = None,
) -> None:
    """Create a budget. A gesture draws on every budget in its currency whose scope it fits: on all of them or
    on none.

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
        currency=currency,
    )
    call.answer(document, lambda: _show(document))
    # Answers stored for a key by an earlier release have no warnings.
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
    """How far a budget is over its limit, as text; empty if it is not."""
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
    """Show the figures of a budget in one period, and what was changed about it since when.

    A period in the future is shown as if nothing more were requested before it begins."""
    from followup.application.goodwill import budgets

    document = budgets.show_budget(call.caller, name, period)

    def people() -> None:
        _show(document)
        for change in document["changes"]:
            what = ", ".join(
                f"{key} {_told(change['old'][key])} → {_told(change['new'][key])}" for key in change["new"]
            )
            since = f" from {change['since']}" if change["since"] else ""
            why = f" ({change['because']})" if change["because"] else ""
            output.lines(output.plain(f"  {call.local(change['at'])}  {change['by']}  {what}{since}{why}"))

    call.answer(document, people)


def _told(value: Any) -> str:
    """What a budget had or has, for people: scopes as they are written."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(f"{field}={word}" for field, word in value) or "all"
    return str(value)


@command(
    app,
    "set",
    writes=True,
    example="""
    followup budget set north-late --name north-delays --scope team=north --scope reason=late-delivery
    followup budget set goodwill --limit 650.00 --because "Agreed for the winter."
    """,
)
def set_(
    call: Call,
    name: Name,
    new_name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="Its new name.")] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD=VALUE", help="What it covers from now on, all scopes anew."),
    ] = None,
    no_scope: Annotated[bool, typer.Option("--no-scope", help="It covers everything from now on.")] = False,
    because: Annotated[str | None, typer.Option(metavar="TEXT", help="The reason.")] = None,
    limit: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="Its limit from this period on; needs --because.")
    ] = None,
    period: Annotated[
        str | None, word_option(Period, "--period", text="What the limit is for, while nothing was drawn yet")
    ] = None,
) -> None:
    """Correct a budget: its name, what it covers, its limit, or the length of its periods.

    What was requested before stays in its figures. A limit holds from the present period on; one below what
    is used already is refused, saying by how much. For one period alone, or from the next one on: followup
    budget adjust. Once something was drawn, another length of periods needs another budget."""
    from followup.application.goodwill import budgets

    document = budgets.set_budget(
        call.caller, name, new_name, scope, no_scope, because, limit=limit, period=period
    )

    def people() -> None:
        _show(document)
        for sentence in [*document["warnings"], *document["hints"]]:
            output.say(output.plain(sentence))

    call.answer(document, people)


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
    because: Annotated[str, typer.Option(metavar="TEXT", help="The reason.")],
    limit: Annotated[
        str | None,
        typer.Option(metavar="AMOUNT", help="The new limit for one period, without what is carried over."),
    ] = None,
    soft: Annotated[
        bool | None,
        typer.Option("--soft/--hard", help="Warn about gestures that exceed the limit, or refuse them."),
    ] = None,
    period: Annotated[str | None, typer.Option(help="Change this period only, such as 2026-12.")] = None,
    from_next: Annotated[
        bool, typer.Option("--from-next", help="Change the next period and later ones only.")
    ] = False,
) -> None:
    """Change a budget from today's period on, and record why.

    A hard limit below what is held, committed and spent is refused with exit code 4, saying by how much."""
    from followup.application.goodwill import budgets

    document = budgets.adjust_budget(
        call.caller, name, because, limit=limit, soft=soft, period=period, from_next=from_next
    )
    call.answer(document, lambda: _show(document))
    if call.json and (over := _overdraft(document)):
        output.say(f"Budget {document['name']} is soft and {over} over.")


@command(app, "forecast", example="followup budget forecast goodwill")
def forecast(call: Call, name: Name) -> None:
    """Show how long a budget will last at the pace of this period so far.

    The pace is what is held, committed and spent, divided by the business days elapsed, today included."""
    from followup.application.goodwill import budgets

    document = budgets.forecast_budget(call.caller, name)
    call.answer(document, lambda: budget_forecast.show(document))


@command(app, "ledger", example="followup budget ledger goodwill --limit 20")
def ledger(
    call: Call,
    name: Name,
    period: Annotated[str | None, typer.Option(help="Only this period.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000_000, help="The maximum number of rows.")] = 100,
) -> None:
    """List the ledger entries of a budget. Entries are never changed or deleted."""
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
    """Verify that every figure of every budget is the sum of its ledger entries.

    Exits with code 4 if one is not."""
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
