"""followup report."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from followup.cli import output
from followup.cli.call import Call, command, login
from followup.cli.choices import word_option
from followup.domain.word import Word
from followup.errors import WrongUsage

if TYPE_CHECKING:
    from followup.reports.coaching import CoachingRow

app = typer.Typer(name="report", help="What goodwill costs.", no_args_is_help=True)
BY = "reason, agent, team, kind, class, budget, segment or month"


Since = Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day.")]
Until = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day, included.")]
Target = Annotated[
    Path | None, typer.Option("--output", metavar="FILE", help="Write it there; nothing is overwritten.")
]


class Form(Word):
    """The form of a report."""

    TABLE = "table", "For people"
    JSON = "json", "For programs"
    CSV = "csv", "For spreadsheets"


Format = Annotated[str, word_option(Form, "--format", text="The form")]


@command(
    app,
    "spend",
    example="""
    followup report spend --by reason
    followup report spend --by month --from 2026-01-01 --format csv --output spend.csv
    """,
)
def spend(
    call: Call,
    by: Annotated[str, typer.Option(metavar="WORD", help=f"What the rows are: {BY}.")] = "reason",
    since: Since = None,
    until: Until = None,
    form: Format = "table",
    target: Target = None,
) -> None:
    """Say what gestures cost: requested in a time, and where their money is now. Equal to the ledger."""
    from followup.reports.spend import SpendBy
    from followup.reports.spend import spend as ask
    from followup.services import entries

    wanted = entries.word("kind of row", by, SpendBy)
    settings = call.workspace.settings
    rows, totals = call.read(
        lambda session: ask(
            session,
            wanted,
            since=_day(since),
            until=_day(until),
            timezone=settings.timezone,
            currency=settings.currency,
        )
    )
    _leave(call, wanted.value, rows, totals, form, target, empty="No gesture with money was requested then.")


@command(app, "liability", example="followup report liability --to 2027-06-30")
def liability(
    call: Call,
    since: Since = None,
    until: Until = None,
    form: Format = "table",
    target: Target = None,
) -> None:
    """Say what vouchers still promise, by the month of their last day: what was issued is what was
    redeemed, what is still owed (liability), what expired unused (breakage), and what was taken back."""
    from followup.reports.liability import liability as ask

    currency = call.workspace.settings.currency
    rows, totals = call.read(
        lambda session: ask(session, since=_day(since), until=_day(until), currency=currency)
    )
    _leave(call, "month", rows, totals, form, target, empty="There are no vouchers.")


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
    form: Format = "table",
    target: Target = None,
) -> None:
    """Say who practised and how they get on: findings per round at first and lately, and the rules that
    their replies broke most often. Agents see themselves, managers everybody; no reply is kept."""
    from followup.reports.coaching import coaching as ask
    from followup.services import actors

    rows = call.read(
        lambda session: ask(
            session,
            actors.acting(session, call.actor_email, login()).needed_agent,
            since=_day(since),
            until=_day(until),
            timezone=call.workspace.settings.timezone,
        )
    )
    _leave_coaching(call, rows, form, target)


def _leave_coaching(call: Call, rows: "list[CoachingRow]", form: str, target: Path | None) -> None:
    from followup.reports import forms
    from followup.reports.coaching import COLUMNS
    from followup.services import entries

    chosen = Form.JSON if call.json else entries.word("format", form, Form)
    if chosen is Form.JSON:
        _put(forms.as_json({"rows": [row.to_document() for row in rows]}), target)
    elif chosen is Form.CSV or target is not None:
        _put(forms.as_csv(COLUMNS, [row.to_line() for row in rows]), target)
    elif not rows:
        output.say("Nobody practised then. Begin with: followup coach")
    else:
        output.table(
            ("agent", "rounds", "without error", "broken most often", "trend", "last practised"),
            (
                (
                    row.agent,
                    row.figures.rounds,
                    row.figures.rounds_without_error,
                    row.broken,
                    row.trend,
                    call.local(row.figures.last_practised.isoformat()),
                )
                for row in rows
            ),
            right=("rounds", "without error"),
        )


def _leave(
    call: Call, by: str, rows: list[Any], totals: list[Any], form: str, target: Path | None, *, empty: str
) -> None:
    """Print or write a report in the form that was asked for."""
    from followup.reports import forms
    from followup.services import entries

    chosen = Form.JSON if call.json else entries.word("format", form, Form)
    document = forms.report_document(by, rows, totals, call.workspace.settings.currency)
    columns = list(document["totals"][0])
    if chosen is Form.TABLE and target is None:
        if not rows:
            output.say(empty)
            return
        lines = [*document["rows"], *document["totals"]]
        output.table(columns, ([line[name] for name in columns] for line in lines), right=columns[1:-1])
        return
    text = forms.as_json(document) if chosen is Form.JSON else forms.as_csv(columns, document["rows"])
    _put(text, target)


def _put(text: str, target: Path | None) -> None:
    """Print a report, or write it to a new file."""
    from followup.reports import forms

    if target is None:
        output.lines(text.rstrip("\n"))
    else:
        forms.write_new(target, text)
        output.say(f"{target} is written.")


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongUsage(f"{text!r} is not a date.", hint="Write it as 2026-11-23.") from error
