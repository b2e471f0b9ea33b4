"""Imports from files: `followup case import`, `customer import` and `suppression import`.

`file` is the path of the file, or - for `standard_input`; `skip_bad` is the path of a new file for bad rows.
"""

from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from followup.application.door import Caller, works
from followup.application.importing.run_import import run_import
from followup.application.progress import ShowProgress, show_nothing
from followup.domain.importing.import_map import FileForm
from followup.domain.importing.import_map_file import load_customer_map
from followup.services.importing.import_cases import CaseImport
from followup.services.importing.import_cases import CaseImportDocument as CaseImportDocument
from followup.services.importing.import_customers import CustomerImport
from followup.services.importing.import_customers import CustomerImportDocument as CustomerImportDocument
from followup.services.importing.import_file import open_import_file, read_map
from followup.services.importing.suppression_lists import SuppressionImport, SuppressionImportDocument
from followup.services.people import suppressions


@works("case import", changes=True)
def import_cases(
    caller: Caller,
    file: str,
    map_: str,
    dry_run: bool = False,
    skip_bad: str | None = None,
    *,
    standard_input: BinaryIO | None = None,
    progress: ShowProgress = show_nothing,
) -> CaseImportDocument:
    """Open the cases in a file of another system, as the map in the file `map_` says. Rows whose external id
    is known are skipped. No gesture is requested and nothing is sent.

    Raises as `run_import`, and NotFound or InvalidFile for the map."""
    content = {"file": file, "map_": map_, "dry_run": dry_run, "skip_bad": skip_bad}
    mapped = read_map(Path(map_))
    with open_import_file(_path(file), standard_input or BytesIO(), mapped.file) as opened:
        kind = CaseImport(opened, mapped, caller.place.configuration, caller.now)
        kind.check_map()
        return run_import(
            caller, "case import", kind, content, dry_run=dry_run, skip_bad=skip_bad, progress=progress
        )


@works("customer import", changes=True)
def import_customers(
    caller: Caller,
    file: str,
    map_: str | None = None,
    dry_run: bool = False,
    skip_bad: str | None = None,
    *,
    standard_input: BinaryIO | None = None,
    progress: ShowProgress = show_nothing,
) -> CustomerImportDocument:
    """Add the customers in a file of another system. Without a map, the columns are named as the flags of
    `customer add`. Existing customers are not changed, and erased ones are skipped.

    Raises as `run_import`, and NotFound or InvalidFile for the map."""
    content = {"file": file, "map_": map_, "dry_run": dry_run, "skip_bad": skip_bad}
    mapped = read_map(Path(map_), load_customer_map) if map_ is not None else None
    form = mapped.file if mapped else FileForm()
    with open_import_file(_path(file), standard_input or BytesIO(), form) as opened:
        kind = CustomerImport(opened, mapped, caller.place.configuration.settings, caller.now)
        kind.check_map()
        return run_import(
            caller, "customer import", kind, content, dry_run=dry_run, skip_bad=skip_bad, progress=progress
        )


@works("suppression import", changes=True)
def import_suppressions(
    caller: Caller,
    file: str,
    reason: str = "manual",
    dry_run: bool = False,
    skip_bad: str | None = None,
    *,
    standard_input: BinaryIO | None = None,
    progress: ShowProgress = show_nothing,
) -> SuppressionImportDocument:
    """Suppress the addresses in a list; `reason` applies to lines that give none. Existing suppressions are
    not changed.

    Raises as `run_import`, and WrongUsage for a reason that is unknown or reserved for erasures."""
    content = {"file": file, "reason": reason, "dry_run": dry_run, "skip_bad": skip_bad}
    word = suppressions.reason_of(reason)
    with open_import_file(_path(file), standard_input or BytesIO(), FileForm()) as opened:
        kind = SuppressionImport(opened, word, caller.now)
        return run_import(
            caller, "suppression import", kind, content, dry_run=dry_run, skip_bad=skip_bad, progress=progress
        )


def _path(file: str) -> Path | None:
    return None if file == "-" else Path(file)
