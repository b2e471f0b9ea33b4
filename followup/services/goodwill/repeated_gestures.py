"""Gestures given again: what looks the same as something a customer was given is refused, unless it is meant.

A case has one gesture with money that is open or issued; cases of the same customer with the same order count
together. A remedy for what was bought repeats any other remedy for the order: a lost parcel is sent once
more, replaced or refunded, not two of these. A voucher beside an item is an ordinary combination. A gesture
without money or item is the same again if the case has one of its kind.
"""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from followup.domain.goodwill.gesture import GestureKind, gesture_words
from followup.domain.goodwill.policy.recommendation import Recommendation, Refusal
from followup.domain.shared.money import Money
from followup.errors import Refused, missing
from followup.services.goodwill.past_goodwill import COUNTED, cases_of_order
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.store.references import ref_of
from followup.store.tables import Agent, Case, Customer, Gesture

_REMEDIES = (GestureKind.REFUND, *(kind for kind in GestureKind if kind.names_item))
"""What makes up for an item that was bought: its money back, or the item put right."""


@dataclass(frozen=True, slots=True)
class Repetition:
    """What a case, or its order, was given before that a new gesture of some kind repeats.

    `unmeant` are those of them that nobody has decided to repeat: those of this case, and unless it was
    logged again on purpose, those of other cases of its order."""

    earlier: tuple[Gesture, ...] = ()
    unmeant: tuple[Gesture, ...] = ()


def lock_case(session: Session, case: Case) -> None:
    """Let simultaneous requests for one customer run one after the other, so that each sees what the other
    gave for the case or the order."""
    session.exec(select(Customer).where(col(Customer.id) == case.customer_id).with_for_update()).one()
    session.exec(select(Case).where(col(Case.id) == case.id).with_for_update()).one()


def repetition(session: Session, case: Case, advice: Recommendation) -> Repetition:
    """What a new gesture, as it is recommended, would repeat."""
    query = select(Gesture).where(col(Gesture.state).in_(COUNTED)).order_by(col(Gesture.id))
    kind = advice.kind
    if kind is None:
        return Repetition()
    same_kind = col(Gesture.kind) == kind
    if not (advice.is_money or kind.names_item):
        same = session.exec(query.where(col(Gesture.case_id) == case.id, same_kind)).all()
        return Repetition(tuple(same), tuple(same))
    alike: list[ColumnElement[bool]] = [same_kind]
    if advice.is_money:
        alike.append(col(Gesture.amount_minor).is_not(None))
    if kind in _REMEDIES:
        alike.append(col(Gesture.kind).in_(_REMEDIES))
    together = cases_of_order(session, case)
    earlier = tuple(session.exec(query.where(col(Gesture.case_id).in_(together), or_(*alike))).all())
    of_case = tuple(gesture for gesture in earlier if gesture.case_id == case.id)
    return Repetition(earlier, earlier if case.again_because is None else of_case)


def require_reason(again: bool, because: str | None) -> None:
    """Raise WrongUsage if something is to be given or logged again, and nobody says why."""
    if again and not (because or "").strip():
        raise missing("--again needs its reason.", hint='Say why it is meant: --again --because "…"')


def refusal(
    session: Session,
    rules: Configuration,
    case: Case,
    found: Repetition,
    *,
    again: bool,
    because: str | None = None,
    typed: str = "",
) -> Refused | None:
    """Why a repetition is refused; None if it is meant, or if it is none. `typed` are the flags of the
    request, which the command that means it repeats.

    A repetition with the same reason as one before is a command that was sent twice."""
    if not again:
        return _given(session, rules, case, found.unmeant, typed, because) if found.unmeant else None
    twice = next((one for one in found.unmeant if one.again and _same(one.because, because)), None)
    if twice is None:
        return None
    return Refused(
        f"This was given again for the same reason: {described(session, rules, twice)}.",
        hint="If it is meant once more, say what for in other words: --again --because …",
        code="repeated_again",
    )


def judged(
    session: Session, rules: Configuration, case: Case, advice: Recommendation, *, again: bool
) -> Recommendation:
    """A recommendation with the refusal that a request would meet, where it repeats what was given."""
    if advice.kind is None:
        return advice
    found = repetition(session, case, advice)
    error = refusal(session, rules, case, found, again=again)
    if error is None:
        return advice
    return replace(advice, refused=Refusal(code=error.code, message=error.message, hint=error.hint))


def described(session: Session, rules: Configuration, gesture: Gesture) -> str:
    """A gesture in words: what, its state, who requested it and when."""
    amount = None if gesture.amount_minor is None else Money(gesture.amount_minor, gesture.currency)
    what = gesture_words(gesture.kind, str(amount) if amount else None, gesture.item)
    agent = session.get_one(Agent, gesture.agent_id)
    when = gesture.requested_at.astimezone(ZoneInfo(rules.settings.timezone))
    state = gesture.state.value
    return f"{ref(gesture)}, {what}, {state}, requested by {agent.name} on {when:%-d %B %Y at %H:%M}"


def _given(
    session: Session,
    rules: Configuration,
    case: Case,
    earlier: Sequence[Gesture],
    typed: str,
    because: str | None,
) -> Refused:
    newest = earlier[-1]
    why = shlex.quote(because) if because else '"…"'
    whose = ref(case)
    if newest.case_id != case.id:
        whose = f"Order {case.order_ref} ({ref_of(Case, newest.case_id)})"
    before = f" {len(earlier) - 1} more before it." if len(earlier) > 1 else ""
    return Refused(
        f"{whose} was given {described(session, rules, newest)}.{before}",
        hint=f"Nothing was given now. See it: followup gesture show {ref(newest)}. "
        f"If it is meant: followup gesture request {ref(case)}{typed} --again --because {why}",
        code="repeated_gesture",
    )


def _same(one: str | None, other: str | None) -> bool:
    return (one or "").casefold().split() == (other or "").casefold().split()
