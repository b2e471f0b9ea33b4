"""References of rows, as people use them: C-0012 for a case, G-0012 for a gesture, A-0012 for an approval,
E-0012 for an email of ours, M-0012 for an inbound email.
"""

from sqlmodel import SQLModel

from followup.store.tables import Approval, Case, Email, Gesture, InboundMail

LETTERS: dict[type[SQLModel], str] = {
    Case: "C",
    Gesture: "G",
    Approval: "A",
    Email: "E",
    InboundMail: "M",
}


def ref_of(table: type[SQLModel], number: int | None) -> str:
    """The reference of row `number` of a table."""
    assert number is not None
    return f"{LETTERS[table]}-{number:04d}"
