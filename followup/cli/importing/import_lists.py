"""What the imports of lists have in common: check every row, then write all of them or none."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from followup.cli import output
from followup.cli.call import Call, login
from followup.errors import InvalidFile

if TYPE_CHECKING:
    from followup.services.importing.import_file import ImportFile

NEW_FILE_FOR_BAD_ROWS = typer.Option(
    "--skip-bad", metavar="NEW-FILE", help="Put bad rows there with their errors; import the others."
)


def checked_and_imported(
    call: Call,
    file: "ImportFile",
    check: Callable[..., Any],
    write: Callable[..., Any],
    *,
    dry_run: bool,
    skip_bad: Path | None,
) -> Any:
    """The answer of an import. `check(session, aside, progress)` and `write(session, checked, actor,
    progress)` give tallies. Raises InvalidFile where rows are bad and are not set aside."""
    from followup.services.importing import import_file

    aside = import_file.BadRows(skip_bad, file) if skip_bad else None
    try:
        document = _document(call, file, check, write, None if dry_run else aside, dry_run, skip_bad)
    except BaseException:
        if aside is not None:
            aside.discard()
        raise
    if aside is not None:
        aside.close()
        if document["bad"] and not dry_run and not call.json:
            output.say(f"The bad rows are in {output.plain(skip_bad)}, each with its error.")
    return document


def _document(
    call: Call,
    file: "ImportFile",
    check: Callable[..., Any],
    write: Callable[..., Any],
    aside: Any,
    dry_run: bool,
    skip_bad: Path | None,
) -> Any:
    from followup.services.shared import actors

    def look(session: Any) -> Any:
        _ = actors.acting(session, call.actor_email, login()).needed_agent
        with output.progress("Checking", quiet=call.json) as progress:
            return check(session, aside, progress)

    checked = call.read(look)
    if checked.bad and not call.json:
        _say_errors(file.name, checked)
    if checked.bad and skip_bad is None:
        if call.json:
            output.json_document(checked.document(dry_run=dry_run, refused=True))
        raise InvalidFile(
            f"{checked.bad:,} of {checked.read:,} rows cannot be imported, so nothing was imported.",
            hint="Mend them in the file, or set them aside with --skip-bad bad-rows.csv",
            code="bad_rows",
        )
    if dry_run:
        return dict(checked.document(dry_run=True))
    with output.progress("Importing", quiet=call.json) as progress:
        return call.write(
            lambda session, actor: write(session, checked, actor, progress).document(dry_run=False)
        )


def _say_errors(name: str, checked: Any) -> None:
    for error in checked.errors:
        column = f", {error.column}" if error.column else ""
        where = f"{name}, line {error.line} (row {error.row}{column})"
        output.say(output.plain(f"{where}: {error.message} {error.hint}"))
    more = checked.bad - len({error.row for error in checked.errors})
    if more > 0:
        output.say(f"and {more:,} more")
