"""followup case import."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from followup.cli import output
from followup.cli.call import Call, command, login
from followup.cli.cases.case import app
from followup.errors import InvalidFile

if TYPE_CHECKING:
    from sqlmodel import Session

    from followup.services.importing.import_cases import CaseImport, CaseImportResult


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
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="CSV, JSON or JSON lines; - reads standard input.")
    ],
    map_: Annotated[
        Path,
        typer.Option("--map", metavar="MAP.toml", help="How its columns become the answers of case open."),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, say what would be imported, write nothing.")
    ] = False,
    skip_bad: Annotated[
        Path | None,
        typer.Option(metavar="NEW-FILE", help="Put bad rows there with their errors; import the others."),
    ] = None,
) -> None:
    """Log the cases that another system exported.

    Without --skip-bad nothing is imported if any row is bad. A row whose external id is recorded
    already is passed over, so a file can be imported again. No gesture is requested and nothing is sent."""
    from followup.services.importing import import_cases, import_file

    mapped = import_file.read_map(map_)
    path = None if file == "-" else Path(file)
    with import_file.open_import_file(path, sys.stdin.buffer, mapped.file) as opened:
        work = import_cases.CaseImport(opened, mapped, call.rules, call.now)
        import_cases.check_map(work)
        aside = import_file.BadRows(skip_bad, opened) if skip_bad else None
        try:
            document = _checked_and_imported(call, work, None if dry_run else aside, dry_run, skip_bad)
        except BaseException:
            if aside is not None:
                aside.discard()
            raise
        if aside is not None:
            aside.close()
    call.answer(document, lambda: _show(document))
    if document["bad"] and skip_bad and not dry_run and not call.json:
        output.say(f"The bad rows are in {output.plain(skip_bad)}, each with its error.")


def _checked_and_imported(
    call: Call, work: "CaseImport", aside: Any, dry_run: bool, skip_bad: Path | None
) -> Any:
    from followup.services.importing import import_cases
    from followup.services.shared import actors

    def check(session: "Session") -> "CaseImportResult":
        _ = actors.acting(session, call.actor_email, login()).needed_agent
        with output.progress("Checking", quiet=call.json) as progress:
            return import_cases.check_rows(session, work, aside, progress)

    checked = call.read(check)
    refused = bool(checked.bad) and skip_bad is None
    if refused:
        _refuse(call, work, checked, dry_run)
    if dry_run:
        if not call.json:
            _say_errors(work, checked)
        return checked.document(dry_run=True)
    with output.progress("Importing", quiet=call.json) as progress:
        return call.write(
            lambda session, actor: import_cases.import_rows(session, work, checked, actor, progress).document(
                dry_run=False
            )
        )


def _refuse(call: Call, work: "CaseImport", checked: "CaseImportResult", dry_run: bool) -> None:
    document = checked.document(dry_run=dry_run, refused=True)
    if call.json:
        output.json_document(document)
    else:
        _say_errors(work, checked)
    raise InvalidFile(
        f"{checked.bad:,} of {checked.read:,} rows cannot be imported, so nothing was imported.",
        hint="Mend them in the file or in the map, or set them aside with --skip-bad bad-rows.csv",
        code="bad_rows",
    )


def _say_errors(work: "CaseImport", checked: "CaseImportResult") -> None:
    name = work.file.name
    for error in checked.errors:
        column = f", {error.column}" if error.column else ""
        where = f"{name}, line {error.line} (row {error.row}{column})"
        output.say(output.plain(f"{where}: {error.message} {error.hint}"))
    more = checked.errors_found - len(checked.errors)
    if more:
        output.say(f"and {more:,} more")


def _show(document: Any) -> None:
    if document["dry_run"]:
        for key, label in (("by_reason", "reason"), ("by_severity", "severity")):
            if document[key]:
                output.table((label, "cases"), document[key].items(), right=("cases",))
                output.lines("")
    references = " to ".join(dict.fromkeys(document["cases"]))
    imported = "would be imported" if document["dry_run"] else "imported"
    output.lines(
        f"{document['read']:,} rows: {document['imported']:,} {imported}"
        f"{f' ({references})' if references else ''}, {document['already_there']:,} already there, "
        f"{document['left_out']:,} left out, {document['bad']:,} bad"
        + (f", {document['erased']:,} of erased customers" if document["erased"] else "")
    )
