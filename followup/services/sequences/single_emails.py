"""Automatic emails to a customer outside sequences: a decision is pending, a voucher expires soon, or
something was given or taken back after the first email.

A team that does not want one of them removes its template from the workspace.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from followup.domain.goodwill.voucher import VoucherState
from followup.domain.outbox.email_kind import EmailKind
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.domain.sequences.single_email import Single
from followup.domain.shared.local_time import local_text
from followup.mail.template_file import fallback_template
from followup.services.sequences import also_told, email_events, enrolments, sender_eligibility
from followup.services.shared.actors import Actor
from followup.services.shared.configuration import Configuration
from followup.store.tables import Case, Customer, Email, Enrolment, Gesture, Voucher

KIND = EmailKind.SINGLE

REMIND_BEFORE = timedelta(days=14)
"""A reminder is sent this long before the voucher's last day, and no sooner than this after its issue."""


def plan_delay(
    session: Session, rules: Configuration, gesture: Gesture, *, now: datetime, actor: Actor
) -> None:
    """Plan an email that tells the customer, after one business day, that a decision is pending. The email is
    skipped if the decision is made by then. Plans nothing if no automatic email may be sent for the case."""
    case = session.get_one(Case, gesture.case_id)
    if not _wanted(rules, Single.APPROVAL_DELAYED):
        return
    if sender_eligibility.not_enrolled_because(session, case, now=now) is not None:
        return
    customer = session.get_one(Customer, case.customer_id)
    due_at = rules.calendar(customer).add_business_days(now, 1)
    _plan(session, rules, Single.APPROVAL_DELAYED, gesture, customer, due_at, now=now, actor=actor)


def plan_given_later(
    session: Session, rules: Configuration, gesture: Gesture, *, now: datetime, actor: Actor
) -> Email | None:
    """Plan an email that tells the customer of a gesture that was issued after the first email of their case
    was written. Returns None if the team does not want it, or it was planned before."""
    planned = select(Email.id).where(
        col(Email.gesture_id) == gesture.id,
        col(Email.kind) == KIND,
        col(Email.template) == Single.GIVEN_LATER.value,
    )
    if not _wanted(rules, Single.GIVEN_LATER) or session.exec(planned).first() is not None:
        return None
    case = session.get_one(Case, gesture.case_id)
    customer = session.get_one(Customer, case.customer_id)
    due_at = max(now, enrolments.grace_ends_at(rules, case, gesture) or now)
    return _plan(session, rules, Single.GIVEN_LATER, gesture, customer, due_at, now=now, actor=actor)


def plan_correction(
    session: Session, rules: Configuration, gesture: Gesture, *, now: datetime, actor: Actor
) -> Email | None:
    """Plan an email that tells the customer that a gesture they were told of does not stand. It is held, so
    that a person reads it first. Plans nothing, and returns None, if no email told them of it or they must
    not be written to."""
    case = session.get_one(Case, gesture.case_id)
    customer = session.get_one(Customer, case.customer_id)
    told = (
        select(Email.id)
        .join(Gesture, col(Gesture.case_id) == col(Email.case_id))
        .outerjoin(Enrolment, col(Enrolment.id) == col(Email.enrolment_id))
        .where(col(Gesture.id) == gesture.id, col(Email.sent_at).is_not(None))
        .where(also_told.telling(col(Gesture.id)))
    )
    if not _wanted(rules, Single.TAKEN_BACK) or session.exec(told).first() is None:
        return None
    if sender_eligibility.suppressed_because(session, customer.email) is not None:
        return None
    email = _plan(session, rules, Single.TAKEN_BACK, gesture, customer, now, now=now, actor=actor)
    email.state, email.held_code = EmailState.DEFERRED, EmailReason.PERSON
    email.held_detail = "it corrects what they were told, so somebody reads it first"
    session.add(email)
    session.flush()
    return email


def wording_of(session: Session, email: Email, case: Case) -> int:
    """The wording number of a single email. Each one about what was given later takes the one after the
    sequence's, or after the last of its kind, so that no sentence is sent twice."""
    if email.template != Single.GIVEN_LATER.value:
        return case.customer_id
    newest = enrolments.newest_enrolment(session, case)
    before = [one for one in also_told.own_emails(session, case) if (one.id or 0) < (email.id or 0)]
    return (newest.wording if newest else case.customer_id) + 1 + len(before)


def plan_reminders(
    session: Session, rules: Configuration, *, now: datetime, actor: Actor, limit: int = 500
) -> int:
    """Plan one reminder for each voucher that expires in two weeks and is not used up.

    Customers who were never told of the voucher, got it less than two weeks ago, or have written about the
    case, are not reminded. Returns the number planned, `limit` at most."""
    if not _wanted(rules, Single.VOUCHER_EXPIRING):
        return 0
    today = rules.today(now)
    reminded = select(Email.id).where(
        col(Email.gesture_id) == col(Voucher.gesture_id),
        col(Email.kind) == KIND,
        col(Email.template) == Single.VOUCHER_EXPIRING.value,
    )
    told = (
        select(Email.id)
        .outerjoin(Enrolment, col(Enrolment.id) == col(Email.enrolment_id))
        .where(
            col(Email.case_id) == col(Gesture.case_id),
            also_told.telling(col(Gesture.id)),
            col(Email.sent_at).is_not(None),
        )
        .correlate(Gesture)
    )
    query = (
        select(Gesture, Customer)
        .join(Voucher, col(Voucher.gesture_id) == col(Gesture.id))
        .join(Case, col(Case.id) == col(Gesture.case_id))
        .join(Customer, col(Customer.id) == col(Case.customer_id))
        .where(
            col(Voucher.state) == VoucherState.ISSUED,
            col(Voucher.expires_on) > today,
            col(Voucher.expires_on) <= today + REMIND_BEFORE,
            col(Voucher.issued_at) <= now - REMIND_BEFORE,
            col(Case.replied_at).is_(None),
            ~reminded.exists(),
            told.exists(),
        )
        .order_by(col(Voucher.expires_on), col(Voucher.id))
        .limit(limit)
    )
    found = session.exec(query).all()
    for gesture, customer in found:
        _plan(session, rules, Single.VOUCHER_EXPIRING, gesture, customer, now, now=now, actor=actor)
    return len(found)


def _wanted(rules: Configuration, single: Single) -> bool:
    return fallback_template(rules.workspace.templates_dir, single.value) is not None


def _plan(
    session: Session,
    rules: Configuration,
    single: Single,
    gesture: Gesture,
    customer: Customer,
    due_at: datetime,
    *,
    now: datetime,
    actor: Actor,
) -> Email:
    email = Email(
        case_id=gesture.case_id,
        gesture_id=gesture.id,
        kind=KIND,
        step=0,
        template=single.value,
        to_address=customer.email,
        state=EmailState.SCHEDULED,
        due_at=rules.calendar(customer).next_open(due_at),
    )
    session.add(email)
    session.flush()
    planned = EmailReason.PLANNED.of(local_text(email.due_at, customer.timezone))
    email_events.record(session, [(email.id, email.state, planned)], now=now, actor=actor)
    return email
