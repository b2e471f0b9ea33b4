"""From stored rows to an email: what it says, and its frozen bytes."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from followup.domain.email_state import EmailKind
from followup.mail.addresses import ascii_address, parse_mailbox
from followup.mail.compose import compose, message_id
from followup.mail.letter import Letter, LetterGesture, LetterRequest, Rendered, TemplateClass
from followup.mail.render import render
from followup.services import contents
from followup.services.notices import FOR_APPROVAL
from followup.services.references import ref
from followup.services.rules import Rules
from followup.store.tables import Agent, Approval, Case, Customer, Email, Enrolment, Gesture


@dataclass(frozen=True, slots=True)
class Draft:
    """What an email says, before it is addressed."""

    letter: Letter
    rendered: Rendered


@dataclass(frozen=True, slots=True)
class Written:
    """An email as it goes out: `message` is what the mail server gets, to the byte."""

    sender: str
    recipient: str
    message_id: str
    subject: str
    text: str
    template_class: TemplateClass
    message: bytes


def write(session: Session, rules: Rules, email: Email, *, now: datetime) -> Written:
    """Render the email for the case as it stands now. Raises InvalidFile where the template is wrong."""
    case = session.get_one(Case, email.case_id)
    if email.kind is EmailKind.COLLEAGUE:
        return _to_colleague(session, rules, email, case, now=now)
    customer = session.get_one(Customer, case.customer_id)
    enrolment = session.get(Enrolment, email.enrolment_id) if email.enrolment_id else None
    gesture_id = enrolment.gesture_id if enrolment else email.gesture_id
    gesture = session.get(Gesture, gesture_id) if gesture_id else None
    offered = contents.offered(session, rules, gesture, now=now) if gesture else None
    wording = enrolment.wording if enrolment else customer.id or 0
    draft = draft_of(session, rules, case, gesture, offered, email.template, now=now, wording=wording)
    began = enrolment.started_at if enrolment else case.logged_at
    seed = f"{ref(case)}.{email.step}.{email.enrolment_id}.{began.isoformat()}.{email.to_address}"
    first = _first_of_conversation(session, email)
    rendered = draft.rendered
    if first and email.kind is EmailKind.STEP:
        # One conversation: a follow-up answers the first email and keeps its subject.
        rendered = replace(rendered, subject=first[1])
    return _composed(
        rules, email, customer.name, rendered, draft.letter, seed, now, answers=first[0] if first else None
    )


def draft_of(
    session: Session,
    rules: Rules,
    case: Case,
    gesture: Gesture | None,
    offered: LetterGesture | None,
    template: str,
    *,
    now: datetime,
    wording: int,
) -> Draft:
    """What a template says to the customer of a case. `offered` is what the letter says of the gesture.

    Raises NotFound for an unknown template, InvalidFile for one that cannot be written."""
    letter = contents.letter_of(session, rules, case, offered, now=now, wording=wording)
    if gesture is not None:
        letter = contents.with_request(session, rules, letter, gesture)
    rendered = render(rules.workspace.templates_dir, template, letter)
    return Draft(letter, rendered)


def _first_of_conversation(session: Session, email: Email) -> tuple[str, str] | None:
    """Message-ID and subject of the first email that the customer got about the case."""
    first = session.exec(
        select(Email.message_id, Email.subject)
        .where(
            col(Email.case_id) == email.case_id,
            col(Email.kind) != EmailKind.COLLEAGUE,
            col(Email.to_address) == email.to_address,
            col(Email.id) != email.id,
            col(Email.sent_at).is_not(None),
        )
        .order_by(col(Email.sent_at), col(Email.id))
    ).first()
    return (first[0], first[1]) if first and first[0] and first[1] else None


def _to_colleague(session: Session, rules: Rules, email: Email, case: Case, *, now: datetime) -> Written:
    gesture = session.get_one(Gesture, email.gesture_id)
    requester = session.get_one(Agent, gesture.agent_id)
    colleague = session.exec(select(Agent).where(col(Agent.email) == email.to_address)).first()
    name = colleague.name if colleague else email.to_address
    asked = session.exec(select(Approval).where(col(Approval.gesture_id) == gesture.id)).first()
    offered = contents.offered(session, rules, gesture, now=now)
    letter = replace(
        contents.letter_of(session, rules, case, offered, now=now, agent=requester),
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
    return _composed(rules, email, name, rendered, letter, seed, now)


def _composed(
    rules: Rules,
    email: Email,
    to_name: str,
    rendered: Rendered,
    letter: Letter,
    seed: str,
    now: datetime,
    *,
    answers: str | None = None,
) -> Written:
    sender = sender_address(rules)
    own_id = message_id(seed, sender.rpartition("@")[2])
    message = compose(
        rendered,
        sender=sender_of(rules, letter.agent.name),
        to_name=to_name,
        to_address=email.to_address,
        reply_to=rules.settings.reply_to,
        message_id=own_id,
        in_reply_to=answers,
        references=(answers,) if answers else (),
        date=now,
    )
    return Written(
        sender=sender,
        recipient=ascii_address(email.to_address),
        message_id=own_id,
        subject=rendered.subject,
        text=rendered.text,
        template_class=rendered.template_class,
        message=message,
    )


def sender_of(rules: Rules, agent_name: str) -> str:
    """Who an email is from: the sender of the settings, the word {agent} in it being whoever signs."""
    mailbox = parse_mailbox(rules.settings.sender)
    name = mailbox.name.replace("{agent}", agent_name)
    quoted = name.replace("\\", " ").replace('"', "'").replace("<", "(").replace(">", ")")
    return f"{quoted} <{mailbox.address}>" if name else mailbox.address


def sender_address(rules: Rules) -> str:
    """The bare address that emails are sent from."""
    return parse_mailbox(rules.settings.sender).address
