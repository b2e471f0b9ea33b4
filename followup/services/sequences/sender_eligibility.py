"""Sender eligibility: whether a sequence or a person writes to a customer, and why."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from followup.domain.cases.attention import AttentionReason
from followup.domain.cases.case import CaseStatus, Feeling, NoteUse, Outcome
from followup.domain.cases.outcomes import OutcomeAnswer
from followup.domain.goodwill.gesture import GestureKind, GestureState
from followup.domain.outbox.email_kind import TELLING, TO_CUSTOMERS, EmailKind
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.domain.sequences.enrolment import EnrolmentState
from followup.domain.sequences.sequence import MOST_STEPS
from followup.domain.sequences.single_email import Single
from followup.domain.shared.reason import Reason
from followup.errors import WrongUsage
from followup.services.people import suppressions
from followup.services.shared.references import ref
from followup.store.tables import Case, Customer, Email, Enrolment, Gesture, Note, Suppression

OPEN_STATES = (EnrolmentState.ACTIVE, EnrolmentState.PAUSED)
"""States of an enrolment that sends emails, or will again once it is resumed."""

BETWEEN_SERIES = timedelta(days=90)
"""A second case this soon starts no sequence: repeated apologies do harm (a field experiment with
1.5 million late taxi riders)."""


Needs = tuple[Reason[AttentionReason], ...]
"""All reasons for which a case needs a person."""


def active_enrolment(session: Session, case: Case) -> Enrolment | None:
    """The active or paused enrolment of a case, or None."""
    return session.exec(
        select(Enrolment)
        .where(col(Enrolment.case_id) == case.id, col(Enrolment.state).in_(OPEN_STATES))
        .order_by(col(Enrolment.id).desc())
    ).first()


def not_enrolled_because(
    session: Session, case: Case, *, now: datetime, by_hand: bool = False
) -> Reason[EmailReason] | None:
    """Why no automatic email may be sent for a case as of `now`; None if one may. With `by_hand` a customer
    who was written to before may be written to again, up to the maximum number of emails."""
    if case.status is CaseStatus.UNDONE:
        return EmailReason.CASE_UNDONE.of()
    if case.feeling is Feeling.DISTRESSED:
        return EmailReason.DISTRESSED.of()
    customer = session.get_one(Customer, case.customer_id)
    if customer.erased_at is not None:
        return EmailReason.NOBODY_LEFT.of()
    suppressed = suppressed_because(session, customer.email)
    if suppressed is not None:
        return suppressed
    if active_enrolment(session, case) is not None:
        return EmailReason.IN_SEQUENCE.of()
    if by_hand:
        return EmailReason.ENOUGH.of() if emails_about(session, case) >= MOST_STEPS else None
    return _written_to_because(session, case, now)


def require_no_reason_against(session: Session, case: Case, *, now: datetime) -> None:
    """Raise WrongUsage if a case would not be enrolled automatically, so that a person has to give a
    reason."""
    why = _written_to_because(session, case, now)
    if why is not None:
        raise WrongUsage(
            f"{ref(case)} is not enrolled by itself: {why}.",
            hint='Say why it is right all the same: --because "…"',
            code="enrolment_without_reason",
        )


def _written_to_because(session: Session, case: Case, now: datetime) -> Reason[EmailReason] | None:
    if emails_about(session, case, kinds=TELLING):
        return EmailReason.WRITTEN_TO.of()
    return EmailReason.ANOTHER_CASE.of() if had_another_case(session, case, now=now) else None


def suppressed_because(session: Session, address: str) -> Reason[EmailReason] | None:
    """Why an address is suppressed, without naming it; None if it is not."""
    row = suppressions.is_suppressed(session, address)
    return None if row is None else EmailReason.SUPPRESSED.of(reason=row.reason.value)


def emails_about(session: Session, case: Case, *, kinds: Collection[EmailKind] = TO_CUSTOMERS) -> int:
    """The number of emails about a case that its customer got, or may have got. Reminders of vouchers do not
    count."""
    query = (
        select(func.count())
        .select_from(Email)
        .where(
            col(Email.case_id) == case.id,
            col(Email.kind).in_(kinds),
            col(Email.template) != Single.VOUCHER_EXPIRING.value,
            not_astray(),
            or_(
                col(Email.sent_at).is_not(None),
                col(Email.state).in_((EmailState.TRANSMITTING, EmailState.IN_DOUBT)),
            ),
        )
    )
    return session.exec(query).one()


def not_astray() -> ColumnElement[bool]:
    """Whether an email has not been sent again to another address. One that has been never reached its
    customer, so it does not count as written to them."""
    reason = col(Email.reason_code)
    return or_(reason.is_(None), reason != EmailReason.RETRIED_BY)


def had_another_case(session: Session, case: Case, *, now: datetime) -> bool:
    """Whether the same customer has an enrolment of another case that began in the 90 days before `now`, and
    that has sent or will send emails."""
    sent = select(Email.id).where(
        col(Email.case_id) == col(Enrolment.case_id),
        col(Email.enrolment_id) == col(Enrolment.id),
        col(Email.sent_at).is_not(None),
    )
    query = (
        select(Enrolment.id)
        .join(Case)
        .where(
            col(Case.customer_id) == case.customer_id,
            col(Case.id) != case.id,
            col(Enrolment.started_at) > now - BETWEEN_SERIES,
            col(Enrolment.started_at) <= now,
            or_(col(Enrolment.state).in_(OPEN_STATES), sent.exists()),
        )
    )
    return session.exec(query).first() is not None


def needs_person(session: Session, *, with_held: bool = True) -> list[tuple[Case, Needs]]:
    """The cases in which a person has to write, call or decide, each with all reasons, the oldest first.

    A case stays listed until it is resolved or closed, or until its held email is released or stopped. A case
    that the customer closed with an answer in their own words stays until somebody adds a note. Without
    `with_held`, held emails do not count."""
    whys: dict[int, list[Reason[AttentionReason]]] = {}

    def add(case_id: int | None, why: Reason[AttentionReason]) -> None:
        assert case_id is not None
        known = whys.setdefault(case_id, [])
        if why not in known:
            known.append(why)

    for case in session.exec(_open_cases().where(col(Case.feeling) == Feeling.DISTRESSED)):
        add(case.id, AttentionReason.DISTRESSED.of())
    for case in session.exec(_open_cases().where(col(Case.replied_at).is_not(None))):
        if not _enrolled_since(session, case, case.replied_at):
            said_not_yet = _newest_answer(session, case) is OutcomeAnswer.NOT_YET
            add(case.id, (AttentionReason.NOT_YET if said_not_yet else AttentionReason.ANSWERED).of())
    for case in session.exec(_wrote_more_than_all_is_well()):
        add(case.id, AttentionReason.WROTE_MORE.of())
    issued = _open_cases().join(Gesture).where(col(Gesture.state) == GestureState.ISSUED)
    for case in session.exec(issued.where(col(Gesture.kind) == GestureKind.CALLBACK)):
        add(case.id, AttentionReason.CALL_PROMISED.of())
    unwritten = select(Enrolment.id).where(col(Enrolment.case_id) == col(Case.id))
    gestures = select(Case, Gesture).join(Gesture).where(col(Case.status) == CaseStatus.OPEN)
    # Few customers have another case. Filter first, so that the rest needs no query each.
    other = aliased(Case)
    another = (
        select(Enrolment.id)
        .join(other, col(other.id) == col(Enrolment.case_id))
        .where(col(other.customer_id) == col(Case.customer_id), col(other.id) != col(Case.id))
    )
    for case, gesture in session.exec(gestures.where(~unwritten.exists(), another.exists())):
        if gesture.issued_at and had_another_case(session, case, now=gesture.issued_at):
            add(case.id, AttentionReason.ANOTHER_CASE.of())
    unwanted = _open_cases().join(Customer).join(Suppression, col(Suppression.address) == col(Customer.email))
    for case in session.exec(unwanted):
        add(case.id, AttentionReason.SUPPRESSED.of())
    without_consent = _open_cases().join(Email, col(Email.case_id) == col(Case.id))
    for case in session.exec(without_consent.where(col(Email.reason_code) == EmailReason.NO_CONSENT)):
        add(case.id, AttentionReason.NO_CONSENT.of())
    # A held report belongs to no case; `outbox list` shows it.
    held = select(Email).where(
        col(Email.state) == EmailState.DEFERRED,
        col(Email.held_code).is_not(None),
        col(Email.case_id).is_not(None),
    )
    for email in session.exec(held.order_by(col(Email.id))) if with_held else ():
        add(email.case_id, AttentionReason.HELD.of(email.held_because, email=ref(email)))
    cases = session.exec(select(Case).where(col(Case.id).in_(whys)).order_by(col(Case.id))).all()
    return [(case, tuple(whys[case.id])) for case in cases if case.id is not None]


def _open_cases() -> SelectOfScalar[Case]:
    return select(Case).where(col(Case.status) == CaseStatus.OPEN)


def _newest_answer(session: Session, case: Case) -> OutcomeAnswer | None:
    """The answer to the closing email, if it is the newest message from the customer."""
    query = select(Note).where(col(Note.case_id) == case.id, col(Note.use) == NoteUse.HEARD)
    newest = session.exec(query.order_by(col(Note.id).desc()).limit(1)).first()
    return newest.answer if newest is not None else None


def _wrote_more_than_all_is_well() -> SelectOfScalar[Case]:
    """Cases that the customer's own answer closed, with further text in it that nobody has read yet."""
    later = aliased(Note)
    read = select(later.id).where(col(later.case_id) == col(Case.id), col(later.id) > col(Note.id))
    return (
        select(Case)
        .join(Note, col(Note.case_id) == col(Case.id))
        .where(
            col(Case.status) == CaseStatus.CLOSED,
            col(Case.outcome) == Outcome.RECOVERED,
            col(Case.closed_at) <= col(Case.replied_at),
            col(Note.answer) == OutcomeAnswer.MADE_RIGHT,
            col(Note.is_answer_alone).is_(False),
            ~read.exists(),
        )
    )


def _enrolled_since(session: Session, case: Case, moment: datetime | None) -> bool:
    query = select(Enrolment.id).where(col(Enrolment.case_id) == case.id, col(Enrolment.started_at) > moment)
    return session.exec(query).first() is not None
