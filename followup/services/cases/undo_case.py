"""Undoing a case: within its grace time a case logged by mistake is taken back with all that followed."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from followup.domain.cases.case import CaseStatus, case_over
from followup.domain.goodwill.gesture import GestureState
from followup.domain.outbox.email_kind import TO_CUSTOMERS
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.domain.people.agent import Role
from followup.domain.people.rights import Right
from followup.domain.shared.local_time import local_text
from followup.errors import Refused
from followup.services.cases import cases
from followup.services.goodwill import gestures, vouchers
from followup.services.goodwill.past_goodwill import COUNTED
from followup.services.people import rights
from followup.services.sequences import enrolments
from followup.services.shared.actors import Actor, manager_needed
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.store.tables import Agent, Case, Email, Gesture

_REACHED = (EmailState.CLAIMED, EmailState.TRANSMITTING, EmailState.IN_DOUBT, EmailState.SENT)


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back with a case."""

    gestures: list[Gesture]
    emails: list[Email]


def undo(
    session: Session,
    rules: Configuration,
    case: Case,
    *,
    now: datetime,
    actor: Actor,
    because: str | None = None,
) -> Undone:
    """Take back a case, its gestures with their money, vouchers and approvals, and its emails, in the
    caller's transaction. The case counts nowhere from then on; the audit log keeps it.

    Raises Refused if the grace time is over, if a colleague logged it and the actor is no manager, if a
    letter has reached the customer or may have, or if something was paid or redeemed. Nothing is changed
    then."""
    session.refresh(case, with_for_update=True)
    _require_time(session, rules, case, now)
    _require_entitled(case, actor.needed_agent)
    given = gestures.gestures_of(session, case)
    for gesture in given:
        _require_not_given(session, case, gesture)
    before = {email.id for email in _emails(session, case) if email.state is EmailState.CANCELLED}
    # Cancel first: a worker that claims one of them meanwhile is seen by the check after it.
    undone = EmailReason.CASE_UNDONE.of(because)
    enrolments.cancel_all(session, case, now=now, because=undone, actor=actor)
    emails = _emails(session, case)
    _require_not_told(case, emails)
    why = because or undone.text
    # The newest first: it may pay what an earlier one kept.
    for gesture in reversed(given):
        if gesture.state in COUNTED:
            gestures.void(session, gesture, now=now, actor=actor, because=why)
    # Another import of the same case must not be refused because of this one.
    case.external_id = None
    cases.move_case(session, case, CaseStatus.UNDONE, now=now, actor=actor, because=because)
    return Undone(given, [email for email in emails if email.id not in before])


def ends_at(rules: Configuration, case: Case) -> datetime | None:
    """Until when a case can be taken back; None if it cannot, because there is no grace time or the case is
    over."""
    return None if case.status.is_over else enrolments.grace_ends_at(rules, case)


def _emails(session: Session, case: Case) -> list[Email]:
    query = select(Email).where(col(Email.case_id) == case.id).order_by(col(Email.id))
    return list(session.exec(query.execution_options(populate_existing=True)).all())


def _require_time(session: Session, rules: Configuration, case: Case, now: datetime) -> None:
    if case.status is CaseStatus.UNDONE:
        raise case_over(ref(case), case.status)
    until = ends_at(rules, case)
    if until is not None and now < until and case.status is CaseStatus.OPEN:
        return
    if until is None:
        what = f"is {case.status.value}" if case.status.is_over else "has no grace time (grace_minutes is 0)"
    elif now >= until:
        what = f"could be taken back until {local_text(until, rules.settings.timezone)}"
    else:
        what = f"is {case.status.value}"
    raise _too_late(session, case, what)


def _too_late(session: Session, case: Case, what: str) -> Refused:
    """The error for a case that cannot be undone any more, with what can be done instead."""
    given = [gesture for gesture in gestures.gestures_of(session, case) if gesture.state in COUNTED]
    void = [f"followup gesture void {ref(gesture)} --because …" for gesture in given]
    close = f"followup case close {ref(case)} --mistake --because …"
    return Refused(f"{ref(case)} {what}.", hint=f"Instead: {'; '.join([*void, close])}", code="undo_too_late")


def _require_entitled(case: Case, agent: Agent) -> None:
    if agent.id != case.agent_id and not rights.holds(agent, Right.CORRECTIONS):
        raise manager_needed(
            f"A colleague logged {ref(case)}, so only they or a {Role.MANAGER} may take it back.",
            hint=f"Ask one of them to: followup case undo {ref(case)}",
        )


def _require_not_given(session: Session, case: Case, gesture: Gesture) -> None:
    """Raise Refused if the customer has something of a gesture already."""
    voucher = vouchers.voucher_of(session, gesture)
    used = "redeemed" if voucher is not None and voucher.redeemed_minor else None
    got = "paid" if gesture.state is GestureState.SPENT and voucher is None else used
    if got is not None:
        void = f"followup gesture void {ref(gesture)} --because …"
        raise Refused(
            f"{ref(gesture)} was {got} already, so {ref(case)} cannot be taken back.",
            hint=f"Instead: {void}; followup case close {ref(case)}",
            code="undo_given",
        )


def _require_not_told(case: Case, emails: list[Email]) -> None:
    """Raise Refused if an email about the case has reached the customer, or may have."""
    told = next((email for email in emails if email.kind in TO_CUSTOMERS and email.state in _REACHED), None)
    if told is not None:
        state = told.state.value.replace("_", " ")
        raise Refused(
            f"{ref(told)} to the customer is {state}, so {ref(case)} cannot be taken back.",
            hint=f"Write to them what is right; see it: followup outbox show {ref(told)}. "
            f"Then: followup case close {ref(case)} --mistake --because …",
            code="undo_told",
        )
