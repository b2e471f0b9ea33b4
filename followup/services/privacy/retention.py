"""Retention: the daemon erases customers who have had nothing open for `retention_days`."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from followup.domain.cases.case import CaseStatus
from followup.domain.goodwill.gesture import GestureState
from followup.domain.outbox.email_state import EmailState
from followup.errors import FollowupError
from followup.services.privacy import erasure
from followup.services.privacy.erasure import ErasureFigures
from followup.services.privacy.personal_data import dossier_of
from followup.services.shared.actors import Actor
from followup.services.shared.configuration import Configuration
from followup.store.tables import Case, Customer, Email, Gesture

BATCH = 20
"""How many people are erased per tick, so that the database is not locked for long."""

_OPEN = (GestureState.HELD, GestureState.PENDING, GestureState.KEPT)
_UNDECIDED = (
    EmailState.SCHEDULED,
    EmailState.DEFERRED,
    EmailState.CLAIMED,
    EmailState.TRANSMITTING,
    EmailState.IN_DOUBT,
)


class DueForErasure(ErasureFigures):
    """The effect of erasing one person who is due."""

    email: str


def due(session: Session, rules: Configuration, *, now: datetime, limit: int) -> list[Customer]:
    """The customers due for erasure, those whose last case was closed first coming first; none if
    `retention_days` is not set.

    A customer is due if all their cases have been closed for longer than that, no gesture is pending, nothing
    issued is still to be paid or redeemed, and no email is to come or in doubt. Customers who never had a
    case are never due."""
    if rules.settings.retention_days is None:
        return []
    return list(session.exec(_due(rules.settings.retention_days, now).limit(limit)))


def count_due(session: Session, rules: Configuration, *, now: datetime) -> int:
    """The number of customers due for erasure."""
    if rules.settings.retention_days is None:
        return 0
    found = _due(rules.settings.retention_days, now).order_by(None).with_only_columns(col(Customer.id))
    return session.exec(select(func.count()).select_from(found.subquery())).one()


def _due(days: int, now: datetime) -> SelectOfScalar[Customer]:
    closed_long_ago = col(Case.closed_at) < now - timedelta(days=days)
    of_them = col(Case.customer_id) == col(Customer.id)
    kept_open = select(Case.id).where(
        of_them,
        col(Case.status).not_in((CaseStatus.CLOSED, CaseStatus.UNDONE))
        | col(Case.closed_at).is_(None)
        | ~closed_long_ago,
    )
    waits = select(Gesture.id).join(Case).where(of_them, col(Gesture.state).in_(_OPEN))
    outstanding = (
        select(Gesture.id)
        .join(Case)
        .where(of_them, col(Gesture.state) == GestureState.ISSUED, col(Gesture.amount_minor).is_not(None))
    )
    undecided = select(Email.id).join(Case).where(of_them, col(Email.state).in_(_UNDECIDED))
    last_closed = select(func.max(Case.closed_at)).where(of_them).scalar_subquery()
    return (
        select(Customer)
        .where(
            col(Customer.erased_at).is_(None),
            select(Case.id).where(of_them).exists(),
            ~kept_open.exists(),
            ~waits.exists(),
            ~outstanding.exists(),
            ~undecided.exists(),
        )
        .order_by(last_closed, col(Customer.id))
    )


def erase_due(
    session: Session, rules: Configuration, *, now: datetime, actor: Actor, limit: int = BATCH
) -> list[ErasureFigures]:
    """Erase customers who are due, `limit` at most. Returns the figures of `erasure.erase` for each.

    A customer who cannot be erased does not stop the others. If none can be, the first error is raised."""
    because = f"kept for {rules.settings.retention_days} days after the last case was closed"
    erased, faults = [], []
    for customer in due(session, rules, now=now, limit=limit):
        try:
            with session.begin_nested():
                erased.append(erasure.erase(session, rules, customer, now=now, actor=actor, because=because))
        except FollowupError as fault:
            faults.append(fault)
    if faults and not erased:
        raise faults[0]
    return erased


def preview_due(session: Session, rules: Configuration, *, now: datetime, limit: int) -> list[DueForErasure]:
    """The effect of erasing each customer who is due, see `erasure.preview`, with their address."""
    found = due(session, rules, now=now, limit=limit)
    return [
        {**erasure.preview(rules, dossier_of(session, customer)), "email": customer.email}
        for customer in found
    ]
