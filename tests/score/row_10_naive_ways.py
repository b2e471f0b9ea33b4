"""Row 10, the negative control: naive implementations send twice and overspend where ours do not.

Each naive implementation reads, then writes what it concluded. All processes meet between the two steps, so a
rare race happens every time. Ours meet just before they begin.
"""

import smtplib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import update
from sqlmodel import Session, col, select

from followup import clock
from followup.application.door import OpenWorkspace
from followup.daemon import Daemon
from followup.domain.outbox.email_state import EmailState
from followup.errors import Refused
from followup.services.goodwill import budgets
from followup.settings import read_settings
from followup.store.engine import reading, writing
from followup.store.tables import BudgetPeriod, Case, Email
from tests.e2e.installed import ALWAYS_OPEN
from tests.integration.faulty_relay import FaultyRelay
from tests.score import due_emails, money
from tests.score.processes import at_once, enter, meet
from tests.score.row import Place, Row, Seen
from tests.score.shops import open_shop
from tests.shop import DIANA, Shop

AMOUNT_MINOR, LIMIT, LIMIT_MINOR = 7_00, "20.00", 20_00
"""Amounts such that the budget has room for two gestures."""


@dataclass(frozen=True, slots=True)
class Tries:
    """How many processes claim how many emails at once, and how many draw on each of how many budgets."""

    workers: int
    emails: int
    asking: int
    budgets: int


@dataclass(frozen=True, slots=True)
class Tried:
    """The result of an implementation: how many emails a mail server accepted more than once, how often it
    accepted one in all, and the amount given of each budget, in minor units.
    """

    twice: int
    taken: int
    spent: list[int]

    @property
    def overspent(self) -> int:
        """The number of budgets that gave more than they had."""
        return sum(spent > LIMIT_MINOR for spent in self.spent)


def run(here: Place) -> Seen:
    tries = Tries(here.count(4, 2), here.count(100, 3), here.count(8, 4), here.count(10, 1))
    emails, rounds = tries.emails, tries.budgets
    naive = _try(_shop(here, "naive", emails), tries, deliver_naively, spend_naively)
    shop = _shop(here, "ours", emails)
    ours = _try(shop, tries, deliver, spend)
    drift = shop.read(money.drifts)
    shop.engine.dispose()
    return Seen(
        kept=(naive.twice, naive.overspent) == (emails, rounds)
        and (ours.twice, ours.taken) == (0, emails)
        and set(ours.spent) == {2 * AMOUNT_MINOR}
        and not drift,
        figures=f"of {emails} emails, naive claims delivered {naive.twice} twice or more ({naive.taken:,} in "
        f"all), ours {ours.twice} ({ours.taken:,} in all); of {rounds} budgets, naive checks overspent "
        f"{naive.overspent}, ours {ours.overspent}",
    )


def _shop(here: Place, name: str, emails: int) -> Shop:
    shop = open_shop(here, money.POLICY, name=name)
    due_emails.plan(shop, emails)
    return shop


def _try(
    shop: Shop,
    tries: Tries,
    claiming: Callable[[Path, int], None],
    spending: Callable[[Path, str, int], int],
) -> Tried:
    root = shop.workspace.root
    with FaultyRelay().running() as relay:
        shop.engine.dispose()
        at_once(claiming, [(root, relay.port)] * tries.workers)
    times = relay.times_taken
    twice = sum(number > 1 for number in times.values())
    spent = [_spent(shop, f"budget-{number}", tries.asking, spending) for number in range(tries.budgets)]
    return Tried(twice, times.total(), spent)


def _spent(shop: Shop, name: str, asking: int, spending: Callable[[Path, str, int], int]) -> int:
    """The amount given, in minor units, of a budget with room for two gestures."""
    shop.budget(LIMIT, "once", name=name, scopes=[f"reason={name}"])
    cases = [shop.open_case(f"{name}-{n}@example.com", reason=name).id for n in range(asking)]

    def begin(session: Session) -> None:
        # The first request creates the period; that is not tested here.
        budget = budgets.find_budget(session, name)
        assert budget.id is not None
        session.add(BudgetPeriod(budget_id=budget.id, period="once", soft=False, limit_minor=LIMIT_MINOR))

    shop.write(begin)
    shop.engine.dispose()
    return sum(at_once(spending, [(shop.workspace.root, name, case) for case in cases]))


def deliver_naively(root: Path, port: int) -> None:
    shop = enter(root)
    with reading(shop.engine) as session:
        wanted = (col(Email.state) == EmailState.SCHEDULED, col(Email.due_at) <= clock.now())
        due = list(session.exec(select(Email).where(*wanted)).all())
    meet()
    with writing(shop.engine, alone=False) as session:
        session.execute(
            update(Email)
            .where(col(Email.id).in_([email.id for email in due]))
            .values(state=EmailState.CLAIMED)
        )
    with smtplib.SMTP("127.0.0.1", port) as relay:
        for email in due:
            relay.sendmail("care@shop.example", email.to_address, b"Subject: Sorry\r\n\r\nWe are.\r\n")
    shop.engine.dispose()


def deliver(root: Path, port: int) -> None:
    shop = enter(root)
    settings = read_settings(
        (root / "followup.toml").read_text(encoding="utf-8"),
        "followup.toml",
        {**ALWAYS_OPEN, "FOLLOWUP_SMTP_URL": f"smtp://127.0.0.1:{port}"},
    )
    daemon = Daemon(OpenWorkspace(replace(shop.workspace, settings=settings), shop.engine))
    meet()
    daemon.tick()
    shop.engine.dispose()


def spend_naively(root: Path, name: str, _case: int) -> int:
    shop = enter(root)
    with reading(shop.engine) as session:
        seen = _period(session, name)
    meet()
    fits = seen.held_minor + AMOUNT_MINOR <= seen.limit_minor
    if fits:
        with writing(shop.engine) as session:
            _period(session, name).held_minor = seen.held_minor + AMOUNT_MINOR
    shop.engine.dispose()
    return AMOUNT_MINOR if fits else 0


def _period(session: Session, name: str) -> BudgetPeriod:
    budget = budgets.find_budget(session, name)
    return session.exec(select(BudgetPeriod).where(col(BudgetPeriod.budget_id) == budget.id)).one()


def spend(root: Path, _name: str, case: int) -> int:
    shop = enter(root)
    found = shop.read(lambda session: session.get_one(Case, case))
    meet()
    try:
        shop.request(found, "refund", "7.00", by=DIANA)
    except Refused as refused:
        if refused.code != "budget_exhausted":
            raise
        return 0
    finally:
        shop.engine.dispose()
    return AMOUNT_MINOR


ROW = Row(10, "naive claim and naive budget check (negative control)", "must FAIL rows 4 and 9", run)
