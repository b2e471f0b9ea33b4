"""followup case import."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.cases.case import app
from followup.cli.importing import import_output
from followup.cli.importing.import_output import DryRun, File, SkipBad

if TYPE_CHECKING:
    from followup.application.importing.imports import CaseImportDocument


@command(
    app,
    "import",
    writes=True,
    example="""
    followup case import complaints.csv --map map.toml --dry-run
    followup case import complaints.csv --map map.toml --skip-bad bad.csv
    """,
)
def import_(
    call: Call,
    file: File,
    map_: Annotated[
        Path,
        typer.Option(
            "--map", metavar="MAP.toml", help="The map from the file's columns to the flags of case open."
        ),
    ],
    dry_run: DryRun = False,
    skip_bad: SkipBad = None,
) -> None:
    """Log the cases in a file from another system.

    Without --skip-bad, nothing is imported if any row is bad. Rows whose external id is known are skipped, so
    a file can be imported again. No gesture is requested and nothing is sent."""
    from followup.application.importing import imports

    document = import_output.imported(
        call,
        file,
        lambda: imports.import_cases(
            call.caller,
            file,
            str(map_),
            dry_run,
            str(skip_bad) if skip_bad else None,
            standard_input=sys.stdin.buffer,
            progress=import_output.progress(call),
        ),
    )
    if dry_run and not call.json:
        import_output.say_errors(file, document["errors"], document["errors_found"])
    call.answer(document, lambda: _show(document))
    import_output.say_put_aside(call, skip_bad, bad=document["bad"], dry_run=dry_run)


def _show(document: "CaseImportDocument") -> None:
    if document["dry_run"]:
        for counts, label in ((document["by_reason"], "reason"), (document["by_severity"], "severity")):
            if counts:
                output.table((label, "cases"), counts.items(), right=("cases",))
                output.lines("")
    references = " to ".join(dict.fromkeys(document["cases"]))
    imported = "would be imported" if document["dry_run"] else "imported"
    output.lines(
        f"{document['read']:,} rows: {document['imported']:,} {imported}"
        f"{f' ({references})' if references else ''}, {document['already_there']:,} already there, "
        f"{document['left_out']:,} left out, {document['bad']:,} bad"
        + (f", {document['erased']:,} of erased customers" if document["erased"] else "")
    )
