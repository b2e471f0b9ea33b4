"""Enrolments: a case on its way through a sequence, and the outbox rows that this makes."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from followup.domain.case import Feeling
from followup.domain.email_state import UNSENT_STATES, EmailKind, EmailState
from followup.domain.enrolment import EnrolmentState
from followup.domain.gesture import GestureKind
from followup.domain.sequence import Sequence, Step, StepCondition, due_times
from followup.errors import NotFound, Refused
from followup.services import audit, cases
from followup.services.actors import Actor
from followup.services.references import ref
from followup.services.rules import Rules
from followup.store.tables import Case, Email, Enrolment, Gesture

PAUSED = "the sequence is paused"
"""Why an email of a paused sequence is deferred."""


def enrol(
    session: Session,
    rules: Rules,
    case: Case,
    gesture: Gesture | None,
    *,
    now: datetime,
    actor: Actor,
    sequence: str | None = None,
    by_hand: bool = False,
) -> Enrolment | None:
    """Enrol a case and write one outbox row per step, in the caller's transaction.

    None where nothing automatic should be sent: the case is in a sequence already, the customer was
    written to about it before (unless somebody asks for it `by_hand`), or is distressed and a person must
    call. Raises NotFound for an unknown sequence."""
    if not_enrolled_because(session, case, by_hand=by_hand) is not None:
        return None
    chosen = find_sequence(rules, sequence)
    customer = cases.customer_of(session, case)
    assert case.id is not None
    enrolment = Enrolment(
        case_id=case.id,
        gesture_id=gesture.id if gesture else None,
        sequence=chosen.name,
        state=EnrolmentState.ACTIVE,
        started_at=now,
    )
    session.add(enrolment)
    session.flush()
    for step, due_at in zip(chosen.steps, due_times(chosen, now, rules.calendar(customer)), strict=True):
        skipped_because = _skipped_because(step, case, gesture)
        session.add(
            Email(
                enrolment_id=enrolment.id,
                case_id=case.id,
                kind=EmailKind.STEP,
                step=step.number,
                template=step.template,
                to_address=customer.email,
                state=EmailState.SKIPPED if skipped_because else EmailState.SCHEDULED,
                due_at=due_at,
                reason=skipped_because,
            )
        )
    session.flush()
    audit.record(
        session,
        now=now,
        actor=actor,
        action="sequence enrol",
        subject=ref(case),
        detail={"sequence": chosen.name},
    )
    return enrolment


def not_enrolled_because(session: Session, case: Case, *, by_hand: bool = False) -> str | None:
    """Why nothing automatic should be sent for a case, if it should not."""
    if case.feeling is Feeling.DISTRESSED:
        return "the customer is distressed, so a person must call"
    if active_enrolment(session, case) is not None:
        return "it is in a sequence already"
    if not by_hand and _written_to(session, case):
        return "this customer was written to about it already, and nobody apologises twice"
    return None


def _written_to(session: Session, case: Case) -> bool:
    sent = select(Email.id).where(
        col(Email.case_id) == case.id, col(Email.enrolment_id).is_not(None), col(Email.sent_at).is_not(None)
    )
    return session.exec(sent).first() is not None


def find_sequence(rules: Rules, name: str | None) -> Sequence:
    """The sequence with a name; without one, the default. Raises NotFound."""
    wanted = name or rules.sequences.default
    found = rules.sequences.by_name.get(wanted)
    if found is None:
        raise NotFound(
            f"There is no sequence {wanted}.",
            hint=f"The sequences are: {', '.join(sorted(rules.sequences.by_name))}.",
            code="unknown_sequence",
        )
    return found


def _skipped_because(step: Step, case: Case, gesture: Gesture | None) -> str | None:
    promised = bool(case.promised) or (gesture is not None and gesture.amount_minor is not None)
    called = gesture is not None and gesture.kind is GestureKind.CALLBACK
    if step.only_if is StepCondition.PROMISED and not (promised or called):
        return "nothing was promised"
    return None


def active_enrolment(session: Session, case: Case) -> Enrolment | None:
    """The enrolment of a case that still sends, or is paused."""
    return session.exec(
        select(Enrolment)
        .where(
            col(Enrolment.case_id) == case.id,
            col(Enrolment.state).in_((EnrolmentState.ACTIVE, EnrolmentState.PAUSED)),
        )
        .order_by(col(Enrolment.id).desc())
    ).first()


def end_for_gesture(session: Session, gesture: Gesture, *, now: datetime, because: str) -> None:
    """End the enrolment that a gesture started, and cancel its emails that have not gone out."""
    enrolment = session.exec(
        select(Enrolment).where(
            col(Enrolment.gesture_id) == gesture.id,
            col(Enrolment.state).in_((EnrolmentState.ACTIVE, EnrolmentState.PAUSED)),
        )
    ).first()
    if enrolment is not None:
        _end(session, enrolment, now=now, because=because)


def complete_if_done(session: Session, enrolment_id: int | None, *, now: datetime) -> None:
    """Complete an enrolment of which nothing is left to send, so that the case can be enrolled anew.

    An email in doubt is left: a person may send it again."""
    if enrolment_id is None:
        return
    left = (*UNSENT_STATES, EmailState.CLAIMED, EmailState.TRANSMITTING, EmailState.IN_DOUBT)
    query = select(Email.id).where(col(Email.enrolment_id) == enrolment_id, col(Email.state).in_(left))
    enrolment = session.get_one(Enrolment, enrolment_id)
    if enrolment.state is EnrolmentState.ACTIVE and session.exec(query).first() is None:
        enrolment.state = EnrolmentState.COMPLETED
        enrolment.ended_at = now
        session.add(enrolment)
        session.flush()


def newest_enrolment(session: Session, case: Case) -> Enrolment | None:
    """The enrolment of a case that was made last, whatever became of it."""
    return session.exec(
        select(Enrolment).where(col(Enrolment.case_id) == case.id).order_by(col(Enrolment.id).desc())
    ).first()


def pause(session: Session, case: Case, *, now: datetime, actor: Actor, because: str) -> Enrolment:
    """Hold the emails of a case. Raises Refused where it is in no sequence, or paused already."""
    return _set_state(session, case, EnrolmentState.ACTIVE, EnrolmentState.PAUSED, now, actor, because)


def resume(session: Session, case: Case, *, now: datetime, actor: Actor) -> Enrolment:
    """Go on with a paused case; what fell due meanwhile goes out next. Raises Refused."""
    return _set_state(session, case, EnrolmentState.PAUSED, EnrolmentState.ACTIVE, now, actor, None)


def _set_state(
    session: Session,
    case: Case,
    was: EnrolmentState,
    to: EnrolmentState,
    now: datetime,
    actor: Actor,
    because: str | None,
) -> Enrolment:
    enrolment = active_enrolment(session, case)
    if enrolment is None or enrolment.state is not was:
        raise Refused(
            f"The sequence of {ref(case)} is not {was}.",
            hint=f"See: followup sequence timeline {ref(case)}",
            code="illegal_state",
        )
    enrolment.state = to
    session.add(enrolment)
    session.flush()
    if to is EnrolmentState.ACTIVE:
        session.execute(
            update(Email)
            .where(col(Email.enrolment_id) == enrolment.id, col(Email.reason) == PAUSED)
            .where(col(Email.state) == EmailState.DEFERRED)
            .values(due_at=now, reason=None)
            .execution_options(synchronize_session="fetch")
        )
    audit.record(
        session, now=now, actor=actor, action=f"sequence {to.value}", subject=ref(case), because=because
    )
    return enrolment


def unenrol(session: Session, case: Case, *, now: datetime, actor: Actor, because: str) -> Enrolment:
    """Stop the emails of a case, for a reason. Raises Refused where none are to come."""
    enrolment = active_enrolment(session, case)
    if enrolment is None:
        raise Refused(
            f"{ref(case)} is in no sequence.",
            hint=f"See: followup sequence timeline {ref(case)}",
            code="not_enrolled",
        )
    _end(session, enrolment, now=now, because=because)
    audit.record(session, now=now, actor=actor, action="sequence unenrol", subject=ref(case), because=because)
    return enrolment


def _end(session: Session, enrolment: Enrolment, *, now: datetime, because: str) -> None:
    enrolment.state = EnrolmentState.ENDED
    enrolment.ended_at = now
    enrolment.ended_because = because
    session.add(enrolment)
    session.execute(
        update(Email)
        .where(col(Email.enrolment_id) == enrolment.id, col(Email.state).in_(UNSENT_STATES))
        .values(state=EmailState.CANCELLED, reason=because)
        .execution_options(synchronize_session="fetch")
    )
    session.flush()


def emails_of(session: Session, case: Case) -> list[Email]:
    """The emails to the customer of a case, in the order in which they are due."""
    query = (
        select(Email)
        .where(col(Email.case_id) == case.id, col(Email.enrolment_id).is_not(None))
        .order_by(col(Email.due_at), col(Email.id))
    )
    return list(session.exec(query).all())
