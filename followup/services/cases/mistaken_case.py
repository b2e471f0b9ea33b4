"""A case that was logged by mistake, noticed after its grace time: it is taken out of all that counts."""

from datetime import datetime

from sqlmodel import Session

from followup.domain.cases.case import CaseStatus, case_over
from followup.domain.goodwill.gesture import GestureState
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.people.agent import Role
from followup.domain.people.rights import Right
from followup.errors import Refused, WrongUsage
from followup.services.cases import cases, owners
from followup.services.goodwill import gestures
from followup.services.goodwill.past_goodwill import COUNTED
from followup.services.people import rights
from followup.services.sequences import enrolments
from followup.services.shared.actors import Actor, manager_needed
from followup.services.shared.references import ref
from followup.store.tables import Case, Email


def take_out(
    session: Session, case: Case, *, now: datetime, actor: Actor, because: str | None
) -> list[Email]:
    """Take a case that was logged by mistake out of outcomes, reports, lists and counts, in the caller's
    transaction. Requests that wait are withdrawn, and no email about it goes out any more. Returns the emails
    that its customer has had, who should hear that it was a mistake.

    Raises WrongUsage without a reason, Refused if the customer was given something that was not taken back,
    or if the actor is not entitled: who logged it or owns it, and a manager once the customer was written to,
    has written, or an outcome was recorded."""
    session.refresh(case, with_for_update=True)
    if case.status is CaseStatus.UNDONE:
        raise case_over(ref(case), case.status)
    if not because or not because.strip():
        raise WrongUsage(
            "Taking a case out of what counts needs its reason.",
            hint='Say it: --because "…"',
            code="mistake_without_reason",
        )
    told = [email for email in enrolments.emails_of(session, case) if email.sent_at is not None]
    _require_entitled(session, case, actor, is_known=bool(told))
    _require_nothing_given(session, case)
    enrolments.cancel_all(session, case, now=now, because=EmailReason.CASE_UNDONE.of(because), actor=actor)
    for gesture in reversed(gestures.gestures_of(session, case)):
        if gesture.state in COUNTED:
            gestures.void(session, gesture, now=now, actor=actor, because=because)
    cases.move_case(session, case, CaseStatus.UNDONE, now=now, actor=actor, because=because)
    return told


def _require_entitled(session: Session, case: Case, actor: Actor, *, is_known: bool) -> None:
    agent = actor.needed_agent
    own = agent.id in (case.agent_id, owners.owner_of(session, case).id)
    is_known = is_known or case.replied_at is not None or case.outcome is not None
    if rights.holds(agent, Right.CORRECTIONS) or (own and not is_known):
        return
    why = "it has been written about, or has an outcome" if own else "a colleague has it"
    raise manager_needed(
        f"{ref(case)} counts until a {Role.MANAGER} says that it was logged by mistake: {why}.",
        hint=f"Ask one to: followup case close {ref(case)} --mistake --because …",
    )


def _require_nothing_given(session: Session, case: Case) -> None:
    """Raise Refused if a gesture was issued and not taken back."""
    given = [
        gesture
        for gesture in gestures.gestures_of(session, case)
        if gesture.issued_at is not None and gesture.state is not GestureState.VOID
    ]
    if not given:
        return
    first = given[0]
    hint = f"First take it back: followup gesture void {ref(first)} --because …"
    if first.state is GestureState.EXPIRED:
        close = f"followup case close {ref(case)} --outcome …"
        hint = f"It was promised, so the case counts. Say how it ended: {close}"
    raise Refused(
        f"{ref(first)} ({first.kind}) of {ref(case)} was given, and not taken back.",
        hint=hint,
        code="mistake_given",
    )
