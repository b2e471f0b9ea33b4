"""What the import commands share: flags, progress bars, and the messages about bad rows."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from followup.cli import output
from followup.cli.call import Call

if TYPE_CHECKING:
    from followup.application.importing.run_import import RowErrorDocument

File = Annotated[
    str, typer.Argument(metavar="FILE", help="A CSV, JSON or JSON lines file; - reads standard input.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check the whole file and report; write nothing.")]
SkipBad = Annotated[
    Path | None,
    typer.Option(
        "--skip-bad",
        metavar="NEW-FILE",
        help="Write bad rows with their errors to this file; import the others.",
    ),
]
Document = TypeVar("Document")


def progress(call: Call) -> Callable[[str], AbstractContextManager[Callable[[float], None]]]:
    """Labelled progress bars, shown only on a terminal."""
    return lambda label: output.progress(label, quiet=call.json)


def imported(call: Call, file: str, run: Callable[[], Document]) -> Document:
    """Run an import and return its answer. If bad rows stop it, print their errors before the error is
    raised."""
    from followup.application.importing.run_import import RowsRefused

    try:
        return run()
    except RowsRefused as refused:
        if call.json:
            output.json_document(refused.document)
        else:
            say_errors(file, refused.document["errors"], refused.document["errors_found"])
        raise


def say_errors(file: str, errors: "Sequence[RowErrorDocument]", found: int) -> None:
    """Print the errors of rows, one per line, and the number of further errors."""
    name = "standard input" if file == "-" else Path(file)
    for error in errors:
        column = f", {error['column']}" if error["column"] else ""
        where = f"{name}, line {error['line']} (row {error['row']}{column})"
        output.say(output.plain(f"{where}: {error['message']} {error['hint']}"))
    if found > len(errors):
        output.say(f"and {found - len(errors):,} more")


def say_put_aside(call: Call, skip_bad: Path | None, *, bad: int, dry_run: bool) -> None:
    """Print where the bad rows are."""
    if bad and skip_bad is not None and not dry_run and not call.json:
        output.say(f"The bad rows are in {output.plain(skip_bad)}, each with its error.")
