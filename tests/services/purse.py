"""Short ways to move a budget's money in tests: give, take back, adjust, look."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from followup.services.goodwill import budget_adjustments, budgets, gestures
from followup.services.goodwill.budgets import BudgetBalance
from tests.shop import DIANA, Shop

WORDS = "word " * 20
"""Enough of an explanation for any amount."""
_NUMBERS = count(1)


def month(year: int, number: int) -> datetime:
    """Ten o'clock on the tenth of a month."""
    return datetime(year, number, 10, 10, tzinfo=UTC)


def give(shop: Shop, pence: int, reason: str = "late-delivery") -> int:
    """Request a refund of so much by somebody who needs nobody's approval, each for another customer, so that
    only budgets bound it. Gives the gesture's number."""
    case = shop.open_case(f"c{next(_NUMBERS)}@example.com", order_value="5000.00", by=DIANA, reason=reason)
    gesture = shop.request(case, "refund", f"{pence / 100:.2f}", by=DIANA, because=WORDS)
    assert gesture.id is not None
    return gesture.id


def take_back(shop: Shop, gesture: int) -> None:
    """Void a gesture."""
    shop.write(
        lambda session: gestures.void(
            session,
            gestures.find_gesture(session, str(gesture)),
            now=shop.now,
            actor=shop.actor(session, DIANA),
            because="never arrived",
        )
    )


def adjust(shop: Shop, name: str = "goodwill", **wanted: Any) -> str:
    """Adjust a budget; gives the period it begins with."""
    return shop.write(
        lambda session: budget_adjustments.adjust_budget(
            session,
            budgets.find_budget(session, name),
            budget_adjustments.Adjustment(**wanted),
            now=shop.now,
            actor=shop.actor(session, DIANA),
            because="as agreed",
        )
    )


def standing(shop: Shop, period: str, name: str = "goodwill") -> BudgetBalance:
    """A budget in a period."""
    return shop.read(lambda session: budgets.standing(session, budgets.find_budget(session, name), period))


def limit_and_available(shop: Shop, period: str, name: str = "goodwill") -> tuple[int, int]:
    """Its limit and what is available, in pence."""
    figures = standing(shop, period, name).figures
    return figures.limit_minor, figures.available_minor
