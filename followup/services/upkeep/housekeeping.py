"""What the daemon ends when its time is over: approvals nobody decided, holds nobody issued, vouchers
nobody redeemed, cases nobody answered about, people who were kept long enough. And what it plans: reminders
of vouchers that are about to run out."""

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from followup.services.cases import outcomes
from followup.services.goodwill import approvals, gestures, vouchers
from followup.services.privacy import retention
from followup.services.reporting import report_schedules
from followup.services.sequences import single_emails
from followup.services.shared.actors import DAEMON
from followup.services.shared.configuration import Configuration
from followup.store import scrub
from followup.store.engine import reading, writing


def end_what_is_over(session: Session, rules: Configuration, *, now: datetime) -> tuple[int, int]:
    """End late approvals, vouchers past their last day, and old holds; their money is released to the
    periods that held it. Customers are reminded of vouchers with two weeks left, and resolved cases whose
    closing email stayed unanswered are closed.

    Returns how many approvals and vouchers ended."""
    late = approvals.expire(session, now=now, actor=DAEMON)
    over = vouchers.expire(session, rules, now=now, actor=DAEMON)
    gestures.expire_held(session, rules, now=now, actor=DAEMON)
    single_emails.plan_reminders(session, rules, now=now, actor=DAEMON)
    report_schedules.plan_due(session, now=now)
    outcomes.close_unanswered(session, now=now, actor=DAEMON)
    return late, over


def forget(engine: Engine, rules: Configuration, *, now: datetime) -> int:
    """Erase a few of those who were kept for `retention_days`, and, when no more are due, clear the bytes of
    whoever was erased. Returns how many were erased."""
    erased = 0
    with reading(engine) as session:
        any_due = bool(retention.due(session, rules, now=now, limit=1))
    if any_due:
        with writing(engine) as session:
            erased = len(retention.erase_due(session, rules, now=now, actor=DAEMON))
    if erased < retention.BATCH:
        scrub.clear(engine)
    return erased
