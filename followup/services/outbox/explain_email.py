"""The history of one email in plain sentences: why it was planned, what happened to it, what comes next."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session, col, select
from typing_extensions import TypedDict

from followup.domain.outbox.email_reason import GIVEN_BACK, EmailReason
from followup.domain.outbox.email_state import UNSENT_STATES, EmailState
from followup.domain.people.rights import LOWEST_ROLE, Right
from followup.domain.sequences.enrolment import EnrolmentState
from followup.domain.shared.local_time import local_text
from followup.services.documents import serializers
from followup.services.documents.documents import EmailDocument
from followup.services.outbox import presend_checks
from followup.services.outbox.kinds.registry import kind_of
from followup.services.outbox.presend_checks import Looked, PresendDecision, PresendVerdict, Situation
from followup.services.sequences import email_events
from followup.services.shared.actors import DAEMON, INBOUND
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.store.tables import Agent, Email, EmailEvent


class StoryEventDocument(TypedDict):
    """One event of an email. `local` is the time in the recipient's time zone."""

    at: str | None
    local: str
    text: str


class EmailStoryDocument(EmailDocument):
    """An email with all its events, the oldest first, what it waits for, and what a person can do."""

    timezone: str
    due_local: str
    story: list[StoryEventDocument]
    next: str


_BY_ITSELF: dict[EmailState, str] = {
    EmailState.SCHEDULED: "The mail server did not take it, so it is tried again: {reason}.",
    EmailState.SENT: "The mail server took it: {reason}.",
    EmailState.FAILED: "It failed: {reason}.",
    EmailState.IN_DOUBT: "It may or may not have gone out: {reason}.",
    EmailState.DEFERRED: "It was put off: {reason}.",
    EmailState.SKIPPED: "It was skipped: {reason}.",
    EmailState.CANCELLED: "Its sequence ended, and this email with it: {reason}.",
}
"""What the daemon did to an email, by the state that the email reached."""


_PLANNED_AS = (EmailState.SCHEDULED, EmailState.SKIPPED)


def story(session: Session, rules: Configuration, email: Email, *, now: datetime) -> EmailStoryDocument:
    """Make the JSON document of `outbox why`. Writes nothing.

    `story` holds every event, the oldest first; `next` says what the email waits for and what a person can
    do."""
    (situation,) = presend_checks.looked_at(session, rules, [email], now=now)
    zone = kind_of(email).timezone(situation)
    events = email_events.events_of(session, email)
    # Emails planned before events were recorded have no event for their planning.
    planned = events[0] if events and events[0].state in _PLANNED_AS else None
    begun = planned.happened_at if planned else situation.began_at
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


def _entry(at: datetime, text: str, zone: str) -> StoryEventDocument:
    return {"at": serializers.instant(at), "local": local_text(at, zone), "text": text}


# ---- Past events


def _planned(s: Looked, planned: EmailEvent | None, zone: str) -> str:
    """Why the email was planned, and for what time."""
    occasion = kind_of(s.email).occasion(s)
    if planned is not None and planned.state is EmailState.SKIPPED:
        return f"{occasion} It was left out from the start: {_clause(planned)}."
    is_told = planned is not None and not (planned.reason_values or {}).get("removed")
    when = (planned.reason if planned and is_told else None) or local_text(s.email.due_at, zone)
    return f"{occasion} It was planned for {when}."


def _told(event: EmailEvent, name_of: Callable[[str], str]) -> str:
    """One event as a sentence. Reasons that people gave are quoted ("released it: she agreed"), and so is the
    content of a bounce ("it came back: 5.1.1 no such user")."""
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
    """Why a worker gave the email back unsent; this is not recorded as an event."""
    why = email.why if email.state is EmailState.SCHEDULED else None
    if why is None or why.code not in GIVEN_BACK or any(event.why == why for event in events):
        return ""
    return f"The last time, it came back unsent: {why}. "


def _next(s: Looked, zone: str) -> str:
    email, name = s.email, ref(s.email)
    if email.held_code is not None:
        held = (email.held_because or "").rstrip(".")
        if email.held_code is EmailReason.SIGNER_GONE:
            return (
                f"It waits for a person: {held}. It goes by itself once the case is somebody's who is here: "
                f"followup case set {s.about} --owner EMAIL; "
                f"or leave it out with: followup outbox skip {name} --because …"
            )
        if isinstance(s, Situation) and email.held_code is EmailReason.NO_LANGUAGE:
            return (
                f"It waits for a person: {held}, {s.customer.locale}. It goes by itself once they "
                f"have another: followup customer set {s.customer.email} --locale …; "
                f"or write yourself and leave it out with: followup outbox skip {name} --because …"
            )
        if email.held_code is EmailReason.GATE:
            return (
                f"It waits for a person: {held}. It goes by itself once the text is mended. As it stands, a "
                f"{LOWEST_ROLE[Right.TEXTS]} lets it go with: followup outbox release {name} --because …; "
                f"or leave it out with: followup outbox skip {name} --because …"
            )
        mend = kind_of(email).mended_by(s)
        let_go = "Let it go with" if mend is None else f"{mend}, and then let it go with"
        return (
            f"It waits for a person, whatever its time: {held}. "
            f"{let_go}: followup outbox release {name} --because …, "
            f"or leave it out with: followup outbox skip {name} --because …"
        )
    if email.state in UNSENT_STATES:
        return _to_come(s, zone)
    sent = local_text(email.sent_at, zone) if email.sent_at else ""
    return _AFTERWARDS[email.state].format(name=name, sent=sent)


_AFTERWARDS: dict[EmailState, str] = {
    EmailState.CLAIMED: "A daemon has it just now. Should that stop, another takes over in 30 minutes.",
    EmailState.TRANSMITTING: "A daemon is handing it over just now.",
    EmailState.SENT: "Nothing: it went out on {sent}.",
    EmailState.FAILED: "Nothing by itself. Mend what is wrong, then: followup outbox retry {name}, "
    "with --to ADDRESS if that was wrong",
    EmailState.IN_DOUBT: "A person finds out whether it arrived, and says so: "
    "followup outbox resolve {name} --sent, or --not-sent, which sends it again.",
    EmailState.SKIPPED: "Nothing: it is not sent.",
    EmailState.CANCELLED: "Nothing: it is not sent.",
}


def _to_come(s: Looked, zone: str) -> str:
    """What happens next to an email that is not sent yet, if nothing changes."""
    if s.enrolment is not None and s.enrolment.state is EnrolmentState.PAUSED:
        until = s.enrolment.paused_until
        ends = f" until {local_text(until, zone)}" if until is not None else ""
        return f"Its sequence is paused{ends}. Go on with: followup sequence resume {s.about}"
    when = "at the next tick of the daemon" if s.email.due_at <= s.now else local_text(s.email.due_at, zone)
    expected = expected_text(kind_of(s.email).forecast(s)[1])
    if expected is not None:
        return f"{expected} That is decided when its time comes: {when}."
    return f"It goes out {when}, unless {kind_of(s.email).unless}."


def expected_text(verdict: PresendVerdict | None) -> str | None:
    """The sentence that says what keeps an email from being sent if nothing changes; None for no verdict."""
    if verdict is None:
        return None
    if verdict.decision is PresendDecision.FAIL:
        return f"As things stand, it will fail: {verdict.reason.text.rstrip('.')}."
    what = "be held for a person" if verdict.decision is PresendDecision.HOLD else "be skipped"
    return f"As things stand, it will {what}: {(verdict.found or verdict.reason.text).rstrip('.')}."
