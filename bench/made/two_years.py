"""Two years at a shop, with as many ledger entries as asked for, written straight into its database.

The rows are as the program would write them, but for what no report reads; the log's hashes are no chain.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, insert

from followup.domain.cases.case import CaseStatus, Outcome, Responsibility, Severity
from followup.domain.goodwill.budget import ENTRY_MOVES, EntryKind, Figure, Period
from followup.domain.goodwill.gesture import ApprovalState, GestureClass, GestureKind, GestureState
from followup.domain.goodwill.policy.policy_reason import Choice
from followup.domain.goodwill.voucher import VoucherState
from followup.domain.people.agent import Role
from followup.services.upkeep import new_workspace
from followup.store.engine import open_engine, writing
from followup.store.tables import (
    Agent,
    Approval,
    AuditEvent,
    Budget,
    BudgetPeriod,
    Case,
    Customer,
    Draw,
    Gesture,
    LedgerEntry,
    Redemption,
    Voucher,
)
from followup.workspace import Workspace, load_workspace

ZONE = "Europe/London"
NOW = datetime(2026, 11, 2, 10, tzinfo=UTC)
DAYS = 730
AGENTS = 40
REASONS = ("late-delivery", "damaged-item", "missed-appointment", "long-wait", "wrong-item")
KINDS = (GestureKind.VOUCHER, GestureKind.REFUND, GestureKind.CREDIT)
SEGMENTS = ("vip", "regular", None)
OUTCOMES = (Outcome.RECOVERED, Outcome.RECOVERED, Outcome.LOST, Outcome.NO_RESPONSE, None)
VOUCHER_DAYS = 90
APPROVED_EVERY = 20
"""One gesture in so many was decided by somebody else."""

HOLD = (EntryKind.HOLD, Figure.AVAILABLE, 4)
COMMIT = (EntryKind.COMMIT, Figure.HELD, 4)
STORIES: tuple[tuple[GestureState, tuple[tuple[EntryKind, Figure, int], ...]], ...] = (
    (GestureState.SPENT, (HOLD, COMMIT, (EntryKind.SPEND, Figure.COMMITTED, 4))),
    (GestureState.SPENT, (HOLD, COMMIT, *[(EntryKind.SPEND, Figure.COMMITTED, 1)] * 4)),
    (GestureState.ISSUED, (HOLD, COMMIT, *[(EntryKind.SPEND, Figure.COMMITTED, 1)] * 2)),
    (GestureState.ISSUED, (HOLD, COMMIT)),
    (GestureState.VOID, (HOLD, COMMIT, (EntryKind.RELEASE, Figure.COMMITTED, 4))),
    (GestureState.REJECTED, (HOLD, (EntryKind.RELEASE, Figure.HELD, 4))),
)
"""What becomes of gestures, one as often as the other, with each entry's share of the amount in quarters."""


def make(folder: Path, entries: int, reasoning: dict[str, Any]) -> Workspace:
    """A workspace with so many ledger entries, always the same ones, and a case that is yet to be made good,
    of a customer who was given nothing."""
    workspace, _ = new_workspace.create_workspace(folder, {"business": "Bench"}, environment={})
    each = sum(len(steps) for _, steps in STORIES) / len(STORIES)
    given = round(entries / each)
    pick = random.Random(6)
    cases = [case(number, pick.randint(2, 2 + given // 3), given, pick) for number in range(1, given + 1)]
    months = {month: place for place, month in enumerate(sorted({month_of(one) for one in cases}), 1)}
    engine = open_engine(workspace.database_url)
    with writing(engine) as session:
        write(session, Agent, (agent(number) for number in range(1, AGENTS + 1)))
        write(session, Budget, [budget()])
        write(session, BudgetPeriod, (budget_period(place, month) for month, place in months.items()))
        write(session, Customer, (customer(number) for number in range(1, 3 + given // 3)))
        write(session, Case, (*cases, case(given + 1, 1, given, pick)))
        decided = {"reasoning": reasoning, "choice": Choice.AS_OFFERED}
        given_rows = [gesture(one, pick) | decided for one in cases]
        write(session, Gesture, given_rows)
        write(session, Approval, approvals_of(given_rows))
        vouchers = [voucher(one) for one in given_rows if is_voucher(one)]
        write(session, Voucher, vouchers)
        write(session, Redemption, redemptions_of(vouchers))
        write(session, LedgerEntry, entries_of(cases))
        write(session, AuditEvent, events_of(cases))
        numbers = count(1)
        write(
            session,
            Draw,
            (
                {"entry_id": next(numbers), "budget_period_id": months[month_of(one)]}
                for one in cases
                for _ in story(one)[1]
            ),
        )
    engine.dispose()
    return load_workspace(folder, {})


def write(session: Session, table: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows, some thousands at a time."""
    left = iter(rows)
    while some := list(islice(left, 20_000)):
        session.execute(insert(table), some)


def story(case: dict[str, Any]) -> tuple[GestureState, tuple[tuple[EntryKind, Figure, int], ...]]:
    """What became of a case's gesture."""
    return STORIES[case["id"] % len(STORIES)]


def month_of(case: dict[str, Any]) -> str:
    """The month of a case in the workspace's zone, which budgets go by."""
    return f"{case['logged_at'].astimezone(ZoneInfo(ZONE)):%Y-%m}"


def agent(number: int) -> dict[str, Any]:
    """An agent's row."""
    return {
        "id": number,
        "name": f"Agent {number}",
        "email": f"agent-{number}@shop.example",
        "role": Role.AGENT,
        "team": f"team-{number % 4}",
        "active": True,
        "added_at": NOW - timedelta(days=DAYS),
    }


def budget() -> dict[str, Any]:
    """The row of a budget that is never used up."""
    return {
        "id": 1,
        "name": "goodwill",
        "period": Period.MONTH,
        "limit_minor": 10**12,
        "currency": "GBP",
        "timezone": ZONE,
        "scopes": [],
        "soft": False,
        "carry_over": False,
        "created_at": NOW - timedelta(days=DAYS),
    }


def budget_period(number: int, month: str) -> dict[str, Any]:
    """A budget period's row; its figures do not matter here."""
    return {"id": number, "budget_id": 1, "period": month, "soft": False, "limit_minor": 10**12}


def customer(number: int) -> dict[str, Any]:
    """A customer's row."""
    email = f"customer-{number}@example.com"
    return {
        "id": number,
        "name": f"Customer {number}",
        "email": email,
        "email_key": email,
        "locale": "en-GB",
        "timezone": ZONE,
        "region": "GB",
        "segment": SEGMENTS[number % len(SEGMENTS)],
        "marketing_consent": False,
        "added_at": NOW - timedelta(days=DAYS),
    }


def case(number: int, customer_id: int, given: int, pick: random.Random) -> dict[str, Any]:
    """A case's row; the last of them is a day old."""
    logged_at = NOW - timedelta(days=1) - timedelta(days=DAYS) * max(0, given - number) / max(given, 1)
    ended = logged_at < NOW - timedelta(days=30)
    return {
        "id": number,
        "customer_id": customer_id,
        "agent_id": pick.randint(1, AGENTS),
        "status": CaseStatus.CLOSED if ended else CaseStatus.OPEN,
        "outcome": OUTCOMES[number % len(OUTCOMES)] if ended else None,
        "closed_at": logged_at + timedelta(days=14) if ended else None,
        "reason": pick.choice(REASONS) if number <= given else REASONS[0],
        "severity": Severity.MODERATE,
        "responsibility": Responsibility.OURS,
        "order_value_minor": 8_000,
        "currency": "GBP",
        "occurred_on": date(2026, 10, 1),
        "facts": {},
        "mass_incident": False,
        "logged_at": logged_at,
    }


def gesture(case: dict[str, Any], pick: random.Random) -> dict[str, Any]:
    """The row of the gesture of a case, with the same number."""
    return {
        "id": case["id"],
        "case_id": case["id"],
        "agent_id": case["agent_id"],
        "state": story(case)[0],
        "kind": pick.choice(KINDS),
        "gesture_class": GestureClass.GOODWILL if pick.random() < 0.8 else GestureClass.CORRECTIVE,
        "amount_minor": amount_of(case),
        "currency": "GBP",
        "policy_version": "1",
        "requested_at": case["logged_at"],
        "issued_at": None if story(case)[0] is GestureState.REJECTED else case["logged_at"],
    }


def approvals_of(gestures: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rows of what was decided by somebody else: all that was rejected, and some that was approved."""
    for one in gestures:
        if one["state"] is GestureState.REJECTED or one["id"] % APPROVED_EVERY == 0:
            rejected = one["state"] is GestureState.REJECTED
            yield {
                "gesture_id": one["id"],
                "state": ApprovalState.REJECTED if rejected else ApprovalState.APPROVED,
                "approver_role": Role.SENIOR,
                "requested_at": one["requested_at"],
                "expires_at": one["requested_at"] + timedelta(days=2),
                "decided_by": 1 + one["id"] % AGENTS,
                "decided_at": one["requested_at"] + timedelta(hours=one["id"] % 48),
                "because": "It is right.",
            }


def is_voucher(gesture: dict[str, Any]) -> bool:
    """Whether a gesture has a code that was given out."""
    return gesture["kind"] is GestureKind.VOUCHER and gesture["issued_at"] is not None


def voucher(gesture: dict[str, Any]) -> dict[str, Any]:
    """The row of a gesture's voucher, used up or used half as the ledger has it."""
    story = STORIES[gesture["id"] % len(STORIES)]
    redeemed = sum(quarters for kind, _, quarters in story[1] if kind is EntryKind.SPEND)
    expires_on = (gesture["issued_at"] + timedelta(days=VOUCHER_DAYS)).date()
    state = (
        VoucherState.VOID
        if gesture["state"] is GestureState.VOID
        else VoucherState.REDEEMED
        if redeemed == 4
        else VoucherState.EXPIRED
        if expires_on < NOW.date()
        else VoucherState.ISSUED
    )
    return {
        "id": gesture["id"],
        "gesture_id": gesture["id"],
        "state": state,
        "salt": f"{gesture['id']:032x}",
        "code_sha256": f"{gesture['id']:064x}",
        "hint": "XXXX",
        "amount_minor": gesture["amount_minor"],
        "redeemed_minor": gesture["amount_minor"] * redeemed // 4,
        "currency": "GBP",
        "issued_at": gesture["issued_at"],
        "expires_on": expires_on,
        "ended_at": None if state is VoucherState.ISSUED else NOW,
    }


def redemptions_of(vouchers: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rows of what was redeemed, each on an order of its own."""
    for one in vouchers:
        if one["redeemed_minor"]:
            yield {
                "voucher_id": one["id"],
                "order_ref": f"O-{one['id']}",
                "amount_minor": one["redeemed_minor"],
                "redeemed_at": one["issued_at"] + timedelta(days=2),
                "actor": "shop",
            }


def events_of(cases: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rows of the log: two for each case, and a budget that is changed each month."""
    numbers = count(1)
    for one in cases:
        actions = ["case open", "gesture request"]
        if one["id"] % (len(cases) // 24 or 1) == 0:
            actions.append("budget adjust")
        for action in actions:
            number = next(numbers)
            adjusted = {
                "currency": "GBP",
                "period": month_of(one),
                "only": False,
                "old": {"limit": "1.00", "soft": False},
                "new": {"limit": "2.00", "soft": False},
            }
            yield {
                "id": number,
                "happened_at": one["logged_at"],
                "actor": "agent",
                "action": action,
                "subject": "budget goodwill" if action == "budget adjust" else f"C-{one['id']:04d}",
                "detail": adjusted if action == "budget adjust" else {"severity": "moderate"},
                "previous_hash": f"{number - 1:064x}",
                "hash": f"{number:064x}",
            }


def amount_of(case: dict[str, Any]) -> int:
    """What is given in a case, in minor units that can be quartered."""
    return 400 + case["id"] % 23 * 100


def entries_of(cases: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The ledger entries of the gestures of the cases."""
    for one in cases:
        for place, (kind, taken_from, quarters) in enumerate(story(one)[1]):
            yield {
                "gesture_id": one["id"],
                "kind": kind,
                "occasion": str(place) if kind is EntryKind.SPEND else "",
                "taken_from": taken_from,
                "put_to": ENTRY_MOVES[kind][1],
                "amount_minor": amount_of(one) * quarters // 4,
                "currency": "GBP",
                "recorded_at": one["logged_at"] + timedelta(days=place),
                "actor": "agent",
            }
