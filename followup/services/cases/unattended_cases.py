"""Unattended cases: open cases that nobody works on and whose customers will get no email."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, or_, select

from followup.domain.cases.attention import AttentionReason
from followup.domain.cases.case import CaseStatus
from followup.domain.goodwill.gesture import GestureState
from followup.domain.outbox.email_kind import TELLING, TO_CUSTOMERS
from followup.domain.outbox.email_state import EmailState
from followup.domain.shared.reason import Reason
from followup.services.sequences import sender_eligibility
from followup.services.sequences.sender_eligibility import Needs
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.store.tables import Case, Email, Gesture, Note

_MAY_STILL_REACH = (
    EmailState.SCHEDULED,
    EmailState.DEFERRED,
    EmailState.CLAIMED,
    EmailState.TRANSMITTING,
    EmailState.IN_DOUBT,
    EmailState.FAILED,
)
"""States of an email that was or will be sent, or that is listed elsewhere for a person."""

_CAME_TO_NOTHING = {
    GestureState.HELD: AttentionReason.GESTURE_HELD,
    GestureState.REJECTED: AttentionReason.GESTURE_REJECTED,
    GestureState.WITHDRAWN: AttentionReason.GESTURE_WITHDRAWN,
    GestureState.EXPIRED: AttentionReason.GESTURE_EXPIRED,
    GestureState.VOID: AttentionReason.GESTURE_VOID,
}


def waiting(
    session: Session, rules: Configuration, *, now: datetime, with_held: bool = True
) -> list[tuple[Case, Needs]]:
    """All cases that need a person, each once, with the reasons: first those of
    `sender_eligibility.needs_person`, then the unattended ones."""
    found = sender_eligibility.needs_person(session, with_held=with_held)
    named = {case.id for case, _ in found}
    alone = unattended(session, rules, now=now)
    return found + [(case, (why,)) for case, why in alone if case.id not in named]


def unattended(
    session: Session, rules: Configuration, *, now: datetime
) -> list[tuple[Case, Reason[AttentionReason]]]:
    """The unattended cases with the reason for each, the oldest first.

    A case is unattended if it is open and, since it was opened, no email has told the customer anything and
    none is planned, no gesture was issued, no approval is pending, and nobody has added a note for a business
    day."""
    calendar = rules.calendar()
    found = []
    for case, noted_at, newest in session.exec(_untold()).all():
        touched = [case.logged_at, case.reopened_at, noted_at]
        touched += [newest.requested_at, newest.ended_at] if newest else []
        last = max(moment for moment in touched if moment is not None)
        if calendar.add_business_days(last, 1) <= now:
            found.append((case, _why(case, newest)))
    return found


def _why(case: Case, newest: Gesture | None) -> Reason[AttentionReason]:
    if newest is None or (case.reopened_at and newest.requested_at < case.reopened_at):
        return (AttentionReason.OPENED_AGAIN if case.reopened_at else AttentionReason.NOTHING_OFFERED).of()
    return _CAME_TO_NOTHING[newest.state].of(gesture=ref(newest))


def _untold() -> Any:
    """Open cases whose customers are told nothing, each with the time of its newest note and its newest
    gesture."""
    since = func.coalesce(col(Case.reopened_at), col(Case.logged_at))
    emails = select(Email.id).where(
        col(Email.case_id) == col(Case.id),
        col(Email.kind).in_(TO_CUSTOMERS),
        or_(
            col(Email.state).in_(_MAY_STILL_REACH),
            (col(Email.kind).in_(TELLING)) & (col(Email.sent_at) >= since),
        ),
    )
    gestures = select(Gesture.id).where(
        col(Gesture.case_id) == col(Case.id),
        or_(
            col(Gesture.state) == GestureState.PENDING,
            (col(Gesture.issued_at) >= since) & (col(Gesture.state) != GestureState.VOID),
        ),
    )
    noted_at = (
        select(func.max(col(Note.written_at))).where(col(Note.case_id) == col(Case.id)).scalar_subquery()
    )
    newest = (
        select(func.max(col(Gesture.id)))
        .where(col(Gesture.case_id) == col(Case.id))
        .correlate(Case)
        .scalar_subquery()
    )
    return (
        select(Case, noted_at, Gesture)
        .outerjoin(Gesture, col(Gesture.id) == newest)
        .where(col(Case.status) == CaseStatus.OPEN, ~emails.exists(), ~gestures.correlate(Case).exists())
        .order_by(col(Case.id))
    )
