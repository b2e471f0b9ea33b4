"""What the daemon ends when its time is over: approvals nobody decided, vouchers nobody redeemed."""

from datetime import datetime

from sqlmodel import Session

from followup.services import approvals, vouchers
from followup.services.actors import DAEMON
from followup.services.rules import Rules


def end_what_is_over(session: Session, rules: Rules, *, now: datetime) -> tuple[int, int]:
    """End late approvals and vouchers past their last day; their money is released to the periods that
    held it. Returns how many of each."""
    late = approvals.expire(session, now=now, actor=DAEMON)
    over = vouchers.expire(session, rules, now=now, actor=DAEMON)
    return late, over
