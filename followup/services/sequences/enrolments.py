"""Enrolments: a case's run through a sequence, and the outbox rows that it creates."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from followup.domain.goodwill.gesture import GestureState
from followup.domain.outbox.email_kind import TO_CUSTOMERS, EmailKind
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import UNSENT_STATES, EmailState
from followup.domain.sequences.enrolment import EnrolmentState
from followup.domain.sequences.sequence import Sequence, Step, StepCondition, due_times
from followup.domain.sequences.single_email import Single
from followup.domain.shared.local_time import local_text
from followup.domain.shared.reason import Reason
from followup.errors import Refused, illegal_state
from followup.services.sequences import also_told, email_events, sender_eligibility, wordings
from followup.services.sequences.sender_eligibility import OPEN_STATES, active_enrolment
from followup.services.shared import audit
from followup.services.shared.actors import DAEMON, Actor
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.services.shared.settled import overdue_from
from followup.store.tables import NO_REASON, NOT_HELD, Case, Customer, Email, Enrolment, Gesture

_TIME_TO_ANSWER = timedelta(days=3)
"""How long a customer has at least between being asked whether something arrived and the closing email."""


def enrol(
    session: Session,
    rules: Configuration,
    case: Case,
    gesture: Gesture | None,
    *,
    now: datetime,
    actor: Actor,
    sequence: str | None = None,
    by_hand: bool = False,
    because: str | None = None,
) -> Enrolment | None:
    """Enrol a case and insert one outbox row per step, in the caller's transaction.

    Returns None if no automatic email may be sent, see `sender_eligibility.not_enrolled_because`. With
    `by_hand` a person may still enrol a customer who was written to before, giving the reason in `because`;
    WrongUsage without one. Raises NotFound for an unknown sequence."""
    if sender_eligibility.not_enrolled_because(session, case, now=now, by_hand=by_hand) is not None:
        return None
    if by_hand and not because:
        sender_eligibility.require_no_reason_against(session, case, now=now)
    chosen = rules.sequences.named(sequence or rules.sequences.for_kind(gesture.kind if gesture else None))
    customer = session.get_one(Customer, case.customer_id)
    assert case.id is not None
    enrolment = Enrolment(
        case_id=case.id,
        gesture_id=gesture.id if gesture else None,
        sequence=chosen.name,
        state=EnrolmentState.ACTIVE,
        wording=wordings.next_wording(session, case, gesture),
        started_at=now,
    )
    session.add(enrolment)
    session.flush()
    others = [one for one in also_told.untold(session, case) if one.id != enrolment.gesture_id]
    others = [one for one in others if sender_eligibility.may_be_named(one, customer)]
    emails = _emails(rules, chosen, enrolment, case, [gesture, *others], customer)
    session.add_all(emails)
    session.flush()
    for other in others:
        also_told.tell_in(session, emails[0], other)
    planned = [
        (
            email.id,
            email.state,
            email.why or EmailReason.PLANNED.of(local_text(email.due_at, customer.timezone)),
        )
        for email in emails
    ]
    email_events.record(session, planned, now=now, actor=actor)
    audit.record(
        session,
        now=now,
        actor=actor,
        action="sequence enrol",
        subject=ref(case),
        because=because,
        detail={"sequence": chosen.name},
    )
    return enrolment


def _emails(
    rules: Configuration,
    sequence: Sequence,
    enrolment: Enrolment,
    case: Case,
    told: Iterable[Gesture | None],
    customer: Customer,
) -> list[Email]:
    """The emails of an enrolment that tells of these gestures."""
    gestures = [gesture for gesture in told if gesture is not None]
    calendar = rules.calendar(customer)
    due = due_times(sequence, enrolment.started_at, calendar)
    graces = [grace_ends_at(rules, case), *(grace_ends_at(rules, case, gesture) for gesture in gestures)]
    grace = max((ends for ends in graces if ends is not None), default=None)
    if grace is not None and grace > enrolment.started_at:
        due = tuple(max(due_at, calendar.next_open(grace)) for due_at in due)
    due = _once_it_is_due(rules, sequence, due, gestures, enrolment.started_at, customer)
    skipped = [_skipped_because(step, case, gestures) for step in sequence.steps]
    return [
        Email(
            enrolment_id=enrolment.id,
            case_id=enrolment.case_id,
            kind=EmailKind.STEP,
            step=step.number,
            template=step.template,
            to_address=customer.email,
            state=EmailState.SKIPPED if skipped_because else EmailState.SCHEDULED,
            due_at=due_at,
            reason_code=skipped_because,
        )
        for step, due_at, skipped_because in zip(sequence.steps, due, skipped, strict=True)
    ]


def _once_it_is_due(
    rules: Configuration,
    sequence: Sequence,
    due: tuple[datetime, ...],
    gestures: list[Gesture],
    started_at: datetime,
    customer: Customer,
) -> tuple[datetime, ...]:
    """The due times of the steps, where the one that asks whether something arrived waits until the day by
    which it was promised is over, and later ones leave the customer time to answer it."""
    days = [overdue_from(rules, gesture.kind, gesture.issued_at or started_at) for gesture in gestures]
    late = max((day for day in days if day is not None), default=None)
    calendar = rules.calendar(customer)
    earliest, times = None, []
    for step, due_at in zip(sequence.steps, due, strict=True):
        if step.only_if is StepCondition.PROMISED and late:
            times.append(max(due_at, calendar.next_open(late)))
            earliest = calendar.next_open(times[-1] + _TIME_TO_ANSWER)
        else:
            times.append(max(due_at, earliest) if earliest else due_at)
    return tuple(times)


def grace_ends_at(rules: Configuration, case: Case, gesture: Gesture | None = None) -> datetime | None:
    """Until when no email of a case, or of a gesture of it, goes out; None if there is no grace time."""
    minutes = rules.settings.grace_minutes
    since = max(case.logged_at, gesture.issued_at or case.logged_at) if gesture else case.logged_at
    return since + timedelta(minutes=minutes) if minutes else None


def is_to_come(session: Session, case: Case) -> bool:
    """Whether an unsent email will tell the customer of a case something new. Reminders of vouchers do not
    count."""
    if case.status.is_over:
        return False
    query = select(Email.id).where(
        col(Email.case_id) == case.id,
        col(Email.kind).in_(TO_CUSTOMERS),
        col(Email.template) != Single.VOUCHER_EXPIRING.value,
        col(Email.state).in_(UNSENT_STATES),
    )
    return session.exec(query).first() is not None


def wording_for(session: Session, case: Case, gesture: Gesture | None = None) -> int:
    """The wording number for the emails of a case: that of its newest enrolment, or of the one it would
    start."""
    newest = newest_enrolment(session, case)
    return wordings.next_wording(session, case, gesture) if newest is None else newest.wording


def untold_gesture(session: Session, case: Case) -> Gesture | None:
    """The newest issued gesture of a case that no email has told of, and none is to."""
    waiting = (GestureState.ISSUED, GestureState.KEPT)
    return next(
        (one for one in reversed(also_told.untold(session, case)) if one.state in waiting),
        None,
    )


def tell_besides(
    session: Session, rules: Configuration, case: Case, gesture: Gesture, *, now: datetime, actor: Actor
) -> bool:
    """Let the first email of the case's sequence tell of a further gesture, and let those after it wait for
    that. Returns False if it cannot any more, because it is written."""
    enrolment = active_enrolment(session, case)
    first = also_told.first_email(session, enrolment) if enrolment else None
    if enrolment is None or first is None or not also_told.can_still_tell(session, first):
        return False
    also_told.tell_in(session, first, gesture)
    sequence = rules.sequences.by_name.get(enrolment.sequence)
    if sequence is None:
        return True
    customer = session.get_one(Customer, case.customer_id)
    own = session.get(Gesture, enrolment.gesture_id) if enrolment.gesture_id else None
    told = [own, *also_told.besides_of(session, [first])[first.id or 0]]
    rows = session.exec(select(Email).where(col(Email.enrolment_id) == enrolment.id)).all()
    planned = {email.step: email for email in _emails(rules, sequence, enrolment, case, told, customer)}
    for email in rows:
        plan = planned.get(email.step)
        if plan is None or email.message is not None:
            continue
        if email.reason_code is EmailReason.NOTHING_PROMISED and plan.state is EmailState.SCHEDULED:
            email.stand(EmailState.SCHEDULED, None)
            at = EmailReason.PLANNED.of(local_text(plan.due_at, customer.timezone))
            email_events.record(session, [(email.id, email.state, at)], now=now, actor=actor)
        if email.state in UNSENT_STATES:
            email.due_at = max(email.due_at, plan.due_at)
        session.add(email)
    session.flush()
    return True


def _skipped_because(step: Step, case: Case, gestures: list[Gesture]) -> EmailReason | None:
    promised = bool(case.promised) or any(gesture.kind.is_awaited for gesture in gestures)
    if step.only_if is StepCondition.PROMISED and not promised:
        return EmailReason.NOTHING_PROMISED
    return None


def end_active(
    session: Session, case: Case, *, now: datetime, because: Reason[EmailReason], actor: Actor = DAEMON
) -> Enrolment | None:
    """End the active enrolment of a case, if any, and cancel its unsent emails."""
    enrolment = active_enrolment(session, case)
    if enrolment is not None:
        end(session, enrolment, now=now, because=because, actor=actor)
    return enrolment


def end_for_gesture(
    session: Session, gesture: Gesture, *, now: datetime, because: Reason[EmailReason], actor: Actor
) -> None:
    """End the enrolment that a gesture started, and cancel its unsent emails."""
    query = select(Enrolment).where(
        col(Enrolment.case_id) == gesture.case_id,
        col(Enrolment.gesture_id) == gesture.id,
        col(Enrolment.state).in_(OPEN_STATES),
    )
    enrolment = session.exec(query).first()
    if enrolment is not None:
        end(session, enrolment, now=now, because=because, actor=actor)


def complete_if_done(session: Session, enrolment_id: int | None, *, now: datetime) -> None:
    """Complete an enrolment that has no emails left to send, so that the case can be enrolled again.

    An enrolment with an email in doubt stays active, because a person may send that email again."""
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
    """The newest enrolment of a case, in any state; None if there is none."""
    return session.exec(
        select(Enrolment).where(col(Enrolment.case_id) == case.id).order_by(col(Enrolment.id).desc())
    ).first()


def pause(
    session: Session,
    case: Case,
    *,
    now: datetime,
    actor: Actor,
    because: str,
    until: datetime | None = None,
) -> Enrolment:
    """Pause the emails of a case, until a moment or until somebody resumes them. Raises Refused if it is in
    no sequence, or paused already."""
    enrolment = _set_state(session, case, EnrolmentState.ACTIVE, EnrolmentState.PAUSED, now, actor, because)
    enrolment.paused_at, enrolment.paused_until = now, until
    session.add(enrolment)
    session.flush()
    return enrolment


def resume_due(session: Session, *, now: datetime, actor: Actor, limit: int = 500) -> int:
    """Resume the sequences whose pause is over. Returns the number, `limit` at most."""
    query = (
        select(Case)
        .join(Enrolment, col(Enrolment.case_id) == col(Case.id))
        .where(col(Enrolment.state) == EnrolmentState.PAUSED, col(Enrolment.paused_until) <= now)
        .order_by(col(Enrolment.id))
        .limit(limit)
    )
    found = session.exec(query).all()
    for case in found:
        resume(session, case, now=now, actor=actor)
    return len(found)


def resume(session: Session, case: Case, *, now: datetime, actor: Actor) -> Enrolment:
    """Resume a paused case; emails that fell due meanwhile are sent next. Raises Refused if it is not
    paused."""
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
        raise illegal_state(
            f"The sequence of {ref(case)} is not {was}.",
            hint=f"See: followup sequence timeline {ref(case)}",
        )
    enrolment.state = to
    enrolment.paused_at = enrolment.paused_until = None
    session.add(enrolment)
    session.flush()
    paused = to is EnrolmentState.PAUSED
    told = EmailReason.PAUSED_BY.of(because) if paused else EmailReason.RESUMED_BY.of()
    waiting = select(Email).where(
        col(Email.enrolment_id) == enrolment.id, col(Email.state).in_(UNSENT_STATES)
    )
    events = [(email.id, email.state, told) for email in session.exec(waiting).all()]
    email_events.record(session, events, now=now, actor=actor)
    if to is EnrolmentState.ACTIVE:
        session.execute(
            update(Email)
            .where(col(Email.enrolment_id) == enrolment.id, col(Email.reason_code) == EmailReason.PAUSED)
            .where(col(Email.state) == EmailState.DEFERRED)
            .values(due_at=now, **NO_REASON)
            .execution_options(synchronize_session="fetch")
        )
    audit.record(
        session, now=now, actor=actor, action=f"sequence {to.value}", subject=ref(case), because=because
    )
    return enrolment


def unenrol(session: Session, case: Case, *, now: datetime, actor: Actor, because: str) -> Enrolment:
    """Stop the emails of a case, for a reason. Raises Refused if none are to come."""
    enrolment = active_enrolment(session, case)
    if enrolment is None:
        raise Refused(
            f"{ref(case)} is in no sequence.",
            hint=f"See: followup sequence timeline {ref(case)}",
            code="not_enrolled",
        )
    end(session, enrolment, now=now, because=EmailReason.PERSON.of(because), actor=actor)
    audit.record(session, now=now, actor=actor, action="sequence unenrol", subject=ref(case), because=because)
    return enrolment


def end(
    session: Session, enrolment: Enrolment, *, now: datetime, because: Reason[EmailReason], actor: Actor
) -> None:
    """End an enrolment, for a reason, and cancel its unsent emails."""
    enrolment.state = EnrolmentState.ENDED
    enrolment.ended_at = now
    for name, value in because.columns("ended").items():
        setattr(enrolment, name, value)
    session.add(enrolment)
    cancelled = session.execute(
        update(Email)
        .where(col(Email.enrolment_id) == enrolment.id, col(Email.state).in_(UNSENT_STATES))
        .values(state=EmailState.CANCELLED, **because.columns(), **NOT_HELD)
        .returning(col(Email.id))
        .execution_options(synchronize_session="fetch")
    )
    told = because if actor is DAEMON else EmailReason.ENDED_BY.about(because)
    events = [(number, EmailState.CANCELLED, told) for number in cancelled.scalars()]
    email_events.record(session, events, now=now, actor=actor)
    session.flush()


def cancel_all(
    session: Session, case: Case, *, now: datetime, because: Reason[EmailReason], actor: Actor
) -> None:
    """End the enrolment of a case and cancel every unsent email about it, those to colleagues included."""
    end_active(session, case, now=now, because=because, actor=actor)
    cancelled = session.execute(
        update(Email)
        .where(col(Email.case_id) == case.id, col(Email.state).in_(UNSENT_STATES))
        .values(state=EmailState.CANCELLED, **because.columns(), **NOT_HELD)
        .returning(col(Email.id))
        .execution_options(synchronize_session="fetch")
    )
    told = EmailReason.ENDED_BY.about(because)
    events = [(number, EmailState.CANCELLED, told) for number in cancelled.scalars()]
    email_events.record(session, events, now=now, actor=actor)


def emails_of(session: Session, case: Case) -> list[Email]:
    """The emails to the customer of a case, in the order in which they are due."""
    query = (
        select(Email)
        .where(col(Email.case_id) == case.id, col(Email.kind).in_(TO_CUSTOMERS))
        .order_by(col(Email.due_at), col(Email.id))
    )
    return list(session.exec(query).all())
