"""Housekeeping by the daemon: it expires approvals, holds and vouchers, ends pauses, closes unanswered cases
and erases customers whose retention period is over. It plans reminders of vouchers and scheduled reports.
"""

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from followup.services.cases import outcomes
from followup.services.goodwill import approvals, held_gestures, vouchers
from followup.services.outbox import notifications
from followup.services.privacy import retention
from followup.services.reporting import report_schedules
from followup.services.sequences import enrolments, single_emails
from followup.services.shared.actors import DAEMON
from followup.services.shared.configuration import Configuration
from followup.services.upkeep import alarms
from followup.store import scrub
from followup.store.engine import reading, writing


def end_what_is_over(session: Session, rules: Configuration, *, now: datetime) -> tuple[int, int]:
    """Expire approvals, vouchers and holds, releasing their money to the periods that held it; end pauses;
    plan reminders of vouchers that expire in two weeks, plan scheduled reports, close resolved cases whose
    closing email stayed unanswered, and note which alarms last.

    Returns the number of approvals and of vouchers that expired."""
    late = approvals.expire(session, now=now, actor=DAEMON)
    over = vouchers.expire(session, rules, now=now, actor=DAEMON)
    held_gestures.expire_held(session, rules, now=now, actor=DAEMON)
    enrolments.resume_due(session, now=now, actor=DAEMON)
    single_emails.plan_reminders(session, rules, now=now, actor=DAEMON)
    report_schedules.plan_due(session, now=now)
    outcomes.close_unanswered(session, now=now, actor=DAEMON)
    notifications.plan_queues(session, rules, now=now)
    if alarms.note(session, rules, now=now):
        notifications.tell_of_alarms(session, now=now)
    return late, over


def forget(engine: Engine, rules: Configuration, *, now: datetime) -> int:
    """Erase a batch of customers whose `retention_days` are over. When fewer than a full batch were due,
    clear the deleted bytes from the database file. Returns the number erased."""
    erased = 0
    with reading(engine) as session:
        any_due = bool(retention.due(session, rules, now=now, limit=1))
    if any_due:
        with writing(engine) as session:
            erased = len(retention.erase_due(session, rules, now=now, actor=DAEMON))
    if erased < retention.BATCH:
        scrub.clear(engine)
    return erased
