"""followup suppression import."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.choices import word_option
from followup.cli.importing.import_lists import NEW_FILE_FOR_BAD_ROWS, checked_and_imported
from followup.cli.people.suppression import app
from followup.domain.people.suppression import SuppressionReason

if TYPE_CHECKING:
    from sqlmodel import Session

    from followup.services.shared.actors import Actor


@command(
    app,
    "import",
    writes=True,
    example="""
    followup suppression import suppressed.csv --dry-run
    followup suppression import bounces.csv --reason hard_bounce
    """,
)
def import_(
    call: Call,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="CSV, JSON or JSON lines; - reads standard input.")
    ],
    reason: Annotated[
        str, word_option(SuppressionReason, "--reason", text="Why, for lines that do not say")
    ] = "manual",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, say what would be imported, write nothing.")
    ] = False,
    skip_bad: Annotated[Path | None, NEW_FILE_FOR_BAD_ROWS] = None,
) -> None:
    """Suppress the addresses of a list: what `suppression export` wrote, or any with a column address or
    email, and maybe reason, since and because.

    What is suppressed already stays as it is. Without --skip-bad nothing is taken in if a line is bad."""
    from followup.domain.importing.import_map import FileForm
    from followup.errors import WrongUsage
    from followup.services.importing import import_file, suppression_lists
    from followup.services.shared import parse_input

    word = parse_input.word("reason", reason, SuppressionReason)
    if word is SuppressionReason.ERASED:
        raise WrongUsage("Only forgetting a customer suppresses as erased.", hint="Give another --reason.")
    path = None if file == "-" else Path(file)
    with import_file.open_import_file(path, sys.stdin.buffer, FileForm()) as opened:
        work = suppression_lists.SuppressionImport(opened, word, call.now)

        def check(session: "Session", aside: Any, progress: Any) -> Any:
            return suppression_lists.check_rows(session, work, aside, progress)

        def write(session: "Session", checked: Any, actor: "Actor", progress: Any) -> Any:
            return suppression_lists.import_rows(session, work, checked, actor, progress)

        document = checked_and_imported(call, opened, check, write, dry_run=dry_run, skip_bad=skip_bad)
    imported = "would be suppressed" if dry_run else "suppressed"
    call.answer(
        document,
        lambda: output.lines(
            f"{document['read']:,} lines: {document['imported']:,} {imported}, "
            f"{document['already_there']:,} already there, {document['bad']:,} bad"
        ),
    )
