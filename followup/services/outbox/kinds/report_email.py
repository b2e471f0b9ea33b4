"""Reports that are sent by themselves. They are about no case, and whoever reads them works here."""

from typing import ClassVar

from followup.domain.outbox.email_kind import EmailKind
from followup.services.letters.letters import Written
from followup.services.outbox import presend_checks
from followup.services.outbox.kinds.outbox_kind import OutboxKind
from followup.services.outbox.presend_checks import Looked, PresendDecision, PresendVerdict
from followup.services.reporting import report_emails, report_schedules
from followup.store.tables import ReportSchedule


def _stopped(s: Looked) -> PresendVerdict | None:
    """It was under way when its schedule was removed, and came back unsent."""
    is_stopped = _schedule(s).removed_at is not None
    return PresendVerdict(PresendDecision.SKIP, report_schedules.STOPPED) if is_stopped else None


class ReportEmail(OutboxKind[Looked]):
    """An email of a schedule, which goes out at the time of the schedule."""

    kind: ClassVar = EmailKind.REPORT
    unless: ClassVar = "its schedule is removed before"

    checks: ClassVar = (presend_checks.suppressed, _stopped)

    def forecast(self, situation: Looked) -> tuple[None, PresendVerdict | None]:
        """What would become of it. It is not written for that, since it tells what is so when it is sent."""
        return None, self.look_again(situation)

    def write(self, situation: Looked) -> Written:
        """The figures as they stand, with the workbook."""
        return report_emails.write(situation.session, situation.rules, situation.email, now=situation.now)

    def timezone(self, situation: Looked) -> str:
        """The schedule's."""
        return _schedule(situation).timezone

    def occasion(self, situation: Looked) -> str:
        """Which schedule it belongs to."""
        schedule = _schedule(situation)
        at = report_schedules.rhythm_of(schedule).at_text()
        return f"The reports of the schedule {schedule.name} ({', '.join(schedule.reports)}) are sent {at}."


def _schedule(situation: Looked) -> ReportSchedule:
    return situation.session.get_one(ReportSchedule, situation.email.schedule_id)
