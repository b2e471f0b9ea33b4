"""followup report."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.choices import word_option
from followup.domain.word import Word
from followup.errors import WrongUsage

if TYPE_CHECKING:
    from sqlmodel import Session

app = typer.Typer(name="report", help="What goodwill costs.", no_args_is_help=True)
COLUMNS = ("key", "gestures", "held", "committed", "spent", "released", "currency")
BY = "reason, agent, team, kind, class, budget, segment or month"


class Form(Word):
    """The form of a report."""

    TABLE = "table", "For people"
    JSON = "json", "For programs"
    CSV = "csv", "For spreadsheets"


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
    since: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day.")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day, included.")] = None,
    form: Annotated[str, word_option(Form, "--format", text="The form")] = "table",
    target: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Write it there; nothing is overwritten.")
    ] = None,
) -> None:
    """Say what gestures cost: requested in a time, and where their money is now. Equal to the ledger."""
    from followup.reports import forms
    from followup.reports.spend import SpendBy
    from followup.reports.spend import spend as ask
    from followup.services import entries

    wanted = entries.word("by", by, SpendBy)
    chosen = Form.JSON if call.json else entries.word("format", form, Form)
    days = [_day(text) for text in (since, until)]
    timezone = call.workspace.settings.timezone

    def look(session: "Session") -> dict[str, Any]:
        rows, totals = ask(session, wanted, since=days[0], until=days[1], timezone=timezone)
        return forms.spend_document(wanted.value, rows, totals, call.workspace.settings.currency)

    document = call.read(look)
    if chosen is Form.TABLE and target is None:
        if not document["rows"]:
            output.say("No gesture with money was requested in that time.")
            return
        lines = [*document["rows"], *({**total, "key": "total"} for total in document["totals"])]
        output.table(COLUMNS, ([line[column] for column in COLUMNS] for line in lines), right=COLUMNS[1:6])
        return
    text = forms.as_json(document) if chosen is Form.JSON else forms.as_csv(COLUMNS, document["rows"])
    if target is None:
        output.lines(text.rstrip("\n"))
    else:
        forms.write_new(target, text)
        output.say(f"{target} is written.")


def _day(text: str | None) -> Any:
    from datetime import date

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongUsage(f"{text!r} is not a date.", hint="Write it as 2026-11-23.") from error
