"""Sends a letter again to the address that its customer has now, after the old one turned out to be wrong."""

from datetime import datetime

from sqlmodel import Session

from followup.domain.outbox.email_kind import IN_SERIES, TO_CUSTOMERS
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import UNSENT_STATES, EmailState
from followup.domain.outbox.mail_transport import MailTransport
from followup.domain.sequences.enrolment import EnrolmentState
from followup.domain.shared.local_time import local_text
from followup.errors import Refused, illegal_state
from followup.services.outbox import outbox, unreceived
from followup.services.people import customers
from followup.services.sequences import also_told, email_events, sender_eligibility
from followup.services.shared import audit, parse_input
from followup.services.shared.actors import Actor
from followup.services.shared.references import ref
from followup.settings import Settings
from followup.store.tables import Case, Customer, Email, Enrolment


def to_current_address(
    session: Session, email: Email, *, now: datetime, actor: Actor, because: str | None
) -> Email:
    """Schedule a letter again, to the address that its customer has now.

    One that failed is written anew. One that was sent stays as it is, and a new one is planned: it belongs to
    an enrolment of its own, because an enrolment has each step once. The suppression of the old address does
    not follow. Raises Refused for any other email, if the address has not changed, or if the new one is
    suppressed."""
    session.refresh(email, with_for_update=True)
    person = _recipient(session, email)
    if email.state is EmailState.FAILED:
        _record_address(session, email, email, now=now, actor=actor, because=because)
        email.to_address = person.email
        session.add(email)
        session.flush()
        return outbox.retry(session, email, now=now, actor=actor, because=because)
    return _planned_anew(session, email, person, now=now, actor=actor, because=because)


def again(session: Session, email: Email, *, now: datetime, actor: Actor, because: str | None) -> Email:
    """Schedule an email again: one that failed, is in doubt or became a file as it is (`outbox.retry`); one
    of a sequence that came back as a new email, to the address that its customer has now. Raises Refused for
    any other email, and while the address is suppressed."""
    if email.state is not EmailState.SENT or not unreceived.came_back(session, email):
        return outbox.retry(session, email, now=now, actor=actor, because=because)
    session.refresh(email, with_for_update=True)
    person = _recipient(session, email, may_be_there=True)
    return _planned_anew(session, email, person, now=now, actor=actor, because=because)


def _planned_anew(
    session: Session, email: Email, person: Customer, *, now: datetime, actor: Actor, because: str | None
) -> Email:
    if email.state is not EmailState.SENT or email.kind not in IN_SERIES:
        raise illegal_state(
            f"{ref(email)} is {email.state.value.replace('_', ' ')}, so it is not sent again from here.",
            hint=f"A failed email, or a sent one of a sequence, is. See: followup outbox why {ref(email)}",
        )
    made = _planned(session, email, person, now=now)
    session.add(made)
    session.flush()
    for gesture in also_told.besides_of(session, [email])[email.id or 0]:
        also_told.tell_in(session, made, gesture)
    at = EmailReason.PLANNED.of(local_text(made.due_at, person.timezone))
    told = EmailReason.RETRIED_BY.of(because)
    email.stand(email.state, told)
    session.add(email)
    email_events.record(
        session, [(made.id, made.state, at), (email.id, email.state, told)], now=now, actor=actor
    )
    _record_address(session, email, made, now=now, actor=actor, because=because)
    return made


def to_corrected_address(
    session: Session,
    settings: Settings,
    email: Email,
    address: str,
    *,
    now: datetime,
    actor: Actor,
    because: str | None,
) -> Email:
    """Correct the address of an email's customer, and send them that email.

    The rule: an address belongs to the customer, so the record is corrected (in the audit log), everything
    else to come goes there, too, and this email goes out now: one that failed, waits or only became a file
    anew, one that was sent as a new email. Raises WrongUsage for what is no address, Refused where another
    customer has it, and as `to_current_address`."""
    if email.kind in TO_CUSTOMERS and email.case_id is not None:
        person = customers.customer_of(session, session.get_one(Case, email.case_id))
        if parse_input.address(address) != person.email:
            customers.change_customer(session, settings, person, {"email": address}, now=now, actor=actor)
    if email.state in UNSENT_STATES and email.held_code is None:
        session.refresh(email, with_for_update=True)
        email.to_address = _recipient(session, email, may_be_there=True).email
        session.add(email)
        session.flush()
        _record_address(session, email, email, now=now, actor=actor, because=because)
        return outbox.send_now(session, email, now=now, actor=actor, because=because)
    if email.state is EmailState.SENT and email.transport is MailTransport.FILES:
        person = _recipient(session, email)
        _record_address(session, email, email, now=now, actor=actor, because=because)
        email.to_address = person.email
        session.add(email)
        session.flush()
        return outbox.retry(session, email, now=now, actor=actor, because=because)
    return to_current_address(session, email, now=now, actor=actor, because=because)


def _recipient(session: Session, email: Email, *, may_be_there: bool = False) -> Customer:
    """The customer of a letter, whose address has changed, unless the letter `may_be_there` already. Raises
    Refused otherwise."""
    if email.kind not in TO_CUSTOMERS or email.case_id is None:
        raise Refused(
            f"{ref(email)} is not to a customer.",
            hint=f"Send it again as it is: followup outbox retry {ref(email)}",
            code="not_to_a_customer",
        )
    person = customers.customer_of(session, session.get_one(Case, email.case_id))
    if person.erased_at is not None or (person.email == email.to_address and not may_be_there):
        raise Refused(
            f"{ref(email)} went to the address that the customer has now.",
            hint=f"Give the right one: followup outbox retry {ref(email)} --to ADDRESS",
            code="address_unchanged",
        )
    why = sender_eligibility.suppressed_because(session, person.email)
    if why is not None:
        raise Refused(
            f"{ref(email)} cannot go to {person.email}: {why}.",
            hint=f"See why: followup suppression list; lift it: followup suppression remove {person.email}",
            code="new_address_suppressed",
        )
    return person


def _planned(session: Session, email: Email, person: Customer, *, now: datetime) -> Email:
    """The same step of the same sequence, for now."""
    was = session.get_one(Enrolment, email.enrolment_id)
    enrolment = Enrolment(
        case_id=was.case_id,
        gesture_id=was.gesture_id,
        sequence=was.sequence,
        state=EnrolmentState.ACTIVE,
        wording=was.wording,
        started_at=now,
    )
    session.add(enrolment)
    session.flush()
    return Email(
        enrolment_id=enrolment.id,
        case_id=email.case_id,
        kind=email.kind,
        step=email.step,
        template=email.template,
        to_address=person.email,
        state=EmailState.SCHEDULED,
        due_at=now,
        edited_subject=email.edited_subject,
        edited_text=email.edited_text,
    )


def _record_address(
    session: Session, was: Email, made: Email, *, now: datetime, actor: Actor, because: str | None
) -> None:
    """Say in the audit log that a letter goes to another address, by references alone."""
    audit.record(
        session,
        now=now,
        actor=actor,
        action="outbox resend",
        subject=ref(made),
        because=because,
        detail={"again": ref(was)},
    )
