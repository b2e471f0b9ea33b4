"""What the daemon ends when its time is over: approvals nobody decided, holds nobody issued, vouchers
nobody redeemed. And what it plans: reminders of vouchers that are about to run out."""

from datetime import datetime

from sqlmodel import Session

from followup.services import approvals, gestures, singles, vouchers
from followup.services.actors import DAEMON
from followup.services.rules import Rules


def end_what_is_over(session: Session, rules: Rules, *, now: datetime) -> tuple[int, int]:
    """End late approvals, vouchers past their last day, and old holds; their money is released to the
    periods that held it. Customers are reminded of vouchers with two weeks left.

    Returns how many approvals and vouchers ended."""
    late = approvals.expire(session, now=now, actor=DAEMON)
    over = vouchers.expire(session, rules, now=now, actor=DAEMON)
    gestures.expire_held(session, rules, now=now, actor=DAEMON)
    singles.plan_reminders(session, rules, now=now, actor=DAEMON)
    return late, over
