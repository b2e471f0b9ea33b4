"""A second look at gestures that were requested: what the policy would say today, and what to do about it.

The facts of a case may be corrected after a gesture was requested. Whoever approves or issues it, and whoever
corrects the facts, is told of both offers; nothing is changed by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select
from typing_extensions import TypedDict

from followup.domain.goodwill.gesture import ApprovalState, GestureKind, GestureState, gesture_words
from followup.domain.goodwill.policy.policy_reason import ApprovalNeed, Choice
from followup.domain.goodwill.policy.recommendation import Recommendation
from followup.domain.goodwill.policy.second_look import Difference, Requested, differences
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money
from followup.domain.shared.word import with_article
from followup.errors import Refused, WrongUsage, missing
from followup.services.goodwill import gestures
from followup.services.goodwill.recommendations import AgentChoice, judge
from followup.services.shared.actors import Actor
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.store.references import ref_of
from followup.store.tables import Agent, Approval, AuditEvent, Case, Gesture

RangeDocument = TypedDict("RangeDocument", {"from": str, "to": str})
"""The ends of the range from which an agent chooses an amount."""

_LOOKED_AT = (GestureState.PENDING, GestureState.HELD, GestureState.ISSUED, GestureState.KEPT)
_CORRECTED = ("case set", "customer set", "customer merge")
"""How the audit log names what may change the facts of a case."""

_BEFORE_ISSUE = (Difference.RULE, Difference.APPROVER)
"""What matters only as long as a gesture is not issued."""


@dataclass(frozen=True, slots=True)
class SecondLook:
    """A gesture as it was requested, and what the policy says today: of it (`judged`), and by itself
    (`offer`). `differences` is empty if both agree."""

    gesture: Gesture
    approval: Approval | None
    requested: Requested
    judged: Recommendation
    offer: Recommendation
    differences: tuple[Difference, ...]

    @property
    def approver_role(self) -> Role | None:
        """Who has to approve the gesture today, whoever that was when it was requested; None for nobody."""
        return None if self.judged.need is ApprovalNeed.PER_DAY else self.judged.approver_role

    @property
    def sentence(self) -> str:
        """What was requested, and what the policy says today."""
        was = _named(self.requested.kind, self.requested.amount)
        return f"{ref(self.gesture)} was requested as {was}; today the policy {self._today()}."

    @property
    def hint(self) -> str:
        """What to do, depending on the state of the gesture."""
        case, gesture = ref_of(Case, self.gesture.case_id), ref(self.gesture)
        if self.gesture.state is GestureState.ISSUED:
            more, given = self.offer.amount, self.requested.amount
            same_kind = self.offer.kind is self.requested.kind and self.offer.refused is None
            if same_kind and more is not None and given is not None and more > given:
                return f"Give the rest if it is due: followup gesture request {case} --again --because …"
            return (
                f"If it should not stand: followup gesture void {gesture} --because …, "
                f"then: followup gesture request {case}"
            )
        anew = f"then: followup gesture request {case}"
        if self.approval is None or self.gesture.state is GestureState.HELD:
            return f"Take it back: followup gesture void {gesture} --because …, {anew}"
        counter = self.counter
        other = f"Approve what is right today: {counter}. " if counter else ""
        return (
            f"{other}Or the requester withdraws it: followup approval withdraw {ref(self.approval)}, {anew}"
        )

    @property
    def counter(self) -> str | None:
        """The command that approves today's offer instead; None if there is none to approve."""
        offer = self.offer
        is_same = offer.kind is self.requested.kind and offer.amount == self.requested.amount
        if self.approval is None or offer.refused or offer.kind is None or is_same:
            return None
        if offer.lacks_amount:
            return None
        kind = "" if offer.kind is self.requested.kind else f" --kind {offer.kind}"
        amount = "" if offer.amount is None else f" --amount {offer.amount.text}"
        return f"followup approval counter {ref(self.approval)}{kind}{amount} --because …"

    def _today(self) -> str:
        offered = _offered(self.offer)
        if self.judged.refused is not None:
            why = self.judged.refused.message.rstrip(".")
            instead = "" if self.offer.refused or self.offer.kind is None else f", and would offer {offered}"
            return f"would not allow it ({why}){instead}"
        if self.differences == (Difference.APPROVER,):
            return f"wants a {self.approver_role} to approve it"
        if self.offer.refused is not None:
            return f"would offer nothing ({self.offer.refused.message.rstrip('.')})"
        by = f" by rule {self.offer.rule}" if self.offer.rule else ""
        as_class = f", as {self.offer.gesture_class}" if Difference.CLASS in self.differences else ""
        return f"would offer {offered}{by}{as_class}"


def look_again(
    session: Session, rules: Configuration, gesture: Gesture, *, now: datetime
) -> SecondLook | None:
    """What the policy says today of a gesture that waits, is held or is issued, as if it were not given yet.

    None for one that has ended, and where nothing can be compared: what it was decided by was erased, its
    currency is no longer one of the workspace's, or the policy cannot judge the case. Budgets are left
    out: its money is held."""
    reasoning = gesture.reasoning
    if gesture.state not in _LOOKED_AT or not reasoning or gesture.choice is None:
        return None
    case = session.get_one(Case, gesture.case_id)
    if gesture.currency != case.currency or case.currency not in rules.settings.all_currencies:
        return None
    approval = gestures.approval_of(session, gesture)
    requested = Requested(
        rule=reasoning.get("rule"),
        kind=gesture.kind,
        gesture_class=gesture.gesture_class,
        amount=None if gesture.amount_minor is None else Money(gesture.amount_minor, gesture.currency),
        reasons=reasoning.get("reasons", ()),
        approver_role=approval.approver_role
        if approval is not None and approval.state is ApprovalState.PENDING
        else None,
    )
    agent = session.get_one(Agent, gesture.agent_id)
    decided_by = approval.decided_by if approval is not None else None
    approver = session.get(Agent, decided_by) if decided_by is not None else None

    def judged(choice: AgentChoice | None) -> Recommendation:
        return judge(
            session,
            rules,
            case,
            agent=agent,
            now=now,
            choice=choice,
            approver=approver,
            without=gesture.id or 0,
        )

    try:
        offer = judged(None)
        of_it = offer
        if gesture.choice is not Choice.AS_OFFERED:
            of_it = judged(AgentChoice(gesture.kind, requested.amount))
        elif any(one.kind is gesture.kind for one in offer.alternatives):
            of_it = offer = judged(AgentChoice(gesture.kind))
    except WrongUsage:
        return None
    found = differences(requested, of_it)
    if gesture.state is GestureState.ISSUED:
        found = tuple(one for one in found if one not in _BEFORE_ISSUE)
    return SecondLook(gesture, approval, requested, of_it, offer, found)


def require_same(
    session: Session,
    rules: Configuration,
    gesture: Gesture,
    *,
    now: datetime,
    as_requested: bool,
    because: str | None,
    command: str,
) -> SecondLook | None:
    """Look again before a gesture is issued. Returns what differs if that is meant, None if nothing does.

    `command` is the one that would issue it. Raises Refused with both offers unless it is meant as requested;
    WrongUsage if that has no reason."""
    if as_requested and not (because or "").strip():
        raise missing(
            "--as-requested needs its reason.", hint='Say why it is right: --as-requested --because "…"'
        )
    look = look_again(session, rules, gesture, now=now)
    if look is None or not look.differences:
        return None
    if as_requested:
        return look
    raise Refused(
        look.sentence,
        hint=f"{look.hint}. As requested all the same: {command} --as-requested --because …",
        code="recommendation_changed",
    )


def kept(look: SecondLook | None) -> dict[str, Any] | None:
    """What the audit log keeps of a gesture that is meant as requested: how it differs, and today's offer."""
    if look is None:
        return None
    return {"as_requested": [one.value for one in look.differences], "recommended_now": document(look)}


def issue_held(
    session: Session,
    rules: Configuration,
    gesture: Gesture,
    *,
    now: datetime,
    actor: Actor,
    as_requested: bool = False,
    because: str | None = None,
) -> Gesture:
    """Issue a gesture that was held, as `gestures.issue`.

    Raises Refused also if the policy says something else of it today, unless it is meant `as_requested`,
    which needs its reason."""
    command = f"followup gesture issue {ref(gesture)}"
    look = None
    if gesture.state is GestureState.HELD:
        look = require_same(
            session,
            rules,
            gesture,
            now=now,
            as_requested=as_requested,
            because=because,
            command=command,
        )
    return gestures.issue(session, rules, gesture, now=now, actor=actor, because=because, detail=kept(look))


class RecommendedNow(TypedDict):
    """What the policy would offer today for the case of a gesture, and in what that differs from what was
    requested: `differs` is empty if in nothing. `sentence` says both, `hint` what to do."""

    differs: list[str]
    rule: str | None
    kind: str | None
    amount: str | None
    currency: str
    range: RangeDocument | None
    approver_role: str | None
    refused: str | None
    sentence: str | None
    hint: str | None


def document(look: SecondLook) -> RecommendedNow:
    """A second look as documents have it. `refused` is the code of why the gesture, or else the offer, would
    be refused."""
    offer, refusal = look.offer, look.judged.refused or look.offer.refused
    ends = offer.range
    return {
        "differs": [one.value for one in look.differences],
        "rule": offer.rule,
        "kind": offer.kind.value if offer.kind else None,
        "amount": offer.amount.text if offer.amount else None,
        "currency": offer.currency,
        "range": {"from": ends[0].text, "to": ends[1].text} if ends else None,
        "approver_role": look.approver_role.value if look.approver_role else None,
        "refused": refusal.code if refusal else None,
        "sentence": look.sentence if look.differences else None,
        "hint": look.hint if look.differences else None,
    }


def recommended_now(
    session: Session, rules: Configuration, gesture: Gesture, *, now: datetime
) -> RecommendedNow | None:
    """A second look at a gesture as a document; None as `look_again`."""
    look = look_again(session, rules, gesture, now=now)
    return None if look is None else document(look)


def looks_at_changed(
    session: Session, rules: Configuration, rows: Sequence[tuple[Approval, Gesture]], *, now: datetime
) -> dict[int, SecondLook]:
    """A second look, by the number of the gesture, at each request that the policy judges otherwise today.

    Only those are judged again whose case or customer was corrected since, or that another version of the
    policy decided: one query says which, however many wait."""
    cases = {gesture.case_id for _, gesture in rows}
    found = session.exec(select(Case.id, Case.customer_id).where(col(Case.id).in_(cases)))
    subjects = {number: (ref_of(Case, number), f"customer {customer}") for number, customer in found.all()}
    corrected = select(AuditEvent.subject, func.max(AuditEvent.happened_at)).where(
        col(AuditEvent.subject).in_({one for both in subjects.values() for one in both}),
        col(AuditEvent.action).in_(_CORRECTED),
    )
    newest = dict(session.exec(corrected.group_by(col(AuditEvent.subject))).all())

    def is_older(gesture: Gesture) -> bool:
        moments = [newest[one] for one in subjects[gesture.case_id] if one in newest]
        return any(moment >= gesture.requested_at for moment in moments)

    def by_another_version(gesture: Gesture) -> bool:
        counted = gesture.currency in rules.settings.all_currencies
        return counted and gesture.policy_version != rules.policy_in(gesture.currency).version

    looks = [
        look_again(session, rules, gesture, now=now)
        for approval, gesture in rows
        if approval.state is ApprovalState.PENDING and (by_another_version(gesture) or is_older(gesture))
    ]
    return {look.gesture.id or 0: look for look in looks if look is not None and look.differences}


def looks_at(
    session: Session, rules: Configuration, cases: Iterable[Case], *, now: datetime
) -> dict[int, SecondLook]:
    """A second look at each gesture of these cases that waits, is held or is issued, by its number."""
    numbers = [case.id for case in cases]
    query = select(Gesture).where(col(Gesture.case_id).in_(numbers), col(Gesture.state).in_(_LOOKED_AT))
    looks = {
        gesture.id or 0: look_again(session, rules, gesture, now=now)
        for gesture in session.exec(query.order_by(col(Gesture.id))).all()
    }
    return {number: look for number, look in looks.items() if look is not None}


def what_changed(before: dict[int, SecondLook], after: dict[int, SecondLook]) -> list[str]:
    """Sentences about the gestures of which the policy says something else than before a change, and not what
    they were requested with."""
    return [
        f"{look.sentence} {look.hint}"
        for number, look in after.items()
        if look.differences and (number not in before or _says(look) != _says(before[number]))
    ]


def _says(look: SecondLook) -> object:
    refused = None if look.judged.refused is None else look.judged.refused.code
    offer = look.offer
    return look.differences, refused, offer.rule, offer.kind, offer.amount, offer.range


def _offered(offer: Recommendation) -> str:
    if offer.kind is None:
        return "nothing"
    if offer.lacks_amount and offer.range is None:
        facts = ", ".join(offer.missing_facts) or "a fact"
        return f"{with_article(offer.kind.value)} whose amount is not known ({facts} is missing)"
    return _named(offer.kind, *(offer.range or (offer.amount,)))


def _named(kind: GestureKind, *amounts: Money | None) -> str:
    """A kind with its amount or range: "a refund of 9.00 GBP"."""
    return gesture_words(kind, " to ".join(str(amount) for amount in amounts if amount is not None))
