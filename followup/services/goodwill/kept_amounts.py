"""Amounts that are owed and too small to be paid out: recorded as they were worked out, added up over cases,
and paid with the gesture that reaches the smallest payout.

Each has a gesture of its own: *kept* while it waits, *added* once another gesture pays it. That gesture's
amount is the whole sum. If it ends without having been paid, what was added to it is kept again.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, or_, select

from followup.domain.goodwill.gesture import GestureState
from followup.domain.goodwill.policy.kept import AddedUp
from followup.domain.shared.money import Money
from followup.errors import Refused
from followup.services.goodwill import ledger
from followup.services.shared import audit
from followup.services.shared.actors import Actor
from followup.services.shared.references import ref
from followup.store.references import ref_of
from followup.store.tables import Case, Customer, Gesture


def kept_for(
    session: Session, customer: Customer, name: str, currency: str, *, without: int = 0
) -> list[Gesture]:
    """What is kept for a customer in one sum, oldest first; also what is paid with the gesture `without`."""
    waits = col(Gesture.state) == GestureState.KEPT
    query = (
        select(Gesture)
        .join(Case, col(Case.id) == col(Gesture.case_id))
        .where(
            col(Case.customer_id) == customer.id,
            col(Gesture.kept_in) == name,
            col(Gesture.currency) == currency,
            col(Gesture.id) != without,
            or_(waits, col(Gesture.paid_with_id) == without) if without else waits,
        )
        .order_by(col(Gesture.id))
    )
    return list(session.exec(query).all())


@dataclass(frozen=True, slots=True)
class KeptSum:
    """What is kept for a customer in the sum `name`: how much, what it has to come to, in which gestures."""

    name: str
    amount: Money
    minimum: Money
    gestures: tuple[str, ...]


def sums_of(session: Session, customer: Customer) -> list[KeptSum]:
    """What is kept for a customer, by sum. The smallest payout is the one that they were told last."""
    query = (
        select(Gesture)
        .join(Case, col(Case.id) == col(Gesture.case_id))
        .where(col(Case.customer_id) == customer.id, col(Gesture.state) == GestureState.KEPT)
        .order_by(col(Gesture.id))
    )
    sums: dict[tuple[str, str], list[Gesture]] = defaultdict(list)
    for row in session.exec(query).all():
        sums[row.kept_in or "", row.currency].append(row)
    return [
        KeptSum(
            name,
            Money(sum(row.amount_minor or 0 for row in rows), currency),
            Money(rows[-1].kept_minimum_minor or 0, currency),
            tuple(ref(row) for row in rows),
        )
        for (name, currency), rows in sums.items()
    ]


def added_to(session: Session, gesture: Gesture) -> list[Gesture]:
    """What is paid with a gesture, oldest first."""
    query = select(Gesture).where(col(Gesture.paid_with_id) == gesture.id).order_by(col(Gesture.id))
    return list(session.exec(query).all())


def keep_or_add(
    session: Session,
    case: Case,
    gesture: Gesture,
    sum_: AddedUp | None,
    *,
    hold_only: bool,
    now: datetime,
    actor: Actor,
) -> bool:
    """Let a gesture that is requested be kept, or pay what was kept before. Returns whether it is kept: then
    no money is held.

    Raises Refused if its money is to be held and it is kept."""
    if sum_ is None:
        return False
    if sum_.pays_out:
        customer = session.get_one(Customer, case.customer_id)
        kept = kept_for(session, customer, sum_.keeping.name, gesture.currency)
        _add(session, gesture, kept, now=now, actor=actor)
        return False
    if hold_only:
        raise Refused(
            f"{sum_.own} is kept until the sum comes to {sum_.minimum}, so no money is held.",
            hint=f"Leave --hold out: followup gesture request {ref(case)}",
            code="kept_not_held",
        )
    gesture.state = GestureState.KEPT
    gesture.kept_in = sum_.keeping.name
    gesture.kept_minimum_minor = sum_.minimum.amount_minor
    gesture.kept_until = now + timedelta(days=sum_.keeping.days)
    gesture.issued_at = now
    session.add(gesture)
    session.flush()
    return True


def _add(session: Session, gesture: Gesture, kept: list[Gesture], *, now: datetime, actor: Actor) -> None:
    """Let a gesture pay what was kept. Its amount has that in it already, or `pay_out` adds it."""
    gesture.added_minor = sum(row.amount_minor or 0 for row in kept)
    session.add(gesture)
    session.flush()
    for row in kept:
        row.state, row.paid_with_id, row.ended_at = GestureState.ADDED, gesture.id, now
        _record(session, row, {"paid_with": ref(gesture)}, now=now, actor=actor)


def keep_again(session: Session, gesture: Gesture, *, now: datetime, actor: Actor) -> None:
    """Keep again what was to be paid with a gesture that has ended, or that pays something else instead."""
    for row in added_to(session, gesture):
        row.state, row.paid_with_id, row.ended_at = GestureState.KEPT, None, None
        _record(session, row, {"after": ref(gesture)}, now=now, actor=actor)


def _record(session: Session, row: Gesture, why: dict[str, str], *, now: datetime, actor: Actor) -> None:
    """Save the state that a gesture came to, and say in the audit log why."""
    session.add(row)
    session.flush()
    amount = str(Money(row.amount_minor or 0, row.currency))
    audit.record(
        session,
        now=now,
        actor=actor,
        action=f"gesture {row.state.value}",
        subject=ref(row),
        detail={**why, "amount": amount},
    )


def pay_out(session: Session, gesture: Gesture, *, now: datetime, actor: Actor) -> None:
    """Hold the money of a kept gesture and of all that is kept in the same sum, so that it can be issued
    before the sum reaches its smallest payout. What is owed draws on no budget."""
    case = session.get_one(Case, gesture.case_id)
    customer = session.get_one(Customer, case.customer_id)
    assert gesture.kept_in is not None
    others = [
        row for row in kept_for(session, customer, gesture.kept_in, gesture.currency) if row.id != gesture.id
    ]
    _add(session, gesture, others, now=now, actor=actor)
    gesture.amount_minor = (gesture.amount_minor or 0) + gesture.added_minor
    session.add(gesture)
    session.flush()
    ledger.hold(session, gesture, [], now=now, actor=actor)


def require_not_added(gesture: Gesture) -> None:
    """Raise Refused if a gesture is paid with another one, so that nothing is paid twice or lost."""
    if gesture.state is GestureState.ADDED:
        payer = ref_of(Gesture, gesture.paid_with_id)
        raise Refused(
            f"{ref(gesture)} is paid with {payer}.",
            hint=f"Take that back first: followup gesture void {payer} --because …",
            code="paid_with_another",
        )
