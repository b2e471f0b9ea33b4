"""Promises about money: asked for again after a rejection, not paid in time, or taken back."""

from typing import Any

from sqlalchemy import and_, false, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from followup.domain.goodwill.budget import EntryKind
from followup.domain.goodwill.gesture import ApprovalState, GestureState
from followup.domain.outbox.email_kind import TELLING
from followup.domain.reporting.oddity import Oddity
from followup.reports.oddities.found import Asked, Found, OddityCount, money
from followup.reports.oddities.gestures import Deadlines
from followup.reports.spend import within
from followup.store.references import ref_of
from followup.store.tables import Agent, Approval, Case, Email, Gesture, LedgerEntry


def asked_again(asked: Asked) -> OddityCount:
    """Gestures with money requested within the scope and not refused, after another gesture of the same case
    was rejected.
    """
    refused: Any = aliased(Gesture)
    columns: list[Any] = [
        Gesture.id,
        Gesture.case_id,
        Gesture.kind,
        Gesture.amount_minor,
        Gesture.currency,
        Gesture.requested_at,
        Agent.email,
    ]
    rejection: Any = func.max(Approval.id)
    is_given = col(Gesture.state).in_((GestureState.HELD, GestureState.PENDING))
    query = (
        select(*columns, rejection.label("rejection"))
        .select_from(Approval)
        .join(refused, refused.id == col(Approval.gesture_id))
        .join(Gesture, col(Gesture.case_id) == refused.case_id)
        .join(Agent, col(Agent.id) == col(Gesture.agent_id))
        .where(
            col(Approval.state) == ApprovalState.REJECTED,
            col(Gesture.requested_at) >= col(Approval.decided_at),
            col(Gesture.id) != refused.id,
            col(Gesture.amount_minor) > 0,
            is_given | col(Gesture.issued_at).is_not(None),
        )
        .group_by(*columns)
    )

    def tell(row: Any) -> Found:
        amount = money(row.amount_minor, row.currency)
        says = f"Requested as {row.kind} after {ref_of(Approval, row.rejection)} was rejected."
        references = (ref_of(Gesture, row.id), ref_of(Case, row.case_id), ref_of(Approval, row.rejection))
        return Found(row.requested_at, row.email, says, references, amount)

    return asked.told(Oddity.ASKED_AGAIN, map(tell, asked.session.execute(within(query, asked.scope))))


def unpaid(asked: Asked, deadlines: Deadlines) -> OddityCount:
    """Money and items promised by a day that has passed, and not recorded as paid, sent or mended."""
    columns: list[Any] = [
        Gesture.id,
        Gesture.case_id,
        Gesture.kind,
        Gesture.amount_minor,
        Gesture.currency,
        Gesture.issued_at,
        Agent.email,
    ]
    is_late = [
        and_(col(Gesture.kind) == kind, col(Gesture.issued_at) < before)
        for kind, before in deadlines.late_before.items()
    ]
    query = (
        select(*columns)
        .select_from(Gesture)
        .join(Agent, col(Agent.id) == col(Gesture.agent_id))
        .where(col(Gesture.state) == GestureState.ISSUED, or_(false(), *is_late))
        .order_by(col(Gesture.issued_at).desc(), col(Gesture.id).desc())
    )

    def tell(row: Any) -> Found:
        day = deadlines.settled_by(row.kind, row.issued_at)
        says = f"A {row.kind} that was to reach the customer by {day}; nothing says that it did."
        references = (ref_of(Gesture, row.id), ref_of(Case, row.case_id))
        return Found(row.issued_at, row.email, says, references, money(row.amount_minor, row.currency))

    return asked.listed(Oddity.UNPAID, query, tell)


def taken_back(asked: Asked) -> OddityCount:
    """Gestures taken back within the scope after they were paid, or after an email mentioned them."""
    of_gesture = col(LedgerEntry.gesture_id) == col(Gesture.id)
    was_paid = (
        select(col(LedgerEntry.id)).where(of_gesture, col(LedgerEntry.kind) == EntryKind.REVERSE).exists()
    )
    was_told = (
        select(col(Email.id))
        .where(
            col(Email.case_id) == col(Gesture.case_id),
            col(Email.kind).in_(TELLING),
            col(Email.sent_at) >= col(Gesture.issued_at),
            col(Email.sent_at) <= col(Gesture.ended_at),
        )
        .exists()
    )
    by: Any = select(col(LedgerEntry.actor)).where(of_gesture, col(LedgerEntry.kind) == EntryKind.RELEASE)
    columns: list[Any] = [
        Gesture.id,
        Gesture.case_id,
        Gesture.kind,
        Gesture.amount_minor,
        Gesture.currency,
        Gesture.ended_at,
        was_paid.label("was_paid"),
        by.order_by(col(LedgerEntry.id).desc()).limit(1).scalar_subquery().label("who"),
    ]
    query = (
        select(*columns)
        .select_from(Gesture)
        .where(col(Gesture.state) == GestureState.VOID, was_paid | was_told)
        .order_by(col(Gesture.ended_at).desc(), col(Gesture.id).desc())
    )

    def tell(row: Any) -> Found:
        before = "it was recorded as paid" if row.was_paid else "an email had told of it"
        says = f"A {row.kind} was taken back after {before}."
        references = (ref_of(Gesture, row.id), ref_of(Case, row.case_id))
        return Found(row.ended_at, row.who, says, references, money(row.amount_minor, row.currency))

    return asked.listed(Oddity.TAKEN_BACK, asked.happened(query, col(Gesture.ended_at)), tell)
