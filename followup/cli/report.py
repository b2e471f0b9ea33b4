"""followup report."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.choices import word_option
from followup.domain.word import Word
from followup.errors import WrongUsage

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
