"""A case's emails, past and to come, each as it was or would be written."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from followup.domain.email_state import UNSENT_STATES
from followup.errors import FollowupError
from followup.mail.reading import text_of
from followup.services import cases, documents, enrolments, letters
from followup.services.references import ref
from followup.services.rules import Rules
from followup.store.tables import Email


def timeline(session: Session, rules: Rules, case_ref: str, *, now: datetime) -> dict[str, Any]:
    """The JSON document of `sequence timeline`. What is to come is rendered for the case as it stands
    now; what is wrong with a template stands in its place. Writes and sends nothing."""
    case = cases.find_case(session, case_ref)
    zone = ZoneInfo(cases.customer_of(session, case).timezone)
    return {
        "case": ref(case),
        "timezone": zone.key,
        "emails": [_entry(session, rules, row, zone, now) for row in enrolments.emails_of(session, case)],
    }


def _entry(session: Session, rules: Rules, row: Email, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    moment = (row.sent_at or row.due_at).astimezone(zone)
    subject, text, reason = row.subject, None, row.reason
    if row.message is not None:
        text = text_of(row.message)
    elif row.state in UNSENT_STATES:
        try:
            written = letters.write(session, rules, row, now=now)
            subject, text = written.subject, written.text
        except FollowupError as error:
            reason = error.message
    return {
        **documents.email(row),
        "local": f"{moment:%A %-d %B %Y, %H:%M} ({zone.key})",
        "subject": subject,
        "text": text,
        "reason": reason,
    }
