"""followup report."""

from typing import Annotated

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.nouns import app_of
from followup.cli.reporting.report_output import Form, Format, Target, form_of, leave, put, reader, written
from followup.errors import WrongUsage

app = app_of("report")
BY = "reason, agent, team, kind, class, budget, segment or month"


Since = Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first day of the report.")]
Until = Annotated[
    str | None, typer.Option("--to", metavar="DATE", help="The last day of the report, included.")
]
Drill = Annotated[bool, typer.Option("--drill", help="List the references behind each line.")]


@command(
    app,
    "spend",
    example="""
    followup report spend --by reason
    followup report spend --by reason,month --from 2026-01-01 --output spend.csv
    """,
)
def spend(
    call: Call,
    by: Annotated[
        list[str] | None,
        typer.Option(metavar="WORD[,WORD]", help=f"What the rows are: {BY}; or two of them. Else by reason."),
    ] = None,
    since: Since = None,
    until: Until = None,
    drill: Drill = False,
    form: Format = None,
    target: Target = None,
) -> None:
    """Show what the gestures requested in a period cost, and where their money is now. The figures equal the
    ledger."""
    from followup.application.reporting import spend as application

    chosen = form_of(call, form, target)
    answer = application.spend(call.caller, by=by, since=since, until=until, drill=drill)
    leave(call, answer, chosen, target)


@command(app, "budgets", example="followup report budgets")
def budgets(call: Call, drill: Drill = False, form: Format = None, target: Target = None) -> None:
    """Show every budget in its present period: what is held, committed, spent and left."""
    from followup.application.reporting import catalog_reports

    chosen = form_of(call, form, target)
    leave(call, catalog_reports.budgets(call.caller, drill=drill), chosen, target)


@command(app, "pacing", example="followup report pacing")
def pacing(call: Call, drill: Drill = False, form: Format = None, target: Target = None) -> None:
    """Show whether the budgets last: use compared with an even pace in business days, the day each will be
    used up, and the expected total at the end of the period, with its range."""
    from followup.application.reporting import catalog_reports

    chosen = form_of(call, form, target)
    leave(call, catalog_reports.pacing(call.caller, drill=drill), chosen, target)


@command(app, "liability", example="followup report liability --to 2027-06-30")
def liability(
    call: Call,
    since: Since = None,
    until: Until = None,
    drill: Drill = False,
    form: Format = None,
    target: Target = None,
) -> None:
    """Show the outstanding value of vouchers (liability) by the month of their last day and by their age,
    what of it expires soon, and how much expired unused (breakage). --from and --to refer to the last days of
    vouchers."""
    from followup.application.reporting import catalog_reports

    chosen = form_of(call, form, target)
    answer = catalog_reports.liability(call.caller, since=since, until=until, drill=drill)
    leave(call, answer, chosen, target)


@command(
    app,
    "outcomes",
    example="""
    followup report outcomes
    followup report outcomes --by reason --from 2026-01-01 --drill
    """,
)
def outcomes(
    call: Call,
    by: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORD",
            help="What the rows are: kind, class, money, reason, severity, segment, agent, team or month. "
            "Else by kind.",
        ),
    ] = None,
    since: Since = None,
    until: Until = None,
    drill: Drill = False,
    form: Format = None,
    target: Target = None,
) -> None:
    """Show how the cases logged in a period ended: recovered, lost, or without a response, with confidence
    intervals; what a recovered customer cost; and who had another bad experience within 90 days."""
    from followup.application.reporting import outcomes as application

    chosen = form_of(call, form, target)
    answer = application.outcomes(call.caller, by=by, since=since, until=until, drill=drill)
    leave(call, answer, chosen, target)


@command(app, "agents", example="followup report agents --from 2026-09-01")
def agents(
    call: Call,
    since: Since = None,
    until: Until = None,
    drill: Drill = False,
    form: Format = None,
    target: Target = None,
) -> None:
    """Show whether customers are treated alike, whichever agent serves them: what agents gave compared with
    colleagues for the same reason and severity, how often just under their limit, and how their approvals
    were decided."""
    from followup.application.reporting import catalog_reports

    chosen = form_of(call, form, target)
    answer = catalog_reports.agents(call.caller, since=since, until=until, drill=drill)
    leave(call, answer, chosen, target)


@command(app, "exceptions", example="followup report exceptions --from 2026-11-16")
def exceptions(
    call: Call,
    since: Since = None,
    until: Until = None,
    drill: Drill = False,
    form: Format = None,
    target: Target = None,
) -> None:
    """Show what needs a person now, and exceptions in a period: other gestures than the policy offered,
    repeat claimants, lifted suppressions and more. Names references only."""
    from followup.application.reporting import catalog_reports

    chosen = form_of(call, form, target)
    answer = catalog_reports.exceptions(call.caller, since=since, until=until, drill=drill)
    leave(call, answer, chosen, target)


@command(app, "approvals", example="followup report approvals --from 2026-11-01")
def approvals(
    call: Call,
    since: Since = None,
    until: Until = None,
    drill: Drill = False,
    form: Format = None,
    target: Target = None,
) -> None:
    """Show pending approvals, for how many business days they have waited and for whom; and for those decided
    in a period, the decision and how long it took."""
    from followup.application.reporting import catalog_reports

    chosen = form_of(call, form, target)
    answer = catalog_reports.approvals(call.caller, since=since, until=until, drill=drill)
    leave(call, answer, chosen, target)


@command(
    app,
    "coaching",
    example="""
    followup report coaching
    followup report coaching --from 2026-09-01 --format csv
    """,
)
def coaching(
    call: Call,
    since: Since = None,
    until: Until = None,
    form: Format = None,
    target: Target = None,
) -> None:
    """Show who practised and their progress: findings per round at first and lately, and the rules that their
    replies broke most often. Agents see themselves, managers see everybody; replies are not stored."""
    from followup.application.reporting import coaching as application

    chosen = form_of(call, form, target)
    leave(call, application.coaching(call.caller, since=since, until=until), chosen, target)


@command(
    app,
    "all",
    example="""
    followup report all --from 2026-11-01 --to 2026-11-30 --output november.html
    followup report all spend budgets exceptions --output goodwill.xlsx
    """,
)
def all_(
    call: Call,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[REPORT]...", help="The reports; the default is all.")
    ] = None,
    since: Since = None,
    until: Until = None,
    drill: Drill = False,
    form: Format = None,
    target: Target = None,
) -> None:
    """Make several reports at once: one page, one workbook with a sheet for each, or one JSON document with
    each report under its name. The reports on budgets, liability and pacing show the present state."""
    from followup.application.reporting import catalog_reports
    from followup.reports.answer import document
    from followup.reports.renderers import terminal, text

    chosen = form_of(call, form, target, (Form.JSON, Form.XLSX, Form.HTML))
    if chosen is Form.CSV:
        raise WrongUsage(
            "CSV holds one table, and these are several.",
            hint="Give --format html or xlsx, or ask for one: followup report spend --format csv",
            code="one_table",
        )
    answers = catalog_reports.all_(call.caller, names=names, since=since, until=until, drill=drill)
    if chosen is Form.JSON:
        currency = call.workspace.settings.currency
        put(text.as_json({one.name: document(one, currency) for one in answers}), target)
    elif chosen is Form.TABLE:
        for answer in answers:
            output.rendered(terminal.as_renderable(answer, reader(call)))
            output.lines("")
    else:
        put(written(call, answers, chosen), target)
