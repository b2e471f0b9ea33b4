"""The list of suppressed addresses as a file: written out, and taken in from one's own copy or a mail
provider's.

What is kept of an erased person's address is passed on as it is, so that they are known elsewhere too.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from followup.domain.importing.rows import BAD_FILE, FileRow, Sheet
from followup.domain.importing.values import tidy
from followup.domain.people.erased_address import is_entry
from followup.domain.people.suppression import SuppressionReason
from followup.errors import InvalidFile, WrongUsage
from followup.mail.addresses import comparable_address
from followup.services.importing.import_cases import BATCH_ROWS, SHOWN_ERRORS, Progress, RowError
from followup.services.importing.import_file import BadRows, ImportFile
from followup.services.people import erased_addresses
from followup.services.shared import audit, parse_input
from followup.services.shared.actors import Actor
from followup.store.tables import Customer, Suppression

COLUMNS = ("address", "reason", "since", "because")
_ADDRESS_COLUMNS = ("address", "email")
_QUOTE = "'"
_NOT_AS_IT_IS = (_QUOTE, "=", "+", "-", "@", "\t", "\r", " ", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet reads as the beginning of a formula or as a quote of its own."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of a list, checked: the address as it is compared, or what is kept of an erased one."""

    address: str
    reason: SuppressionReason
    since: datetime
    because: str | None


@dataclass(slots=True)
class SuppressionImportResult:
    """What became of the lines. `errors` holds the first 20 of the bad ones."""

    read: int = 0
    imported: int = 0
    already_there: int = 0
    bad: int = 0
    errors: list[RowError] = field(default_factory=list)

    def document(self, *, dry_run: bool, refused: bool = False) -> dict[str, Any]:
        """The answer of the command. `refused`: nothing is imported because of the bad lines."""
        return {
            "read": self.read,
            "imported": 0 if refused else self.imported,
            "importable": self.imported,
            "already_there": self.already_there,
            "bad": self.bad,
            "dry_run": dry_run,
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
class SuppressionImport:
    """What is imported. `reason` is that of the lines that give none."""

    file: ImportFile
    reason: SuppressionReason
    now: datetime


def csv_text(rows: Iterable[Suppression]) -> str:
    """The list as CSV (RFC 4180) with a heading. What a spreadsheet would take for a formula, or for a
    leading quote, has a quote before it, which an import takes away."""
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


def check_rows(
    session: Session, work: SuppressionImport, bad_rows: BadRows | None, progress: Progress
) -> SuppressionImportResult:
    """Read every line, and count what an import would do. Writes nothing but `bad_rows`; `session` is closed
    after each batch. Raises InvalidFile for a file that is broken or has no addresses."""
    tally = SuppressionImportResult()
    with work.file.sheet() as sheet:
        for row, verdict in _judged(session, work, sheet, progress, session.close):
            _count(tally, verdict)
            if bad_rows is not None and isinstance(verdict, RowError):
                column = f"{verdict.column}: " if verdict.column else ""
                bad_rows.put(row, sheet.columns, tidy(f"{column}{verdict.message} {verdict.hint}"))
    return tally


def import_rows(
    session: Session,
    work: SuppressionImport,
    checked: SuppressionImportResult,
    actor: Actor,
    progress: Progress,
) -> SuppressionImportResult:
    """Suppress every address that is not yet, in the caller's transaction. `checked` is what the check
    found. Raises InvalidFile where the file changed since."""
    _ = actor.needed_agent
    if not checked.imported:
        return checked
    tally = SuppressionImportResult()
    with work.file.sheet() as sheet:
        for _, verdict in _judged(session, work, sheet, progress, session.flush):
            _count(tally, verdict)
            if isinstance(verdict, Listed):
                session.add(
                    Suppression(
                        address=verdict.address,
                        reason=verdict.reason,
                        since=verdict.since,
                        because=verdict.because,
                        actor=actor.name,
                    )
                )
    if work.file.changed or (tally.read, tally.bad) != (checked.read, checked.bad):
        raise InvalidFile(
            f"{work.file.name} changed while it was read, so nothing was imported.",
            hint="Import it again when nobody writes to it.",
            code="file_changed",
        )
    whose = select(Customer.id).where(col(Customer.email) == col(Suppression.address)).scalar_subquery()
    session.execute(
        update(Suppression)
        .where(col(Suppression.customer_id).is_(None))
        .values(customer_id=whose)
        .execution_options(synchronize_session=False)
    )
    audit.record(
        session,
        now=work.now,
        actor=actor,
        action="suppression import",
        subject="suppressions",
        detail={"imported": tally.imported},
    )
    return tally


def _count(tally: SuppressionImportResult, verdict: Listed | RowError | None) -> None:
    tally.read += 1
    if isinstance(verdict, Listed):
        tally.imported += 1
    elif verdict is None:
        tally.already_there += 1
    else:
        tally.bad += 1
        tally.errors += [verdict][: SHOWN_ERRORS - len(tally.errors)]


def _judged(
    session: Session, work: SuppressionImport, sheet: Sheet, progress: Progress, let_go: Callable[[], None]
) -> Iterator[tuple[FileRow, Listed | RowError | None]]:
    """Every line with what it says, or what is wrong with it; None where its address is suppressed already
    or stood in the file before."""
    if sheet.columns is not None and not _named(sheet.columns, _ADDRESS_COLUMNS):
        raise InvalidFile(
            f"{work.file.name} has no column address.",
            hint="Its header needs address; it may have reason, since and because.",
            code=BAD_FILE,
        )
    seen: set[str] = set()
    while batch := list(islice(sheet.rows, BATCH_ROWS)):
        read = [_listed(work, row) for row in batch]
        seen |= _there(session, {one.address for one in read if isinstance(one, Listed)})
        for row, one in zip(batch, read, strict=True):
            if isinstance(one, RowError):
                yield row, one
            elif one.address in seen:
                yield row, None
            else:
                seen.add(one.address)
                yield row, _as_kept(session, one)
        let_go()
        progress(work.file.part_read)


def _there(session: Session, addresses: set[str]) -> set[str]:
    """Those of some addresses that are suppressed already."""
    found = session.exec(select(Suppression.address).where(col(Suppression.address).in_(addresses)))
    return {*found, *erased_addresses.find_all(session, addresses)}


def _as_kept(session: Session, one: Listed) -> Listed:
    """The address of somebody who asked to be forgotten is not kept, unless they are a customer again."""
    if one.reason is not SuppressionReason.ERASED or is_entry(one.address):
        return one
    if session.exec(select(Customer.id).where(col(Customer.email) == one.address)).first() is not None:
        return one
    return Listed(erased_addresses.entry_for(session, one.address), one.reason, one.since, None)


def _named(columns: Iterable[str], names: tuple[str, ...]) -> str | None:
    """The first column that has one of some names, in whatever case."""
    return next((column for column in columns if column.strip().casefold() in names), None)


def _listed(work: SuppressionImport, row: FileRow) -> Listed | RowError:
    if row.fault is not None:
        return RowError(row.number, row.line, row.column, row.fault.message, row.fault.expected)
    cells = {column.strip().casefold(): tidy(text) for column, text in row.cells.items()}
    column = ""
    try:
        column = next((name for name in _ADDRESS_COLUMNS if cells.get(name)), "address")
        address = _address(_unquoted(cells.get(column, "")))
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


def _address(text: str) -> str:
    return text if is_entry(text) else comparable_address(text)


def _instant(text: str, now: datetime) -> datetime:
    """An instant with its offset, or a day; nothing is now."""
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
            code="bad_time",
        ) from error
    if found > now:
        raise WrongUsage(f"{text} lies in the future.", hint="Leave it empty for now.", code="future_date")
    return found.astimezone(UTC)
