"""Approvals of gestures that exceed an agent's authority: `followup approval`."""

from typing_extensions import TypedDict

from followup.application.door import Reading, Writing, reads, writes
from followup.domain.goodwill.gesture import ApprovalState, GestureKind
from followup.services.documents import serializers
from followup.services.documents.documents import ApprovalDocument
from followup.services.goodwill import approvals, grounds, second_look
from followup.services.goodwill.second_look import RecommendedNow
from followup.services.people import customers
from followup.services.shared import parse_input
from followup.store.tables import Case, Gesture


class BudgetLeftDocument(TypedDict):
    """What a budget has left beside a request that it holds, until the last day of its period; null for a
    budget with a single one."""

    name: str
    available: str
    currency: str
    until: str | None


class GroundsDocument(TypedDict):
    """What one decides a request by, in short: `approval show` has all of it. `given_before` is what the
    customer's `cases_before` other cases were given; null without such cases."""

    customer: str
    reason: str
    severity: str
    what_happened: str | None
    verbatim: str | None
    reasons: list[str]
    cases_before: int
    given_before: str | None
    budgets: list[BudgetLeftDocument]


class ListedApprovalDocument(ApprovalDocument, GroundsDocument):
    """An approval in a list. `recommended_now` is what the policy would offer today, if that is something
    else than was requested."""

    recommended_now: RecommendedNow | None


@reads("approval list")
def list_approvals(
    work: Reading, state: str | None = "pending", largest: bool = False, limit: int = 50
) -> list[ListedApprovalDocument]:
    """Approvals in a state, or in any with "all": the oldest or the largest first. Raises WrongUsage for an
    unknown state."""
    wanted = None if state in (None, "all") else parse_input.word("state", state, ApprovalState)
    found = approvals.list_approvals(work.session, wanted, limit, by_amount=largest)
    looks = second_look.looks_at_changed(work.session, work.configuration, found, now=work.now)
    return [
        {
            **serializers.approval(work.session, row, gesture),
            "recommended_now": second_look.document(looks[gesture.id or 0])
            if (gesture.id or 0) in looks
            else None,
            **_in_short(work, gesture),
        }
        for row, gesture in found
    ]


def _in_short(work: Reading, gesture: Gesture) -> GroundsDocument:
    case = work.session.get_one(Case, gesture.case_id)
    found = grounds.grounds_of(work.session, gesture)
    return {
        "customer": customers.customer_of(work.session, case).name,
        "reason": case.reason,
        "severity": case.severity.value,
        "what_happened": case.what_happened,
        "verbatim": case.verbatim,
        "reasons": list(found.reasons),
        "cases_before": found.cases_before,
        "given_before": found.given_before.text if found.given_before else None,
        "budgets": [
            {
                "name": one.name,
                "available": one.left.text,
                "currency": one.left.currency,
                "until": one.last_day.isoformat() if one.last_day else None,
            }
            for one in found.budgets
        ],
    }


@writes("approval approve", added=("as_requested",))
def approve(
    work: Writing, reference: str, because: str | None = None, as_requested: bool = False
) -> ApprovalDocument:
    """Approve the gesture as requested: it is issued and its emails are planned.

    Raises Refused for the actor's own request, for too little authority, if it is decided already, and if the
    policy says something else of it today; with `as_requested` and its reason that is approved all the
    same."""
    approval = approvals.find_approval(work.session, reference)
    gesture = approvals.approve(
        work.session,
        work.configuration,
        approval,
        now=work.now,
        actor=work.actor,
        because=because,
        as_requested=as_requested,
    )
    return serializers.approval(work.session, approval, gesture)


@writes("approval reject")
def reject(work: Writing, reference: str, because: str) -> ApprovalDocument:
    """Reject the gesture, with a reason; the held money is released. Raises Refused as `approve`, WrongUsage
    without a reason."""
    approval = approvals.find_approval(work.session, reference)
    gesture = approvals.reject(
        work.session, work.configuration, approval, now=work.now, actor=work.actor, because=because
    )
    return serializers.approval(work.session, approval, gesture)


@writes("approval counter")
def counter(
    work: Writing, reference: str, because: str, amount: str | None = None, kind: str | None = None
) -> ApprovalDocument:
    """Approve another amount or kind, which the requester then issues. Raises Refused as `approve`, and if
    the policy or a budget does not allow it; WrongUsage for an invalid amount or kind."""
    approval = approvals.find_approval(work.session, reference)
    currency = approvals.gesture_of(work.session, approval).currency
    wanted = (
        parse_input.money("amount", amount, currency, work.configuration.settings.locale) if amount else None
    )
    other = parse_input.word("kind", kind, GestureKind) if kind else None
    gesture = approvals.counter(
        work.session,
        work.configuration,
        approval,
        now=work.now,
        actor=work.actor,
        because=because,
        amount=wanted,
        kind=other,
    )
    return serializers.approval(work.session, approval, gesture)


@writes("approval withdraw")
def withdraw(work: Writing, reference: str, because: str | None = None) -> ApprovalDocument:
    """Withdraw the actor's own request; the held money is released. Raises Refused for somebody else's
    request."""
    approval = approvals.find_approval(work.session, reference)
    gesture = approvals.withdraw(
        work.session, work.configuration, approval, now=work.now, actor=work.actor, because=because
    )
    return serializers.approval(work.session, approval, gesture)
