"""Gestures: request, hold, issue, pay, void. Money and emails change in the same transaction."""

import shlex
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from followup.domain.cases.case import case_over
from followup.domain.goodwill.budget import EntryKind, Figure
from followup.domain.goodwill.gesture import (
    GESTURE_MOVES,
    ApprovalState,
    GestureKind,
    GestureState,
)
from followup.domain.goodwill.policy.recommendation import Recommendation
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.people.agent import Role
from followup.domain.people.rights import Right
from followup.domain.shared.money import Money
from followup.domain.shared.reason import Reason
from followup.errors import Refused, WrongUsage, illegal_state
from followup.services.goodwill import (
    budgets,
    gesture_items,
    kept_amounts,
    ledger,
    reach,
    repeated_gestures,
    vouchers,
)
from followup.services.goodwill.past_goodwill import COUNTED
from followup.services.goodwill.recommendations import AgentChoice, advise, refusal_of
from followup.services.goodwill.repeated_gestures import Repetition
from followup.services.people import customers, rights
from followup.services.sequences import (
    also_told,
    colleague_emails,
    enrolments,
    sender_eligibility,
    single_emails,
    telling,
)
from followup.services.shared import audit, parse_input
from followup.services.shared.actors import Actor
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import find, ref
from followup.store.tables import Agent, Approval, Case, Gesture


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an agent requests. Empty fields mean what the policy recommends. `again`: it is meant,
    although the case or its order was given something."""

    kind: GestureKind | None = None
    amount: Money | None = None
    because: str | None = None
    item: str | None = None
    hold_only: bool = False
    again: bool = False


def request_gesture(
    session: Session, rules: Configuration, case: Case, wish: Wish, *, now: datetime, actor: Actor
) -> Gesture:
    """Hold a gesture's money in its budgets and, within the agent's authority, issue it and enrol the case.

    Above the authority an approval is created. Raises Refused with the rule that forbids it, or if it repeats
    what was given and is not meant; WrongUsage if nothing is recommended, an amount must be chosen, or what
    is meant again has no reason. Nothing is written then."""
    repeated_gestures.require_reason(wish.again, wish.because)
    _require_not_closed(case)
    repeated_gestures.lock_case(session, case)
    agent = _locked(session, actor.needed_agent)
    advice, found = _granted(session, rules, case, agent, wish, now)
    assert advice.kind is not None
    assert advice.gesture_class is not None
    assert case.id is not None
    assert agent.id is not None
    gesture = Gesture(
        case_id=case.id,
        agent_id=agent.id,
        state=GestureState.PENDING if advice.needs_approval else GestureState.HELD,
        kind=advice.kind,
        gesture_class=advice.gesture_class,
        amount_minor=advice.amount.amount_minor if advice.amount else None,
        currency=case.currency,
        item=gesture_items.item_of(case, advice.kind, wish.item),
        points=advice.points,
        rule=advice.rule,
        policy_version=advice.policy_version,
        because=wish.because or (case.again_because if found.earlier else None),
        again=bool(found.earlier),
        reasoning=advice.to_document(),
        choice=advice.choice,
        looks_first=advice.looks_first,
        requested_at=now,
    )
    session.add(gesture)
    session.flush()
    kept = kept_amounts.keep_or_add(
        session, case, gesture, advice.added_up, hold_only=wish.hold_only, now=now, actor=actor
    )
    if not kept:
        hold(session, gesture, case, agent, now=now, actor=actor)
    audit.record(
        session,
        now=now,
        actor=actor,
        action="gesture request",
        subject=ref(gesture),
        because=gesture.because,
        detail={
            "case": ref(case),
            "kind": gesture.kind.value,
            "amount": _amount_text(gesture),
            **({"item": gesture.item} if gesture.item else {}),
            **({"points": gesture.points} if gesture.points else {}),
            **({"kept": advice.added_up.to_document()} if advice.added_up else {}),
            **({"again_after": [ref(one) for one in found.earlier]} if found.earlier else {}),
        },
    )
    if kept:
        telling.tell(session, rules, case, gesture, now=now, actor=actor)
    elif advice.needs_approval:
        _ask_for_approval(session, rules, gesture, advice, now=now, actor=actor)
    elif not wish.hold_only:
        issue(session, rules, gesture, now=now, actor=actor)
    return gesture


def _typed(wish: Wish) -> str:
    """The flags of `gesture request` of a wish, with a space before each; not its reason."""
    kind = None if wish.kind is None else wish.kind.value
    amount = None if wish.amount is None else wish.amount.text
    valued = {"--kind": kind, "--amount": amount, "--item": wish.item}
    flags = [f" {flag} {shlex.quote(value)}" for flag, value in valued.items() if value]
    return "".join([*flags, *([" --hold"] if wish.hold_only else [])])


def _granted(
    session: Session, rules: Configuration, case: Case, agent: Agent, wish: Wish, now: datetime
) -> tuple[Recommendation, Repetition]:
    """What the policy grants of a wish: a kind, with the amount it needs; and what it repeats. Raises as
    `request_gesture`."""
    advice = advise(
        session, rules, case, agent=agent, now=now, choice=AgentChoice(kind=wish.kind, amount=wish.amount)
    )
    found = repeated_gestures.repetition(session, case, advice)
    repeated = repeated_gestures.refusal(
        session, rules, case, found, again=wish.again, because=wish.because, typed=_typed(wish)
    )
    if repeated is not None:
        raise repeated
    refusal = refusal_of(advice)
    if refusal is not None:
        raise refusal
    if advice.kind is None or advice.gesture_class is None:
        raise WrongUsage(
            f"No rule recommends a gesture for {ref(case)}.",
            hint="Choose one: --kind and --amount; see why: followup policy explain " + ref(case),
            code="nothing_recommended",
        )
    if advice.lacks_amount:
        raise _no_amount(advice.range, advice.missing_facts, case)
    reach.require(customers.customer_of(session, case), case, advice.kind)
    require_note(advice, wish.because)
    return advice, found


def _ask_for_approval(
    session: Session,
    rules: Configuration,
    gesture: Gesture,
    advice: Recommendation,
    *,
    now: datetime,
    actor: Actor,
) -> None:
    """Let a gesture above authority wait for somebody, who is asked, and plan what the customer is told
    if that takes long."""
    assert advice.approver_role is not None
    assert advice.need is not None
    assert gesture.id is not None
    days = rules.settings.approval_business_days
    approval = Approval(
        gesture_id=gesture.id,
        state=ApprovalState.PENDING,
        approver_role=advice.approver_role,
        need=advice.need,
        requested_at=now,
        expires_at=rules.calendar().add_business_days(now, days),
    )
    session.add(approval)
    session.flush()
    colleague_emails.ask_approvers(session, gesture, approval, now=now)
    single_emails.plan_delay(session, rules, gesture, now=now, actor=actor)


def hold(
    session: Session,
    gesture: Gesture,
    case: Case,
    requester: Agent,
    *,
    now: datetime,
    actor: Actor,
    occasion: str = "",
) -> None:
    """Hold the gesture's money in every budget that applies to it. Raises Refused, holding none, if one does
    not fit."""
    if gesture.amount_minor is None:
        return
    segment = customers.customer_of(session, case).segment
    drawn = budgets.applying(
        session, case, requester, segment, gesture.kind, gesture.gesture_class, gesture.currency
    )
    ledger.hold(session, gesture, drawn, now=now, actor=actor, occasion=occasion)


def issue(
    session: Session,
    rules: Configuration,
    gesture: Gesture,
    *,
    now: datetime,
    actor: Actor,
    because: str | None = None,
    detail: dict[str, Any] | None = None,
) -> Gesture:
    """Commit the money and enrol the case in its emails. A gesture that is issued already is returned
    unchanged; one that is kept is paid out with all that is kept in its sum.

    Raises Refused while an approval is pending, or after the gesture has ended."""
    if gesture.state is GestureState.ISSUED:
        return gesture
    if gesture.state is GestureState.PENDING:
        approval = approval_of(session, gesture)
        if approval is not None and approval.state is ApprovalState.PENDING:
            raise Refused(
                f"{ref(gesture)} waits for a {approval.approver_role} to approve it.",
                hint=f"A {approval.approver_role} can: followup approval approve {ref(approval)} --because …",
                code="approval_pending",
            )
    case = session.get(Case, gesture.case_id)
    assert case is not None
    _require_not_closed(case)
    if gesture.state is GestureState.KEPT:
        kept_amounts.pay_out(session, gesture, now=now, actor=actor)
    _move(session, gesture, GestureState.ISSUED)
    gesture.issued_at = now
    if gesture.amount_minor is not None:
        ledger.move(session, gesture, EntryKind.COMMIT, Figure.HELD, now=now, actor=actor)
    notify = gesture.reasoning.get("notify")
    if notify:
        role = parse_input.word("role", notify, Role)
        colleague_emails.tell(session, gesture, role, now=now, issued_by=actor.agent)
    if gesture.kind.has_code:
        vouchers.issue(session, rules, gesture, now=now)
    telling.tell(session, rules, case, gesture, now=now, actor=actor)
    audit.record(
        session,
        now=now,
        actor=actor,
        action="gesture issue",
        subject=ref(gesture),
        because=because,
        detail=detail,
    )
    return gesture


def pay(session: Session, gesture: Gesture, *, now: datetime, actor: Actor, because: str | None) -> Gesture:
    """Record that an issued gesture was handed over: a refund, credit or gift paid, an item sent or mended.
    Committed money becomes spent.

    Raises Refused for a gesture with nothing to hand over, or one that is not issued."""
    if gesture.kind.has_code:
        raise Refused(
            f"A {gesture.kind} is redeemed, not paid.",
            hint="Redeem its code: followup voucher redeem CODE",
            code="not_payable",
        )
    if not gesture.kind.is_handed_over:
        raise Refused(
            f"{ref(gesture)} is worth no money, so nothing is paid.",
            hint=f"See what it is: followup gesture show {ref(gesture)}",
            code="no_money",
        )
    _move(session, gesture, GestureState.SPENT)
    gesture.ended_at = now
    if gesture.amount_minor is not None:
        ledger.move(session, gesture, EntryKind.SPEND, Figure.COMMITTED, now=now, actor=actor)
    audit.record(session, now=now, actor=actor, action="gesture pay", subject=ref(gesture), because=because)
    return gesture


def void(session: Session, gesture: Gesture, *, now: datetime, actor: Actor, because: str) -> Gesture:
    """Take a gesture back: its money is released to the period that held it (or reversed, if it was spent),
    and its unsent emails are cancelled.

    Raises Refused if it has ended. Raises Refused also for a paid gesture if the actor requested it: voiding
    lowers their caps and their total of the day, so somebody else has to do it."""
    if not because.strip():
        raise WrongUsage(
            "Taking a gesture back needs its reason.",
            hint='Say it: --because "…"',
            code="void_without_reason",
        )
    session.refresh(gesture, with_for_update=True)
    kept_amounts.require_not_added(gesture)
    if gesture.state is GestureState.SPENT:
        _require_other(gesture, actor)
    voucher = vouchers.voucher_of(session, gesture)
    if voucher is not None:
        vouchers.void(session, voucher, now=now, actor=actor, because=because)
    else:
        was = _move(session, gesture, GestureState.VOID)
        gesture.ended_at = now
        release(session, gesture, was, now=now, actor=actor)
    kept_amounts.keep_again(session, gesture, now=now, actor=actor)
    approval = approval_of(session, gesture)
    if approval is not None and approval.state is ApprovalState.PENDING:
        approval.state = ApprovalState.WITHDRAWN
        approval.decided_at = now
        approval.because = because
        session.add(approval)
    enrolments.end_for_gesture(session, gesture, now=now, because=EmailReason.GESTURE_VOID.of(), actor=actor)
    audit.record(session, now=now, actor=actor, action="gesture void", subject=ref(gesture), because=because)
    return gesture


def release(
    session: Session,
    gesture: Gesture,
    was: GestureState,
    *,
    now: datetime,
    actor: Actor,
    occasion: str = "",
) -> None:
    """Release the money of a gesture that has ended; `was` is its state before."""
    if gesture.amount_minor is None or was is GestureState.KEPT:
        return
    if was is GestureState.SPENT:
        ledger.move(session, gesture, EntryKind.REVERSE, Figure.SPENT, now=now, actor=actor)
    source = Figure.COMMITTED if was in (GestureState.ISSUED, GestureState.SPENT) else Figure.HELD
    ledger.move(session, gesture, EntryKind.RELEASE, source, now=now, actor=actor, occasion=occasion)


def end(session: Session, gesture: Gesture, to: GestureState, *, now: datetime, actor: Actor) -> None:
    """End a gesture that was never issued (rejected, withdrawn, expired)."""
    was = _move(session, gesture, to)
    gesture.ended_at = now
    release(session, gesture, was, now=now, actor=actor)
    kept_amounts.keep_again(session, gesture, now=now, actor=actor)


def require_note(advice: Recommendation, because: str | None) -> None:
    """Raise Refused if the policy requires a longer explanation than `because`."""
    if advice.note_words and len((because or "").split()) < advice.note_words:
        raise Refused(
            f"A gesture of {advice.amount} must be explained in {advice.note_words} words or more.",
            hint='Say what happened and why it is right: --because "…"',
            code="note_too_short",
        )


def not_written_because(session: Session, gesture: Gesture) -> Reason[EmailReason] | None:
    """Why no email tells the customer of an issued or kept gesture, so that somebody has to; None if an email
    does."""
    if gesture.state not in (GestureState.ISSUED, GestureState.KEPT):
        return None
    case = session.get_one(Case, gesture.case_id)
    if also_told.was_ever_to_be_told(session, gesture):
        return None
    return sender_eligibility.not_enrolled_because(
        session, case, now=gesture.issued_at or gesture.requested_at
    )


def _require_not_closed(case: Case) -> None:
    if case.status.is_over:
        raise case_over(ref(case), case.status, ", so nobody would be told")


def _require_other(gesture: Gesture, actor: Actor) -> None:
    other = actor.needed_agent
    if other.id == gesture.agent_id or not rights.holds(other, Right.CORRECTIONS):
        raise Refused(
            f"{ref(gesture)} was {gesture.kind.handed_over}; only a {Role.MANAGER} who did not request it "
            "may take it back.",
            hint=f"Ask a {Role.MANAGER}: followup gesture void {ref(gesture)} --because …",
            code="void_needs_manager",
        )


def find_gesture(session: Session, text: str) -> Gesture:
    """The gesture with a reference. Raises WrongUsage or NotFound."""
    return find(session, Gesture, text)


def gestures_of(session: Session, case: Case) -> list[Gesture]:
    """The gestures of a case, oldest first."""
    query = select(Gesture).where(col(Gesture.case_id) == case.id).order_by(col(Gesture.id))
    return list(session.exec(query).all())


def given_of(session: Session, case: Case) -> list[Gesture]:
    """The gestures of a case that count as given, oldest first."""
    return [gesture for gesture in gestures_of(session, case) if gesture.state in COUNTED]


def approval_of(session: Session, gesture: Gesture) -> Approval | None:
    """The approval of a gesture, if it needed one."""
    return session.exec(select(Approval).where(col(Approval.gesture_id) == gesture.id)).first()


def _move(session: Session, gesture: Gesture, to: GestureState) -> GestureState:
    """Change the state of a gesture and return the state before. Raises Refused if the change is not allowed.
    Locks the row, so that simultaneous changes run one after the other."""
    session.flush()
    session.refresh(gesture, with_for_update=True)
    if to not in GESTURE_MOVES[gesture.state]:
        raise illegal_state(
            f"{ref(gesture)} is {gesture.state}, so it cannot become {to}.",
            hint=f"See what happened to it: followup gesture show {ref(gesture)}",
        )
    was = gesture.state
    gesture.state = to
    session.add(gesture)
    return was


def _locked(session: Session, agent: Agent) -> Agent:
    """The agent, locked until the transaction ends: their total of the day is read, then increased."""
    return session.exec(select(Agent).where(col(Agent.id) == agent.id).with_for_update()).one()


def _amount_text(gesture: Gesture) -> str | None:
    return None if gesture.amount_minor is None else str(Money(gesture.amount_minor, gesture.currency))


def _no_amount(offered: tuple[Money, Money] | None, missing: tuple[str, ...], case: Case) -> WrongUsage:
    if offered is not None:
        return WrongUsage(
            f"The policy leaves the amount to you, from {offered[0]} to {offered[1]}.",
            hint=f"Choose: followup gesture request {ref(case)} --amount {offered[0].text}",
            code="choose_amount_in_range",
        )
    return WrongUsage(
        f"The amount cannot be worked out: {', '.join(missing) or 'nothing is recommended'} is missing.",
        hint="Give --amount, or record the missing fact when the case is opened: --fact NAME=VALUE",
        code="missing_fact",
    )
