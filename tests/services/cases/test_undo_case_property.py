"""In whatever order gestures are paid, voided and undone, the budget holds what the cases that count have."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from followup.domain.cases.case import CaseStatus
from followup.domain.goodwill.gesture import GestureState
from followup.errors import FollowupError
from followup.services.cases import undo_case
from followup.services.goodwill import budgets, gestures
from followup.store.tables import Case, Gesture
from tests.shop import MAX, Shop

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["log", "ask", "pay", "void", "undo", "later"]),
        st.integers(0, 3),
        st.sampled_from(["3.00", "9.00", "60.00"]),
    ),
    max_size=14,
)
"""What is done, to which case, and with how much; 60.00 needs an approval."""

WORDS = "She waited for three weeks and nobody rang her back."
OPEN = (GestureState.HELD, GestureState.PENDING, GestureState.ISSUED, GestureState.SPENT)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_order_of_undoing_leaves_a_budget_adrift(
    new_shop: Callable[[], Shop], steps: list[tuple[str, int, str]]
) -> None:
    shop = new_shop()
    shop.settings(grace_minutes=15)
    shop.budget("100.00")
    undone = 0
    for number, (what, place, amount) in enumerate(steps):
        # A refused step has to leave everything as it was, too.
        with suppress(FollowupError):
            undone += _do(shop, what, place, amount, number)
        shop.read(_holds_together)
    cases = shop.read(lambda session: session.exec(select(Case)).all())
    assert sum(case.status is CaseStatus.UNDONE for case in cases) == undone


def _do(shop: Shop, what: str, place: int, amount: str, number: int) -> int:
    """One step; gives how many cases it took back."""
    if what == "log":
        shop.open_case(f"c{number}@example.com")
        return 0
    if what == "later":
        shop.now += timedelta(minutes=6)
        return 0
    cases = list(shop.read(lambda session: session.exec(select(Case).order_by(col(Case.id))).all()))
    if not cases:
        return 0
    case = cases[place % len(cases)]
    if what == "ask":
        shop.request(case, "refund", amount, because=WORDS)
        return 0

    def change(session: Session) -> int:
        found, actor = session.get_one(Case, case.id), shop.actor(session, MAX)
        if what == "undo":
            undo_case.undo(session, shop.rules, found, now=shop.now, actor=actor)
            return 1
        for gesture in gestures.gestures_of(session, found):
            if what == "pay":
                gestures.pay(session, gesture, now=shop.now, actor=actor, because=None)
            else:
                gestures.void(session, gesture, now=shop.now, actor=actor, because="A mistake.")
        return 0

    return shop.write(change)


def _holds_together(session: Session) -> None:
    checked, drift = budgets.reconcile(session)
    assert (checked <= 1, drift) == (True, [])
    every = session.exec(select(Gesture)).all()
    taken_back = set(session.exec(select(Case.id).where(Case.status == CaseStatus.UNDONE)).all())
    assert not [one.id for one in every if one.case_id in taken_back and one.state in OPEN]
    given_minor = sum(one.amount_minor or 0 for one in every if one.state in OPEN)
    budget = budgets.find_budget(session, "goodwill")
    moment = max((one.requested_at for one in every), default=budget.created_at)
    assert budgets.standing_now(session, budget, moment).figures.used_minor == given_minor
