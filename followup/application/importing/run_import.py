"""The transactions of an import: one checks every row without writing, one writes all rows or none. Bad rows
can be written to a new file.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from followup.application.door import Caller, Reading, Writing, change_once, look_up
from followup.application.progress import ShowProgress
from followup.errors import InvalidFile
from followup.services.importing import import_rows
from followup.services.importing.import_file import BadRows
from followup.services.importing.import_rows import ImportResult, RowKind
from followup.services.importing.import_rows import RowErrorDocument as RowErrorDocument

Entry = TypeVar("Entry")
Document = TypeVar("Document")


class RowsRefused(InvalidFile):
    """Nothing was imported because rows are bad. `document` is the command's answer, with the first
    errors."""

    def __init__(self, checked: ImportResult, mend: str, document: Any) -> None:
        super().__init__(
            f"{checked.bad:,} of {checked.read:,} rows cannot be imported, so nothing was imported.",
            hint=f"{mend}, or set them aside with --skip-bad bad-rows.csv",
            code="bad_rows",
        )
        self.document = document


def run_import(
    caller: Caller,
    name: str,
    kind: RowKind[Entry, Document],
    content: Mapping[str, Any],
    *,
    dry_run: bool,
    skip_bad: str | None,
    progress: ShowProgress,
) -> Document:
    """Import a file for the command `name`; its idempotency key stands for `content`. With `dry_run`, report
    only what would be done. Bad rows are written to the new file `skip_bad`, which is kept only if the import
    was done.

    Raises RowsRefused if rows are bad and `skip_bad` is not given, Refused if that file exists, WrongUsage if
    no agent acts, InvalidFile for a file that cannot be read or has changed between the two passes."""
    aside = BadRows(Path(skip_bad), kind.file) if skip_bad is not None else None
    try:
        checked = _checked(caller, kind, None if dry_run else aside, progress)
        if checked.bad and aside is None:
            refused = kind.document(checked, dry_run=dry_run, refused=True)
            raise RowsRefused(checked, kind.mend, refused)
        if dry_run:
            document = kind.document(checked, dry_run=True)
        else:
            document = _written(caller, name, kind, content, checked, progress)
    except BaseException:
        if aside is not None:
            aside.discard()
        raise
    if aside is not None:
        aside.close()
    return document


def _checked(
    caller: Caller, kind: RowKind[Entry, Document], aside: BadRows | None, progress: ShowProgress
) -> ImportResult:
    def check(work: Reading) -> ImportResult:
        _ = work.acting().needed_agent
        with progress("Checking") as told:
            return import_rows.check_rows(work.session, kind, aside, told)

    return look_up(caller, check)


def _written(
    caller: Caller,
    name: str,
    kind: RowKind[Entry, Document],
    content: Mapping[str, Any],
    checked: ImportResult,
    progress: ShowProgress,
) -> Document:
    def write(work: Writing) -> Document:
        done = import_rows.write_rows(work.session, kind, checked, work.actor, told)
        return kind.document(done, dry_run=False)

    with progress("Importing") as told:
        return change_once(caller, name, content, write)
