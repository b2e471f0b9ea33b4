from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from followup.domain.budget import Entry, figures_of
from followup.errors import NotFound, Refused
from followup.services import budgets, gestures
from followup.store.tables import LedgerEntry
from tests.shop import DIANA, MAX, Shop

LIMIT_MINOR = 100_00
STEPS = st.one_of(
    st.tuples(st.just("request"), st.integers(1, 60_00)),
    st.tuples(st.sampled_from(["issue", "pay", "void"]), st.integers(1, 6)),
)


def act(shop: Shop, step: str, number: int) -> None:
    """Request a gesture of `number` pence (an odd one is only held), or do something to the n-th gesture."""
    if step == "request":
        case = shop.open_case(f"c{number}@example.com", order_value="5000.00", by=MAX)
        shop.request(
            case, "refund", f"{number / 100:.2f}", by=MAX, hold_only=bool(number % 2), because="w " * 15
        )
        return

    def change(session: Session) -> None:
        found = gestures.find_gesture(session, str(number))
        actor = shop.actor(session, DIANA)
        if step == "issue":
            gestures.issue(session, shop.rules, found, now=shop.now, actor=actor)
        elif step == "pay":
            gestures.pay(session, found, now=shop.now, actor=actor, because=None)
        else:
            gestures.void(session, found, now=shop.now, actor=actor, because="x")

    shop.write(change)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=1, max_size=10))
def test_in_any_order_figures_are_the_sum_of_entries_and_never_above_the_limit(
    new_shop: Callable[[], Shop], steps: list[tuple[str, int]]
) -> None:
    shop = new_shop()
    shop.budget("100.00")
    for step, number in steps:
        try:
            act(shop, step, number)
        except (Refused, NotFound):
            continue

    def look(session: Session) -> None:
        stored = budgets.figures(session, budgets.find_budget(session, "goodwill"), "2026-11")
        entries = session.exec(select(LedgerEntry).order_by(col(LedgerEntry.id))).all()
        summed = figures_of(
            LIMIT_MINOR, [Entry(entry.kind, entry.taken_from, entry.amount_minor) for entry in entries]
        )
        assert stored == summed
        assert stored.available_minor >= 0
        assert budgets.reconcile(session)[1] == []

    shop.read(look)
    shop.engine.dispose()
