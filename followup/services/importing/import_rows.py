"""The one driver of imports: a pass that checks every row of a file and writes nothing, then one that writes
all of them in one transaction.

What a row says, whether it is taken in, and what is written for it is the business of its kind, a `RowKind`:
see `import_cases`, `import_customers` and `suppression_lists`.
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
"""How many rows are held in memory at once."""

Progress = Callable[[float], None]
"""Is told the part of the file that was read, from 0 to 1."""
Batches = Iterator[list[FileRow]]
"""The rows of a file, some at a time. What the session holds is let go before the next."""

Entry = TypeVar("Entry")
Document = TypeVar("Document")


class RowErrorDocument(TypedDict):
    """Why a row cannot be imported, as JSON carries it."""

    row: int
    line: int
    column: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row cannot be imported: the row from 1, the line of the file on which it begins, the column."""

    row: int
    line: int
    column: str
    message: str
    hint: str

    @classmethod
    def unreadable(cls, row: FileRow) -> "RowError":
        """The error of a row that has a fault."""
        assert row.fault is not None
        return cls(row.number, row.line, row.column, row.fault.message, row.fault.expected)

    @property
    def sentence(self) -> str:
        """What stands beside the row where it is set aside."""
        column = f"{self.column}: " if self.column else ""
        return tidy(f"{column}{self.message} {self.hint}")

    @property
    def document(self) -> RowErrorDocument:
        """The error as JSON carries it."""
        return {
            "row": self.row,
            "line": self.line,
            "column": self.column,
            "message": self.message,
            "hint": self.hint,
        }


class SkipReason(Word):
    """Why a row that is right is not imported."""

    LEFT_OUT = "left_out", "The map leaves it out on purpose"
    ALREADY_THERE = "already_there", "What it tells of is recorded, or stands in a row before it"
    ERASED = "erased", "Its person asked to be forgotten, and is not taken in by an import"


Verdict: TypeAlias = Entry | SkipReason | tuple[RowError, ...]
"""What a row becomes, or why it is passed over, or all that is wrong with it."""


@dataclass(slots=True)
class ImportResult:
    """What became of the rows. `columns` are those of the header, if there is one; `errors` are the first 20
    of `errors_found`; `groups` counts what is imported, see `RowKind.groups`; `numbers` are those of the
    first and the last that was written, where they have one."""

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
        """The errors as JSON carries them."""
        return [error.document for error in self.errors]


class RowKind(ABC, Generic[Entry, Document]):
    """A kind of row that is imported from a file: how each is judged, and what is written for it."""

    mend: ClassVar[str] = "Mend them in the file"
    """What to do about bad rows."""
    changed_beside: ClassVar[str] = ""
    """What may have changed between the two passes, beside the file."""

    file: ImportFile

    @abstractmethod
    def judged(
        self, session: Session, sheet: Sheet, batches: Batches
    ) -> Iterator[tuple[FileRow, Verdict[Entry]]]:
        """Every row with what becomes of it. Raises InvalidFile where the columns are not those needed."""

    @abstractmethod
    def write(self, session: Session, entry: Entry, actor: Actor) -> int | None:
        """Write what a row tells of. Returns its number, if it has one by now."""

    @abstractmethod
    def record(self, session: Session, result: ImportResult, actor: Actor) -> None:
        """Finish an import that wrote something, with an event of the audit log."""

    @abstractmethod
    def document(self, result: ImportResult, *, dry_run: bool, refused: bool = False) -> Document:
        """The answer of the command. `refused`: nothing is imported because of the bad rows."""

    def groups(self, entry: Entry) -> Mapping[str, str]:  # noqa: ARG002 -- for those who count by something
        """What the imported are counted by: the value of an entry for each name of a group."""
        return {}


def check_rows(
    session: Session, kind: RowKind[Entry, Document], bad_rows: BadRows | None, progress: Progress
) -> ImportResult:
    """Read every row, and count what an import would do; `imported` is what it would import. Writes nothing
    but `bad_rows`. `session` is for reading, and closed after each batch: nobody waits for a reader. Raises
    InvalidFile for a file that is broken, or has not the columns that are needed."""
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
    """Write what every row tells of that can be imported, in the caller's transaction. `checked` is what the
    check found. Raises InvalidFile where the file or what it is checked against changed since, WrongUsage
    where no agent acts."""
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
