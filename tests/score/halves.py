"""Detect half-made changes: inconsistent rows of one gesture.

Rows are read as stored, and checked independently of the program's code.
"""

from collections import Counter
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

WAITING, ISSUED, SPENT = ("held", "pending"), "issued", "spent"

RECORDED = {
    "approval approved": "SELECT count(*) FROM approval WHERE state = 'approved'",
    "voucher redeem": "SELECT count(*) FROM redemption",
    "gesture void": "SELECT count(*) FROM gesture WHERE ended_at IS NOT NULL AND (state = 'void' OR EXISTS "
    "(SELECT 1 FROM voucher v WHERE v.gesture_id = gesture.id AND v.state = 'void'))",
}
"""Actions of the audit log, each with the query that counts how often the other tables record it."""


def halves(session: Session, budgets: int) -> list[str]:
    """Inconsistencies of gestures that each draw on `budgets` budgets: one part was recorded and another was
    not.
    """
    sums = _sums(session)
    vouchers = {
        row.gesture_id: row
        for row in session.execute(
            text("SELECT gesture_id, state, amount_minor, redeemed_minor FROM voucher")
        )
    }
    found = []
    for gesture in session.execute(
        text(
            "SELECT g.id, g.state, g.amount_minor, a.state AS approval, e.state AS enrolment FROM gesture g "
            "LEFT JOIN approval a ON a.gesture_id = g.id LEFT JOIN enrolment e ON e.gesture_id = g.id"
        )
    ):
        voucher = vouchers.get(gesture.id)
        redeemed = voucher.redeemed_minor if voucher else gesture.amount_minor * (gesture.state == SPENT)
        expected = _where_the_money_is(gesture, redeemed)
        if sums.get(gesture.id, Counter()) != Counter(expected):
            found.append(f"gesture {gesture.id} is {gesture.state}, its entries say {sums.get(gesture.id)}")
        if (gesture.approval == "pending") != (gesture.state == "pending"):
            found.append(f"gesture {gesture.id} is {gesture.state}, its approval {gesture.approval}")
        if gesture.enrolment is None and gesture.state == ISSUED:
            found.append(f"gesture {gesture.id} is issued, and no email tells of it")
        if gesture.enrolment == "active" and gesture.state not in (ISSUED, SPENT):
            found.append(f"gesture {gesture.id} is {gesture.state}, and emails tell of it")
        if voucher and (voucher.state == ISSUED) != (gesture.state == ISSUED):
            found.append(f"gesture {gesture.id} is {gesture.state}, its voucher {voucher.state}")
    return found + _unmatched(session, budgets)


def _where_the_money_is(gesture: Any, redeemed: int) -> dict[str, int]:
    if gesture.state in WAITING:
        return {"held": gesture.amount_minor}
    if gesture.state == ISSUED:
        return {"committed": gesture.amount_minor - redeemed, "spent": redeemed}
    return {"spent": redeemed}


def _sums(session: Session) -> dict[int, Counter[str]]:
    """The figures of each gesture's money, from its ledger entries."""
    found: dict[int, Counter[str]] = {}
    for gesture, taken_from, put_to, amount in session.execute(
        text("SELECT gesture_id, taken_from, put_to, amount_minor FROM ledgerentry")
    ):
        moved = found.setdefault(gesture, Counter())
        moved[taken_from] -= amount
        moved[put_to] += amount
    for moved in found.values():
        del moved["available"], moved["released"]
    return found


def _unmatched(session: Session, budgets: int) -> list[str]:
    """Rows whose related rows are missing."""
    questions = {
        "entries that are not in every budget": "SELECT count(*) FROM ledgerentry e WHERE "
        f"(SELECT count(*) FROM draw d WHERE d.entry_id = e.id) <> {budgets}",
        "vouchers that are not the sum of their redemptions": "SELECT count(*) FROM voucher v WHERE "
        "redeemed_minor <> (SELECT coalesce(sum(amount_minor), 0) FROM redemption r "
        "WHERE r.voucher_id = v.id AND r.rolled_back_at IS NULL)",
        "emails of what was taken back": "SELECT count(*) FROM outbox o JOIN enrolment e ON e.id = "
        "o.enrolment_id WHERE e.state = 'ended' AND o.state = 'scheduled'",
    }
    found = [
        f"{count} {what}"
        for what, question in questions.items()
        if (count := session.execute(text(question)).scalar_one())
    ]
    for action, question in RECORDED.items():
        happened = session.execute(text(question)).scalar_one()
        if happened != recorded(session, action):
            found.append(f"{action} happened {happened} times and stands in the log another number of times")
    return found


def recorded(session: Session, action: str) -> int:
    """How often the audit log has an action."""
    count = text("SELECT count(*) FROM auditevent WHERE action = :action")
    return int(session.execute(count, {"action": action}).scalar_one())
