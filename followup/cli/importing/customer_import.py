"""followup customer import."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.importing import import_output
from followup.cli.importing.import_output import DryRun, File, SkipBad
from followup.cli.people.customer import app
from followup.cli.people.customer_flags import names_of_columns

if TYPE_CHECKING:
    from followup.application.importing.imports import CustomerImportDocument


@command(
    app,
    "import",
    writes=True,
    example="""
    followup customer import customers.csv --dry-run
    followup customer import export.csv --map map.toml --skip-bad bad.csv
    """,
)
@names_of_columns
def import_(
    call: Call,
    file: File,
    map_: Annotated[
        Path | None,
        typer.Option(
            "--map", metavar="MAP.toml", help="The map from the file's columns to the flags of customer add."
        ),
    ] = None,
    dry_run: DryRun = False,
    skip_bad: SkipBad = None,
) -> None:
    """Add the customers in a file from another system. Without a map, columns are named as the flags of
    customer add: {required}, and any of {optional}.

    Without --skip-bad, nothing is imported if any row is bad. Existing customers are not changed, so a file
    can be imported again; erased customers are skipped."""
    from followup.application.importing import imports

    document = import_output.imported(
        call,
        file,
        lambda: imports.import_customers(
            call.caller,
            file,
            str(map_) if map_ else None,
            dry_run,
            str(skip_bad) if skip_bad else None,
            standard_input=sys.stdin.buffer,
            progress=import_output.progress(call),
        ),
    )
    if not call.json:
        import_output.say_errors(file, document["errors"], document["errors_found"])
    import_output.say_put_aside(call, skip_bad, bad=document["bad"], dry_run=dry_run)
    call.answer(document, lambda: _show(document))


def _show(document: "CustomerImportDocument") -> None:
    imported = "would be imported" if document["dry_run"] else "imported"
    output.lines(
        f"{document['read']:,} rows: {document['imported']:,} {imported}, "
        f"{document['already_there']:,} already there, {document['left_out']:,} left out, "
        f"{document['erased']:,} erased before, {document['bad']:,} bad"
    )
    if document["unused_columns"]:
        output.say(output.plain(f"Not used: the columns {', '.join(document['unused_columns'])}."))
