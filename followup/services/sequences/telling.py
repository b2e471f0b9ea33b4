"""Telling the customer of a gesture: by the first email of a sequence, or by one of its own after that."""

from datetime import datetime

from sqlmodel import Session

from followup.domain.goodwill.gesture import GestureKind
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.sequences.enrolment import EnrolmentState
from followup.domain.sequences.sequence import MOST_STEPS
from followup.services.sequences import also_told, enrolments, sender_eligibility, single_emails
from followup.services.shared.actors import Actor
from followup.services.shared.configuration import Configuration
from followup.store.tables import Case, Customer, Enrolment, Gesture

_WRITTEN_TO = (EmailReason.IN_SEQUENCE, EmailReason.WRITTEN_TO)
"""Why a sequence does not begin, where the customer has been written to about this very case, or will be."""


def tell(
    session: Session, rules: Configuration, case: Case, gesture: Gesture, *, now: datetime, actor: Actor
) -> None:
    """See to it that an email tells the customer of a gesture that was just issued or kept.

    If none was written yet, the first email of a sequence does, and also if it is planned already. After it
    an email of its own does. Where none may, nothing is planned, and the case needs a person."""
    customer = session.get_one(Customer, case.customer_id)
    enrolment = sender_eligibility.active_enrolment(session, case)
    if enrolment is None:
        enrolments.enrol(session, rules, case, gesture, now=now, actor=actor)
        enrolment = sender_eligibility.active_enrolment(session, case)
        if enrolment is not None:
            return
    elif _would_be_skipped(session, enrolment, customer) and not gesture.kind.is_advertising:
        why = EmailReason.NO_CONSENT.of()
        enrolments.end(session, enrolment, now=now, because=why, actor=actor)
        _begin_again(session, rules, case, gesture, enrolment, now=now, actor=actor)
        return
    if not sender_eligibility.may_be_named(gesture, customer):
        return
    if enrolments.tell_besides(session, rules, case, gesture, now=now, actor=actor):
        return
    if gesture.kind is GestureKind.APOLOGY:
        _apologised_already(session, case, gesture)
    elif _may_have_an_own_email(session, case, now=now):
        newest = next(iter(also_told.own_emails(session, case)), None)
        if newest is not None and also_told.can_still_tell(session, newest):
            also_told.tell_in(session, newest, gesture)
        else:
            single_emails.plan_given_later(session, rules, gesture, now=now, actor=actor)


def tell_of_the_rest(
    session: Session, rules: Configuration, case: Case, *, now: datetime, actor: Actor
) -> None:
    """After a gesture was taken back, and with it the emails about it: write of the others that stand."""
    if sender_eligibility.active_enrolment(session, case) is not None:
        return
    rest = also_told.untold(session, case)
    before = enrolments.newest_enrolment(session, case)
    if rest and before is not None:
        _begin_again(session, rules, case, rest[0], before, now=now, actor=actor)


def _begin_again(
    session: Session,
    rules: Configuration,
    case: Case,
    gesture: Gesture,
    before: Enrolment,
    *,
    now: datetime,
    actor: Actor,
) -> None:
    """Enrol a case anew in place of an enrolment that has ended. What was paused stays paused."""
    made = enrolments.enrol(session, rules, case, gesture, now=now, actor=actor)
    if made is not None and before.paused_at is not None:
        made.state = EnrolmentState.PAUSED
        made.paused_at, made.paused_until = before.paused_at, before.paused_until
        session.add(made)
        session.flush()


def _would_be_skipped(session: Session, enrolment: Enrolment, customer: Customer) -> bool:
    """Whether the first email of an enrolment is still to come, and only advertises to somebody who has not
    agreed to that."""
    about = session.get(Gesture, enrolment.gesture_id) if enrolment.gesture_id else None
    first = also_told.first_email(session, enrolment)
    is_open = first is not None and also_told.can_still_tell(session, first)
    return is_open and about is not None and not sender_eligibility.may_be_named(about, customer)


def _apologised_already(session: Session, case: Case, gesture: Gesture) -> None:
    """Note that the first email said the words of an apology already: nothing is said twice."""
    enrolment = enrolments.newest_enrolment(session, case)
    first = also_told.first_email(session, enrolment) if enrolment else None
    if first is not None and first.sent_at is not None:
        also_told.tell_in(session, first, gesture)


def _may_have_an_own_email(session: Session, case: Case, *, now: datetime) -> bool:
    """Whether an email of its own may tell of a gesture: the customer was written to about this case, nobody
    stopped that, they have not answered since, and it is not the fourth email."""
    why = sender_eligibility.not_enrolled_because(session, case, now=now)
    enrolment = enrolments.newest_enrolment(session, case)
    if why is None or why.code not in _WRITTEN_TO or enrolment is None:
        return False
    if enrolment.state is EnrolmentState.ENDED:
        return False
    stopped = [moment for moment in (case.replied_at, case.reopened_at) if moment is not None]
    if any(moment >= enrolment.started_at for moment in stopped):
        return False
    return sender_eligibility.emails_about(session, case) < MOST_STEPS
