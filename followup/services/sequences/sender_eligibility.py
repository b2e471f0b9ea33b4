"""Sender eligibility: whether a sequence or a person writes to a customer, and why."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from followup.domain.cases.case import CaseStatus, Feeling
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
from followup.store.tables import Case, Customer, Email, Enrolment, Gesture

OPEN_STATES = (EnrolmentState.ACTIVE, EnrolmentState.PAUSED)
"""States of an enrolment that sends emails, or will again once it is resumed."""

BETWEEN_SERIES = timedelta(days=90)
"""A second case this soon starts no sequence: repeated apologies do harm (a field experiment with
1.5 million late taxi riders)."""


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


def may_be_named(gesture: Gesture, customer: Customer) -> bool:
    """Whether an email to a customer may name a gesture: one that is advertising needs their consent."""
    return customer.marketing_consent or not gesture.kind.is_advertising


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
