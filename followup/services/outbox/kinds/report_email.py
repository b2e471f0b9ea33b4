"""Emails that carry scheduled reports. They belong to no case, and their readers are colleagues."""

from typing import ClassVar

from followup.domain.outbox.email_kind import EmailKind
from followup.services.letters.letters import Written
from followup.services.outbox import presend_checks
from followup.services.outbox.kinds.outbox_kind import OutboxKind
from followup.services.outbox.presend_checks import Looked, PresendDecision, PresendVerdict
from followup.services.reporting import report_emails, report_schedules
from followup.store.tables import ReportSchedule


def _stopped(s: Looked) -> PresendVerdict | None:
    """Skip an email that was claimed when its schedule was removed, and came back unsent."""
    is_stopped = _schedule(s).removed_at is not None
    return PresendVerdict(PresendDecision.SKIP, report_schedules.STOPPED) if is_stopped else None


class ReportEmail(OutboxKind[Looked]):
    """An email of a report schedule, sent at the time of the schedule."""

    kind: ClassVar = EmailKind.REPORT
    unless: ClassVar = "its schedule is removed before"

    checks: ClassVar = (presend_checks.suppressed, _stopped)

    def forecast(self, situation: Looked) -> tuple[None, PresendVerdict | None]:
        """Forecast only the verdict. The report is not rendered, because its figures are those at the time of
        sending."""
        return None, self.look_again(situation)

    def write(self, situation: Looked) -> Written:
        """Render the report with its present figures, and attach the workbook."""
        return report_emails.write(situation.session, situation.rules, situation.email, now=situation.now)

    def timezone(self, situation: Looked) -> str:
        """The time zone of the schedule."""
        return _schedule(situation).timezone

    def occasion(self, situation: Looked) -> str:
        """Which schedule planned the email."""
        schedule = _schedule(situation)
        at = report_schedules.rhythm_of(schedule).at_text()
        return f"The reports of the schedule {schedule.name} ({', '.join(schedule.reports)}) are sent {at}."


def _schedule(situation: Looked) -> ReportSchedule:
    return situation.session.get_one(ReportSchedule, situation.email.schedule_id)
