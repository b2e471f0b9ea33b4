"""Importing customers from a file of another system: a pass that checks every row and writes nothing, then
one that writes all of them in one transaction."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlmodel import Session, col, select

from followup.domain.importing.import_map import Cells, ImportMap, MapField, refuse_unknown_columns
from followup.domain.importing.import_map_file import CUSTOMER_ANSWERS, CUSTOMER_REQUIRED
from followup.domain.importing.rows import BAD_FILE, FileRow, Sheet
from followup.domain.importing.values import Template, tidy
from followup.domain.people.customer_fields import IMPORTED_FIELDS, FieldForm
from followup.domain.people.suppression import SuppressionReason
from followup.domain.shared.unreadable import UnreadableValue
from followup.domain.shared.word import Word
from followup.errors import InvalidFile, WrongUsage
from followup.mail.addresses import comparable_address
from followup.services.importing.import_cases import BATCH_ROWS, SHOWN_ERRORS, Progress, RowError
from followup.services.importing.import_file import BadRows, ImportFile
from followup.services.people import customers, erased_addresses
from followup.services.shared import audit
from followup.services.shared.actors import Actor
from followup.settings import Settings
from followup.store.tables import Customer, Suppression

_CONSENTS = ("marketing", "yes", "true", "1", "y")
_NO_CONSENTS = ("", "none", "no", "false", "0", "n")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerEntry:
    """A customer as a row tells of them, by the names of the flags of `customer add`, checked."""

    told: dict[str, str]
    marketing_consent: bool

    @property
    def email(self) -> str:
        """Their address, as it is stored."""
        return self.told["email"]


class SkippedCustomer(Word):
    """Why a row that is right is not imported."""

    LEFT_OUT = "left_out", "The map leaves it out on purpose"
    ALREADY_THERE = "already_there", "A customer, or a row before it, has its address"
    ERASED = "erased", "The person asked to be forgotten; by hand they can be taken in anew"


Verdict = CustomerEntry | SkippedCustomer | tuple[RowError, ...]


@dataclass(slots=True)
class CustomerImportResult:
    """What became of the rows. `errors` holds the first 20 of `errors_found`."""

    read: int = 0
    imported: int = 0
    passed: dict[SkippedCustomer, int] = field(default_factory=lambda: dict.fromkeys(SkippedCustomer, 0))
    bad: int = 0
    errors_found: int = 0
    errors: list[RowError] = field(default_factory=list)
    unused_columns: tuple[str, ...] = ()

    def document(self, *, dry_run: bool, refused: bool = False) -> dict[str, Any]:
        """The answer of the command. `refused`: nothing is imported because of the bad rows."""
        return {
            "read": self.read,
            "imported": 0 if refused else self.imported,
            "importable": self.imported,
            **{why.value: count for why, count in self.passed.items()},
            "bad": self.bad,
            "dry_run": dry_run,
            "unused_columns": list(self.unused_columns),
            "errors_found": self.errors_found,
            "errors": [
                {
                    "row": error.row,
                    "line": error.line,
                    "column": error.column,
                    "message": error.message,
                    "hint": error.hint,
                }
                for error in self.errors
            ],
        }


@dataclass(frozen=True, slots=True)
class CustomerImport:
    """What is imported, and how. Without a map, columns are called as the flags of `customer add` are."""

    file: ImportFile
    map: ImportMap | None
    settings: Settings
    now: datetime

    def check_map(self) -> None:
        """Raises InvalidFile for a map whose amounts are in another currency than the workspace's."""
        if self.map is not None and self.map.currency not in (None, self.settings.currency):
            raise InvalidFile(
                f"{self.map.source}: its amounts are in {self.map.currency}, the workspace counts in "
                f"{self.settings.currency}.",
                hint=f"Convert the amounts in the file and write {self.settings.currency}.",
                code="invalid_map",
            )


def check_rows(
    session: Session, work: CustomerImport, bad_rows: BadRows | None, progress: Progress
) -> CustomerImportResult:
    """Read every row, and count what an import would do. Writes nothing but `bad_rows`. `session` is for
    reading; it is closed after each batch. Raises InvalidFile for a file that is broken or lacks columns."""
    tally = CustomerImportResult()
    with work.file.sheet() as sheet:
        for row, verdict in _judged(session, work, sheet, tally, progress, session.close):
            _count(tally, verdict)
            if bad_rows is not None and isinstance(verdict, tuple):
                bad_rows.put(row, sheet.columns, "; ".join(_sentence(error) for error in verdict))
    return tally


def import_rows(
    session: Session, work: CustomerImport, checked: CustomerImportResult, actor: Actor, progress: Progress
) -> CustomerImportResult:
    """Add a customer for every row that can be imported, in the caller's transaction. `checked` is what the
    check found. Raises InvalidFile where the file or what it is checked against changed since."""
    if not checked.imported:
        return checked
    tally = CustomerImportResult()
    numbers: list[int] = []

    def let_go() -> None:
        session.flush()
        session.expunge_all()

    with work.file.sheet() as sheet:
        for _, verdict in _judged(session, work, sheet, tally, progress, let_go):
            _count(tally, verdict)
            if isinstance(verdict, CustomerEntry):
                added = customers.add_customer(
                    session,
                    work.settings,
                    now=work.now,
                    actor=actor,
                    marketing_consent=verdict.marketing_consent,
                    **verdict.told,
                )
                assert added.id is not None
                numbers = [*numbers[:1], added.id]
    if work.file.changed or (tally.read, tally.bad) != (checked.read, checked.bad):
        raise InvalidFile(
            f"{work.file.name} changed while it was read, so nothing was imported.",
            hint="Import it again when nobody writes to it.",
            code="file_changed",
        )
    if numbers:
        audit.record(
            session,
            now=work.now,
            actor=actor,
            action="customer import",
            subject=f"customer {numbers[0]} to {numbers[-1]}",
            detail={"imported": tally.imported},
        )
    return tally


def _count(tally: CustomerImportResult, verdict: Verdict) -> None:
    tally.read += 1
    if isinstance(verdict, CustomerEntry):
        tally.imported += 1
    elif isinstance(verdict, SkippedCustomer):
        tally.passed[verdict] += 1
    else:
        tally.bad += 1
        tally.errors_found += len(verdict)
        tally.errors += verdict[: SHOWN_ERRORS - len(tally.errors)]


def _judged(
    session: Session,
    work: CustomerImport,
    sheet: Sheet,
    tally: CustomerImportResult,
    progress: Progress,
    let_go: Callable[[], None],
) -> Iterator[tuple[FileRow, Verdict]]:
    """Every row with its verdict. `let_go` frees what the session holds after each batch."""
    if work.map is not None and sheet.columns is not None:
        refuse_unknown_columns(work.map, sheet.columns)
    fields = work.map.fields if work.map else _fields_of(sheet.columns, work.file.name)
    if work.map is None and sheet.columns is not None:
        used = {column for one in fields for column in one.columns}
        tally.unused_columns = tuple(column for column in sheet.columns if column and column not in used)
    seen: set[str] = set()
    while batch := list(islice(sheet.rows, BATCH_ROWS)):
        found = [_entry(work, fields, row) for row in batch]
        emails = {entry.email for entry in found if isinstance(entry, CustomerEntry)}
        seen.update(session.exec(select(Customer.email).where(col(Customer.email).in_(emails))))
        erased = _erased(session, emails)
        for row, verdict in zip(batch, found, strict=True):
            if not isinstance(verdict, CustomerEntry):
                yield row, verdict
            elif verdict.email in seen:
                yield row, SkippedCustomer.ALREADY_THERE
            elif verdict.email in erased:
                yield row, SkippedCustomer.ERASED
            else:
                seen.add(verdict.email)
                yield row, verdict
        let_go()
        progress(work.file.part_read)


def _erased(session: Session, emails: set[str]) -> set[str]:
    """Those of some addresses whose people asked to be forgotten, whether the address can be read or not."""
    spelled = {comparable_address(email): email for email in emails}
    readable = select(Suppression.address).where(
        col(Suppression.address).in_(spelled), col(Suppression.reason) == SuppressionReason.ERASED
    )
    known = {*session.exec(readable), *erased_addresses.find_all(session, spelled)}
    return {spelled[address] for address in known}


def _fields_of(columns: tuple[str, ...] | None, source: str) -> tuple[MapField, ...]:
    """The answers that a file without a map has, by the names of its columns. Raises InvalidFile."""
    if columns is None:
        return tuple(MapField(name=name, source=Template.of_column(name)) for name in CUSTOMER_ANSWERS)
    called = {column.strip().casefold(): column for column in columns}
    missing = [name for name in CUSTOMER_REQUIRED if name not in called]
    if missing:
        raise InvalidFile(
            f"{source} has no column {' and no column '.join(missing)}.",
            hint=f"Call its columns {', '.join(CUSTOMER_ANSWERS)}, or give a map: --map MAP.toml",
            code=BAD_FILE,
        )
    return tuple(
        MapField(name=name, source=Template.of_column(called[name]))
        for name in CUSTOMER_ANSWERS
        if name in called
    )


def _entry(work: CustomerImport, fields: tuple[MapField, ...], row: FileRow) -> Verdict:
    if row.fault is not None:
        return (RowError(row.number, row.line, row.column, row.fault.message, row.fault.expected),)
    cells = Cells(row.cells)
    if work.map is not None and not work.map.wants(cells):
        return SkippedCustomer.LEFT_OUT
    told: dict[str, str] = {}
    consent = False
    errors: list[RowError] = []
    for one in fields:
        columns = ", ".join(one.columns)
        try:
            answer = one.answer(cells)
            if IMPORTED_FIELDS[one.name].form is FieldForm.CONSENT:
                consent = _consent(answer)
            elif answer or one.name in CUSTOMER_REQUIRED:
                told[one.name] = answer
                checked = customers.check(work.settings, one.name, answer)
                if IMPORTED_FIELDS[one.name].form is FieldForm.ADDRESS:
                    told[one.name] = checked
        except UnreadableValue as error:
            errors.append(RowError(row.number, row.line, columns, error.message, error.expected))
        except WrongUsage as error:
            errors.append(RowError(row.number, row.line, columns, error.message, error.hint))
    return tuple(errors) if errors else CustomerEntry(told=told, marketing_consent=consent)


def _consent(answer: str) -> bool:
    word = answer.strip().casefold()
    if word not in _CONSENTS and word not in _NO_CONSENTS:
        raise WrongUsage(
            f"{answer!r} is not a consent.",
            hint="Write marketing, or leave it empty.",
            code="bad_consent",
        )
    return word in _CONSENTS


def _sentence(error: RowError) -> str:
    column = f"{error.column}: " if error.column else ""
    return tidy(f"{column}{error.message} {error.hint}")
