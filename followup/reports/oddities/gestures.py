"""Gestures that depart from the policy, that a guard or an approver changed, or whose hold ends soon."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from followup.domain.goodwill.budget import EntryKind
from followup.domain.goodwill.gesture import ApprovalState, GestureKind, GestureState
from followup.domain.goodwill.policy.policy_reason import PolicyReason, recorded
from followup.domain.reporting.oddity import Oddity
from followup.domain.shared.money import Money
from followup.domain.shared.reason import Reason
from followup.reports.oddities.found import Asked, Found, OddityCount, money
from followup.reports.spend import within
from followup.store.reasoning import departs_from_policy, is_bound, needs_a_second_look
from followup.store.references import ref_of
from followup.store.tables import Agent, Approval, Case, Gesture, LedgerEntry


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Deadlines by the workspace's business days: when a hold that began at an instant ends; until when an
    end counts as soon; by which day a kind of gesture issued at an instant is to reach the customer; and, for
    each kind, the earliest time of issue for which that day has not passed.
    """

    hold_ends: Callable[[datetime], datetime]
    soon: datetime
    settled_by: Callable[[GestureKind, datetime], date | None]
    late_before: Mapping[GestureKind, datetime]


def overrides(asked: Asked) -> OddityCount:
    """Gestures with another amount or kind than the policy offered."""
    return _of(asked, Oddity.OVERRIDE, departs_from_policy(), _choice)


def lowered(asked: Asked) -> OddityCount:
    """Gestures reduced by a cap or guard."""
    return _of(asked, Oddity.BOUND, is_bound(), _lowered)


def second_looks(asked: Asked) -> OddityCount:
    """Gestures that needed an approval because of a sign of repetition."""
    return _of(asked, Oddity.SECOND_LOOK, needs_a_second_look(), _signs)


_Reasons = Sequence[Reason[PolicyReason]]


def _choice(reasons: _Reasons) -> str:
    """What the agent chose, and the rule's offer, if a rule matched."""
    named = {reason.code: dict(reason.named) for reason in reasons}
    if PolicyReason.CHOSE_INSTEAD not in named:
        return ""
    chosen = named[PolicyReason.CHOSE_INSTEAD]["chosen"]
    offered = named.get(PolicyReason.RULE_OFFERS, {}).get("offered")
    return f"{chosen[:1].upper()}{chosen[1:]}{f' instead of {offered}' if offered else ''}."


def _lowered(reasons: _Reasons) -> str:
    return " ".join(reason.text for reason in reasons if reason.code is PolicyReason.LOWERED)


def _signs(reasons: _Reasons) -> str:
    """The sentence that names the approver, and the sign before it."""
    for place, reason in enumerate(reasons):
        if reason.code is PolicyReason.LOOKS_FIRST:
            return " ".join(one.text for one in reasons[max(place - 1, 0) : place + 1])
    return ""


def _of(asked: Asked, kind: Oddity, condition: Any, says: Callable[[_Reasons], str]) -> OddityCount:
    """Gestures requested within the scope and not refused, whose reasoning meets a condition.

    Countered gestures have their own kind of exception, because their reasoning describes the approver's
    choice.
    """
    found: list[Any] = [
        Gesture.id,
        Gesture.case_id,
        Gesture.requested_at,
        Gesture.amount_minor,
        Gesture.currency,
        Gesture.reasoning,
        Gesture.state,
        Agent.email,
    ]
    countered_ones: Any = select(col(Approval.gesture_id)).where(
        col(Approval.state) == ApprovalState.COUNTERED
    )
    is_given = col(Gesture.state).in_((GestureState.HELD, GestureState.PENDING))
    query = (
        select(*found)
        .select_from(Gesture)
        .join(Agent, col(Agent.id) == col(Gesture.agent_id))
        .where(
            condition, col(Gesture.id).not_in(countered_ones), is_given | col(Gesture.issued_at).is_not(None)
        )
        .order_by(col(Gesture.requested_at).desc(), col(Gesture.id).desc())
    )

    def tell(row: Any) -> Found:
        amount = money(row.amount_minor, row.currency)
        references = (ref_of(Gesture, row.id), ref_of(Case, row.case_id))
        since = " It was taken back since." if row.state is GestureState.VOID else ""
        told = f"{says(recorded(row.reasoning))}{since}"
        return Found(row.requested_at, row.email, told, references, amount)

    return asked.listed(kind, within(query, asked.scope), tell)


def countered(asked: Asked) -> OddityCount:
    """Approvals granted within the scope with another amount or kind than requested."""
    amount: Any = col(LedgerEntry.amount_minor)
    first_hold = (
        select(amount)
        .where(
            col(LedgerEntry.gesture_id) == col(Gesture.id),
            col(LedgerEntry.kind) == EntryKind.HOLD,
            col(LedgerEntry.occasion) == "",
        )
        .scalar_subquery()
        .label("asked_minor")
    )
    found: list[Any] = [
        Approval.id,
        Approval.gesture_id,
        Approval.decided_at,
        Agent.email,
        Gesture.kind,
        Gesture.amount_minor,
        Gesture.currency,
        first_hold,
    ]
    query = (
        select(*found)
        .select_from(Approval)
        .join(Gesture, col(Gesture.id) == col(Approval.gesture_id))
        .join(Agent, col(Agent.id) == col(Approval.decided_by))
        .where(col(Approval.state) == ApprovalState.COUNTERED)
        .order_by(col(Approval.decided_at).desc(), col(Approval.id).desc())
    )

    def tell(row: Any) -> Found:
        granted = money(row.amount_minor, row.currency)
        asked_for = "" if row.asked_minor is None else f" instead of {Money(row.asked_minor, row.currency)}"
        says = f"Granted as {row.kind}{'' if granted is None else f', {granted}'}{asked_for}."
        references = (ref_of(Approval, row.id), ref_of(Gesture, row.gesture_id))
        return Found(row.decided_at, row.email, says, references, granted)

    return asked.listed(Oddity.COUNTERED, asked.happened(query, col(Approval.decided_at)), tell)


def holds(asked: Asked, deadlines: Deadlines) -> OddityCount:
    """Holds and approvals that expire soon, the first to expire first."""
    columns: list[Any] = [
        Gesture.id,
        Gesture.case_id,
        Gesture.state,
        Gesture.requested_at,
        Gesture.amount_minor,
        Gesture.currency,
        Agent.email,
        Approval.expires_at,
        Approval.decided_at,
        Approval.approver_role,
    ]
    query = (
        select(*columns)
        .select_from(Gesture)
        .join(Agent, col(Agent.id) == col(Gesture.agent_id))
        .outerjoin(Approval, col(Approval.gesture_id) == col(Gesture.id))
        .where(col(Gesture.state).in_((GestureState.HELD, GestureState.PENDING)))
    )
    found = []
    for row in asked.session.execute(query):
        is_pending = row.state is GestureState.PENDING
        ends = row.expires_at if is_pending else deadlines.hold_ends(row.decided_at or row.requested_at)
        if ends > deadlines.soon:
            continue
        says = (
            f"Expires unless a {row.approver_role} decides by then."
            if is_pending
            else "Ends unless it is issued by then."
        )
        amount = money(row.amount_minor, row.currency)
        references = (ref_of(Gesture, row.id), ref_of(Case, row.case_id))
        found.append(Found(ends, row.email, says, references, amount))
    found.sort(key=lambda one: (one.when, one.references))
    return OddityCount(Oddity.HOLD_ENDS, len(found), tuple(found[: asked.most]))
