"""Rows by their references, such as C-0012."""

import re
from typing import TypeVar

from sqlmodel import Session, SQLModel

from followup.errors import NotFound, WrongUsage
from followup.store.references import LETTERS, ref_of
from followup.store.tables import Approval, Case, Email, Gesture, InboundMail

__all__ = ["case_ref", "find", "ref", "ref_of"]
AnyTable = TypeVar("AnyTable", bound=SQLModel)
_NOUNS: dict[type[SQLModel], str] = {InboundMail: "message"}
_REFERENCE = re.compile(r"(?:([A-Za-z])-)?0*([0-9]{1,9})")  # row numbers have 32 bits


def ref(row: Case | Gesture | Approval | Email | InboundMail) -> str:
    """The reference of a stored row."""
    return ref_of(type(row), row.id)


def case_ref(number: int | None) -> str | None:
    """The reference of the case with a number; None if there is no case."""
    return None if number is None else ref_of(Case, number)


def find(session: Session, table: type[AnyTable], text: str) -> AnyTable:
    """The row with a reference. The letter may be omitted.

    Raises WrongUsage if the text is no reference, NotFound if there is no such row."""
    letter, noun = LETTERS[table], _NOUNS.get(table, table.__name__.lower())
    match = _REFERENCE.fullmatch(text.strip())
    if match is None or (match[1] and match[1].upper() != letter):
        raise WrongUsage(
            f"{text!r} is not a reference to a {noun}.",
            hint=f"Write it as {letter}-0012; see them with: followup {_list_command(table, noun)}",
            code="bad_reference",
        )
    found = session.get(table, int(match[2]))
    if found is None:
        raise NotFound(
            f"There is no {noun} {text}.",
            hint=f"See what there is: followup {_list_command(table, noun)}",
            code="not_found",
        )
    return found


def _list_command(table: type[SQLModel], noun: str) -> str:
    return {Email: "outbox list", InboundMail: "inbound list"}.get(table, f"{noun} list")
