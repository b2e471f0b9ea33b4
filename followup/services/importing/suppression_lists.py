"""Suppression lists as files: exported, and imported from an own export or from a mail provider.

The salted hash of an erased person's address is exported as it is, so that other systems recognise it too.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import update
from sqlmodel import Session, col, select
from typing_extensions import TypedDict

from followup.domain.importing.rows import FileRow, Sheet
from followup.domain.importing.values import tidy
from followup.domain.people.erased_address import is_entry
from followup.domain.people.suppression import SuppressionReason
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
from followup.services.people import erased_addresses
from followup.services.shared import audit, parse_input
from followup.services.shared.actors import Actor
from followup.store.tables import Customer, Suppression

COLUMNS = ("address", "reason", "since", "because")
_ADDRESS_COLUMNS = ("address", "email")
_QUOTE = "'"
_NOT_AS_IT_IS = (_QUOTE, "=", "+", "-", "@", "\t", "\r", " ", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Characters that a spreadsheet takes for the start of a formula, or for a quote."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One checked line of a list: the address in comparable form, or the salted hash of an erased one."""

    address: str
    reason: SuppressionReason
    since: datetime
    because: str | None


class SuppressionImportDocument(TypedDict):
    """The result of `suppression import`. `errors` are the first 20 of `errors_found`."""

    read: int
    imported: int
    importable: int
    already_there: int
    bad: int
    dry_run: bool
    errors_found: int
    errors: list[RowErrorDocument]


@dataclass(frozen=True, slots=True)
class SuppressionImport(RowKind[Listed, SuppressionImportDocument]):
    """Imports suppressions. `reason` applies to lines that give none. Existing suppressions are not
    changed."""

    file: ImportFile
    reason: SuppressionReason
    now: datetime

    def judged(
        self, session: Session, sheet: Sheet, batches: Batches
    ) -> Iterator[tuple[FileRow, Verdict[Listed]]]:
        """Every line with its verdict: an entry, a reason to skip it, or its errors. Raises InvalidFile if
        there is no column of addresses."""
        headings = None if sheet.columns is None else {column.strip().casefold() for column in sheet.columns}
        if headings is not None and headings.isdisjoint(_ADDRESS_COLUMNS):
            raise InvalidFile(
                f"{self.file.name} has no column address.",
                hint="Its header needs address; it may have reason, since and because.",
                code="address_column_missing",
            )
        seen: set[str] = set()
        for batch in batches:
            read = [_listed(self, row) for row in batch]
            seen |= _there(session, {one.address for one in read if isinstance(one, Listed)})
            for row, one in zip(batch, read, strict=True):
                if isinstance(one, RowError):
                    yield row, (one,)
                elif one.address in seen:
                    yield row, SkipReason.ALREADY_THERE
                else:
                    seen.add(one.address)
                    yield row, _as_kept(session, one)

    def write(self, session: Session, entry: Listed, actor: Actor) -> int | None:
        """Suppress the address. Rows are inserted in batches, so none has a number yet."""
        session.add(
            Suppression(
                address=entry.address,
                reason=entry.reason,
                since=entry.since,
                because=entry.because,
                actor=actor.name,
            )
        )
        return None

    def record(self, session: Session, result: ImportResult, actor: Actor) -> None:
        """Link each suppression to its customer, and record one audit event for all."""
        whose = select(Customer.id).where(col(Customer.email) == col(Suppression.address)).scalar_subquery()
        session.execute(
            update(Suppression)
            .where(col(Suppression.customer_id).is_(None))
            .values(customer_id=whose)
            .execution_options(synchronize_session=False)
        )
        audit.record(
            session,
            now=self.now,
            actor=actor,
            action="suppression import",
            subject="suppressions",
            detail={"imported": result.imported},
        )

    def document(
        self, result: ImportResult, *, dry_run: bool, refused: bool = False
    ) -> SuppressionImportDocument:
        """The document of `suppression import`."""
        return {
            "read": result.read,
            "imported": 0 if refused else result.imported,
            "importable": result.imported,
            "already_there": result.skipped[SkipReason.ALREADY_THERE],
            "bad": result.bad,
            "dry_run": dry_run,
            "errors_found": result.errors_found,
            "errors": result.error_documents,
        }


def csv_text(rows: Iterable[Suppression]) -> str:
    """The list as CSV (RFC 4180) with a header. Cells that a spreadsheet would take for a formula or a
    leading quote get a quote in front, which an import removes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        since = row.since.isoformat(timespec="seconds")
        writer.writerow([_quoted(row.address), row.reason.value, since, _quoted(row.because or "")])
    return text.getvalue()


def _quoted(text: str) -> str:
    return _QUOTE + text if text.startswith(_NOT_AS_IT_IS) else text


def _unquoted(text: str) -> str:
    return text[1:] if text.startswith(_QUOTE) and text[1:].startswith(_NOT_AS_IT_IS) else text


def _there(session: Session, addresses: set[str]) -> set[str]:
    """The addresses that are suppressed already."""
    found = session.exec(select(Suppression.address).where(col(Suppression.address).in_(addresses)))
    return {*found, *erased_addresses.find_all(session, addresses)}


def _as_kept(session: Session, one: Listed) -> Listed:
    """The line with a salted hash in place of the address, if the person was erased and is not a customer
    again."""
    if one.reason is not SuppressionReason.ERASED or is_entry(one.address):
        return one
    if session.exec(select(Customer.id).where(col(Customer.email) == one.address)).first() is not None:
        return one
    return Listed(erased_addresses.entry_for(session, one.address), one.reason, one.since, None)


def _listed(work: SuppressionImport, row: FileRow) -> Listed | RowError:
    if row.fault is not None:
        return RowError.unreadable(row)
    cells = {column.strip().casefold(): tidy(text) for column, text in row.cells.items()}
    column = ""
    try:
        column = next((name for name in _ADDRESS_COLUMNS if cells.get(name)), "address")
        written = _unquoted(cells.get(column, ""))
        address = written if is_entry(written) else comparable_address(written)
        column = "reason"
        told = cells.get("reason", "")
        reason = parse_input.word("reason", told, SuppressionReason) if told else work.reason
        column = "since"
        since = _instant(cells.get("since", ""), work.now)
        column = "because"
        because = _unquoted(cells.get("because", ""))
        return Listed(
            address,
            SuppressionReason.ERASED if is_entry(address) else reason,
            since,
            parse_input.line("because", because) if because and not is_entry(address) else None,
        )
    except WrongUsage as error:
        return RowError(row.number, row.line, column, error.message, error.hint)


def _instant(text: str, now: datetime) -> datetime:
    """An instant with its offset, or a day; empty means now."""
    if not text:
        return now
    try:
        if len(text) == len("2026-11-23"):
            found = datetime.combine(date.fromisoformat(text), time(), UTC)
        else:
            found = datetime.fromisoformat(text)
        if found.tzinfo is None:
            found = found.replace(tzinfo=UTC)
    except ValueError as error:
        raise WrongUsage(
            f"{text!r} is not a time.",
            hint="Write it as 2026-11-23 or 2026-11-23T10:00:00+00:00, or leave it empty.",
            code="bad_suppression_time",
        ) from error
    if found > now:
        raise WrongUsage(
            f"{text} lies in the future.", hint="Leave it empty for now.", code="suppression_in_future"
        )
    return found.astimezone(UTC)
