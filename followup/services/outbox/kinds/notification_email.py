"""Emails that tell colleagues what needs them: one case, their queue, or an alarm."""

from collections.abc import Callable
from typing import ClassVar

from sqlmodel import col, select

from followup.domain.cases.attention import AttentionReason
from followup.domain.cases.case import NoteUse
from followup.domain.outbox.email_kind import EmailKind
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.notification import Notification
from followup.domain.shared.local_time import local_text
from followup.mail import colleague_text
from followup.services.cases import waiting_cases
from followup.services.cases.waiting_cases import WaitingCase
from followup.services.letters import letters
from followup.services.letters.letters import Written
from followup.services.outbox import notifications, presend_checks
from followup.services.outbox.kinds.outbox_kind import OutboxKind
from followup.services.outbox.presend_checks import Looked, PresendDecision, PresendVerdict
from followup.services.shared.references import ref
from followup.store.tables import Agent, AlarmState, Note

_NOTIFICATIONS = {one.value: one for one in Notification}
_MOST_CASES = 40
_LONGEST_ANSWER = 4_000
_THEIR_WORDS = (AttentionReason.ANSWERED, AttentionReason.NOT_YET, AttentionReason.WROTE_MORE)
_NOT_THE_CUSTOMER = "This email is for you alone: an answer to it does not reach the customer."


def _over(s: Looked) -> PresendVerdict | None:
    """Skip an email if nothing of what it tells of lasts."""
    lasts = _LASTING[_NOTIFICATIONS[s.email.template]](s)
    return None if lasts else PresendVerdict(PresendDecision.SKIP, EmailReason.NOTHING_NEEDED.of())


def _outside_business_hours(s: Looked) -> PresendVerdict | None:
    """Defer an email about cases to business hours; an alarm goes at once."""
    opens = s.rules.calendar().next_open(s.now)
    if opens <= s.now or s.email.template == Notification.ALARM.value:
        return None
    return PresendVerdict(PresendDecision.DEFER, EmailReason.OUTSIDE_BUSINESS_HOURS.of(), opens)


class NotificationEmail(OutboxKind[Looked]):
    """An email that tells a colleague what needs them. What it says is true when it goes."""

    kind: ClassVar = EmailKind.NOTIFICATION
    unless: ClassVar = "nobody is needed any more"

    checks: ClassVar = (presend_checks.suppressed, _over)
    time_checks: ClassVar = (_outside_business_hours,)

    def write(self, situation: Looked) -> Written:
        """Write what needs the colleague now, and what to do."""
        rules, email, now = situation.rules, situation.email, situation.now
        colleague = situation.session.exec(select(Agent).where(col(Agent.email) == email.to_address)).first()
        name = colleague.name if colleague else ""
        subject, body = _TEXTS[_NOTIFICATIONS[email.template]](situation)
        rendered = colleague_text.rendered(subject, f"Hello {name},\n\n{body}".replace(" ,", ","))
        seed = f"notification-{email.id}.{email.due_at.isoformat()}.{email.to_address}"
        return letters.composed_by_business(rules, email, name, rendered, seed, now)

    def timezone(self, situation: Looked) -> str:
        """The business's time zone."""
        return situation.rules.settings.timezone

    def occasion(self, situation: Looked) -> str:
        """What the colleague is told of."""
        return f"{_NOTIFICATIONS[situation.email.template].meaning}, so a colleague is told."


def _waiting(s: Looked) -> WaitingCase | None:
    numbers = [] if s.email.case_id is None else [s.email.case_id]
    return next(iter(waiting_cases.waiting_among(s.session, s.rules, numbers, now=s.now)), None)


def _queue(s: Looked) -> list[WaitingCase]:
    return notifications.queue_of(s.session, s.rules, s.email.to_address, now=s.now)


def _alarms(s: Looked) -> list[AlarmState]:
    return list(s.session.exec(select(AlarmState).order_by(col(AlarmState.began_at))))


def _of_case(s: Looked) -> tuple[str, str]:
    one = _waiting(s)
    assert one is not None
    case = one.case
    parts = [
        f"{ref(case)} needs you: {one.text}.",
        f"The case: {case.reason}, {case.severity.value}, {one.customer.name or one.customer.email}.",
    ]
    answer = _their_words(s, one)
    if answer is not None:
        parts += [f"They wrote on {local_text(answer.written_at, s.rules.settings.timezone)}:"]
        parts += [colleague_text.quoted(answer.body[:_LONGEST_ANSWER])]
    steps = dict.fromkeys(one.next_step(need) for need in one.needs)
    parts += ["\n".join(f"- {step}" for step in steps), _NOT_THE_CUSTOMER]
    return f"{ref(case)}: {one.needs[0].why.text}", "\n\n".join(parts)


def _their_words(s: Looked, one: WaitingCase) -> Note | None:
    """What the customer wrote last, if that is why the case needs somebody."""
    if not any(need.why.code in _THEIR_WORDS for need in one.needs):
        return None
    heard = select(Note).where(col(Note.case_id) == one.case.id, col(Note.use) == NoteUse.HEARD)
    return s.session.exec(heard.order_by(col(Note.id).desc())).first()


def _of_queue(s: Looked) -> tuple[str, str]:
    """Neither names nor words of customers: such an email stays when a customer is erased."""
    waiting = _queue(s)
    number = "1 case needs you" if len(waiting) == 1 else f"{len(waiting)} cases need you"
    lines = [
        f"- {ref(one.case)} ({one.case.severity.value}): {one.text_for_reports}"
        for one in waiting[:_MOST_CASES]
    ]
    if len(waiting) > _MOST_CASES:
        lines.append(f"- and {len(waiting) - _MOST_CASES} more")
    parts = [f"{number}:", "\n".join(lines), "What to do about each: followup case list --mine"]
    return number, "\n\n".join(parts)


def _of_alarms(s: Looked) -> tuple[str, str]:
    """Without what a mail server said, which may name customers: `daemon status` shows that."""
    lasting = _alarms(s)
    zone = s.rules.settings.timezone
    lines = [
        f"- {row.code.meaning}{f' ({row.about})' if row.about else ''}, since "
        f"{local_text(row.began_at, zone)}. {row.code.hint}"
        for row in lasting
    ]
    parts = ["\n".join(lines), "What was said, and whether it lasts: followup daemon status"]
    return f"Alarm: {lasting[0].code.meaning[:1].lower()}{lasting[0].code.meaning[1:]}", "\n\n".join(parts)


_LASTING: dict[Notification, Callable[[Looked], object]] = {
    Notification.CASE: _waiting,
    Notification.QUEUE: _queue,
    Notification.ALARM: _alarms,
}
"""What an email tells of, as far as it lasts."""

_TEXTS = {Notification.CASE: _of_case, Notification.QUEUE: _of_queue, Notification.ALARM: _of_alarms}
