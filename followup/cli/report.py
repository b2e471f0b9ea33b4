"""followup report."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from followup.cli import output
from followup.cli.call import Call, command, login
from followup.cli.choices import word_option
from followup.domain.word import Word
from followup.errors import WrongUsage

if TYPE_CHECKING:
    from sqlmodel import Session

    from followup.reports.answer import Answer
    from followup.reports.forms.shown import Reader
    from followup.reports.scope import Scope

app = typer.Typer(name="report", help="What goodwill costs, and what it achieves.", no_args_is_help=True)
BY = "reason, agent, team, kind, class, budget, segment or month"


Since = Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day.")]
Until = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day, included.")]
Drill = Annotated[bool, typer.Option("--drill", help="Name what is behind each line.")]
Target = Annotated[
    Path | None, typer.Option("--output", metavar="FILE", help="Write it there; nothing is overwritten.")
]


class Form(Word):
    """The form of a report."""

    TABLE = "table", "For people"
    JSON = "json", "For programs"
    CSV = "csv", "For spreadsheets"
    XLSX = "xlsx", "For spreadsheets, with charts: a workbook, which needs --output"
    HTML = "html", "For browsers, printers and emails: one page that needs nothing else"


Format = Annotated[str | None, word_option(Form, "--format", text="The form")]


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
        str, typer.Option(metavar="WORD[,WORD]", help=f"What the rows are: {BY}; or two of them.")
    ] = "reason",
    since: Since = None,
    until: Until = None,
    drill: Drill = False,
    form: Format = None,
    target: Target = None,
) -> None:
    """Say what gestures cost: requested in a time, and where their money is now. Equal to the ledger."""
    from followup.reports import spend as question
    from followup.services import entries

    wanted = [entries.word("kind of row", word.strip(), question.SpendBy) for word in by.split(",")]
    scope = _scope(call, since, until, drill=drill)
    _leave(call, lambda session: question.answer(session, wanted, scope), form, target)


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
        str,
        typer.Option(
            metavar="WORD",
            help="What the rows are: kind, class, money, reason, severity, segment, agent, team or month.",
        ),
    ] = "kind",
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
    from followup.services import entries

    wanted = entries.word("kind of row", by.strip(), OutcomesBy)
    scope = _scope(call, since, until, drill=drill)
    _leave(call, lambda session: question.answer(session, wanted, scope), form, target)


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
    from followup.services import actors

    scope = _scope(call, since, until)

    def ask(session: "Session") -> "Answer":
        viewer = actors.acting(session, call.actor_email, login()).needed_agent
        return question.answer(session, viewer, scope)

    _leave(call, ask, form, target)


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
    from followup.reports.forms import terminal, text
    from followup.services import questions, report_schedules

    wanted = report_schedules.named(" ".join(names)) if names else list(questions.QUESTIONS)
    chosen = _form(call, form, target)
    if chosen is Form.CSV:
        raise WrongUsage(
            "CSV holds one table, and these are several.",
            hint="Give --format html or xlsx, or ask for one: followup report spend --format csv",
            code="one_table",
        )
    scope = _scope(call, since, until, drill=drill)
    answers = call.read(lambda session: questions.ask(session, call.rules, wanted, scope))
    if chosen is Form.JSON:
        _put(text.as_json({one.name: document(one, scope.currency) for one in answers}), target)
    elif chosen is Form.TABLE and target is None:
        for answer in answers:
            output.rendered(terminal.as_renderable(answer, _reader(call)))
            output.lines("")
    else:
        _put(_written(call, answers, chosen), target)


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


def _leave_question(call: Call, name: str, scope: "Scope", form: str | None, target: Path | None) -> None:
    from followup.services.questions import QUESTIONS

    _leave(call, lambda session: QUESTIONS[name](session, call.rules, scope), form, target)


def _leave(call: Call, ask: "Callable[[Session], Answer]", form: str | None, target: Path | None) -> None:
    """Print or write a report in the form that was asked for: by --json, by --format, by the file's name."""
    chosen = _form(call, form, target)
    answer = call.read(ask)
    if chosen is Form.TABLE and target is None:
        _print(call, answer)
        return
    _put(_written(call, [answer], chosen), target)


def _put(written: str | bytes, target: Path | None) -> None:
    """Write it to a file, or print it."""
    from followup.reports.forms import text

    if target is not None:
        text.write_new(target, written)
        output.say(f"{target} is written.")
    elif isinstance(written, bytes):
        raise WrongUsage(
            "A workbook is no text for a terminal.", hint="Add: --output report.xlsx", code="missing"
        )
    else:
        output.lines(written.rstrip("\n"))


def _written(call: Call, answers: "list[Answer]", form: Form) -> str | bytes:
    """The answers in a form that is a file. JSON and CSV hold the first one."""
    from followup.reports.answer import document
    from followup.reports.forms import text

    settings = call.workspace.settings
    if form is Form.JSON:
        return text.as_json(document(answers[0], settings.currency))
    if form is Form.CSV:
        return text.table_as_csv(answers[0].main)
    if form is Form.HTML:
        from followup.reports.forms.page import as_page

        return as_page(answers, _reader(call), business=settings.business, now=call.now)
    from followup.reports.forms.workbook import as_workbook

    return as_workbook(answers, _reader(call), business=settings.business, now=call.now)


def _form(call: Call, form: str | None, target: Path | None) -> Form:
    from followup.services import entries

    if call.json:
        return Form.JSON
    if form is not None:
        return entries.word("format", form, Form)
    ending = target.suffix.removeprefix(".").lower() if target else ""
    named = next((word for word in Form if word.value == ending), None)
    return named or (Form.CSV if target else Form.TABLE)


def _print(call: Call, answer: "Answer") -> None:
    from followup.reports.forms import terminal

    if answer.main.lines:
        output.rendered(terminal.as_renderable(answer, _reader(call)))
    else:
        output.say(answer.empty)


def _reader(call: Call) -> "Reader":
    from followup.reports.forms.shown import Reader

    return Reader(call.workspace.settings.locale, call.workspace.settings.timezone)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongUsage(f"{text!r} is not a date.", hint="Write it as 2026-11-23.") from error
