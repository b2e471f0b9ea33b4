"""A case's emails, past and to come, each as it was or would be written."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from followup.domain.email_state import UNSENT_STATES
from followup.domain.local_time import local_text
from followup.mail.reading import text_of
from followup.services import cases, documents, email_story, enrolments, rechecks, who_writes
from followup.services.rechecks import Situation
from followup.services.references import ref
from followup.services.rules import Rules


def timeline(session: Session, rules: Rules, case_ref: str, *, now: datetime) -> dict[str, Any]:
    """The JSON document of `sequence timeline`. What is to come is rendered for the case as it stands
    now. `expected` says what would keep an email from going out if nothing changed, a template that cannot
    be used for instance. Writes and sends nothing."""
    case = cases.find_case(session, case_ref)
    timezone = cases.customer_of(session, case).timezone
    emails = [
        _entry(situation, timezone)
        for situation in rechecks.situations(session, rules, enrolments.emails_of(session, case), now=now)
    ]
    return {
        "case": ref(case),
        "timezone": timezone,
        "emails": emails,
        "not_planned_because": None if emails else who_writes.not_enrolled_because(session, case, now=now),
    }


def _entry(situation: Situation, timezone: str) -> dict[str, Any]:
    row = situation.email
    subject, text, expected = row.subject, text_of(row.message) if row.message else None, None
    if row.state in UNSENT_STATES:
        written, verdict = rechecks.forecast(situation)
        if written is not None:
            subject, text = written.subject, written.text
        if row.held_because is None:
            expected = email_story.expected_text(verdict)
    return {
        **documents.email(row),
        "local": local_text(row.sent_at or row.due_at, timezone),
        "subject": subject,
        "text": text,
        "expected": expected,
    }
