"""Open cases of one trouble that hit many, such as an outage, and that were given nothing yet."""

from datetime import date

from sqlmodel import Session, and_, col, or_, select

from followup.domain.cases.case import CaseStatus
from followup.services.goodwill.past_goodwill import COUNTED
from followup.services.goodwill.recorded_cases import DateSpan
from followup.store.tables import Case, Gesture


def ungiven(
    session: Session,
    reason: str,
    first: date,
    last: date,
    timezone: str,
    *,
    currency: str | None = None,
) -> list[Case]:
    """The open cases of a reason that happened from the day `first` to the day `last`, in one currency or in
    any, oldest first, without those that were given something, whatever it was. Of a case whose day nobody
    knows, the day on which it was logged counts, in the time zone."""
    given = select(Gesture.case_id).where(col(Gesture.state).in_(COUNTED))
    logged = DateSpan(first, last, timezone).holds()
    query = (
        select(Case)
        .where(
            col(Case.status) == CaseStatus.OPEN,
            col(Case.reason) == reason,
            or_(col(Case.occurred_on).between(first, last), and_(col(Case.occurred_on).is_(None), *logged)),
            col(Case.id).not_in(given),
        )
        .order_by(col(Case.id))
    )
    if currency is not None:
        query = query.where(col(Case.currency) == currency)
    return list(session.exec(query).all())
