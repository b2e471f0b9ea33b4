"""Writes emails from stored rows: the text, the lint's findings, and the final bytes."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, or_, select

from followup.domain.letters.finding import LetterFinding
from followup.domain.outbox.email_kind import TO_CUSTOMERS
from followup.domain.sequences.sequence import CLOSING
from followup.domain.sequences.single_email import Single
from followup.errors import FollowupError
from followup.mail.addresses import envelope_address, parse_mailbox
from followup.mail.answer_links import with_answer_links
from followup.mail.compose import Attachment, compose, message_id
from followup.mail.letter import FOOTER_MARK, EditedText, Letter, LetterGesture, Rendered, TemplateClass
from followup.mail.lint_email import findings_for
from followup.mail.read_own_email import text_of
from followup.mail.render import render, text_of_letter
from followup.mail.text_analysis import sentences_of
from followup.mail.tokens import bounce_token, reply_token, unsubscribe_links, with_token, without_token
from followup.services.letters import letter_context, text_gate
from followup.services.sequences import also_told, sender_eligibility, single_emails
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.settings import TOKEN
from followup.store.tables import Case, Customer, Email, Enrolment, Gesture

_REMEMBERED_EMAILS = 12
"""How many of a customer's earlier emails are searched for repeated sentences."""


@dataclass(frozen=True, slots=True)
class LintedLetter:
    """The text of an email to a customer, and the findings of the sincerity lint and of the gate.
    `unsubscribe` lists the ways to unsubscribe, for emails that need consent."""

    letter: Letter
    rendered: Rendered
    findings: tuple[LetterFinding, ...]
    unsubscribe: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """A written email. `message` holds the exact bytes for the mail server. `findings` are those of the
    sincerity lint and of the gate; emails to colleagues have none."""

    sender: str
    recipient: str
    message_id: str
    subject: str
    text: str
    template_class: TemplateClass
    message: bytes
    findings: tuple[LetterFinding, ...] = ()


def write(session: Session, rules: Configuration, email: Email, *, now: datetime) -> Written:
    """Write an email to a customer from the present state of their case. Raises InvalidFile if its template
    is invalid."""
    case = session.get_one(Case, email.case_id)
    customer = session.get_one(Customer, case.customer_id)
    enrolment = session.get(Enrolment, email.enrolment_id) if email.enrolment_id else None
    gesture, besides = told_in(session, email)
    offered = letter_context.offered(session, rules, gesture, now=now) if gesture else None
    wording = enrolment.wording if enrolment else single_emails.wording_of(session, email, case)
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
        edited=edited_text_of(email),
        also=tuple(letter_context.offered(session, rules, one, now=now) for one in besides),
    )
    began = enrolment.started_at if enrolment else case.logged_at
    seed = f"{ref(case)}.{email.step}.{email.enrolment_id}.{began.isoformat()}.{email.to_address}"
    first = first_of_conversation(session, email)
    rendered = draft.rendered
    if first and email.kind.traits.in_series:
        # Follow-ups stay in one thread: they reply to the first email and keep its subject.
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


def told_in(session: Session, email: Email) -> tuple[Gesture | None, list[Gesture]]:
    """The gesture that an email is about, and those that it tells of besides."""
    enrolment = session.get(Enrolment, email.enrolment_id) if email.enrolment_id else None
    gesture_id = enrolment.gesture_id if enrolment else email.gesture_id
    own = session.get(Gesture, gesture_id) if gesture_id else None
    besides = also_told.besides_of(session, [email])[email.id or 0]
    return also_told.in_order(own, besides) if besides else (own, [])


def edited_text_of(email: Email) -> EditedText | None:
    """What an agent wrote in place of the email's template, if somebody did."""
    if email.edited_text is None:
        return None
    return EditedText(email.edited_subject or "", email.edited_text)


def body_of(written: Written) -> str:
    """The text of a written email without its footer."""
    return written.text.partition(FOOTER_MARK)[0].rstrip("\n")


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
    edited: EditedText | None = None,
    earlier: tuple[str, ...] = (),
    also: tuple[LetterGesture, ...] = (),
) -> LintedLetter:
    """Render a template for the customer of a case and lint it. `offered` is what the letter says of the
    gesture, `also` what it says of others; `is_first` says that this is the email that apologises; `went_out`
    says that the email was sent already and is only shown again, so it is not compared with itself; `edited`
    is what an agent wrote in place of the template's words. `earlier` are the templates before this one in
    the series, whose sentences it must not repeat although they are not sent yet.

    Raises NotFound for an unknown template, InvalidFile for one that cannot be rendered."""
    waits = template == Single.APPROVAL_DELAYED.value
    # An email must not promise a gesture that is not approved yet.
    letter = letter_context.letter_of(
        session, rules, case, None if waits else offered, now=now, wording=wording
    )
    letter = replace(letter, also=() if waits else also)
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
    rendered = render(folder, template, letter, edited=edited)
    if rendered.fallback:
        # The reason is worded in the language of the email, which is not the customer's here.
        said = letter_context.phrase_of(rules, case, letter.case.stated, rendered.locale_used)
        letter = replace(letter, case=replace(letter.case, **said))
        rendered = render(folder, template, letter, edited=edited)
    unsubscribe: tuple[str, ...] = ()
    if rendered.template_class is TemplateClass.MARKETING:
        unsubscribe = unsubscribe_links(
            rules.workspace.secret_key(),
            case.customer_id,
            reply_to=answers_go_to,
            url=rules.settings.unsubscribe_url,
        )
        letter = replace(letter, links=replace(letter.links, unsubscribe=unsubscribe[0]))
        rendered = render(folder, template, letter, edited=edited)
    findings = findings_for(
        letter,
        rendered,
        sender=sender_of(rules, letter.agent.name),
        is_first=is_first and not waits,
        sent_before=(
            *_sent_before(session, case, rendered, but=template if went_out else None),
            *sentences_of_series(rules, letter, earlier),
        ),
        action_done=letter_context.something_done(session, case),
        waited_days=(now - case.logged_at).days,
        goodwill_days=rules.settings.goodwill_days,
        by_hand=edited is not None,
        introduces=template == Single.GIVEN_LATER.value,
    )
    text = f"{rendered.subject}\n{rendered.text}"
    caught = text_gate.findings_in(
        session, case, text, language=rendered.locale_used, edited=edited.text if edited else None
    )
    return LintedLetter(letter, rendered, (*findings, *caught), unsubscribe)


def sentences_of_series(rules: Configuration, letter: Letter, earlier: tuple[str, ...]) -> tuple[str, ...]:
    """The sentences of the emails that come before one in its series, written for the same letter. What notes
    say stands in one of them only, and a template that cannot be written says so elsewhere."""
    bare = replace(letter, case=replace(letter.case, told=(), done=()))
    found: list[str] = []
    for template in earlier:
        try:
            text, locale = text_of_letter(rules.workspace.templates_dir, template, bare)
        except FollowupError:
            continue
        found += sentences_of(text, locale)
    return tuple(found)


def _sent_before(
    session: Session, case: Case, rendered: Rendered, *, but: str | None = None
) -> tuple[str, ...]:
    """The sentences of the newest emails sent to the customer about any case, except those that the template
    `but` made for this case."""
    of_customer = select(Case.id).where(col(Case.customer_id) == case.customer_id)
    messages = session.exec(
        select(Email.message)
        .where(
            col(Email.case_id).in_(of_customer),
            col(Email.kind).in_(TO_CUSTOMERS),
            col(Email.sent_at).is_not(None),
            sender_eligibility.not_astray(),
            or_(col(Email.case_id) != case.id, col(Email.template) != (but or "")),
        )
        .order_by(col(Email.sent_at).desc(), col(Email.id))
        .limit(_REMEMBERED_EMAILS)
    ).all()
    language = rendered.locale_used
    return tuple(
        sentence for message in messages if message for sentence in sentences_of(text_of(message), language)
    )


def first_of_conversation(session: Session, email: Email) -> tuple[str, str] | None:
    """The Message-ID and subject of the first email that the customer got about the case."""
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
    """Compose a letter about a case into the bytes to send. `seed` determines the Message-ID, so that it is
    always the same; `answers` is the Message-ID of the email that it replies to."""
    return _composed(
        rules,
        email,
        rendered,
        sender_of(rules, letter.agent.name),
        to_name,
        reply_mailbox(rules, email.case_id if email.kind.traits.to_customer else None),
        seed,
        now,
        answers=answers,
        unsubscribe=unsubscribe,
    )


def composed_by_business(
    rules: Configuration,
    email: Email,
    to_name: str,
    rendered: Rendered,
    seed: str,
    now: datetime,
    *,
    reply_to: str | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> Written:
    """Compose an email that no agent signs, from the business to a colleague. `seed` determines the
    Message-ID."""
    sender = mailbox_text(rules.settings.business, sender_address(rules))
    return _composed(rules, email, rendered, sender, to_name, reply_to, seed, now, attachments=attachments)


def _composed(
    rules: Configuration,
    email: Email,
    rendered: Rendered,
    sender: str,
    to_name: str,
    reply_to: str | None,
    seed: str,
    now: datetime,
    *,
    answers: str | None = None,
    unsubscribe: tuple[str, ...] = (),
    attachments: tuple[Attachment, ...] = (),
) -> Written:
    own_id = message_id(seed, sender_address(rules).rpartition("@")[2])
    message = compose(
        rendered,
        sender=sender,
        to_name=to_name,
        to_address=email.to_address,
        reply_to=reply_to,
        message_id=own_id,
        in_reply_to=answers,
        references=(answers,) if answers else (),
        date=now,
        list_unsubscribe=unsubscribe,
        attachments=attachments,
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
    """The sender of an email: the setting `sender`, with {agent} replaced by the signing agent."""
    mailbox = parse_mailbox(rules.settings.sender)
    return mailbox_text(mailbox.name.replace("{agent}", agent_name), mailbox.address)


def mailbox_text(name: str, address: str) -> str:
    """A name and an address in the form that `parse_mailbox` reads."""
    quoted = name.replace("\\", " ").replace('"', "'").replace("<", "(").replace(">", ")")
    return f"{quoted} <{address}>" if name else address


def sender_address(rules: Configuration) -> str:
    """The bare address that emails are sent from."""
    return parse_mailbox(rules.settings.sender).address


def reply_mailbox(rules: Configuration, case_id: int | None) -> str | None:
    """The Reply-To address: the setting `reply_to`, with the token of the email's case; without a token if
    the customer knows of no case. None if replies go to the sender."""
    reply_to = rules.settings.reply_to
    if reply_to is None or TOKEN not in reply_to:
        return reply_to
    if case_id is None:
        return without_token(reply_to)
    return with_token(reply_to, reply_token(rules.workspace.secret_key(), case_id))


def envelope_sender(rules: Configuration, email: Email) -> str:
    """The envelope sender, to which a mail server reports failures: the setting `bounce_to` with a token for
    the email, else the sender's address."""
    bounce_to = rules.settings.bounce_to
    if bounce_to is None:
        return sender_address(rules)
    if TOKEN in bounce_to:
        assert email.id is not None
        bounce_to = with_token(bounce_to, bounce_token(rules.workspace.secret_key(), email.id))
    return parse_mailbox(bounce_to).address
