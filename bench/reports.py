"""P6 and P7: reports, and a request, over 1,000,000 ledger entries of two years in SQLite.

P6 asks `spend` by month, over one month and over all, and then by everything else. Beside it stands the
same by month from ORM objects: the entries of the period with their gestures, loaded, and added up in
Python. Both must come to the same rows. P7 has the service request a gesture, as the command calls it,
beside the same in a workspace where nothing was ever given. Each request is undone, so that every one is
the first.

Usage: python bench/reports.py [--entries 1000000] [--rounds 3]
"""

import argparse
import gc
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session, col, insert, select

from followup.domain.budget import ENTRY_MOVES, EntryKind, Figure, Period
from followup.domain.case import CaseStatus, Responsibility, Role, Severity
from followup.domain.gesture import GestureClass, GestureKind, GestureState
from followup.reports.scope import Scope
from followup.reports.spend import SpendBy, SpendRow, spend, within
from followup.services import actors, gestures, workspaces
from followup.services.rules import Rules
from followup.store.engine import open_engine, reading, writing
from followup.store.tables import (
    Agent,
    Budget,
    BudgetPeriod,
    Case,
    Customer,
    Draw,
    Gesture,
    LedgerEntry,
)
from followup.workspace import Workspace, load_workspace

P6_TARGET, P7_TARGET = 0.05, 1.2
ZONE = "Europe/London"
NOW = datetime(2026, 11, 2, 10, tzinfo=UTC)
DAYS = 730
AGENTS = 40
REQUESTS = 30
REASONS = ("late-delivery", "damaged-item", "missed-appointment", "long-wait", "wrong-item")
KINDS = (GestureKind.VOUCHER, GestureKind.REFUND, GestureKind.CREDIT)
SEGMENTS = ("vip", "regular", None)

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
    workspace, _ = workspaces.create_workspace(folder, {"business": "Bench"}, environment={})
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
        write(session, Gesture, (gesture(one, pick) | {"reasoning": reasoning} for one in cases))
        write(session, LedgerEntry, entries_of(cases))
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
    return {
        "id": number,
        "customer_id": customer_id,
        "agent_id": pick.randint(1, AGENTS),
        "status": CaseStatus.OPEN,
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


def scope(since: date | None = None, until: date | None = None) -> Scope:
    """What a report is asked about."""
    return Scope(since=since, until=until, timezone=ZONE, currency="GBP", now=NOW)


def by_objects(session: Session, asked: Scope) -> list[SpendRow]:
    """Spend by month, from ORM objects."""
    figures = ("held", "committed", "spent", "released")
    sums: dict[tuple[str, str], dict[str, int]] = {}
    given: dict[tuple[str, str], set[int | None]] = {}
    zone = ZoneInfo(ZONE)
    query = select(LedgerEntry, Gesture).join(Gesture, col(Gesture.id) == col(LedgerEntry.gesture_id))
    # Some thousands at a time, which is quicker, and all at once would take gigabytes.
    for entry, gesture in session.exec(within(query, asked).execution_options(yield_per=5_000)):
        key = f"{gesture.requested_at.astimezone(zone):%Y-%m}", gesture.currency
        row = sums.setdefault(key, dict.fromkeys((*figures, "available"), 0))
        row[entry.put_to] += entry.amount_minor
        row[entry.taken_from] -= entry.amount_minor
        given.setdefault(key, set()).add(gesture.id)
    return [
        SpendRow((month,), currency, len(given[month, currency]), *(row[name] for name in figures))
        for (month, currency), row in sorted(sums.items())
    ]


def seconds_of(engine: Engine, rounds: int, *works: Callable[[Session], object]) -> list[float]:
    """The fewest seconds that each takes, measured in turn."""
    best = [float("inf")] * len(works)
    for _ in range(rounds):
        for place, work in enumerate(works):
            gc.collect()
            with reading(engine) as session:
                start = time.perf_counter()
                work(session)
                best[place] = min(best[place], time.perf_counter() - start)
    return best


def measure_reports(workspace: Workspace, rounds: int) -> None:
    """P6."""
    engine = open_engine(workspace.database_url)
    periods = {"one month": scope(date(2026, 9, 1), date(2026, 9, 30)), "all": scope()}
    whole = 0.0
    for words, asked in periods.items():
        with reading(engine) as session:
            assert spend(session, [SpendBy.MONTH], asked) == by_objects(session, asked)
        theirs, ours = seconds_of(
            engine,
            rounds,
            lambda session, asked=asked: by_objects(session, asked),  # type: ignore[misc]
            lambda session, asked=asked: spend(session, [SpendBy.MONTH], asked),  # type: ignore[misc]
        )
        whole = theirs
        print(
            f"P6  spend by month, {words:9}  {ours:7.3f} s  ORM objects {theirs:7.2f} s  "
            f"ratio {ours / theirs:6.4f}   (target: at most {P6_TARGET:g})"
        )
    asked_by: list[tuple[SpendBy, ...]] = [(), *((by,) for by in SpendBy if by is not SpendBy.MONTH)]
    asked_by += [(SpendBy.REASON, SpendBy.MONTH), (SpendBy.BUDGET, SpendBy.MONTH)]
    for by in asked_by:
        (ours,) = seconds_of(engine, rounds, lambda session, by=by: spend(session, by, scope()))  # type: ignore[misc]
        print(f"    spend by {', '.join(by) or 'nothing':14} {ours:7.3f} s  ratio {ours / whole:6.4f}")
    engine.dispose()


def request(workspace: Workspace, engine: Engine) -> tuple[float, dict[str, Any]]:
    """Request a gesture for the last case, and undo it. The seconds of the call, and the reasoning kept."""
    rules = Rules(workspace)
    rules.policy, rules.sequences  # noqa: B018 - read before: they are as long in both workspaces
    with reading(engine) as look:
        number = look.exec(select(Case.id).order_by(col(Case.id).desc())).first()
    with writing(engine) as session:
        found = session.get_one(Case, number)
        actor = actors.acting(session, "agent-1@shop.example", "nobody")
        start = time.perf_counter()
        given = gestures.request_gesture(session, rules, found, gestures.Wish(), now=NOW, actor=actor)
        session.flush()
        took = time.perf_counter() - start
        assert given.state is GestureState.ISSUED
        reasoning = given.reasoning
        session.rollback()
    return took, reasoning


def measure_requests(full: Workspace, empty: Workspace, rounds: int) -> None:
    """P7."""
    places = [(workspace, open_engine(workspace.database_url)) for workspace in (full, empty)]
    taken: list[list[float]] = [[], []]
    for number in range(REQUESTS * rounds + 2):
        for place, (workspace, engine) in enumerate(places):
            took, _ = request(workspace, engine)
            if number >= 2:
                taken[place].append(took)
    for _, engine in places:
        engine.dispose()
    ours, theirs = (statistics.median(times) for times in taken)
    print(
        f"P7  gesture request      {ours * 1000:7.2f} ms, nothing given before {theirs * 1000:.2f} ms  "
        f"ratio {ours / theirs:5.2f}   (target: at most {P7_TARGET:g})"
    )


def main() -> None:
    """Make both workspaces, measure, and print ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured, in turn")
    parser.add_argument("--keep", type=Path, help="a folder for the workspaces, used again where it is there")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="followup-bench-") as folder:
        root = asked.keep or Path(folder)
        if not (root / "full").exists():
            empty = make(root / "empty", 0, {})
            _, reasoning = request(empty, open_engine(empty.database_url))
            make(root / "full", asked.entries, reasoning)
        full, empty = (load_workspace(root / name, {}) for name in ("full", "empty"))
        measure_reports(full, asked.rounds)
        measure_requests(full, empty, asked.rounds)


if __name__ == "__main__":
    main()
