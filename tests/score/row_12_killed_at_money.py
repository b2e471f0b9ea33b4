"""Row 12: processes are killed while they approve, void and redeem; figures must stay right."""

import random
from collections import Counter
from itertools import count
from multiprocessing.sharedctypes import SynchronizedArray
from multiprocessing.synchronize import Event
from pathlib import Path
from time import sleep
from typing import Any

from sqlmodel import Session, col, select

from followup.domain.goodwill.gesture import ApprovalState
from followup.domain.goodwill.voucher import VoucherState
from followup.domain.shared.money import Money
from followup.services.goodwill import approvals, budgets, gestures, vouchers
from followup.services.shared import audit
from followup.services.shared.configuration import Configuration
from followup.store.tables import Approval, Gesture, Voucher
from tests.hanging import LONGEST_SECONDS
from tests.score import money
from tests.score.halves import halves, recorded
from tests.score.outbox import settle
from tests.score.processes import context, enter, running
from tests.score.row import Place, Row, Seen
from tests.score.shops import open_shop
from tests.shop import DIANA, MAX, Shop

WORK = ("approval approved", "gesture void", "voucher redeem")
"""The operations, named as in the audit log. The number of an operation is its index here."""

NOTHING = len(WORK)
STOCK = 5
"""The number of pending approvals and of redeemable vouchers when a process begins."""

LONGEST_LIFE_SECONDS = 0.12
"""Counted from the first change: long enough for a few more."""

LIMIT = "10000000.00"
BUDGETS = 2
_CUSTOMERS = count(1)


def run(here: Place) -> Seen:
    kills = here.count(500, 4)
    shop = open_shop(here, money.POLICY)
    shop.budget(LIMIT, name="all")
    shop.budget(LIMIT, name="late", scopes=["reason=late-delivery"])
    dice = random.Random(f"{here.database} {kills}")
    interrupted: Counter[int] = Counter()
    told: Counter[int] = Counter()
    wrong: list[str] = []
    for life in range(kills):
        _stock_up(shop)
        shop.engine.dispose()
        # Shared memory outlives the process, so its records are complete up to its death.
        doing, done = context.Array("i", [NOTHING], lock=False), context.Array("i", len(WORK), lock=False)
        begun = context.Event()
        with running(work, shop.workspace.root, dice.random(), begun, doing, done) as process:
            assert begun.wait(LONGEST_SECONDS)
            sleep(dice.uniform(0, LONGEST_LIFE_SECONDS))
            process.kill()
            process.join()
            interrupted[doing[0]] += 1
            told.update(dict(enumerate(done)))
        settle(shop)
        wrong += [f"after kill {life + 1}: {text}" for text in shop.read(_wrong)]
        if wrong:
            break
    lost = shop.read(lambda session: [told[n] - recorded(session, name) for n, name in enumerate(WORK)])
    broken = shop.read(lambda session: list(audit.broken_links(session)))
    shop.engine.dispose()
    in_the_middle = ", ".join(f"{interrupted[number]} of {name}" for number, name in enumerate(WORK))
    return Seen(
        kept=not wrong and not broken and max(lost) <= 0 and kills > interrupted[NOTHING],
        figures=f"{kills} kills, in the middle of: {in_the_middle}; {told.total():,} changes were told of, "
        f"{sum(max(0, number) for number in lost)} of them lost; {len(wrong)} figures off or gestures by "
        f"half, {len(broken)} breaks in the log" + "".join(f"; {text}" for text in wrong[:3]),
    )


def _wrong(session: Session) -> list[str]:
    drift = [f"{drift}" for drift in budgets.reconcile(session)[1]]
    return drift + money.drifts(session) + halves(session, BUDGETS)


def _stock_up(shop: Shop) -> None:
    """Ensure that there is enough to approve, void and redeem."""
    waiting = shop.read(lambda session: len(_waiting(session)))
    redeemable = shop.read(lambda session: len(_redeemable(session)))
    for _ in range(STOCK - waiting):
        shop.request(shop.open_case(f"c{next(_CUSTOMERS)}@example.com"), "refund", "150.00")
    for _ in range(STOCK - redeemable):
        shop.request(shop.open_case(f"c{next(_CUSTOMERS)}@example.com"), "voucher", "20.00")


def _waiting(session: Session) -> list[Approval]:
    query = select(Approval).where(col(Approval.state) == ApprovalState.PENDING)
    return list(session.exec(query.order_by(col(Approval.id))).all())


def _redeemable(session: Session) -> list[Voucher]:
    query = select(Voucher).where(col(Voucher.state) == VoucherState.ISSUED)
    return list(session.exec(query.order_by(col(Voucher.id))).all())


def work(
    root: Path, seed: float, begun: Event, doing: "SynchronizedArray[Any]", done: "SynchronizedArray[Any]"
) -> None:
    """Approve, redeem and void while there is something to do, recording in shared memory what is being done
    and what is done.
    """
    shop = enter(root)
    rules = Configuration(shop.workspace)
    dice = random.Random(seed)
    approved = iter(shop.read(_waiting))
    redeemable = shop.read(_redeemable)
    dice.shuffle(redeemable)

    def approve(session: Session) -> None:
        approval = session.get_one(Approval, next(approved).id)
        actor = shop.actor(session, DIANA)
        approvals.approve(session, rules, approval, now=shop.now, actor=actor, because="right")

    def redeem(session: Session) -> None:
        voucher = session.get_one(Voucher, redeemable[-1].id)
        part = Money(dice.choice((300, voucher.amount_minor - voucher.redeemed_minor)), voucher.currency)
        vouchers.redeem(session, rules, voucher, now=shop.now, actor=shop.actor(session, MAX), amount=part)
        if voucher.state is not VoucherState.ISSUED:
            redeemable.pop()

    def take_back(session: Session) -> None:
        gesture = session.get_one(Gesture, redeemable.pop().gesture_id)
        gestures.void(session, gesture, now=shop.now, actor=shop.actor(session, MAX), because="a mistake")

    steps = ((0, approve), (2, redeem), (1, take_back), (2, redeem))
    while redeemable:
        for number, change in dice.sample(steps, len(steps)):
            doing[0] = number
            try:
                shop.write(change)
            except (StopIteration, IndexError):
                continue
            finally:
                doing[0] = NOTHING
            done[number] += 1
            # The first change takes longer, because everything in it is done for the first time.
            begun.set()


ROW = Row(12, "SIGKILL during approve, void, redeem × 500", "drift 0", run)
