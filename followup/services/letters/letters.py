"""From stored rows to an email: what it says, what the lint finds in it, and its frozen bytes."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, or_, select

from followup.domain.letters.sincerity.finding import SincerityFinding
from followup.domain.outbox.email_kind import TO_CUSTOMERS
from followup.domain.sequences.sequence import CLOSING
from followup.domain.sequences.single_email import Single
from followup.mail.addresses import envelope_address, parse_mailbox
from followup.mail.answer_links import with_answer_links
from followup.mail.compose import compose, message_id
from followup.mail.letter import Letter, LetterGesture, Rendered, TemplateClass
from followup.mail.lint_email import findings_for
from followup.mail.read_own_email import text_of
from followup.mail.render import render
from followup.mail.text_analysis import sentences_of
from followup.mail.tokens import bounce_token, reply_token, unsubscribe_links, with_token, without_token
from followup.services.letters import letter_context
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.settings import TOKEN
from followup.store.tables import Case, Customer, Email, Enrolment, Gesture

_REMEMBERED_EMAILS = 12
"""How many of a customer's earlier emails are read for sentences that would come twice."""


@dataclass(frozen=True, slots=True)
class LintedLetter:
    """What an email to a customer says, and what the rules for sincere emails find in it. `unsubscribe` are
    the ways to stop such emails, where it needs consent."""

    letter: Letter
    rendered: Rendered
    findings: tuple[SincerityFinding, ...]
    unsubscribe: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """An email as it goes out: `message` is what the mail server gets, to the byte. `findings` are those of
    the rules for sincere emails; one to a colleague is not held against them."""

    sender: str
    recipient: str
    message_id: str
    subject: str
    text: str
    template_class: TemplateClass
    message: bytes
    findings: tuple[SincerityFinding, ...] = ()


def write(session: Session, rules: Configuration, email: Email, *, now: datetime) -> Written:
    """Render an email to a customer for their case as it stands now. Raises InvalidFile where the template is
    wrong."""
    case = session.get_one(Case, email.case_id)
    customer = session.get_one(Customer, case.customer_id)
    enrolment = session.get(Enrolment, email.enrolment_id) if email.enrolment_id else None
    gesture_id = enrolment.gesture_id if enrolment else email.gesture_id
    gesture = session.get(Gesture, gesture_id) if gesture_id else None
    offered = letter_context.offered(session, rules, gesture, now=now) if gesture else None
    wording = enrolment.wording if enrolment else customer.id or 0
    draft = draft_of(
        session,
        rules,
        case,
        gesture,
        offered,
        email.template,
        now=now,
        wording=wording,
        is_first=email.step <= 1 and email.kind.traits.in_series,
    )
    began = enrolment.started_at if enrolment else case.logged_at
    seed = f"{ref(case)}.{email.step}.{email.enrolment_id}.{began.isoformat()}.{email.to_address}"
    first = _first_of_conversation(session, email)
    rendered = draft.rendered
    if first and email.kind.traits.in_series:
        # One conversation: a follow-up answers the first email and keeps its subject.
        rendered = replace(rendered, subject=first[1])
    written = composed(
        rules,
        email,
        customer.name,
        rendered,
        draft.letter,
        seed,
        now,
        answers=first[0] if first else None,
        unsubscribe=draft.unsubscribe,
    )
    return replace(written, findings=draft.findings)


def draft_of(
    session: Session,
    rules: Configuration,
    case: Case,
    gesture: Gesture | None,
    offered: LetterGesture | None,
    template: str,
    *,
    now: datetime,
    wording: int,
    is_first: bool,
    went_out: bool = False,
) -> LintedLetter:
    """What a template says to the customer of a case. `offered` is what the letter says of the gesture,
    `is_first` that this is the email that apologises, `went_out` that it is only looked at again: an email
    does not repeat itself.

    Raises NotFound for an unknown template, InvalidFile for one that cannot be written."""
    waits = template == Single.APPROVAL_DELAYED.value
    # Nothing is promised before it is decided.
    letter = letter_context.letter_of(
        session, rules, case, None if waits else offered, now=now, wording=wording
    )
    if waits and gesture is not None:
        letter = letter_context.with_request(session, rules, letter, gesture)
    answers_go_to = reply_mailbox(rules, case.id) or rules.settings.sender
    if template == CLOSING:
        assert case.id is not None
        links = with_answer_links(
            letter.links,
            rules.workspace.secret_key(),
            case.id,
            reply_to=answers_go_to,
            locale=letter.customer.locale,
        )
        letter = replace(letter, links=links)
    folder = rules.workspace.templates_dir
    rendered = render(folder, template, letter)
    if rendered.fallback:
        # What happened is said in the language of the email, which is not the customer's.
        phrase = rules.settings.reason_phrase(case.reason, rendered.locale_used)
        letter = replace(letter, case=replace(letter.case, what_happened=phrase))
        rendered = render(folder, template, letter)
    unsubscribe: tuple[str, ...] = ()
    if rendered.template_class is TemplateClass.MARKETING:
        unsubscribe = unsubscribe_links(
            rules.workspace.secret_key(),
            case.customer_id,
            reply_to=answers_go_to,
            url=rules.settings.unsubscribe_url,
        )
        letter = replace(letter, links=replace(letter.links, unsubscribe=unsubscribe[0]))
        rendered = render(folder, template, letter)
    findings = findings_for(
        letter,
        rendered,
        sender=sender_of(rules, letter.agent.name),
        is_first=is_first and not waits,
        sent_before=_sent_before(session, case, rendered, but=template if went_out else None),
        action_done=letter_context.something_done(session, case),
    )
    return LintedLetter(letter, rendered, findings, unsubscribe)


def _sent_before(
    session: Session, case: Case, rendered: Rendered, *, but: str | None = None
) -> tuple[str, ...]:
    """The sentences of the newest emails that the customer of a case was sent, about whichever case; without
    those that the template `but` made for this one."""
    of_customer = select(Case.id).where(col(Case.customer_id) == case.customer_id)
    messages = session.exec(
        select(Email.message)
        .where(
            col(Email.case_id).in_(of_customer),
            col(Email.kind).in_(TO_CUSTOMERS),
            col(Email.sent_at).is_not(None),
            or_(col(Email.case_id) != case.id, col(Email.template) != (but or "")),
        )
        .order_by(col(Email.sent_at).desc(), col(Email.id))
        .limit(_REMEMBERED_EMAILS)
    ).all()
    language = rendered.locale_used
    return tuple(
        sentence for message in messages if message for sentence in sentences_of(text_of(message), language)
    )


def _first_of_conversation(session: Session, email: Email) -> tuple[str, str] | None:
    """Message-ID and subject of the first email that the customer got about the case."""
    first = session.exec(
        select(Email.message_id, Email.subject)
        .where(
            col(Email.case_id) == email.case_id,
            col(Email.kind).in_(TO_CUSTOMERS),
            col(Email.to_address) == email.to_address,
            col(Email.id) != email.id,
            col(Email.sent_at).is_not(None),
        )
        .order_by(col(Email.sent_at), col(Email.id))
    ).first()
    return (first[0], first[1]) if first and first[0] and first[1] else None


def composed(
    rules: Configuration,
    email: Email,
    to_name: str,
    rendered: Rendered,
    letter: Letter,
    seed: str,
    now: datetime,
    *,
    answers: str | None = None,
    unsubscribe: tuple[str, ...] = (),
) -> Written:
    """What a letter about a case says, as the bytes that go out. `seed` makes its Message-ID, always the same
    one, and `answers` is that of the email which it answers."""
    own_id = message_id(seed, sender_address(rules).rpartition("@")[2])
    message = compose(
        rendered,
        sender=sender_of(rules, letter.agent.name),
        to_name=to_name,
        to_address=email.to_address,
        reply_to=reply_mailbox(rules, email.case_id if email.kind.traits.to_customer else None),
        message_id=own_id,
        in_reply_to=answers,
        references=(answers,) if answers else (),
        date=now,
        list_unsubscribe=unsubscribe,
    )
    return Written(
        sender=envelope_sender(rules, email),
        recipient=envelope_address(email.to_address),
        message_id=own_id,
        subject=rendered.subject,
        text=rendered.text,
        template_class=rendered.template_class,
        message=message,
    )


def sender_of(rules: Configuration, agent_name: str) -> str:
    """Who an email is from: the sender of the settings, the word {agent} in it being whoever signs."""
    mailbox = parse_mailbox(rules.settings.sender)
    return mailbox_text(mailbox.name.replace("{agent}", agent_name), mailbox.address)


def mailbox_text(name: str, address: str) -> str:
    """Somebody's name and address as `parse_mailbox` reads them."""
    quoted = name.replace("\\", " ").replace('"', "'").replace("<", "(").replace(">", ")")
    return f"{quoted} <{address}>" if name else address


def sender_address(rules: Configuration) -> str:
    """The bare address that emails are sent from."""
    return parse_mailbox(rules.settings.sender).address


def reply_mailbox(rules: Configuration, case_id: int | None) -> str | None:
    """Where an answer to an email goes, if not to its sender: the reply_to of the settings, with the token of
    the case that the email is about; without one in an email about none that a customer would know of."""
    reply_to = rules.settings.reply_to
    if reply_to is None or TOKEN not in reply_to:
        return reply_to
    if case_id is None:
        return without_token(reply_to)
    return with_token(reply_to, reply_token(rules.workspace.secret_key(), case_id))


def envelope_sender(rules: Configuration, email: Email) -> str:
    """The bare address that a mail server writes to when it cannot deliver an email: the bounce_to of the
    settings, with a token that names the email, else the sender's."""
    bounce_to = rules.settings.bounce_to
    if bounce_to is None:
        return sender_address(rules)
    if TOKEN in bounce_to:
        assert email.id is not None
        bounce_to = with_token(bounce_to, bounce_token(rules.workspace.secret_key(), email.id))
    return parse_mailbox(bounce_to).address
