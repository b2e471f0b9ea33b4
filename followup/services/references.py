"""References that people say to each other: C-0012 for a case, G-0012, A-0012 for an approval."""

import re
from typing import TypeVar

from sqlmodel import Session, SQLModel

from followup.errors import NotFound, WrongUsage
from followup.store.tables import Approval, Case, Email, Gesture

AnyTable = TypeVar("AnyTable", bound=SQLModel)
_LETTERS: dict[type[SQLModel], str] = {Case: "C", Gesture: "G", Approval: "A", Email: "E"}
_REFERENCE = re.compile(r"(?:([A-Za-z])-)?0*([0-9]{1,9})")  # no row's number is longer: it has 32 bits


def ref(row: Case | Gesture | Approval | Email) -> str:
    """The reference of a stored row."""
    return ref_of(type(row), row.id)


def ref_of(table: type[SQLModel], number: int | None) -> str:
    """The reference of the row `number` of a table."""
    assert number is not None
    return f"{_LETTERS[table]}-{number:04d}"


def find(session: Session, table: type[AnyTable], text: str) -> AnyTable:
    """The row that a reference names; the letter may be left out.

    Raises WrongUsage for something that is no reference, NotFound where there is no such row."""
    letter, noun = _LETTERS[table], table.__name__.lower()
    match = _REFERENCE.fullmatch(text.strip())
    if match is None or (match[1] and match[1].upper() != letter):
        raise WrongUsage(
            f"{text!r} is not a reference to a {noun}.",
            hint=f"Write it as {letter}-0012; see them with: followup {_list_command(noun)}",
            code="bad_reference",
        )
    found = session.get(table, int(match[2]))
    if found is None:
        raise NotFound(
            f"There is no {noun} {text}.", hint=f"See what there is: followup {_list_command(noun)}"
        )
    return found


def _list_command(noun: str) -> str:
    return "outbox list" if noun == "email" else f"{noun} list"
