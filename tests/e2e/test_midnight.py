"""Commands at the turn of a month: the clock of the process is set, everything else is real."""

import sys
from collections.abc import Callable

import pytest
from freezegun import freeze_time

from followup.cli import app
from followup.services.goodwill import budgets
from tests.shop import ANA, Shop


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> Callable[..., int]:
    """Runs a command at an instant."""

    def run(instant: str, *arguments: str) -> int:
        line = ["followup", "--workspace", str(shop.workspace.root), "--as", ANA, *arguments]
        monkeypatch.setattr(sys, "argv", line)
        with freeze_time(instant):
            return app.run()

    return run


def test_a_gesture_draws_on_the_month_that_it_is_in_the_zone_of_the_budget(
    at: Callable[..., int], shop: Shop
) -> None:
    # In July, London's August begins at 23:00 UTC.
    shop.budget("50.00")
    told = (
        "--what-happened",
        "Your lamp came two days late.",
        "--name",
        "Nora",
        "--reason",
        "long-wait",
        "--severity",
        "moderate",
        "--order-value",
        "80.00",
    )
    assert at("2026-07-31T22:59:59Z", "case", "open", "--customer", "a@example.com", *told, "--accept") == 0
    assert at("2026-07-31T23:00:00Z", "case", "open", "--customer", "b@example.com", *told, "--accept") == 0
    for period in ("2026-07", "2026-08"):
        figures = shop.read(
            lambda session, period=period: budgets.figures(  # type: ignore[misc]
                session, budgets.find_budget(session, "goodwill"), period
            )
        )
        assert figures.committed_minor == 800
