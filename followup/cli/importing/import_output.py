"""What the commands that import a file have in common: flags, progress, and what they say of bad rows."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from followup.cli import output
from followup.cli.call import Call

if TYPE_CHECKING:
    from followup.application.importing.run_import import RowErrorDocument

File = Annotated[str, typer.Argument(metavar="FILE", help="CSV, JSON or JSON lines; - reads standard input.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Check everything, say what would be imported, write nothing.")
]
SkipBad = Annotated[
    Path | None,
    typer.Option(
        "--skip-bad", metavar="NEW-FILE", help="Put bad rows there with their errors; import the others."
    ),
]
Document = TypeVar("Document")


def progress(call: Call) -> Callable[[str], AbstractContextManager[Callable[[float], None]]]:
    """Bars with a label, where a person looks at them."""
    return lambda label: output.progress(label, quiet=call.json)


def imported(call: Call, file: str, run: Callable[[], Document]) -> Document:
    """What an import answers. Where bad rows keep it from importing anything, they are said first."""
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
    """Say what is wrong with rows, each on a line, and how many errors there are besides."""
    name = "standard input" if file == "-" else Path(file)
    for error in errors:
        column = f", {error['column']}" if error["column"] else ""
        where = f"{name}, line {error['line']} (row {error['row']}{column})"
        output.say(output.plain(f"{where}: {error['message']} {error['hint']}"))
    if found > len(errors):
        output.say(f"and {found - len(errors):,} more")


def say_put_aside(call: Call, skip_bad: Path | None, *, bad: int, dry_run: bool) -> None:
    """Say where the bad rows are."""
    if bad and skip_bad is not None and not dry_run and not call.json:
        output.say(f"The bad rows are in {output.plain(skip_bad)}, each with its error.")
