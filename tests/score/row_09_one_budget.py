"""Row 9: eight processes request gestures from one budget; it must give exactly what it has."""

from datetime import timedelta
from pathlib import Path

from sqlmodel import Session

from followup.domain.goodwill.gesture import GestureKind
from followup.domain.shared.money import Money
from followup.errors import Refused
from followup.services.goodwill import budgets, gestures
from followup.services.goodwill.gestures import Wish
from followup.services.shared import actors, audit
from followup.services.shared.configuration import Configuration
from followup.store.engine import writing
from followup.store.tables import Case
from tests.score import money
from tests.score.processes import at_once, enter
from tests.score.row import Place, Row, Seen
from tests.score.shops import open_shop
from tests.shop import ANA, MONDAY

PROCESSES = 8
POLICY = money.POLICY.replace('"100"', '"unlimited"')
"""Many gestures of one case together pass no limit but the budget's."""
LEFT_MINOR = 4_00
"""The rest that cannot be given because it is less than one gesture, in minor units."""

BETWEEN = timedelta(minutes=1)
"""The interval between a process's requests, so that they spread over days."""


def run(here: Place) -> Seen:
    asked_each = here.count(10_000, 10)
    fitting = PROCESSES * asked_each // 8
    limit_minor = fitting * 7_00 + LEFT_MINOR
    shop = open_shop(here, POLICY)
    shop.budget(f"{limit_minor // 100}.00", "once")
    cases = [shop.open_case(f"c{number}@example.com").id for number in range(asked_each // 5)]
    shop.engine.dispose()
    issued = at_once(
        request_many, [(shop.workspace.root, cases, number, asked_each) for number in range(PROCESSES)]
    )

    def look(session: Session) -> tuple[int, list[str], list[budgets.Drift], list[tuple[int, str]]]:
        available = budgets.figures(session, budgets.find_budget(session, "goodwill"), "once").available_minor
        drift = budgets.reconcile(session)[1]
        return available, money.drifts(session), drift, list(audit.broken_links(session))

    available, wrong, drift, broken = shop.read(look)
    shop.engine.dispose()
    return Seen(
        kept=sum(issued) == fitting and available == LEFT_MINOR and not (wrong or drift or broken),
        figures=f"{PROCESSES} × {asked_each:,} requests: {sum(issued):,} given, {fitting:,} fit, "
        f"overspent by {max(0, -available)}, {len(wrong)} figures off the ledger by our own sum, "
        f"{len(drift)} by reconcile, {len(broken)} breaks in the log",
    )


def request_many(root: Path, cases: list[int], process: int, count: int) -> int:
    """Request gestures, each in its own transaction; returns how many were issued."""
    shop = enter(root)
    rules = Configuration(shop.workspace)
    issued = 0
    for number in range(count):
        asked = Wish(
            kind=GestureKind.REFUND,
            amount=Money(7_00, "GBP"),
            again=True,
            because=f"{number} of {process}",
        )
        case = cases[(number * PROCESSES + process) % len(cases)]
        try:
            with writing(shop.engine) as session:
                actor = actors.acting(session, ANA, "nobody")
                found = session.get_one(Case, case)
                now = MONDAY + number * BETWEEN
                gesture = gestures.request_gesture(session, rules, found, asked, now=now, actor=actor)
                assert gesture.issued_at is not None
        except Refused as refused:
            if refused.code != "budget_exhausted":
                raise
            continue
        issued += 1
    shop.engine.dispose()
    return issued


ROW = Row(9, "8 processes × 10,000 gesture requests on one budget", "overspent by 0; figures = ledger", run)
