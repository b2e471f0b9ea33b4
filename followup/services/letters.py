"""From stored rows to an email: the values that a template may use, and the frozen bytes."""

from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parseaddr

from sqlmodel import Session, col, select

from followup.domain.money import Money
from followup.mail.addresses import ascii_address
from followup.mail.compose import compose, message_id
from followup.mail.letter import (
    Letter,
    LetterAgent,
    LetterBusiness,
    LetterCase,
    LetterCustomer,
    LetterGesture,
    LetterRequest,
    Rendered,
    first_name_of,
    what_happened_for,
)
from followup.mail.render import render
from followup.services import vouchers
from followup.services.notices import FOR_APPROVAL
from followup.services.references import ref
from followup.services.rules import Rules
from followup.store.tables import Agent, Approval, Case, Customer, Email, Enrolment, Gesture, Voucher


@dataclass(frozen=True, slots=True)
class Written:
    """An email as it goes out: `message` is what the mail server gets, to the byte."""

    sender: str
    recipient: str
    message_id: str
    subject: str
    text: str
    html: str
    message: bytes


def write(session: Session, rules: Rules, email: Email, *, now: datetime) -> Written:
    """Render the email for the case as it stands now. Raises InvalidFile where the template is wrong."""
    case = session.get(Case, email.case_id)
    assert case is not None
    customer = session.get(Customer, case.customer_id)
    agent = session.get(Agent, case.agent_id)
    assert customer is not None
    assert agent is not None
    if email.gesture_id is not None:
        return _to_colleague(session, rules, email, customer, case, now=now)
    enrolment = session.get(Enrolment, email.enrolment_id)
    assert enrolment is not None
    gesture = session.get(Gesture, enrolment.gesture_id) if enrolment.gesture_id else None
    voucher = vouchers.voucher_of(session, gesture) if gesture else None
    letter = letter_of(rules, customer, case, gesture, agent, voucher)
    rendered = render(rules.workspace.templates_dir, email.template, letter)
    seed = f"{ref(case)}.{email.step}.{enrolment.id}.{enrolment.started_at.isoformat()}.{customer.email}"
    first = session.exec(
        select(Email.message_id, Email.subject)
        .where(
            col(Email.enrolment_id) == email.enrolment_id,
            col(Email.step) < email.step,
            col(Email.sent_at).is_not(None),
        )
        .order_by(col(Email.step))
    ).first()
    first_id, first_subject = first or (None, None)
    # One conversation: a follow-up answers the first email and keeps its subject.
    rendered = replace(rendered, subject=first_subject or rendered.subject)
    return _composed(rules, email, customer.name, rendered, seed, now, answers=first_id)


def _to_colleague(
    session: Session, rules: Rules, email: Email, customer: Customer, case: Case, *, now: datetime
) -> Written:
    gesture = session.get(Gesture, email.gesture_id)
    assert gesture is not None
    requester = session.get(Agent, gesture.agent_id)
    colleague = session.exec(select(Agent).where(col(Agent.email) == email.to_address)).first()
    assert requester is not None
    name = colleague.name if colleague else email.to_address
    asked = session.exec(select(Approval).where(col(Approval.gesture_id) == gesture.id)).first()
    letter = replace(
        letter_of(rules, customer, case, gesture, requester),
        request=LetterRequest(
            colleague=name,
            ref=ref(asked) if asked and email.template == FOR_APPROVAL else ref(gesture),
            because=gesture.because,
            needs=asked.approver_role.value if asked else None,
            until=rules.today(asked.expires_at) if asked else None,
        ),
    )
    rendered = render(rules.workspace.templates_dir, email.template, letter)
    seed = f"{ref(gesture)}.{email.template}.{gesture.requested_at.isoformat()}.{email.to_address}"
    return _composed(rules, email, name, rendered, seed, now)


def letter_of(
    rules: Rules,
    customer: Customer,
    case: Case,
    gesture: Gesture | None,
    agent: Agent,
    voucher: Voucher | None = None,
) -> Letter:
    """The values that a template may use."""
    settings = rules.settings
    return Letter(
        business=LetterBusiness(name=settings.business, reply_to=settings.reply_to or settings.sender),
        customer=LetterCustomer(
            name=customer.name, locale=customer.locale, first_name=first_name_of(customer.name)
        ),
        case=LetterCase(
            ref=ref(case),
            reason=case.reason,
            what_happened=settings.reasons.get(case.reason) or what_happened_for(case.reason),
            verbatim=case.verbatim,
            order=case.order_ref,
            order_value=(
                None if case.order_value_minor is None else Money(case.order_value_minor, case.currency)
            ),
            occurred_on=case.occurred_on,
            promised=case.promised,
            feeling=case.feeling,
            responsibility=case.responsibility,
            severity=case.severity,
        ),
        gesture=None
        if gesture is None
        else LetterGesture(
            kind=gesture.kind,
            gesture_class=gesture.gesture_class,
            money=None if gesture.amount_minor is None else Money(gesture.amount_minor, gesture.currency),
            code=None if voucher is None else vouchers.code_of(rules, voucher),
            expires_on=None if voucher is None else voucher.expires_on,
        ),
        agent=LetterAgent(name=agent.name, team=agent.team),
    )


def _composed(
    rules: Rules,
    email: Email,
    to_name: str,
    rendered: Rendered,
    seed: str,
    now: datetime,
    *,
    answers: str | None = None,
) -> Written:
    settings = rules.settings
    sender = sender_address(rules)
    own_id = message_id(seed, sender.rpartition("@")[2])
    message = compose(
        rendered,
        sender=settings.sender,
        to_name=to_name,
        to_address=email.to_address,
        reply_to=settings.reply_to,
        message_id=own_id,
        in_reply_to=answers,
        references=(answers,) if answers else (),
        date=now,
    )
    recipient = ascii_address(email.to_address)
    return Written(sender, recipient, own_id, rendered.subject, rendered.text, rendered.html, message)


def sender_address(rules: Rules) -> str:
    """The bare address that emails are sent from."""
    return parseaddr(rules.settings.sender)[1]
