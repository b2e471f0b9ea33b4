"""The timeline of a case: all its emails, sent and to come, with their text."""

from datetime import datetime

from sqlmodel import Session
from typing_extensions import TypedDict

from followup.domain.outbox.email_state import UNSENT_STATES
from followup.domain.shared.local_time import local_text
from followup.mail.read_own_email import text_of
from followup.services.cases import cases, undo_case
from followup.services.documents import serializers
from followup.services.documents.documents import EmailDocument
from followup.services.outbox import explain_email, presend_checks
from followup.services.outbox.kinds.registry import kind_of
from followup.services.outbox.presend_checks import Situation
from followup.services.people import customers
from followup.services.sequences import enrolments, sender_eligibility
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref


class TimelineEmailDocument(EmailDocument):
    """An email as it was or would be written. `expected` says what would stop it, if anything."""

    local: str
    text: str | None
    expected: str | None


class TimelineDocument(TypedDict):
    """The emails of a case, with times in the customer's time zone. If there are none, why none is
    planned. `undo_until` is until when the case can be taken back; None if that time is over."""

    case: str
    timezone: str
    emails: list[TimelineEmailDocument]
    not_planned_because: str | None
    not_planned_code: str | None
    undo_until: str | None


def timeline(session: Session, rules: Configuration, case_ref: str, *, now: datetime) -> TimelineDocument:
    """Make the JSON document of `sequence timeline`. Writes and sends nothing.

    Emails to come are rendered for the present state of the case. `expected` says what would stop an email if
    nothing changed, such as an invalid template."""
    case = cases.find_case(session, case_ref)
    timezone = customers.customer_of(session, case).timezone
    emails = [
        _entry(situation, timezone)
        for situation in presend_checks.situations(
            session, rules, enrolments.emails_of(session, case), now=now
        )
    ]
    until = undo_case.ends_at(rules, case)
    why = None if emails else sender_eligibility.not_enrolled_because(session, case, now=now)
    return {
        "case": ref(case),
        "timezone": timezone,
        "emails": emails,
        "not_planned_because": why.text if why else None,
        "not_planned_code": why.code.value if why else None,
        "undo_until": serializers.instant(until) if until and now < until else None,
    }


def _entry(situation: Situation, timezone: str) -> TimelineEmailDocument:
    row = situation.email
    subject, text, expected = row.subject, text_of(row.message) if row.message else None, None
    if row.state in UNSENT_STATES:
        written, verdict = kind_of(row).forecast(situation)
        if written is not None:
            subject, text = written.subject, written.text
        if row.held_code is None:
            expected = explain_email.expected_text(verdict)
    return {
        **serializers.email(row),
        "local": local_text(row.sent_at or row.due_at, timezone),
        "subject": subject,
        "text": text,
        "expected": expected,
    }
