"""Which cases count: a case that was taken back counts nowhere. Only its money does, as the ledger has it."""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from followup.domain.cases.case import CaseStatus
from followup.store.tables import Case, Gesture


def of_case(case: Any = Case) -> ColumnElement[bool]:
    """Whether a case counts; `case` may be an alias."""
    counts: ColumnElement[bool] = case.status != CaseStatus.UNDONE
    return counts


def of_gesture() -> ColumnElement[bool]:
    """Whether a gesture belongs to a case that counts. Few cases are taken back, so their gestures are listed
    once instead of joining every gesture with its case."""
    undone = (
        select(col(Gesture.id))
        .join(Case, col(Case.id) == col(Gesture.case_id))
        .where(col(Case.status) == CaseStatus.UNDONE)
    )
    return col(Gesture.id).not_in(undone)
