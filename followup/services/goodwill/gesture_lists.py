"""Lists of gestures, narrowed by whatever somebody asks for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from followup.domain.goodwill.gesture import GestureKind, GestureState
from followup.domain.shared.search_words import joined
from followup.store.tables import Case, Gesture


@dataclass(frozen=True, slots=True, kw_only=True)
class GestureFilter:
    """Which gestures to list; None asks for nothing. `agents` are the numbers of those who requested,
    `customer` is the number of the customer, and `order` is written in any notation. They were requested from
    `since` on and before `before`. `is_paid`: True for what has reached the customer, False for issued money
    that is still to be paid. A code is not paid: it waits to be redeemed."""

    state: GestureState | None = None
    kind: GestureKind | None = None
    agents: tuple[int, ...] | None = None
    customer: int | None = None
    order: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    is_paid: bool | None = None


def list_gestures(session: Session, only: GestureFilter, *, limit: int) -> list[Gesture]:
    """The newest `limit` gestures of a filter."""
    query = select(Gesture).where(*_conditions(only)).order_by(col(Gesture.id).desc()).limit(limit)
    return list(session.exec(query).all())


def count_gestures(session: Session, only: GestureFilter) -> int:
    """How many gestures there are of a filter."""
    return session.exec(select(func.count()).select_from(Gesture).where(*_conditions(only))).one()


def _conditions(only: GestureFilter) -> list[Any]:
    asked: list[Any] = []
    if only.state is not None:
        asked.append(col(Gesture.state) == only.state)
    if only.kind is not None:
        asked.append(col(Gesture.kind) == only.kind)
    if only.agents is not None:
        asked.append(col(Gesture.agent_id).in_(only.agents))
    if only.since is not None:
        asked.append(col(Gesture.requested_at) >= only.since)
    if only.before is not None:
        asked.append(col(Gesture.requested_at) < only.before)
    if only.customer is not None:
        asked.append(_of_cases(col(Case.customer_id) == only.customer))
    if only.order is not None:
        asked.append(_of_cases(_order_without_signs() == joined(only.order)))
    if only.is_paid is True:
        asked.append(col(Gesture.state) == GestureState.SPENT)
    if only.is_paid is False:
        handed_over = [kind for kind in GestureKind if kind.is_handed_over]
        asked += [col(Gesture.state) == GestureState.ISSUED, col(Gesture.kind).in_(handed_over)]
    return asked


def _of_cases(condition: Any) -> Any:
    return col(Gesture.case_id).in_(select(Case.id).where(condition))


def _order_without_signs() -> Any:
    """An order as `joined` has it, as far as both databases can say so."""
    order: Any = func.lower(Case.order_ref)
    for sign in "-# /._:":
        order = func.replace(order, sign, "")
    return order
