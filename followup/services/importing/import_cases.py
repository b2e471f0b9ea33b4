"""Importing cases from a file of another system: a pass that checks every row and writes nothing, then one
that writes all of them in one transaction."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlmodel import Session, col, select

from followup.domain.importing.import_map import (
    Cells,
    ImportMap,
    MapField,
    missing_answer,
    refuse,
    refuse_unknown_columns,
)
from followup.domain.importing.import_map_file import REQUIRED
from followup.domain.importing.rows import FileRow, Sheet
from followup.domain.importing.values import tidy
from followup.domain.shared.toml_file import Mistake
from followup.domain.shared.unreadable import UnreadableValue, nearest
from followup.domain.shared.word import Word
from followup.errors import InvalidFile, WrongUsage
from followup.mail.addresses import comparable_address
from followup.services.cases import cases
from followup.services.cases.cases import CaseEntry
from followup.services.importing.import_file import BadRows, ImportFile
from followup.services.people import customers, erased_addresses
from followup.services.shared import audit, parse_input
from followup.services.shared.actors import Actor
from followup.services.shared.configuration import Configuration
from followup.store.references import ref_of
from followup.store.tables import Case

SHOWN_ERRORS = 20
BATCH_ROWS = 200
"""How many rows are held in memory at once."""

Progress = Callable[[float], None]
_MOST_COLUMNS = 10_000
_STAND_IN = {"customer": "somebody@customers.example", "reason": "reason", "severity": "minor"}
"""Answers that are right, beside which one answer is checked by itself."""

_ADVICE = {
    "too_long": "Shorten it, or cut it in the map: clip = {limit} below {heading}.",
    "bad_date": 'Say in the map how the file writes dates: date = "DD/MM/YYYY" below {heading}.',
    "bad_amount": 'Say in the map how the file writes 1234.50: amount = "$1,234.50" below {heading}.',
    "bad_reason": "Give it a name such as late-delivery in the map: a table, or otherwise, below {heading}.",
    "bad_address": "Correct it in the file, or make one up in the map with a template below {heading}.",
}
_WORD_ADVICE = "{hint} Or translate it in the map with a table below {heading}."


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row cannot be imported: the row from 1, the line of the file on which it begins, the column."""

    row: int
    line: int
    column: str
    message: str
    hint: str


@dataclass(slots=True)
class CaseImportResult:
    """What became of the rows. `errors` holds the first 20 of `errors_found`."""

    read: int = 0
    imported: int = 0
    already_there: int = 0
    left_out: int = 0
    erased: int = 0
    bad: int = 0
    errors_found: int = 0
    errors: list[RowError] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    severities: Counter[str] = field(default_factory=Counter)
    first_case: int | None = None
    last_case: int | None = None

    def document(self, *, dry_run: bool, refused: bool = False) -> dict[str, Any]:
        """The answer of the command. `refused`: nothing is imported because of the bad rows."""
        numbers = [self.first_case, self.last_case] if self.first_case is not None else []
        return {
            "read": self.read,
            "imported": 0 if refused else self.imported,
            "importable": self.imported,
            "already_there": self.already_there,
            "left_out": self.left_out,
            "erased": self.erased,
            "bad": self.bad,
            "dry_run": dry_run,
            "by_reason": dict(self.reasons.most_common()),
            "by_severity": dict(self.severities.most_common()),
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
            "cases": [ref_of(Case, number) for number in numbers],
        }


@dataclass(frozen=True, slots=True)
class CaseImport:
    """What is imported, and how."""

    file: ImportFile
    map: ImportMap
    rules: Configuration
    now: datetime


class SkippedCase(Word):
    """Why a row that is right is not imported."""

    LEFT_OUT = "left_out", "The map leaves it out on purpose"
    ALREADY_THERE = "already_there", "A case, or a row before it, has its external id"
    ERASED = "erased", "Its customer asked to be forgotten, and is not taken in by an import"


Verdict = CaseEntry | SkippedCase | tuple[RowError, ...]
"""The case of a row, or why it is passed over, or what is wrong with it."""


def check_map(work: CaseImport) -> None:
    """Check the values that the map itself gives, with the words of the product, the policy's facts and the
    workspace's currency. Raises InvalidFile naming every mistake with its line."""
    mistakes = []
    declared_facts = work.rules.policy.facts
    for one in work.map.fields:
        if one.is_fact and one.name not in declared_facts:
            near = nearest(one.name, declared_facts)
            declared = ", ".join(declared_facts) or "none"
            mend = f"Did you mean [facts.{near}]?" if near else f"The policy declares: {declared}."
            line = work.map.lines[one.heading]
            mistakes.append(Mistake(line, one.heading, "the policy has no such fact.", mend))
    for constant in work.map.constants:
        wrong = _wrong_answer(work, constant.field, constant.value)
        known = not constant.field.is_fact or constant.field.name in declared_facts
        if wrong is not None and known:
            mistakes.append(Mistake(constant.line, constant.where, wrong.message, wrong.hint))
    currency = work.rules.settings.currency
    if work.map.currency not in (None, currency):
        mistakes.append(
            Mistake(
                1,
                "",
                f"the map's amounts are in {work.map.currency}, the workspace counts in {currency}.",
                f"Convert the amounts in the file and write {currency}, or import into another workspace.",
            )
        )
    refuse(work.map.source, mistakes)


def check_rows(
    session: Session, work: CaseImport, bad_rows: BadRows | None, progress: Progress
) -> CaseImportResult:
    """Read every row, and count what an import would do; `imported` is what it would import. Writes nothing
    but `bad_rows`. `session` is for reading; it is closed after each batch. Raises InvalidFile for a map
    that does not fit the file, or a file that is broken."""
    tally = CaseImportResult()
    seen_columns: dict[str, None] = {}
    with work.file.sheet() as sheet:
        if sheet.columns is not None:
            refuse_unknown_columns(work.map, sheet.columns)
        # Nobody waits for a reader: each batch is looked up in a transaction of its own.
        for row, verdict in _judged(session, work, sheet, progress, session.close):
            if sheet.columns is None and len(seen_columns) < _MOST_COLUMNS:
                seen_columns.update(dict.fromkeys(row.cells))
            _count(tally, verdict)
            if bad_rows is not None and isinstance(verdict, tuple):
                bad_rows.put(row, sheet.columns, "; ".join(_sentence(error) for error in verdict))
        if sheet.columns is None and seen_columns:
            refuse_unknown_columns(work.map, tuple(seen_columns))
    return tally


def import_rows(
    session: Session, work: CaseImport, checked: CaseImportResult, actor: Actor, progress: Progress
) -> CaseImportResult:
    """Open a case for every row that can be imported, in the caller's transaction. `checked` is what the
    check found. Raises InvalidFile where the file or what it is checked against changed since."""
    if not checked.imported:
        return checked
    tally = CaseImportResult()

    def let_go() -> None:
        session.flush()
        session.expunge_all()

    with work.file.sheet() as sheet:
        for _, verdict in _judged(session, work, sheet, progress, let_go):
            _count(tally, verdict)
            if isinstance(verdict, CaseEntry):
                case = cases.open_case(session, work.rules, verdict, now=work.now, actor=actor)
                tally.first_case = tally.first_case or case.id
                tally.last_case = case.id
    if work.file.changed or (tally.read, tally.bad) != (checked.read, checked.bad):
        raise InvalidFile(
            f"{work.file.name}, or a customer in it, changed while it was read, so nothing was imported.",
            hint="Import it again when nobody writes to it.",
            code="file_changed",
        )
    if tally.imported:
        audit.record(
            session,
            now=work.now,
            actor=actor,
            action="case import",
            subject=f"{ref_of(Case, tally.first_case)} to {ref_of(Case, tally.last_case)}",
            detail={"file": work.file.name, "map": work.map.source, "imported": tally.imported},
        )
    return tally


def _count(tally: CaseImportResult, verdict: Verdict) -> None:
    tally.read += 1
    if isinstance(verdict, CaseEntry):
        tally.imported += 1
        tally.reasons[verdict.reason] += 1
        tally.severities[verdict.severity.value] += 1
    elif verdict is SkippedCase.LEFT_OUT:
        tally.left_out += 1
    elif verdict is SkippedCase.ALREADY_THERE:
        tally.already_there += 1
    elif verdict is SkippedCase.ERASED:
        tally.erased += 1
    else:
        tally.bad += 1
        tally.errors_found += len(verdict)
        tally.errors += verdict[: SHOWN_ERRORS - len(tally.errors)]


def _judged(
    session: Session, work: CaseImport, sheet: Sheet, progress: Progress, let_go: Callable[[], None]
) -> Iterator[tuple[FileRow, Verdict]]:
    """Every row with its verdict. `let_go` frees what the session holds after each batch."""
    judge = _Judge(session, work)
    while batch := list(islice(sheet.rows, BATCH_ROWS)):
        yield from judge.batch(batch)
        let_go()
        progress(work.file.part_read)


class _Judge:
    """Says what becomes of each row. Remembers the ids and addresses of the rows before, nothing else."""

    def __init__(self, session: Session, work: CaseImport) -> None:
        self._session = session
        self._work = work
        self._id_field = work.map.field_named("external_id")
        self._ids: set[str] = set()
        self._named: set[str] = set()
        self._any_erased = False

    def batch(self, rows: list[FileRow]) -> Iterator[tuple[FileRow, Verdict]]:
        """The verdicts on some rows."""
        wanted = [(row, Cells(row.cells)) for row in rows]
        ids = [self._external_id(cells) for _, cells in wanted]
        query = select(Case.external_id).where(col(Case.external_id).in_({one for one in ids if one}))
        self._ids.update(one for one in self._session.exec(query) if one)
        self._any_erased = erased_addresses.any_kept(self._session)
        for (row, cells), external_id in zip(wanted, ids, strict=True):
            yield row, self._verdict(row, cells, external_id)

    def _external_id(self, cells: Cells) -> str:
        try:
            return parse_input.line("external id", self._id_field.answer(cells))
        except (UnreadableValue, WrongUsage):
            return ""

    def _verdict(self, row: FileRow, cells: Cells, external_id: str) -> Verdict:
        if row.fault is not None:
            return (RowError(row.number, row.line, row.column, row.fault.message, row.fault.expected),)
        if not self._work.map.wants(cells):
            return SkippedCase.LEFT_OUT
        if external_id in self._ids:
            return SkippedCase.ALREADY_THERE
        found = self._entry(row, cells)
        if isinstance(found, CaseEntry):
            if self._any_erased and self._is_erased(found.customer):
                return SkippedCase.ERASED
            self._ids.add(external_id)
            if found.customer_name:
                self._named.add(found.customer)
        return found

    def _is_erased(self, address: str) -> bool:
        """Whether nothing is known of a person but that they asked to be forgotten."""
        there = customers.find_customer_or_none(self._session, address)
        return there is None and erased_addresses.find(self._session, comparable_address(address)) is not None

    def _entry(self, row: FileRow, cells: Cells) -> CaseEntry | tuple[RowError, ...]:
        told: dict[str, str] = {}
        facts: dict[str, str] = {}
        errors: list[RowError] = []
        for one in self._work.map.fields:
            try:
                answer = one.answer(cells)
            except UnreadableValue as error:
                errors.append(_error(row, one, error.message, error.expected))
                continue
            if answer:
                (facts if one.is_fact else told)[one.name] = answer
            elif one.name in REQUIRED and not one.is_fact:
                missing = missing_answer(one)
                errors.append(_error(row, one, missing.message, missing.hint))
        if not errors:
            try:
                entry = cases.read_case(self._work.rules, told, facts, now=self._work.now)
                return self._unknown_customer(row, entry) or entry
            except WrongUsage as error:
                found = self._errors_of(row, told, facts)
                return found or (RowError(row.number, row.line, "", error.message, error.hint),)
        return (*errors, *self._errors_of(row, told, facts))

    def _errors_of(self, row: FileRow, told: dict[str, str], facts: dict[str, str]) -> tuple[RowError, ...]:
        """What is wrong with each answer by itself."""
        errors = []
        for one in self._work.map.fields:
            answer = (facts if one.is_fact else told).get(one.name)
            wrong = _wrong_answer(self._work, one, answer) if answer else None
            if wrong is not None:
                errors.append(_error(row, one, wrong.message, _advice(one, wrong)))
        return tuple(errors)

    def _unknown_customer(self, row: FileRow, entry: CaseEntry) -> tuple[RowError, ...]:
        if entry.customer_name or entry.customer in self._named:
            return ()
        if customers.find_customer_or_none(self._session, entry.customer):
            return ()
        message = f"There is no customer {entry.customer}, and the row gives no name for one."
        hint = 'Fill in the name, or write default = "…" below [name] in the map.'
        return (_error(row, self._work.map.field_named("customer"), message, hint),)


def _wrong_answer(work: CaseImport, one: MapField, answer: str) -> WrongUsage | None:
    """What is wrong with one answer, if anything."""
    told = _STAND_IN if one.is_fact else {**_STAND_IN, one.name: answer}
    facts = {one.name: answer} if one.is_fact else {}
    try:
        cases.read_case(work.rules, told, facts, now=work.now)
    except WrongUsage as error:
        return error
    return None


def _advice(one: MapField, error: WrongUsage) -> str:
    """What to do about an answer: in the file, or in the map."""
    limit = parse_input.LONGEST_TEXT if one.name == "verbatim" else parse_input.LONGEST_LINE
    known = _WORD_ADVICE if error.code.startswith("unknown_") else _ADVICE.get(error.code, "{hint}")
    return known.format(limit=limit, heading=one.heading, hint=error.hint)


def _error(row: FileRow, one: MapField, message: str, hint: str) -> RowError:
    return RowError(row.number, row.line, ", ".join(one.columns), message, hint)


def _sentence(error: RowError) -> str:
    column = f"{error.column}: " if error.column else ""
    return tidy(f"{column}{error.message} {error.hint}")
