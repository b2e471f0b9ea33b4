"""Several processes draw on one budget at once."""

import contextlib
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from followup.errors import Refused
from followup.services import audit, budgets
from followup.store.engine import open_engine, reading, writing
from followup.store.tables import BudgetPeriod
from followup.workspace import load_workspace
from tests.shop import DIANA, MAX, Shop

PROCESSES, REQUESTS = 8, 8
LIMIT, AMOUNT = "200.00", "7.00"
FITTING = 28
"""28 gestures of 7.00 GBP are 196.00; the 29th would be 203.00."""


def request_many(root: Path, process: int) -> int:
    """Request gestures in a process of its own; gives how many were issued."""
    workspace = load_workspace(root, {})
    shop = Shop(workspace, open_engine(workspace.database_url))
    issued = 0
    for number in range(REQUESTS):
        case = shop.open_case(f"p{process}n{number}@example.com", by=DIANA)
        try:
            shop.request(case, "refund", AMOUNT, by=DIANA)
        except Refused:
            continue
        issued += 1
    return issued


def spend_naively(root: Path, process: int) -> int:
    """What people write first: look, then write what was computed from the look."""
    engine = open_engine(load_workspace(root, {}).database_url)
    spent = 0
    for _ in range(REQUESTS):
        with reading(engine) as session:
            seen = session.get_one(BudgetPeriod, 1)
            held = seen.held_minor
        if held + 700 <= seen.limit_minor:
            with contextlib.suppress(IntegrityError), writing(engine) as session:
                session.get_one(BudgetPeriod, 1).held_minor = held + 700
            spent += 1
    assert process >= 0
    return spent


def at_once(work: object, root: Path) -> list[int]:
    pool = ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn"))
    with pool:
        return list(pool.map(work, [root] * PROCESSES, range(PROCESSES)))  # type: ignore[arg-type]


def test_processes_at_once_issue_exactly_what_fits(shop: Shop) -> None:
    shop.budget(LIMIT)
    issued = at_once(request_many, shop.workspace.root)
    assert sum(issued) == FITTING

    def look(session: Session) -> tuple[int, int, list[budgets.Drift], list[tuple[int, str]]]:
        found = budgets.figures(session, budgets.find_budget(session, "goodwill"), "2026-11")
        drift = budgets.reconcile(session)[1]
        return found.committed_minor, found.available_minor, drift, list(audit.broken_links(session))

    assert shop.read(look) == (FITTING * 700, 400, [], [])


def test_looking_first_and_writing_later_would_lose_money(shop: Shop) -> None:
    # The negative control: the same load shows the mistake in the naive way.
    shop.budget(LIMIT)
    shop.request(shop.open_case(by=MAX), "refund", AMOUNT, by=MAX)
    spent = at_once(spend_naively, shop.workspace.root)
    counted = shop.read(lambda session: session.get_one(BudgetPeriod, 1).held_minor)
    assert sum(spent) * 700 > counted
