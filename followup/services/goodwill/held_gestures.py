"""Gestures that were held and that nobody issued in time."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from followup.domain.goodwill.gesture import GestureState
from followup.services.goodwill.gestures import approval_of, end
from followup.services.shared import audit
from followup.services.shared.actors import Actor
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.store.tables import Gesture


def expire_held(
    session: Session, rules: Configuration, *, now: datetime, actor: Actor, limit: int = 500
) -> int:
    """Expire gestures that were held (by --hold or a counter-offer) and not issued in time, and release their
    money. Returns the number, `limit` at most."""
    days = rules.settings.hold_business_days
    query = (
        select(Gesture)
        .where(
            col(Gesture.state) == GestureState.HELD, col(Gesture.requested_at) <= now - timedelta(days=days)
        )
        .order_by(col(Gesture.id))
        .limit(limit)
    )
    ended = 0
    for gesture in session.exec(query).all():
        approval = approval_of(session, gesture)
        since = approval.decided_at if approval and approval.decided_at else gesture.requested_at
        if rules.calendar().add_business_days(since, days) <= now:
            end(session, gesture, GestureState.EXPIRED, now=now, actor=actor)
            audit.record(session, now=now, actor=actor, action="gesture expire", subject=ref(gesture))
            ended += 1
    return ended
