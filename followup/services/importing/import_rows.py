"""The driver of all imports: one pass checks every row and writes nothing, a second pass writes all rows in
one transaction.

How a row is parsed, skipped and written depends on its `RowKind`: see `import_cases`, `import_customers` and
`suppression_lists`.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import ClassVar, Generic, TypeAlias, TypeVar

from sqlmodel import Session
from typing_extensions import TypedDict

from followup.domain.importing.rows import FileRow, Sheet
from followup.domain.importing.values import tidy
from followup.domain.shared.word import Word
from followup.services.importing.import_file import BadRows, ImportFile, file_changed
from followup.services.shared.actors import Actor

SHOWN_ERRORS = 20
BATCH_ROWS = 200
"""The number of rows held in memory at once."""

Progress = Callable[[float], None]
"""Gets the part of the file read so far, from 0 to 1."""
Batches = Iterator[list[FileRow]]
"""The rows of a file in batches. The session is cleared before each batch."""

Entry = TypeVar("Entry")
Document = TypeVar("Document")


class RowErrorDocument(TypedDict):
    """The JSON document of an error in a row."""

    row: int
    line: int
    column: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class RowError:
    """An error in a row: the row from 1, the line of the file where it begins, and the column."""

    row: int
    line: int
    column: str
    message: str
    hint: str

    @classmethod
    def unreadable(cls, row: FileRow) -> "RowError":
        """The error for a row that cannot be parsed."""
        assert row.fault is not None
        return cls(row.number, row.line, row.column, row.fault.message, row.fault.expected)

    @property
    def sentence(self) -> str:
        """The text written beside the row in the file for bad rows."""
        column = f"{self.column}: " if self.column else ""
        return tidy(f"{column}{self.message} {self.hint}")

    @property
    def document(self) -> RowErrorDocument:
        """The error as a JSON document."""
        return {
            "row": self.row,
            "line": self.line,
            "column": self.column,
            "message": self.message,
            "hint": self.hint,
        }


class SkipReason(Word):
    """Why a valid row is not imported."""

    LEFT_OUT = "left_out", "The map leaves it out on purpose"
    ALREADY_THERE = "already_there", "What it tells of is recorded, or stands in a row before it"
    ERASED = "erased", "Its person asked to be forgotten, and is not taken in by an import"


Verdict: TypeAlias = Entry | SkipReason | tuple[RowError, ...]
"""The entry for a row, or why the row is skipped, or all its errors."""


@dataclass(slots=True)
class ImportResult:
    """The result of an import. `columns` are those of the header, if there is one; `errors` are the first 20
    of `errors_found`; `groups` counts imported rows, see `RowKind.groups`; `numbers` are the row numbers of
    the first and the last record written, if they have any."""

    columns: tuple[str, ...] | None = None
    read: int = 0
    imported: int = 0
    skipped: Counter[SkipReason] = field(default_factory=Counter)
    bad: int = 0
    errors_found: int = 0
    errors: list[RowError] = field(default_factory=list)
    groups: dict[str, Counter[str]] = field(default_factory=dict)
    numbers: tuple[int, int] | None = None

    @property
    def error_documents(self) -> list[RowErrorDocument]:
        """The errors as JSON documents."""
        return [error.document for error in self.errors]


class RowKind(ABC, Generic[Entry, Document]):
    """A kind of row in an import: how a row is judged, and what is written for it."""

    mend: ClassVar[str] = "Mend them in the file"
    """How to fix bad rows, as part of a hint."""
    changed_beside: ClassVar[str] = ""
    """What else, beside the file, may change between the two passes."""

    file: ImportFile

    @abstractmethod
    def judged(
        self, session: Session, sheet: Sheet, batches: Batches
    ) -> Iterator[tuple[FileRow, Verdict[Entry]]]:
        """Every row with its verdict. Raises InvalidFile if required columns are missing."""

    @abstractmethod
    def write(self, session: Session, entry: Entry, actor: Actor) -> int | None:
        """Write one entry. Returns its number in the database, if it has one already."""

    @abstractmethod
    def record(self, session: Session, result: ImportResult, actor: Actor) -> None:
        """Record the audit event of an import that wrote something."""

    @abstractmethod
    def document(self, result: ImportResult, *, dry_run: bool, refused: bool = False) -> Document:
        """The JSON document of the command. `refused` says that bad rows kept everything from being
        imported."""

    def groups(self, entry: Entry) -> Mapping[str, str]:  # noqa: ARG002 -- for those who count by something
        """The groups by which an entry is counted: its value for each group name."""
        return {}


def check_rows(
    session: Session, kind: RowKind[Entry, Document], bad_rows: BadRows | None, progress: Progress
) -> ImportResult:
    """Check every row and count what an import would do; `imported` counts what it would import.

    Writes nothing but `bad_rows`. `session` is for reading, and is closed after each batch so that it blocks
    nobody. Raises InvalidFile for a broken file or missing columns."""
    result = ImportResult()
    with kind.file.sheet() as sheet:
        result.columns = sheet.columns
        batches = _batches(kind.file, sheet, session.close, progress)
        for row, verdict in kind.judged(session, sheet, batches):
            _count(result, kind, verdict)
            if bad_rows is not None and isinstance(verdict, tuple):
                bad_rows.put(row, sheet.columns, "; ".join(error.sentence for error in verdict))
    return result


def write_rows(
    session: Session,
    kind: RowKind[Entry, Document],
    checked: ImportResult,
    actor: Actor,
    progress: Progress,
) -> ImportResult:
    """Write all valid rows in the caller's transaction. `checked` is the result of `check_rows`.

    Raises InvalidFile if the file, or what it was checked against, has changed since; WrongUsage if no agent
    acts."""
    _ = actor.needed_agent
    if not checked.imported:
        return checked
    result = ImportResult(columns=checked.columns)

    def let_go() -> None:
        session.flush()
        session.expunge_all()

    with kind.file.sheet() as sheet:
        for _row, verdict in kind.judged(session, sheet, _batches(kind.file, sheet, let_go, progress)):
            _count(result, kind, verdict)
            if not isinstance(verdict, SkipReason | tuple):
                number = kind.write(session, verdict, actor)
                if number is not None:
                    result.numbers = (result.numbers or (number,))[0], number
    if kind.file.changed or (result.read, result.bad) != (checked.read, checked.bad):
        raise file_changed(f"{kind.file.name}{kind.changed_beside}")
    if result.imported:
        kind.record(session, result, actor)
    return result


def _batches(file: ImportFile, sheet: Sheet, let_go: Callable[[], None], progress: Progress) -> Batches:
    while batch := list(islice(sheet.rows, BATCH_ROWS)):
        yield batch
        let_go()
        progress(file.part_read)


def _count(result: ImportResult, kind: RowKind[Entry, Document], verdict: Verdict[Entry]) -> None:
    result.read += 1
    if isinstance(verdict, SkipReason):
        result.skipped[verdict] += 1
    elif isinstance(verdict, tuple):
        result.bad += 1
        result.errors_found += len(verdict)
        result.errors += verdict[: SHOWN_ERRORS - len(result.errors)]
    else:
        result.imported += 1
        for name, value in kind.groups(verdict).items():
            result.groups.setdefault(name, Counter())[value] += 1
