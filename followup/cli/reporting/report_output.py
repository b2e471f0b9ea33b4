"""The format and destination of a report, from --json, --format and the name of the file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from followup.cli import output
from followup.cli.call import Call
from followup.cli.choices import word_option
from followup.domain.shared.word import Word, parse_word
from followup.errors import WrongUsage

if TYPE_CHECKING:
    from followup.reports.answer import ReportAnswer
    from followup.reports.renderers.cell_format import Reader


class Form(Word):
    """The format of a report."""

    TABLE = "table", "For people"
    JSON = "json", "For programs"
    CSV = "csv", "For spreadsheets"
    XLSX = "xlsx", "For spreadsheets, with charts: a workbook, which needs --output"
    HTML = "html", "For browsers, printers and emails: one page that needs nothing else"


FILES = (Form.CSV, Form.JSON, Form.XLSX, Form.HTML)
"""Formats that a file's ending can name."""

Format = Annotated[str | None, word_option(Form, "--format", text="The form")]
Target = Annotated[
    Path | None,
    typer.Option(
        "--output",
        metavar="FILE",
        help="Write the report to this file, in the format of its ending: "
        + ", ".join(f".{form}" for form in FILES)
        + "; nothing is overwritten.",
    ),
]


def form_of(call: Call, form: str | None, target: Path | None, forms: tuple[Form, ...] = FILES) -> Form:
    """The format to use; on a terminal a table. `forms` are those that a file may have here.

    Raises WrongUsage for a file with an unknown ending, or one that contradicts --format or --json."""
    asked = Form.JSON if call.json else parse_word("format", form, Form) if form is not None else None
    if target is None:
        return asked or Form.TABLE
    ending = target.suffix.lower()
    named = next((one for one in FILES if ending == f".{one}"), None)
    if asked is None:
        if named is None:
            what = f"The ending {output.plain(ending)}" if ending else "A name without an ending"
            raise WrongUsage(
                f"{what} says no form of a report.",
                hint=f"Name the file with {_listed(forms)}, or say which with --format.",
                code="unknown_ending",
            )
        return named
    if asked is Form.TABLE:
        raise WrongUsage(
            "A table is for the screen, not for a file.",
            hint=f"Leave out --format and name the file with {_listed(forms)}.",
            code="table_is_no_file",
        )
    if named not in (None, asked):
        raise WrongUsage(
            f"The file is to be {asked}, and its name ends in {ending}.",
            hint=f"Name it with .{asked}, or ask for --format {named}.",
            code="other_ending",
        )
    return asked


def _listed(forms: tuple[Form, ...]) -> str:
    *others, last = (f".{form}" for form in forms)
    return f"{', '.join(others)} or {last}"


def leave(call: Call, answer: "ReportAnswer", form: Form, target: Path | None) -> None:
    """Print a report, or write it to a file, in a format."""
    if form is not Form.TABLE:
        put(written(call, [answer], form), target)
    elif answer.main.lines:
        from followup.reports.renderers import terminal

        output.rendered(terminal.as_renderable(answer, reader(call)))
    else:
        output.say(answer.empty)


def put(content: str | bytes, target: Path | None) -> None:
    """Write the content to a file, or print it. Raises WrongUsage for a workbook without a file."""
    from followup.reports.renderers import text

    if target is not None:
        text.write_new(target, content)
        output.say(f"{target} is written.")
    elif isinstance(content, bytes):
        raise WrongUsage(
            "A workbook is no text for a terminal.",
            hint="Add: --output report.xlsx",
            code="workbook_needs_file",
        )
    else:
        output.lines(content.rstrip("\n"))


def written(call: Call, answers: "list[ReportAnswer]", form: Form) -> str | bytes:
    """The answers in a file format. JSON and CSV hold only the first one."""
    from followup.reports.answer import document
    from followup.reports.renderers import text

    settings = call.workspace.settings
    if form is Form.JSON:
        return text.as_json(document(answers[0], settings.currency))
    if form is Form.CSV:
        return text.table_as_csv(answers[0].main)
    if form is Form.HTML:
        from followup.reports.renderers.page import as_page

        return as_page(answers, reader(call), business=settings.business, now=call.now)
    from followup.reports.renderers.workbook import as_workbook

    return as_workbook(answers, reader(call), business=settings.business, now=call.now)


def reader(call: Call) -> "Reader":
    """The reader of the output: the workspace's locale and time zone."""
    from followup.reports.renderers.cell_format import Reader

    return Reader(call.workspace.settings.locale, call.workspace.settings.timezone)
