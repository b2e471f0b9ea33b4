"""Open cases of one trouble that hit many, such as an outage, and that were given nothing yet."""

from datetime import date

from sqlmodel import Session, col, select

from followup.domain.cases.case import CaseStatus
from followup.services.goodwill.past_goodwill import COUNTED
from followup.store.tables import Case, Gesture


def ungiven(session: Session, reason: str, first: date, last: date) -> list[Case]:
    """The open cases of a reason that happened from the day `first` to the day `last`, oldest first, without
    those that were given something, whatever it was."""
    given = select(Gesture.case_id).where(col(Gesture.state).in_(COUNTED))
    query = (
        select(Case)
        .where(
            col(Case.status) == CaseStatus.OPEN,
            col(Case.reason) == reason,
            col(Case.occurred_on).between(first, last),
            col(Case.id).not_in(given),
        )
        .order_by(col(Case.id))
    )
    return list(session.exec(query).all())
