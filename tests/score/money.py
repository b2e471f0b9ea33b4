"""Budgets under load: a policy that limits gestures by budgets only, and figures calculated from the ledger
alone.
"""

from collections import Counter

from sqlalchemy import text
from sqlmodel import Session

POLICY = """
version  = "1"
currency = "GBP"
timezone = "Europe/London"

[[rule]]
id    = "any"
class = "goodwill"
offer = { kind = "refund", amount = "7" }
why   = "Whatever it was"

[[authority]]
role        = "agent"
per_gesture = "100"
per_day     = "unlimited"

[[authority]]
role        = "director"
per_gesture = "unlimited"
per_day     = "unlimited"
"""
"""An agent may give up to 100 GBP alone; above it, a director approves. There are no caps or guards, so only
budgets limit.
"""

FIGURES = ("held", "committed", "spent", "released")


def drifts(session: Session) -> list[str]:
    """The figures of budgets that differ from the sum of their ledger entries, or exceed the limit.

    Calculated from stored rows, independently of `budget reconcile`.
    """
    sums: dict[int, Counter[str]] = {}
    entries = "SELECT d.budget_period_id, e.taken_from, e.put_to, e.amount_minor FROM ledgerentry e"
    for period, taken_from, put_to, amount in session.execute(
        text(f"{entries} JOIN draw d ON d.entry_id = e.id")
    ):
        moved = sums.setdefault(period, Counter())
        moved[taken_from] -= amount
        moved[put_to] += amount
    wrong = []
    columns = ", ".join(f"{name}_minor" for name in FIGURES)
    for period, limit, *stored in session.execute(
        text(f"SELECT id, limit_minor, {columns} FROM budgetperiod ORDER BY id")
    ):
        computed = [sums.get(period, Counter())[name] for name in FIGURES]
        if computed != stored:
            wrong.append(f"period {period} has {stored}, its entries make {computed}")
        if sum(stored[:3]) > limit:
            wrong.append(f"period {period} is above its limit")
    return wrong
