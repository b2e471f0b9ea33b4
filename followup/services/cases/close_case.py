"""Closing a case: cancel its unsent emails, record its outcome, and report what is left undone."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session, col, select

from followup.domain.cases.case import CaseStatus, Outcome
from followup.domain.goodwill.gesture import GestureKind, GestureState
from followup.domain.outbox.email_kind import TELLING
from followup.domain.outbox.email_reason import EmailReason
from followup.errors import Refused
from followup.services.cases import cases
from followup.services.goodwill import gestures
from followup.services.sequences import enrolments
from followup.services.shared import audit
from followup.services.shared.actors import Actor
from followup.services.shared.references import ref
from followup.store.tables import Case, Email, Gesture

_ANY_OUTCOME = "|".join(Outcome.values())


def close(
    session: Session,
    case: Case,
    *,
    now: datetime,
    actor: Actor,
    because: str | None = None,
    outcome: Outcome | None = None,
) -> Case:
    """Close a case and cancel its unsent emails, in the caller's transaction. For a case that was closed
    without an outcome, record the outcome now.

    Raises Refused for a closed case that has an outcome already, or if no outcome is given for it."""
    if case.status is CaseStatus.CLOSED:
        return _say_outcome(session, case, outcome, now=now, actor=actor, because=because)
    cases.move_case(session, case, CaseStatus.CLOSED, now=now, actor=actor, because=because, outcome=outcome)
    enrolments.end_active(session, case, now=now, because=EmailReason.CASE_CLOSED.of(), actor=actor)
    return case


def _say_outcome(
    session: Session, case: Case, outcome: Outcome | None, *, now: datetime, actor: Actor, because: str | None
) -> Case:
    if case.outcome is not None:
        raise Refused(
            f"{ref(case)} is closed already, as {case.outcome}.",
            hint=f"If that is not so, open it again first: followup case reopen {ref(case)} --because …",
            code="closed_otherwise",
        )
    if outcome is None:
        raise Refused(f"{ref(case)} is closed already.", hint=_say_how(case), code="closed_already")
    case.outcome = outcome
    session.add(case)
    session.flush()
    audit.record(
        session,
        now=now,
        actor=actor,
        action="case outcome",
        subject=ref(case),
        because=because,
        detail={"outcome": outcome.value},
    )
    return case


def hints_for(session: Session, case: Case) -> list[str]:
    """Sentences about what a closed case leaves undone, and how to finish it."""
    unsaid = f"Reports count how it ended as not said. {_say_how(case)}"
    undone = [hint for gesture in gestures.gestures_of(session, case) for hint in _undone(session, gesture)]
    return [*undone, *([unsaid] if case.outcome is None else [])]


def _say_how(case: Case) -> str:
    return f"Say how it ended: followup case close {ref(case)} --outcome {_ANY_OUTCOME}"


def _undone(session: Session, gesture: Gesture) -> Iterator[str]:
    name, state, kind = ref(gesture), gesture.state, gesture.kind
    void = f"followup gesture void {name} --because …"
    if state is GestureState.PENDING:
        yield f"{name} ({kind}) still waits for a decision, and its money is held. Take it back: {void}"
    elif state is GestureState.HELD:
        yield f"{name} ({kind}) is still held, and nobody was told of it. Take it back: {void}"
    elif state is not GestureState.ISSUED:
        return
    elif kind.has_code or kind is GestureKind.APOLOGY:
        if not (_told_since(session, gesture) or _told_in_person_since(session, gesture)):
            yield f"No email told them of {name} ({kind}), and none will. Tell them, or take it back: {void}"
    elif kind.is_handed_over:
        yield f"{name} ({kind}) was promised, and nothing says that they have it: followup gesture pay {name}"
    elif not _told_in_person_since(session, gesture):
        case = ref(session.get_one(Case, gesture.case_id))
        yield (
            f"{name} promised a call, and nothing says that somebody called. Call, and note it: "
            f'followup case note {case} "We spoke." --told Or take it back: {void}'
        )


def _told_since(session: Session, gesture: Gesture) -> bool:
    """Whether an email was sent to the customer since a gesture was issued."""
    query = select(Email.id).where(
        col(Email.case_id) == gesture.case_id,
        col(Email.kind).in_(TELLING),
        col(Email.sent_at) >= gesture.issued_at,
    )
    return session.exec(query).first() is not None


def _told_in_person_since(session: Session, gesture: Gesture) -> bool:
    """Whether somebody has told the customer in person since a gesture was issued."""
    told_at = session.get_one(Case, gesture.case_id).told_at
    return told_at is not None and gesture.issued_at is not None and told_at >= gesture.issued_at
