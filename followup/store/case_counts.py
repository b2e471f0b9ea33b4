"""Which cases count: a case that was taken back within its grace time counts nowhere."""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from followup.domain.cases.case import CaseStatus
from followup.store.tables import Case, Gesture, LedgerEntry


def of_case(case: Any = Case) -> ColumnElement[bool]:
    """Whether a case counts; `case` may be an alias."""
    counts: ColumnElement[bool] = case.status != CaseStatus.UNDONE
    return counts


def of_entry() -> ColumnElement[bool]:
    """Whether the gesture of a ledger entry belongs to a case that counts. Few cases are taken back, so their
    gestures are listed once instead of joining every entry with its case."""
    undone = (
        select(col(Gesture.id))
        .join(Case, col(Case.id) == col(Gesture.case_id))
        .where(col(Case.status) == CaseStatus.UNDONE)
    )
    return col(LedgerEntry.gesture_id).not_in(undone)
