"""What emails tell of besides the gesture that they were planned for.

A gesture that is issued while a case goes through a sequence is told by an email that is to come anyway, or
by one of its own. Which email that is stands here, from the moment it is issued."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, or_, select

from followup.domain.goodwill.gesture import GestureKind, GestureState
from followup.domain.outbox.email_state import UNSENT_STATES, EmailState
from followup.domain.sequences.single_email import Single
from followup.store.tables import Case, Email, EmailGesture, Enrolment, Gesture

_LEFT_OUT = (EmailState.SKIPPED, EmailState.CANCELLED, EmailState.FAILED)
_TOLD_OF = (GestureState.ISSUED, GestureState.KEPT, GestureState.ADDED)


def stands(gesture: Gesture) -> bool:
    """Whether a letter may tell of a gesture: it was issued, and not taken back. A refund that is paid, or an
    item that is sent, still is; a voucher that is used up or has run out is not."""
    is_paid = gesture.state is GestureState.SPENT and gesture.kind.is_handed_over
    return is_paid or gesture.state in _TOLD_OF


def telling(gesture_id: Mapped[int | None]) -> ColumnElement[bool]:
    """Whether an email (joined with its enrolment, if it has one) tells of the gesture with this number."""
    beside = select(EmailGesture.email_id).where(
        col(EmailGesture.email_id) == col(Email.id), col(EmailGesture.gesture_id) == gesture_id
    )
    own = (col(Email.template) == Single.GIVEN_LATER.value) & (col(Email.gesture_id) == gesture_id)
    return or_(col(Enrolment.gesture_id) == gesture_id, own, beside.exists())


def tell_in(session: Session, email: Email, gesture: Gesture) -> None:
    """Let an email tell of a gesture besides its own."""
    assert email.id is not None
    assert gesture.id is not None
    session.add(EmailGesture(email_id=email.id, gesture_id=gesture.id))
    session.flush()


def can_still_tell(session: Session, email: Email) -> bool:
    """Whether what an email says is not fixed yet: it is unsent, its bytes are not made, and nobody wrote it
    by hand. Locks the email, so that no daemon writes it meanwhile."""
    session.flush()
    session.refresh(email, with_for_update=True)
    return email.state in UNSENT_STATES and email.message is None and email.edited_text is None


def first_email(session: Session, enrolment: Enrolment) -> Email | None:
    """The first email of an enrolment."""
    query = select(Email).where(col(Email.enrolment_id) == enrolment.id, col(Email.step) == 1)
    return session.exec(query).first()


def own_emails(session: Session, case: Case) -> list[Email]:
    """The emails of a case about what was given after its first one, newest first."""
    query = select(Email).where(
        col(Email.case_id) == case.id, col(Email.template) == Single.GIVEN_LATER.value
    )
    return list(session.exec(query.order_by(col(Email.id).desc())).all())


def besides_of(session: Session, emails: Iterable[Email]) -> dict[int, list[Gesture]]:
    """By the number of each email: the gestures that it tells of besides its own and that still stand. Those
    of a sequence's first email belong to all of its emails."""
    wanted = list(emails)
    series = {email.enrolment_id for email in wanted if email.enrolment_id is not None}
    alone = {email.id for email in wanted if email.enrolment_id is None}
    if not wanted:
        return {}
    query = (
        select(Email.id, Email.enrolment_id, Gesture)
        .join(EmailGesture, col(EmailGesture.email_id) == col(Email.id))
        .join(Gesture, col(Gesture.id) == col(EmailGesture.gesture_id))
        .where(or_(col(Email.enrolment_id).in_(series), col(Email.id).in_(alone)))
        .order_by(col(Gesture.id))
    )
    of_series: dict[int | None, list[Gesture]] = defaultdict(list)
    of_email: dict[int | None, list[Gesture]] = defaultdict(list)
    for number, enrolment, gesture in session.exec(query).all():
        if stands(gesture):
            found = of_email[number] if enrolment is None else of_series[enrolment]
            found.append(gesture)
    return {
        email.id or 0: of_email[email.id] if email.enrolment_id is None else of_series[email.enrolment_id]
        for email in wanted
    }


def in_order(own: Gesture | None, besides: Sequence[Gesture]) -> tuple[Gesture | None, list[Gesture]]:
    """The gesture that a letter is about, and those that it tells of besides. The one that it was planned for
    comes first, unless it was taken back or is words alone and another one stands."""
    rest = [gesture for gesture in besides if own is None or gesture.id != own.id]
    weighty = [gesture for gesture in rest if gesture.kind is not GestureKind.APOLOGY]
    if own is not None and stands(own) and (own.kind is not GestureKind.APOLOGY or not weighty):
        return own, weighty
    if weighty:
        return weighty[0], weighty[1:]
    return own or (rest[0] if rest else None), []


def was_ever_to_be_told(session: Session, gesture: Gesture) -> bool:
    """Whether an email was planned that tells of a gesture, whatever became of it."""
    query = (
        select(Email.id)
        .join(Gesture, col(Gesture.case_id) == col(Email.case_id))
        .outerjoin(Enrolment, col(Enrolment.id) == col(Email.enrolment_id))
        .where(col(Gesture.id) == gesture.id, telling(col(Gesture.id)))
    )
    return session.exec(query).first() is not None


def untold(session: Session, case: Case) -> list[Gesture]:
    """The gestures of a case that stand, of which no email has told and none is to, oldest first."""
    told = (
        select(Email.id)
        .outerjoin(Enrolment, col(Enrolment.id) == col(Email.enrolment_id))
        .where(col(Email.case_id) == case.id, telling(col(Gesture.id)))
        .where(col(Email.state).not_in(_LEFT_OUT))
        .correlate(Gesture)
    )
    query = select(Gesture).where(col(Gesture.case_id) == case.id, ~told.exists()).order_by(col(Gesture.id))
    return [gesture for gesture in session.exec(query).all() if stands(gesture)]
