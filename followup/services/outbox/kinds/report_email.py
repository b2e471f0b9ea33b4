"""Reports that are sent by themselves. They are about no case, and whoever reads them works here."""

from typing import ClassVar

from followup.domain.outbox.email_kind import EmailKind
from followup.services.letters.letters import Written
from followup.services.outbox import presend_checks
from followup.services.outbox.kinds.outbox_kind import OutboxKind
from followup.services.outbox.presend_checks import Looked, PresendVerdict
from followup.services.reporting import report_emails, report_schedules
from followup.store.tables import ReportSchedule


class ReportEmail(OutboxKind[Looked]):
    """An email of a schedule, which goes out at the time of the schedule."""

    kind: ClassVar = EmailKind.REPORT
    unless: ClassVar = "its schedule is removed before"

    checks: ClassVar = (presend_checks.suppressed, presend_checks.stopped)

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
