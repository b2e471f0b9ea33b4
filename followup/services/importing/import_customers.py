"""Imports customers from a file of another system."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select
from typing_extensions import TypedDict

from followup.domain.importing.import_map import Cells, ImportMap, MapField, refuse_unknown_columns
from followup.domain.importing.import_map_file import CUSTOMER_ANSWERS, CUSTOMER_REQUIRED
from followup.domain.importing.rows import FileRow, Sheet
from followup.domain.importing.values import Template
from followup.domain.people.customer_fields import IMPORTED_FIELDS, FieldForm
from followup.domain.people.suppression import SuppressionReason
from followup.domain.shared.unreadable import UnreadableValue
from followup.errors import InvalidFile, WrongUsage
from followup.mail.addresses import comparable_address
from followup.services.importing.import_file import ImportFile
from followup.services.importing.import_rows import (
    Batches,
    ImportResult,
    RowError,
    RowErrorDocument,
    RowKind,
    SkipReason,
    Verdict,
)
from followup.services.people import customers, erased_addresses
from followup.services.shared import audit
from followup.services.shared.actors import Actor
from followup.settings import Settings
from followup.store.tables import Customer, Suppression

_CONSENTS = ("marketing", "yes", "true", "1", "y")
_NO_CONSENTS = ("", "none", "no", "false", "0", "n")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerEntry:
    """The checked values of a customer in a row, keyed by the flags of `customer add`."""

    told: dict[str, str]
    marketing_consent: bool

    @property
    def email(self) -> str:
        """The address in the form in which it is stored."""
        return self.told["email"]


class CustomerImportDocument(TypedDict):
    """The result of `customer import`. `errors` are the first 20 of `errors_found`."""

    read: int
    imported: int
    importable: int
    left_out: int
    already_there: int
    erased: int
    bad: int
    dry_run: bool
    unused_columns: list[str]
    errors_found: int
    errors: list[RowErrorDocument]


@dataclass(frozen=True, slots=True)
class CustomerImport(RowKind[CustomerEntry, CustomerImportDocument]):
    """Imports customers. Without a map, columns are named as the flags of `customer add`. Existing customers
    are not changed; erased people can only be added again by hand."""

    file: ImportFile
    map: ImportMap | None
    settings: Settings
    now: datetime

    def check_map(self) -> None:
        """Raise InvalidFile if the map's amounts are in another currency than the workspace's main one."""
        if self.map is not None and self.map.currency not in (None, self.settings.currency):
            raise InvalidFile(
                f"{self.map.source}: its amounts are in {self.map.currency}, and customers' values in "
                f"{self.settings.currency}, the main currency.",
                hint=f"Convert the amounts in the file and write {self.settings.currency}.",
                code="map_in_other_currency",
            )

    def judged(
        self, session: Session, sheet: Sheet, batches: Batches
    ) -> Iterator[tuple[FileRow, Verdict[CustomerEntry]]]:
        """Every row with its verdict: a customer, a reason to skip it, or its errors. Raises InvalidFile if
        columns are missing."""
        if self.map is not None and sheet.columns is not None:
            refuse_unknown_columns(self.map, sheet.columns)
        fields = self._fields(sheet.columns)
        seen: set[str] = set()
        for batch in batches:
            found = [_entry(self, fields, row) for row in batch]
            emails = {entry.email for entry in found if isinstance(entry, CustomerEntry)}
            seen.update(session.exec(select(Customer.email).where(col(Customer.email).in_(emails))))
            erased = _erased(session, emails)
            for row, verdict in zip(batch, found, strict=True):
                if not isinstance(verdict, CustomerEntry):
                    yield row, verdict
                elif verdict.email in seen:
                    yield row, SkipReason.ALREADY_THERE
                elif verdict.email in erased:
                    yield row, SkipReason.ERASED
                else:
                    seen.add(verdict.email)
                    yield row, verdict

    def write(self, session: Session, entry: CustomerEntry, actor: Actor) -> int | None:
        """Add the customer."""
        added = customers.add_customer(
            session,
            self.settings,
            now=self.now,
            actor=actor,
            marketing_consent=entry.marketing_consent,
            **entry.told,
        )
        return added.id

    def record(self, session: Session, result: ImportResult, actor: Actor) -> None:
        """Record one audit event for the import, beside those of the customers."""
        first, last = result.numbers or (None, None)
        audit.record(
            session,
            now=self.now,
            actor=actor,
            action="customer import",
            subject=f"customer {first} to {last}",
            detail={"imported": result.imported},
        )

    def document(
        self, result: ImportResult, *, dry_run: bool, refused: bool = False
    ) -> CustomerImportDocument:
        """The document of `customer import`."""
        return {
            "read": result.read,
            "imported": 0 if refused else result.imported,
            "importable": result.imported,
            "left_out": result.skipped[SkipReason.LEFT_OUT],
            "already_there": result.skipped[SkipReason.ALREADY_THERE],
            "erased": result.skipped[SkipReason.ERASED],
            "bad": result.bad,
            "dry_run": dry_run,
            "unused_columns": self._unused(result.columns),
            "errors_found": result.errors_found,
            "errors": result.error_documents,
        }

    def _fields(self, columns: tuple[str, ...] | None) -> tuple[MapField, ...]:
        return self.map.fields if self.map else _fields_of(columns, self.file.name)

    def _unused(self, columns: tuple[str, ...] | None) -> list[str]:
        """The columns of a file without a map that are not imported."""
        if self.map is not None or columns is None:
            return []
        used = {column for one in self._fields(columns) for column in one.columns}
        return [column for column in columns if column and column not in used]


def _erased(session: Session, emails: set[str]) -> set[str]:
    """The addresses that belong to erased people, including those stored as a salted hash."""
    spelled = {comparable_address(email): email for email in emails}
    readable = select(Suppression.address).where(
        col(Suppression.address).in_(spelled), col(Suppression.reason) == SuppressionReason.ERASED
    )
    known = {*session.exec(readable), *erased_addresses.find_all(session, spelled)}
    return {spelled[address] for address in known}


def _fields_of(columns: tuple[str, ...] | None, source: str) -> tuple[MapField, ...]:
    """The fields of a file without a map, by its column names. Raises InvalidFile."""
    if columns is None:
        return tuple(MapField(name=name, source=Template.of_column(name)) for name in CUSTOMER_ANSWERS)
    called = {column.strip().casefold(): column for column in columns}
    missing = [name for name in CUSTOMER_REQUIRED if name not in called]
    if missing:
        raise InvalidFile(
            f"{source} has no column {' and no column '.join(missing)}.",
            hint=f"Call its columns {', '.join(CUSTOMER_ANSWERS)}, or give a map: --map MAP.toml",
            code="customer_columns_missing",
        )
    return tuple(
        MapField(name=name, source=Template.of_column(called[name]))
        for name in CUSTOMER_ANSWERS
        if name in called
    )


def _entry(work: CustomerImport, fields: tuple[MapField, ...], row: FileRow) -> Verdict[CustomerEntry]:
    if row.fault is not None:
        return (RowError.unreadable(row),)
    cells = Cells(row.cells)
    if work.map is not None and not work.map.wants(cells):
        return SkipReason.LEFT_OUT
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
