"""followup customer import."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.importing.import_lists import NEW_FILE_FOR_BAD_ROWS, checked_and_imported
from followup.cli.people.customer import app
from followup.cli.people.customer_flags import names_of_columns

if TYPE_CHECKING:
    from sqlmodel import Session

    from followup.services.shared.actors import Actor


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
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="CSV, JSON or JSON lines; - reads standard input.")
    ],
    map_: Annotated[
        Path | None,
        typer.Option("--map", metavar="MAP.toml", help="How its columns become the flags of customer add."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, say what would be imported, write nothing.")
    ] = False,
    skip_bad: Annotated[Path | None, NEW_FILE_FOR_BAD_ROWS] = None,
) -> None:
    """Add the customers that another system knows. Columns are called as the flags of customer add are:
    {required}, and any of {optional}.

    Without --skip-bad nobody is added if any row is bad. Who is here already stays as they are, so a file
    can be imported again; who was erased is passed over."""
    from followup.domain.importing.import_map import FileForm
    from followup.domain.importing.import_map_file import load_customer_map
    from followup.services.importing import import_customers, import_file

    mapped = import_file.read_map(map_, load_customer_map) if map_ else None
    form = mapped.file if mapped else FileForm()
    path = None if file == "-" else Path(file)
    with import_file.open_import_file(path, sys.stdin.buffer, form) as opened:
        work = import_customers.CustomerImport(opened, mapped, call.workspace.settings, call.now)
        work.check_map()

        def check(session: "Session", aside: Any, progress: Any) -> Any:
            return import_customers.check_rows(session, work, aside, progress)

        def write(session: "Session", checked: Any, actor: "Actor", progress: Any) -> Any:
            return import_customers.import_rows(session, work, checked, actor, progress)

        document = checked_and_imported(call, opened, check, write, dry_run=dry_run, skip_bad=skip_bad)
    call.answer(document, lambda: _show(document))


def _show(document: Any) -> None:
    imported = "would be imported" if document["dry_run"] else "imported"
    output.lines(
        f"{document['read']:,} rows: {document['imported']:,} {imported}, "
        f"{document['already_there']:,} already there, {document['left_out']:,} left out, "
        f"{document['erased']:,} erased before, {document['bad']:,} bad"
    )
    if document["unused_columns"]:
        output.say(output.plain(f"Not used: the columns {', '.join(document['unused_columns'])}."))
