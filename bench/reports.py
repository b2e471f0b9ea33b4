"""P6 and P7: reports, and a request, over 1,000,000 ledger entries of two years in SQLite.

P6 asks `spend` by month, over one month and over all, and then by everything else. Beside it stands the
same by month from ORM objects: the entries of the period with their gestures, loaded, and added up in
Python. Both must come to the same rows. Then every report is asked as managers ask it. P7 has the service
request a gesture, as the command calls it, beside the same in a workspace where nothing was ever given. Each
request is undone, so that every one is the first.

Usage: python bench/reports.py [--entries 1000000] [--rounds 3]
"""

import argparse
import gc
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from made.two_years import NOW, ZONE, make
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from followup.domain.goodwill.gesture import GestureState
from followup.reports.scope import Scope
from followup.reports.spend import SpendBy, SpendRow, spend, within
from followup.services.goodwill import gestures
from followup.services.reporting.report_catalog import QUESTIONS
from followup.services.shared import actors
from followup.services.shared.configuration import Configuration
from followup.store.engine import open_engine, reading, writing
from followup.store.tables import Case, Gesture, LedgerEntry
from followup.workspace import Workspace, load_workspace

P6_TARGET, P7_TARGET = 0.05, 1.2
REQUESTS = 30


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
    rules = Configuration(workspace)
    for name, ask in QUESTIONS.items():
        works = [
            lambda session, ask=ask, asked=asked: ask(session, rules, asked)  # type: ignore[misc]
            for asked in periods.values()
        ]
        month, all_of_it = seconds_of(engine, rounds, *works)
        figures = f"one month {month:7.3f} s, all {all_of_it:7.3f} s  ratio {all_of_it / whole:6.4f}"
        print(f"    report {name:12} {figures}")
    engine.dispose()


def request(workspace: Workspace, engine: Engine) -> tuple[float, dict[str, Any]]:
    """Request a gesture for the last case, and undo it. The seconds of the call, and the reasoning kept."""
    rules = Configuration(workspace)
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
