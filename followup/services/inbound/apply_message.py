"""Applies an interpreted message, by its kind, in the caller's transaction.

Nothing here sends email: a program that answers email automatically may end up answering another program.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlmodel import Session, col, func, or_, select

from followup.domain.cases.answer_tone import AnswerTone
from followup.domain.cases.outcomes import OutcomeAnswer
from followup.domain.inbound.bounce_cause import ABOUT_THE_RECIPIENT, BounceCause
from followup.domain.inbound.message_kind import InboundKind
from followup.domain.inbound.message_reason import MessageReason
from followup.domain.outbox.email_kind import TO_CUSTOMERS
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import UNSENT_STATES, EmailState
from followup.domain.people.suppression import SuppressionReason
from followup.domain.sequences.enrolment import EnrolmentState
from followup.domain.shared.reason import Reason
from followup.errors import NotFound
from followup.mail.answer_links import as_sentence
from followup.mail.inbound.answer_tones import tone_of
from followup.mail.inbound.return_day import return_day
from followup.mail.parse_inbound import Bounced, ParsedMessage
from followup.mail.sanitize import single_line
from followup.services.cases import case_notes, outcomes, replies
from followup.services.inbound.interpret_message import Meaning, comparable
from followup.services.outbox import notifications, relay_state
from followup.services.people import customers, suppressions
from followup.services.sequences import email_events, enrolments, sender_eligibility
from followup.services.shared import parse_input
from followup.services.shared.actors import DAEMON, INBOUND
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.store.tables import Case, Customer, Email, InboundMail, Note

CUSTOMER = "customer"
"""The author of notes that hold a customer's email."""

MOST_PUT_OFF = 3
"""How often automatic replies may defer a case's emails; some mailboxes answer every email."""

_MOST_ATTACHMENTS = 10
_TOKEN = re.compile(r"\[[a-z2-7]{32}\]", re.IGNORECASE)
_LONGEST_DETAIL = 300


@dataclass(frozen=True, slots=True)
class Effect:
    """The result of applying a message. `why` is the reason, without any address, if no note or event says it
    already; `note` holds the text."""

    why: Reason[MessageReason] | None = None
    note: Note | None = None


SAID = {
    OutcomeAnswer.MADE_RIGHT: MessageReason.MADE_RIGHT.of(),
    OutcomeAnswer.NOT_YET: MessageReason.NOT_YET.of(),
}
"""Each answer to the closing email, in words for colleagues."""


def carry_out(
    session: Session, rules: Configuration, arrived: ParsedMessage, meaning: Meaning, *, now: datetime
) -> Effect:
    """Apply a message."""
    if meaning.idle is not None:
        if meaning.email is not None and arrived.kind is InboundKind.BOUNCE:
            _tell(session, meaning.email, _came_back(next(iter(arrived.bounced), None)), now)
        for case in meaning.may_be_about:
            _wait_for_a_reader(session, case, now)
            notifications.tell_owner(session, rules, case, now=now)
        return Effect(meaning.idle)
    return _EFFECTS[meaning.kind](session, rules, arrived, meaning, now)


def _reply(
    session: Session, rules: Configuration, arrived: ParsedMessage, meaning: Meaning, now: datetime
) -> Effect:
    """Stop the emails of the case; a person answers (`replies.record_reply`). An answer to the closing email
    decides about the case itself (`outcomes.record_answer`)."""
    case = meaning.case
    assert case is not None
    customer = customers.customer_of(session, case)
    written_by_them = comparable(arrived.sender) == comparable(customer.email)
    tone = tone_of(arrived.text or arrived.whole_text, arrived.subject)
    text = _note_text(arrived, unsubscribes=arrived.kind is InboundKind.UNSUBSCRIBE)
    alone = None
    if meaning.answer is not None and not arrived.attachments:
        alone = as_sentence(arrived.text or arrived.whole_text, arrived.subject)
        text = alone or text
    if not written_by_them:
        text = (
            f"Not from the customer's address, but from {single_line(arrived.sender or 'nobody')}:\n\n{text}"
        )
    text = text[: parse_input.LONGEST_TEXT]
    if meaning.answer is None:
        note = replies.record_reply(session, case, text, now=now, actor=DAEMON, tone=tone)
    else:
        is_alone = alone is not None and written_by_them
        note = outcomes.record_answer(
            session, case, meaning.answer, text, now=now, actor=DAEMON, is_alone=is_alone
        )
    note.actor = CUSTOMER if written_by_them else INBOUND.name
    session.add(note)
    notifications.tell_owner(session, rules, case, now=now)
    if meaning.answer is not None:
        return Effect(SAID[meaning.answer], note)
    if tone is AnswerTone.OPT_OUT and written_by_them:
        if customer.marketing_consent:
            customers.change_customer(
                session, rules.settings, customer, {}, now=now, actor=INBOUND, marketing_consent=False
            )
        return Effect(MessageReason.OPTED_OUT.of(), note)
    return Effect(MessageReason.BY_ADDRESS.of() if meaning.by_address else None, note)


def _wait_for_a_reader(session: Session, case: Case, now: datetime) -> None:
    """Pause the emails of a case that an email may be about, until somebody has read it."""
    enrolment = sender_eligibility.active_enrolment(session, case)
    if enrolment is not None and enrolment.state is EnrolmentState.ACTIVE:
        because = "They wrote to us, perhaps about this case."
        enrolments.pause(session, case, now=now, actor=DAEMON, because=because)


def _note_text(arrived: ParsedMessage, *, unsubscribes: bool) -> str:
    text = (arrived.text_with_questions or arrived.whole_text).strip()
    if unsubscribes:
        text = f"They ask for no more emails, in a way that could not be checked. Ask them.\n\n{text}"
    elif not text:
        subject = _TOKEN.sub("", single_line(arrived.subject)).strip()
        text = f"An email without text: {subject or 'no subject'}"
    if len(text) > parse_input.LONGEST_TEXT - 2000:
        text = text[: parse_input.LONGEST_TEXT - 2000] + "\n\n(It goes on; read the rest in the mailbox.)"
    names = [single_line(name)[:80] for name in arrived.attachments[:_MOST_ATTACHMENTS]]
    return f"{text}\n\nWith it came: {', '.join(names)}" if names else text


def _auto_reply(
    session: Session, rules: Configuration, arrived: ParsedMessage, meaning: Meaning, now: datetime
) -> Effect:
    """Defer emails that are due before the customer is back. Nothing ends, and nobody has to answer."""
    case = meaning.case
    assert case is not None
    customer = customers.customer_of(session, case)
    today = now.astimezone(ZoneInfo(customer.timezone)).date()
    back = return_day(arrived.text, today, month_first=customer.locale.endswith("-US"))
    before = session.exec(
        select(func.count())
        .select_from(InboundMail)
        .where(col(InboundMail.case_id) == case.id, col(InboundMail.kind) == InboundKind.AUTO_REPLY)
        .where(col(InboundMail.reason_code) == MessageReason.PUT_OFF)
    ).one()
    if before >= MOST_PUT_OFF:
        return Effect(MessageReason.PUT_OFF_OFTEN.of(times=MOST_PUT_OFF))
    names = [ref(email) for email in _put_off(session, rules, case, customer, back, now=now)]
    if not names:
        return Effect(MessageReason.NOTHING_DUE.of())
    return Effect(MessageReason.PUT_OFF.of(emails=names, until=back.isoformat() if back else None))


def _notice(
    session: Session, _rules: Configuration, arrived: ParsedMessage, meaning: Meaning, now: datetime
) -> Effect:
    """Nothing stops and nothing is put off. What a colleague wrote is their note."""
    if meaning.colleague is None:
        return Effect(MessageReason.NOTICE.of())
    if arrived.kind is not InboundKind.REPLY:
        return Effect(MessageReason.BY_A_COLLEAGUE.of())
    assert meaning.case is not None
    text = f"{meaning.colleague} wrote an email about it:\n\n{_note_text(arrived, unsubscribes=False)}"
    note = case_notes.add_note(
        session, meaning.case, text[: parse_input.LONGEST_TEXT], now=now, actor=INBOUND
    )
    return Effect(MessageReason.BY_A_COLLEAGUE.of(), note)


def _put_off(
    session: Session,
    rules: Configuration,
    case: Case,
    customer: Customer,
    back: date | None,
    *,
    now: datetime,
) -> list[Email]:
    """Defer emails that are due before the customer is back, into their hours: the first to that day, the
    others by as much. Without the day, those due within the days of an absence, by that many. Returns those
    deferred."""
    away = timedelta(days=rules.settings.out_of_office_days)
    if back is not None:
        away = datetime.combine(back, time(), ZoneInfo(customer.timezone)) - now
    soon = select(Email).where(
        col(Email.case_id) == case.id,
        col(Email.kind).in_(TO_CUSTOMERS),
        col(Email.state).in_(UNSENT_STATES),
        col(Email.held_code).is_(None),
        col(Email.due_at) <= now + away,
    )
    calendar = rules.calendar(customer)
    found = session.exec(soon.order_by(col(Email.due_at), col(Email.id))).all()
    if back is not None and found:
        away -= max(found[0].due_at - now, timedelta())
    moved = []
    for email in found:
        # Guarded by state, because a daemon may claim the email at the same time.
        statement = (
            update(Email)
            .where(col(Email.id) == email.id, col(Email.state).in_(UNSENT_STATES))
            .values(
                state=EmailState.DEFERRED,
                due_at=calendar.next_open(max(email.due_at, now) + away),
                **EmailReason.AWAY.of().columns(),
            )
            .returning(col(Email.id))
            .execution_options(synchronize_session=False)
        )
        if session.execute(statement).scalars().all():
            moved.append(email)
    told = [(email.id, EmailState.DEFERRED, EmailReason.AWAY.of()) for email in moved]
    email_events.record(session, told, now=now, actor=DAEMON)
    return moved


def _bounce(
    session: Session, rules: Configuration, _arrived: ParsedMessage, meaning: Meaning, now: datetime
) -> Effect:
    """Suppress the address if nobody is there any more, or after several bounces about it in a number of
    days. What is refused for our sake, or for the content, says nothing about the address."""
    email, address, bounced, cause = meaning.email, meaning.address, meaning.bounced, meaning.cause
    assert email is not None
    assert address is not None
    assert cause is not None
    _tell(session, email, _came_back(bounced), now)
    notifications.tell_of_undelivered(session, rules, email, now=now)
    if meaning.for_good:
        code = f" ({bounced.status})" if bounced and bounced.status else ""
        _suppress(
            session,
            address,
            SuppressionReason.HARD_BOUNCE,
            f"{ref(email)} came back{code}: nobody is there",
            now,
            cause,
        )
        return Effect(MessageReason.NOBODY_THERE.of(_detail(bounced)))
    settings = rules.settings
    if cause is BounceCause.SENDER:
        relay_state.count_returned(session, email, said=_detail(bounced) or "no reason given", now=now)
    if cause not in ABOUT_THE_RECIPIENT:
        return Effect(MessageReason.DID_NOT_ARRIVE.of(_detail(bounced)))
    since = now - timedelta(days=settings.soft_bounce_days)
    # A server may report one delayed email every day. Count emails, not bounces.
    others = session.exec(
        select(func.count(func.distinct(InboundMail.email_id)))
        .where(col(InboundMail.address) == address, col(InboundMail.received_at) > since)
        .where(col(InboundMail.kind) == InboundKind.BOUNCE, col(InboundMail.permanent).is_(False))
        .where(or_(col(InboundMail.cause).is_(None), col(InboundMail.cause).in_(ABOUT_THE_RECIPIENT)))
        .where(col(InboundMail.email_id) != email.id)
    ).one()
    if others + 1 >= settings.soft_bounces:
        because = f"{others + 1} emails came back within {settings.soft_bounce_days} days"
        _suppress(session, address, SuppressionReason.HARD_BOUNCE, because, now, cause)
    return Effect(MessageReason.DID_NOT_ARRIVE.of(_detail(bounced)))


def _complaint(
    session: Session, _rules: Configuration, _arrived: ParsedMessage, meaning: Meaning, now: datetime
) -> Effect:
    email, address = meaning.email, meaning.address
    assert email is not None
    assert address is not None
    _tell(session, email, EmailReason.COMPLAINT.of(), now)
    _suppress(session, address, SuppressionReason.COMPLAINT, f"they called {ref(email)} unwanted", now)
    return Effect(MessageReason.NO_MORE_EMAILS.of())


def _unsubscribe(
    session: Session, rules: Configuration, arrived: ParsedMessage, _meaning: Meaning, now: datetime
) -> Effect:
    try:
        suppressions.unsubscribe(session, rules, arrived.unsubscribe_token or "", now=now, actor=INBOUND)
    except NotFound:
        return Effect(MessageReason.NOBODY_LEFT.of())
    return Effect(MessageReason.NO_MORE_EMAILS.of())


_EFFECTS: dict[InboundKind, Callable[[Session, Configuration, ParsedMessage, Meaning, datetime], Effect]] = {
    InboundKind.REPLY: _reply,
    InboundKind.AUTO_REPLY: _auto_reply,
    InboundKind.NOTICE: _notice,
    InboundKind.BOUNCE: _bounce,
    InboundKind.COMPLAINT: _complaint,
    InboundKind.UNSUBSCRIBE: _unsubscribe,
}


def _suppress(
    session: Session,
    address: str,
    reason: SuppressionReason,
    because: str,
    now: datetime,
    cause: BounceCause | None = None,
) -> None:
    suppressions.suppress(session, address, reason, now=now, actor=INBOUND, because=because, cause=cause)


def _tell(session: Session, email: Email, told: Reason[EmailReason], now: datetime) -> None:
    """Record an event in the history of the email."""
    email_events.record(session, [(email.id, email.state, told)], now=now, actor=INBOUND)


def _came_back(bounced: Bounced | None) -> Reason[EmailReason]:
    return EmailReason.CAME_BACK.of(_detail(bounced))


def _detail(bounced: Bounced | None) -> str | None:
    """What the mail server said, on one line; None if it gave no reason."""
    if bounced is None:
        return None
    text = single_line(" ".join(filter(None, (bounced.status, bounced.detail))))
    return text[:_LONGEST_DETAIL].rstrip(".") or None
