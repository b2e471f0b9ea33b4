"""The story of one email, as a colleague would tell it: why it was planned, what happened, what is next."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import UNSENT_STATES, EmailKind, EmailState
from followup.domain.sequences.enrolment import EnrolmentState
from followup.domain.sequences.single_email import Single
from followup.domain.shared.local_time import local_text
from followup.domain.shared.reason import Reason
from followup.services.documents import serializers
from followup.services.outbox import presend_checks
from followup.services.outbox.presend_checks import Looked, PresendDecision, PresendVerdict, Situation
from followup.services.reporting import report_schedules
from followup.services.sequences import colleague_emails, email_events
from followup.services.shared.actors import DAEMON, INBOUND
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.store.tables import Agent, Email, EmailEvent, ReportSchedule

Document = dict[str, Any]

_BY_ITSELF: dict[EmailState, str] = {
    EmailState.SCHEDULED: "The mail server did not take it, so it is tried again: {reason}.",
    EmailState.SENT: "The mail server took it: {reason}.",
    EmailState.FAILED: "It failed: {reason}.",
    EmailState.IN_DOUBT: "It may or may not have gone out: {reason}.",
    EmailState.DEFERRED: "It was put off: {reason}.",
    EmailState.SKIPPED: "It was skipped: {reason}.",
    EmailState.CANCELLED: "Its sequence ended, and this email with it: {reason}.",
}
"""What the daemon has done to an email, by the state that it came to."""


_PLANNED_AS = (EmailState.SCHEDULED, EmailState.SKIPPED)


def story(session: Session, rules: Configuration, email: Email, *, now: datetime) -> Document:
    """The JSON document of `outbox why`: the email, `story` with every event, the oldest first, and `next`,
    what it waits for and what a person can do. Writes nothing."""
    (situation,) = presend_checks.looked_at(session, rules, [email], now=now)
    zone = _zone(situation)
    events = email_events.events_of(session, email)
    # Emails that are older than the history have no event of their planning.
    planned = events[0] if events and events[0].state in _PLANNED_AS else None
    begun = planned.happened_at if planned else _began_at(situation)
    told = [_entry(begun, _planned(situation, planned, zone), zone)]
    name_of = _names(session)
    since = events[1:] if planned else events
    told += [_entry(event.happened_at, _told(event, name_of), zone) for event in since]
    return {
        **serializers.email(email),
        "timezone": zone,
        "due_local": local_text(email.due_at, zone),
        "story": told,
        "next": _came_back(email, events) + _next(situation, zone),
    }


def _zone(s: Looked) -> str:
    """Whose clock the story goes by."""
    if not isinstance(s, Situation):
        return _schedule(s).timezone
    return s.rules.settings.timezone if s.email.kind is EmailKind.COLLEAGUE else s.customer.timezone


def _began_at(s: Looked) -> datetime:
    return s.began_at if isinstance(s, Situation) else s.email.due_at


def _schedule(s: Looked) -> ReportSchedule:
    return s.session.get_one(ReportSchedule, s.email.schedule_id)


def _entry(at: datetime, text: str, zone: str) -> Document:
    return {"at": serializers.instant(at), "local": local_text(at, zone), "text": text}


# ---- What has happened


def _planned(s: Looked, planned: EmailEvent | None, zone: str) -> str:
    """Why the email was planned, and for when."""
    if planned is not None and planned.state is EmailState.SKIPPED:
        return f"{_occasion(s)} It was left out from the start: {_clause(planned)}."
    is_told = planned is not None and not (planned.reason_values or {}).get("removed")
    when = (planned.reason if planned and is_told else None) or local_text(s.email.due_at, zone)
    return f"{_occasion(s)} It was planned for {when}."


def _occasion(s: Looked) -> str:
    if not isinstance(s, Situation):
        schedule = _schedule(s)
        at = report_schedules.rhythm_of(schedule).at_text()
        return f"The reports of the schedule {schedule.name} ({', '.join(schedule.reports)}) are sent {at}."
    gesture = f"{ref(s.gesture)} ({s.gesture.kind})" if s.gesture else ""
    if s.email.kind is EmailKind.COLLEAGUE:
        wanted = (
            "waits for a decision" if s.email.template == colleague_emails.FOR_APPROVAL else "is to be known"
        )
        return f"{gesture} {wanted}, so a colleague is written to."
    if s.is_delay:
        return f"{gesture} waits for a decision. {_MEANT[Single.APPROVAL_DELAYED]}"
    if s.is_reminder:
        return f"{gesture} is not used up yet. {_MEANT[Single.VOUCHER_EXPIRING]}"
    assert s.enrolment is not None
    began = f"{gesture} was issued, and the case was" if gesture else "The case was"
    return f"{began} enrolled in the sequence {s.enrolment.sequence}. {_step(s)}"


_MEANT = {
    Single.APPROVAL_DELAYED: "One business day later the customer is told that it takes its time.",
    Single.VOUCHER_EXPIRING: "Two weeks before the voucher's last day the customer is reminded of it.",
}


def _step(s: Situation) -> str:
    """Which step it is, and the rule for its time, in the words of the file of sequences as it is now."""
    email, enrolment = s.email, s.enrolment
    sequence = s.rules.sequences.by_name.get(enrolment.sequence) if enrolment else None
    step = next((step for step in sequence.steps if step.number == email.step), None) if sequence else None
    if step is None or step.template != email.template:
        return f"This is its email {email.step}, {email.template}."
    after = "at once" if step.after.quantity == 0 else f"{step.after} later"
    only = f", only if this holds: {step.only_if.meaning.lower()}" if step.only_if else ""
    return f"This is its email {email.step}, {email.template}, {after} by the customer's own clock{only}."


def _told(event: EmailEvent, name_of: Callable[[str], str]) -> str:
    """One event. What a person did is kept as what they did: "released it: she agreed"; what arrived, as
    what it says: "it came back: 5.1.1 no such user"."""
    if event.actor == INBOUND.name:
        clause = _clause(event)
        return f"{clause[0].upper()}{clause[1:]}."
    if event.actor != DAEMON.name:
        return f"{name_of(event.actor)} {_clause(event)}."
    if event.reason_code is EmailReason.WRITTEN_TO_FILE and event.reason_detail:
        return f"It was written to a file: {event.reason_detail.rstrip('.')}."
    return _BY_ITSELF.get(event.state, "{reason}.").format(reason=_clause(event))


def _clause(event: EmailEvent) -> str:
    return (event.reason or event.state.value).rstrip(".")


def _names(session: Session) -> Callable[[str], str]:
    def name_of(actor: str) -> str:
        agent = session.exec(select(Agent).where(col(Agent.email) == actor)).first()
        return agent.name if agent else actor.removeprefix("login:")

    return name_of


# ---- What comes next


def _came_back(email: Email, events: list[EmailEvent]) -> str:
    """Why a worker gave it back unsent, which is no event of its own."""
    why = email.why if email.state is EmailState.SCHEDULED else None
    if why is None or any(_tells(event, why) for event in events):
        return ""
    return f"The last time, it came back unsent: {why}. "


def _tells(event: EmailEvent, why: Reason[EmailReason]) -> bool:
    """Whether an event tells of a reason, be it as what a person said when they did something."""
    return event.why == why or (why.detail is not None and event.reason_detail == why.detail)


def _next(s: Looked, zone: str) -> str:
    email, name = s.email, ref(s.email)
    held = (email.held_because or "").rstrip(".")
    if email.held_code is not None and not isinstance(s, Situation):
        return (
            f"It waits for a person, whatever its time: {held}. "
            f"Let it go with: followup outbox release {name} --because …, "
            f"or leave it out with: followup outbox skip {name} --because …"
        )
    if email.held_code is not None and isinstance(s, Situation):
        return (
            f"It waits for a person, whatever its time: {held}. "
            f"See all of it with: followup template preview {ref(s.case)} --step {max(email.step, 1)}; "
            f"mend the template, or the case (followup case set {ref(s.case)} …), and then let it go with: "
            f"followup outbox release {name} --because …, "
            f"or leave it out with: followup outbox skip {name} --because …"
        )
    if email.state in UNSENT_STATES:
        return _to_come(s, zone)
    return _AFTERWARDS[email.state].format(name=name, sent=_sent(s, zone))


_AFTERWARDS: dict[EmailState, str] = {
    EmailState.CLAIMED: "A daemon has it just now. Should that stop, another takes over in 15 minutes.",
    EmailState.TRANSMITTING: "A daemon is handing it over just now.",
    EmailState.SENT: "Nothing: it went out on {sent}.",
    EmailState.FAILED: "Nothing by itself. Mend what is wrong, then: followup outbox retry {name}",
    EmailState.IN_DOUBT: "A person finds out whether it arrived, and says so: "
    "followup outbox resolve {name} --sent, or --not-sent, which sends it again.",
    EmailState.SKIPPED: "Nothing: it is not sent.",
    EmailState.CANCELLED: "Nothing: it is not sent.",
}


def _sent(s: Looked, zone: str) -> str:
    return local_text(s.email.sent_at, zone) if s.email.sent_at else ""


def _to_come(s: Looked, zone: str) -> str:
    """What becomes of an email that has not gone out, as things stand."""
    if isinstance(s, Situation) and s.enrolment is not None and s.enrolment.state is EnrolmentState.PAUSED:
        return f"Its sequence is paused. Go on with: followup sequence resume {ref(s.case)}"
    when = "at the next tick of the daemon" if s.email.due_at <= s.now else local_text(s.email.due_at, zone)
    expected = expected_text(presend_checks.forecast(s)[1])
    if expected is not None:
        return f"{expected} That is decided when its time comes: {when}."
    if not isinstance(s, Situation):
        return f"It goes out {when}, unless its schedule is removed before."
    if s.email.kind is EmailKind.COLLEAGUE:
        return f"It goes out {when}, unless it is decided before."
    return (
        f"It goes out {when}, unless the customer answers, the case is closed or opened again, "
        "or somebody stops it before."
    )


def expected_text(verdict: PresendVerdict | None) -> str | None:
    """What keeps an email from going out if nothing changes, for people."""
    if verdict is None:
        return None
    if verdict.decision is PresendDecision.FAIL:
        return f"As things stand, it will fail: {verdict.reason.text.rstrip('.')}."
    what = "be held for a person" if verdict.decision is PresendDecision.HOLD else "be skipped"
    return f"As things stand, it will {what}: {verdict.reason}."
