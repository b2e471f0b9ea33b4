"""Imports cases from a file of another system, by a map."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlmodel import Session, col, select
from typing_extensions import TypedDict

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
from followup.domain.shared.toml_file import Mistake
from followup.domain.shared.unreadable import UnreadableValue, nearest
from followup.errors import WrongUsage
from followup.mail.addresses import comparable_address
from followup.services.cases import cases
from followup.services.cases.cases import CaseEntry
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
from followup.services.shared import audit, currencies, parse_input
from followup.services.shared.actors import Actor
from followup.services.shared.configuration import Configuration
from followup.store.references import ref_of
from followup.store.tables import Case

_MOST_COLUMNS = 10_000
_STAND_IN = {"customer": "somebody@customers.example", "reason": "reason", "severity": "minor"}
"""Valid answers that complete an entry, so that one answer can be checked alone."""

_ADVICE = {
    "too_long": "Shorten it, or cut it in the map: clip = {limit} below {heading}.",
    "bad_date": 'Say in the map how the file writes dates: date = "DD/MM/YYYY" below {heading}.',
    "bad_amount": 'Say in the map how the file writes 1234.50: amount = "$1,234.50" below {heading}.',
    "bad_reason": "Give it a name such as late-delivery in the map: a table, or otherwise, below {heading}.",
    "bad_address": "Correct it in the file, or make one up in the map with a template below {heading}.",
}
_WORD_ADVICE = "{hint} Or translate it in the map with a table below {heading}."


class CaseImportDocument(TypedDict):
    """The result of `case import`. `cases` are the first and the last case opened; `errors` are the first 20
    of `errors_found`."""

    read: int
    imported: int
    importable: int
    already_there: int
    left_out: int
    erased: int
    bad: int
    dry_run: bool
    by_reason: dict[str, int]
    by_severity: dict[str, int]
    errors_found: int
    errors: list[RowErrorDocument]
    cases: list[str]


@dataclass(frozen=True, slots=True)
class CaseImport(RowKind[CaseEntry, CaseImportDocument]):
    """Imports cases by a map. A row is skipped if a case has its external id, or if its person was erased."""

    mend: ClassVar[str] = "Mend them in the file or in the map"
    changed_beside: ClassVar[str] = ", or a customer in it,"

    file: ImportFile
    map: ImportMap
    rules: Configuration
    now: datetime

    def check_map(self) -> None:
        """Check the constant values in the map against the product's words, the facts of the policies and the
        workspace's currencies. Raises InvalidFile naming every error with its line."""
        mistakes = []
        counted = self.rules.settings.all_currencies
        if self.map.currency is not None and self.map.currency not in counted:
            mistakes.append(
                Mistake(
                    1,
                    "",
                    f"the map's amounts are in {self.map.currency}, the workspace counts in "
                    f"{' and '.join(counted)}.",
                    f"Convert the amounts in the file and write {counted[0]}, "
                    "or name the currency among the currencies in followup.toml.",
                )
            )
            refuse(self.map.source, mistakes)
        own = self.currency_of({})
        per_row = any(one.name == "currency" and not one.is_fact for one in self.map.fields)
        declared_facts = dict.fromkeys(
            name
            for currency in (counted if per_row else (own,))
            for name in self.rules.policy_in(currency).facts
        )
        for one in self.map.fields:
            if one.is_fact and one.name not in declared_facts:
                near = nearest(one.name, declared_facts)
                declared = ", ".join(declared_facts) or "none"
                mend = f"Did you mean [facts.{near}]?" if near else f"The policy declares: {declared}."
                line = self.map.lines[one.heading]
                mistakes.append(Mistake(line, one.heading, "the policy has no such fact.", mend))
        for constant in self.map.constants:
            currency = self.currency_of({constant.field.name: constant.value})
            wrong = _wrong_answer(self, constant.field, constant.value, currency)
            known = not constant.field.is_fact or constant.field.name in declared_facts
            if wrong is not None and known:
                mistakes.append(Mistake(constant.line, constant.where, wrong.message, wrong.hint))
        refuse(self.map.source, mistakes)

    def currency_of(self, told: Mapping[str, str]) -> str:
        """The currency of a row's amounts: the one it tells, if it is one of the workspace's, or the map's,
        or that of the order value's sign, or the main one."""
        settings = self.rules.settings
        named = told.get("currency", "").strip().upper()
        if named in settings.all_currencies:
            return named
        with suppress(WrongUsage):
            return currencies.meant(settings, self.map.currency, told.get("order_value"))
        return settings.currency

    def judged(
        self, session: Session, sheet: Sheet, batches: Batches
    ) -> Iterator[tuple[FileRow, Verdict[CaseEntry]]]:
        """Every row with its verdict: a case, a reason to skip it, or its errors. Raises InvalidFile if the
        map does not fit the file."""
        if sheet.columns is not None:
            refuse_unknown_columns(self.map, sheet.columns)
        seen_columns: dict[str, None] = {}
        judge = _Judge(session, self)
        for batch in batches:
            for row, verdict in judge.batch(batch):
                if sheet.columns is None and len(seen_columns) < _MOST_COLUMNS:
                    seen_columns.update(dict.fromkeys(row.cells))
                yield row, verdict
        if sheet.columns is None and seen_columns:
            refuse_unknown_columns(self.map, tuple(seen_columns))

    def write(self, session: Session, entry: CaseEntry, actor: Actor) -> int | None:
        """Open the case."""
        return cases.open_case(session, self.rules, entry, now=self.now, actor=actor, imported=True).id

    def record(self, session: Session, result: ImportResult, actor: Actor) -> None:
        """Record one audit event for the import, beside those of the cases."""
        audit.record(
            session,
            now=self.now,
            actor=actor,
            action="case import",
            subject=" to ".join(ref_of(Case, number) for number in result.numbers or ()),
            detail={"file": self.file.name, "map": self.map.source, "imported": result.imported},
        )

    def groups(self, entry: CaseEntry) -> Mapping[str, str]:
        """Cases are counted by reason and by severity."""
        return {"reason": entry.reason, "severity": entry.severity.value}

    def document(self, result: ImportResult, *, dry_run: bool, refused: bool = False) -> CaseImportDocument:
        """The document of `case import`."""
        counted = {name: dict(group.most_common()) for name, group in result.groups.items()}
        return {
            "read": result.read,
            "imported": 0 if refused else result.imported,
            "importable": result.imported,
            "already_there": result.skipped[SkipReason.ALREADY_THERE],
            "left_out": result.skipped[SkipReason.LEFT_OUT],
            "erased": result.skipped[SkipReason.ERASED],
            "bad": result.bad,
            "dry_run": dry_run,
            "by_reason": counted.get("reason", {}),
            "by_severity": counted.get("severity", {}),
            "errors_found": result.errors_found,
            "errors": result.error_documents,
            "cases": [ref_of(Case, number) for number in result.numbers or ()],
        }


class _Judge:
    """Decides about each row. Remembers only the ids and addresses of earlier rows."""

    def __init__(self, session: Session, work: CaseImport) -> None:
        self._session = session
        self._work = work
        self._id_field = work.map.field_named("external_id")
        self._ids: set[str] = set()
        self._named: set[str] = set()
        self._any_erased = False

    def batch(self, rows: list[FileRow]) -> Iterator[tuple[FileRow, Verdict[CaseEntry]]]:
        """The verdicts on a batch of rows."""
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

    def _verdict(self, row: FileRow, cells: Cells, external_id: str) -> Verdict[CaseEntry]:
        if row.fault is not None:
            return (RowError.unreadable(row),)
        if not self._work.map.wants(cells):
            return SkipReason.LEFT_OUT
        if external_id in self._ids:
            return SkipReason.ALREADY_THERE
        found = self._entry(row, cells)
        if isinstance(found, CaseEntry):
            if self._any_erased and self._is_erased(found.customer):
                return SkipReason.ERASED
            self._ids.add(external_id)
            if found.customer_name:
                self._named.add(found.customer)
        return found

    def _is_erased(self, address: str) -> bool:
        """Whether an address belongs to an erased person who is not a customer again."""
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
        if self._work.map.currency is not None:
            told.setdefault("currency", self._work.map.currency)
        if not errors:
            try:
                entry = cases.read_case(self._work.rules, told, facts, now=self._work.now)
                return self._unknown_customer(row, entry) or entry
            except WrongUsage as error:
                found = self._errors_of(row, told, facts)
                return found or (RowError(row.number, row.line, "", error.message, error.hint),)
        return (*errors, *self._errors_of(row, told, facts))

    def _errors_of(self, row: FileRow, told: dict[str, str], facts: dict[str, str]) -> tuple[RowError, ...]:
        """The errors of each answer, checked alone."""
        errors = []
        currency = self._work.currency_of(told)
        for one in self._work.map.fields:
            answer = (facts if one.is_fact else told).get(one.name)
            wrong = _wrong_answer(self._work, one, answer, currency) if answer else None
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


def _wrong_answer(work: CaseImport, one: MapField, answer: str, currency: str) -> WrongUsage | None:
    """The error of one answer of a case in this currency, or None."""
    stand_in = {**_STAND_IN, "currency": currency}
    told = stand_in if one.is_fact else {**stand_in, one.name: answer}
    facts = {one.name: answer} if one.is_fact else {}
    try:
        cases.read_case(work.rules, told, facts, now=work.now)
    except WrongUsage as error:
        return error
    return None


_LIMITS = {
    "verbatim": parse_input.LONGEST_TEXT,
    **dict.fromkeys(cases.FOR_THE_CUSTOMER, parse_input.LONGEST_SENTENCES),
}
"""How many characters an answer may have that is longer than a line."""


def _advice(one: MapField, error: WrongUsage) -> str:
    """Where to fix an answer: in the file, or in the map."""
    limit = _LIMITS.get(one.name, parse_input.LONGEST_LINE)
    known = _WORD_ADVICE if error.code.startswith("unknown_") else _ADVICE.get(error.code, "{hint}")
    return known.format(limit=limit, heading=one.heading, hint=error.hint)


def _error(row: FileRow, one: MapField, message: str, hint: str) -> RowError:
    return RowError(row.number, row.line, ", ".join(one.columns), message, hint)
