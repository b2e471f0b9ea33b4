"""Similar cases: what is recorded of a customer that a new case may be a repetition of."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from followup.domain.cases.case import CaseStatus
from followup.domain.cases.likeness import Likeness, likeness
from followup.services.goodwill import gestures
from followup.services.people import customers
from followup.services.shared.configuration import Configuration
from followup.store.tables import Agent, Case, Gesture

MOST_SHOWN = 5
"""The maximum number of similar cases that are looked up."""


@dataclass(frozen=True, slots=True)
class SimilarCase:
    """A recorded case like the new one, who logged it, and what it was given and keeps."""

    case: Case
    likeness: Likeness
    agent: Agent
    given: tuple[Gesture, ...]


def similar_cases(
    session: Session,
    rules: Configuration,
    *,
    customer: str | None,
    reason: str | None,
    order: str | None,
    now: datetime,
) -> list[SimilarCase]:
    """The cases of a customer (by address) that a new case may repeat: of the same order first, then the
    newest; MOST_SHOWN at most. None for an unknown customer."""
    person = customers.find_customer_or_none(session, customer) if customer else None
    if person is None:
        return []
    query = (
        select(Case, Agent)
        .join(Agent)
        .where(
            col(Case.customer_id) == person.id,
            or_(col(Case.order_ref).is_not(None), col(Case.reason) == reason),
        )
        .order_by(col(Case.id).desc())
    )
    found = [
        (case, agent, alike)
        for case, agent in session.exec(query).all()
        if (alike := _likeness(rules, case, reason, order, now)) is not None
    ]
    found.sort(key=lambda row: row[2] is not Likeness.ORDER)
    return [
        SimilarCase(case, alike, agent, tuple(gestures.given_of(session, case)))
        for case, agent, alike in found[:MOST_SHOWN]
    ]


def _likeness(
    rules: Configuration, case: Case, reason: str | None, order: str | None, now: datetime
) -> Likeness | None:
    return likeness(
        orders=(case.order_ref, order),
        same_reason=case.reason == reason,
        is_open=case.status is CaseStatus.OPEN,
        logged_at=case.logged_at,
        now=now,
        within_days=rules.settings.repeat_days,
    )
