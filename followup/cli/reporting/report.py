"""followup report."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from followup.cli import output
from followup.cli.call import Call, command, login
from followup.cli.reporting.report_output import Form, Format, Target, form_of, leave, put, reader, written
from followup.errors import WrongUsage

if TYPE_CHECKING:
    from pathlib import Path

    from sqlmodel import Session

    from followup.reports.answer import ReportAnswer
    from followup.reports.scope import Scope

app = typer.Typer(name="report", help="What goodwill costs, and what it achieves.", no_args_is_help=True)
BY = "reason, agent, team, kind, class, budget, segment or month"


Since = Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day.")]
Until = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day, included.")]
Drill = Annotated[bool, typer.Option("--drill", help="Name what is behind each line.")]


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
    """Say what gestures cost: requested in a time, and where their money is now. Equal to the ledger."""
    from followup.reports import spend as question
    from followup.services.shared import parse_input

    wanted = [parse_input.word("kind of row", word, question.SpendBy) for word in _words(by) or ["reason"]]
    scope = _scope(call, since, until, drill=drill)
    leave(call, lambda session: question.answer(session, wanted, scope), form, target)


@command(app, "budgets", example="followup report budgets")
def budgets(call: Call, drill: Drill = False, form: Format = None, target: Target = None) -> None:
    """Say how every budget stands in its present period: what is held, committed, spent and left."""
    _leave_question(call, "budgets", _scope(call, None, None, drill=drill), form, target)


@command(app, "pacing", example="followup report pacing")
def pacing(call: Call, drill: Drill = False, form: Format = None, target: Target = None) -> None:
    """Say whether the budgets last: what is used against an even pace in business days, when they will be
    used up, and what is expected at the end of the period, with its range."""
    _leave_question(call, "pacing", _scope(call, None, None, drill=drill), form, target)


@command(app, "liability", example="followup report liability --to 2027-06-30")
def liability(
    call: Call,
    since: Since = None,
    until: Until = None,
    drill: Drill = False,
    form: Format = None,
    target: Target = None,
) -> None:
    """Say what vouchers still promise (liability), by the month of their last day and by their age, what of
    it ends soon, and how much expired unused (breakage). --from and --to are last days of vouchers."""
    _leave_question(call, "liability", _scope(call, since, until, drill=drill), form, target)


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
    """Say how cases ended that were logged in a time: recovered, lost, or without a response, and how sure
    that is; what a recovered customer cost; and who had another bad experience within 90 days."""
    from followup.reports import outcomes as question
    from followup.reports.outcome_counts import OutcomesBy
    from followup.services.shared import parse_input

    word, *more = _words(by) or ["kind"]
    if more:
        raise WrongUsage(
            "Outcomes have one kind of row; only report spend takes two.",
            hint=f"Ask for one after the other, first: followup report outcomes --by {word}",
            code="one_kind_of_row",
        )
    wanted = parse_input.word("kind of row", word, OutcomesBy)
    scope = _scope(call, since, until, drill=drill)
    leave(call, lambda session: question.answer(session, wanted, scope), form, target)


@command(app, "agents", example="followup report agents --from 2026-09-01")
def agents(
    call: Call,
    since: Since = None,
    until: Until = None,
    drill: Drill = False,
    form: Format = None,
    target: Target = None,
) -> None:
    """Say whether customers are treated alike, whoever serves them: what agents gave against colleagues for
    the same reason and severity, how often just under their limit, and what became of their approvals."""
    _leave_question(call, "agents", _scope(call, since, until, drill=drill), form, target)


@command(app, "exceptions", example="followup report exceptions --from 2026-11-16")
def exceptions(
    call: Call,
    since: Since = None,
    until: Until = None,
    drill: Drill = False,
    form: Format = None,
    target: Target = None,
) -> None:
    """Say what is odd: what waits for a person now, and what happened in a time that is not the rule, such as
    other gestures than the policy offered, repeat claimants and lifted suppressions. By references alone."""
    _leave_question(call, "exceptions", _scope(call, since, until, drill=drill), form, target)


@command(app, "approvals", example="followup report approvals --from 2026-11-01")
def approvals(
    call: Call,
    since: Since = None,
    until: Until = None,
    drill: Drill = False,
    form: Format = None,
    target: Target = None,
) -> None:
    """Say what waits for a decision now, for how many business days and for whom; and of what was decided in
    a time, what became of it, and how long it took."""
    _leave_question(call, "approvals", _scope(call, since, until, drill=drill), form, target)


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
    """Say who practised and how they get on: findings per round at first and lately, and the rules that
    their replies broke most often. Agents see themselves, managers everybody; no reply is kept."""
    from followup.reports import coaching as question
    from followup.services.shared import actors

    scope = _scope(call, since, until)

    def ask(session: "Session") -> "ReportAnswer":
        viewer = actors.acting(session, call.actor_email, login()).needed_agent
        return question.answer(session, viewer, scope)

    leave(call, ask, form, target)


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
        list[str] | None, typer.Argument(metavar="[REPORT]...", help="Which ones; all if none is named.")
    ] = None,
    since: Since = None,
    until: Until = None,
    drill: Drill = False,
    form: Format = None,
    target: Target = None,
) -> None:
    """Answer several questions at once: one page, one workbook with a sheet for each, or one JSON document
    with each report under its name. Budgets, their pace and vouchers stand as they are now."""
    from followup.reports.answer import document
    from followup.reports.renderers import terminal, text
    from followup.services.reporting import report_catalog, report_schedules

    wanted = report_schedules.named(" ".join(names)) if names else list(report_catalog.QUESTIONS)
    chosen = form_of(call, form, target, (Form.JSON, Form.XLSX, Form.HTML))
    if chosen is Form.CSV:
        raise WrongUsage(
            "CSV holds one table, and these are several.",
            hint="Give --format html or xlsx, or ask for one: followup report spend --format csv",
            code="one_table",
        )
    scope = _scope(call, since, until, drill=drill)
    answers = call.read(lambda session: report_catalog.ask(session, call.rules, wanted, scope))
    if chosen is Form.JSON:
        put(text.as_json({one.name: document(one, scope.currency) for one in answers}), target)
    elif chosen is Form.TABLE:
        for answer in answers:
            output.rendered(terminal.as_renderable(answer, reader(call)))
            output.lines("")
    else:
        put(written(call, answers, chosen), target)


def _words(by: list[str] | None) -> list[str]:
    """The words of `--by`, which may be given again or have commas in it."""
    return [word.strip() for given in by or [] for word in given.split(",")]


def _scope(call: Call, since: str | None, until: str | None, *, drill: bool = False) -> "Scope":
    from followup.reports.scope import Scope

    settings = call.workspace.settings
    return Scope(
        since=_day(since),
        until=_day(until),
        timezone=settings.timezone,
        currency=settings.currency,
        now=call.now,
        drill=drill,
    )


def _leave_question(call: Call, name: str, scope: "Scope", form: str | None, target: "Path | None") -> None:
    from followup.services.reporting.report_catalog import QUESTIONS

    leave(call, lambda session: QUESTIONS[name](session, call.rules, scope), form, target)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongUsage(f"{text!r} is not a date.", hint="Write it as 2026-11-23.") from error
