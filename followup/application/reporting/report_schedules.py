"""Reports on a schedule: `followup report schedule`."""

from typing_extensions import TypedDict

from followup.application.door import Caller, Reading, Writing, change_once, look_up, reads, works, writes
from followup.services.documents import serializers
from followup.services.documents.documents import EmailDocument
from followup.services.reporting import report_emails, report_schedules
from followup.services.reporting.report_schedules import ReportScheduleDocument as ReportScheduleDocument


class SentReportsDocument(TypedDict):
    """The emails of a schedule that will be sent at the next tick."""

    name: str
    emails: list[EmailDocument]


class ReportEmailDocument(TypedDict):
    """The email of a schedule as it would be now. `dry_run` says that nothing was sent."""

    name: str
    to: list[str]
    subject: str
    text: str
    html: str
    attachments: list[str]
    dry_run: bool


@writes("report schedule add", keyed_as="schedule add")
def add_schedule(
    work: Writing,
    reports: list[str],
    every: str,
    to: list[str],
    at: str = "08:00",
    locale: str | None = None,
    timezone: str | None = None,
    name: str | None = None,
) -> ReportScheduleDocument:
    """Schedule reports. The first is sent at the schedule's next time.

    Raises WrongUsage for invalid values, Refused if the actor is no manager, for a customer's address, and
    for a name that is taken."""
    row = report_schedules.add(
        work.session,
        work.configuration,
        now=work.now,
        actor=work.actor,
        reports=" ".join(reports),
        every=every,
        to=to,
        at=at,
        locale=locale,
        timezone=timezone,
        name=name,
    )
    return report_schedules.document(work.session, row)


@reads("report schedule list")
def list_schedules(work: Reading) -> list[ReportScheduleDocument]:
    """The schedules, the next one due first."""
    rows = report_schedules.list_schedules(work.session)
    return [report_schedules.document(work.session, row) for row in rows]


@writes("report schedule remove", keyed_as="schedule remove")
def remove_schedule(work: Writing, name: str) -> ReportScheduleDocument:
    """Remove a schedule and cancel its unsent emails. Raises NotFound, and Refused if the actor is no
    manager."""
    row = report_schedules.remove(work.session, name, now=work.now, actor=work.actor)
    return report_schedules.document(work.session, row)


@works("report schedule send", changes=True)
def send_schedule(
    caller: Caller, name: str, to: str | None = None, dry_run: bool = False
) -> SentReportsDocument | ReportEmailDocument:
    """Send a schedule's reports at the next tick, to all recipients or only to the address `to`. With
    `dry_run`, only render the email, in a transaction that does not block writers.

    Raises NotFound, and, unless `dry_run`, Refused if the actor is no manager and for a customer's
    address."""
    if dry_run:
        return look_up(caller, lambda work: _email_now(work, name, to))
    content = {"name": name, "to": to, "dry_run": False}
    return change_once(caller, "schedule send", content, lambda work: _sent(work, name, to))


def _email_now(work: Reading, name: str, to: str | None) -> ReportEmailDocument:
    row = report_schedules.find(work.session, name)
    letter = report_emails.letter_of(work.session, work.configuration, row, work.now, now=work.now)
    return {
        "name": row.name,
        "to": [to] if to else row.recipients,
        "subject": letter.subject,
        "text": letter.text,
        "html": letter.html,
        "attachments": [letter.workbook.name],
        "dry_run": True,
    }


def _sent(work: Writing, name: str, to: str | None) -> SentReportsDocument:
    row = report_schedules.find(work.session, name)
    emails = report_schedules.send_now(work.session, row, now=work.now, actor=work.actor, to=to)
    return {"name": row.name, "emails": [serializers.email(email) for email in emails]}
