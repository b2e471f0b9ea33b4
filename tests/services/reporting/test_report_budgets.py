"""The reports on budgets: what is left, and whether it lasts."""

from datetime import UTC, datetime, timedelta
from typing import Any

from followup.reports.answer import document
from followup.services.reporting.report_catalog import QUESTIONS
from tests.services.reporting.test_reports import scope
from tests.shop import Shop


def ask(shop: Shop, name: str, *, drill: bool = False) -> dict[str, Any]:
    return shop.read(
        lambda session: document(QUESTIONS[name](session, shop.rules, scope(shop, drill=drill)), "GBP")
    )


def refund(shop: Shop, amount: str, name: str) -> None:
    shop.request(shop.open_case(f"{name}@example.com"), "refund", amount)


def test_a_budget_stands_as_its_ledger_says(shop: Shop) -> None:
    shop.budget("100.00")
    refund(shop, "12.50", "a")
    refund(shop, "7.50", "b")
    said = ask(shop, "budgets", drill=True)
    assert said["rows"] == [
        {
            "name": "goodwill",
            "scope": "everything",
            "period": "2026-11",
            "limit": "100.00",
            "held": "0.00",
            "committed": "20.00",
            "spent": "0.00",
            "available": "80.00",
            "used": "0.2000",
            "ends_before": "2026-12-01",
            "currency": "GBP",
            "behind": ["G-0001", "G-0002"],
        }
    ]
    assert said["says"] == ["1 budget with at least a tenth left."]


def test_little_left_is_said_first(shop: Shop) -> None:
    shop.budget("21.00", name="small")
    shop.budget("500.00", name="large")
    refund(shop, "20.00", "a")
    assert ask(shop, "budgets")["says"] == ["Less than a tenth is left in: small."]


def test_a_pace_by_hand(shop: Shop) -> None:
    # From Monday 2 November on there are 21 business days to the end of the month; on Friday five are over.
    shop.budget("100.00")
    for day in range(5):
        shop.now = datetime(2026, 11, 2 + day, 10, tzinfo=UTC)
        refund(shop, "10.00", f"c{day}")
    (row,) = ask(shop, "pacing")["rows"]
    assert row == {
        "name": "goodwill",
        "period": "2026-11",
        "limit": "100.00",
        "used": "50.00",
        "used_share": "0.5000",
        "even_share": "0.2381",  # 5 of 21
        "pace": "ahead",
        "burn": "10.00",
        "expected_at_end": "210.00",  # 50 and 16 days of 10
        "low_at_end": "210.00",  # each day was the same
        "high_at_end": "210.00",
        "exhausted_on": "2026-11-13",  # five business days on
        "currency": "GBP",
    }
    assert ask(shop, "pacing")["says"] == ["At this pace goodwill lasts until 2026-11-13."]


def test_it_is_said_how_few_days_a_pace_is_taken_from(shop: Shop) -> None:
    shop.budget("100.00")
    refund(shop, "50.00", "a")
    assert ask(shop, "pacing")["says"] == [
        "At the pace of its first business day, which is little to go by, goodwill lasts until 2026-11-03."
    ]
    shop.now += timedelta(days=3)
    assert ask(shop, "pacing")["says"] == [
        "At the pace of its first 4 business days, which is little to go by, goodwill lasts until 2026-11-11."
    ]


def test_what_happens_at_a_weekend_is_spread_over_the_business_days(shop: Shop) -> None:
    shop.budget("100.00")
    for day in (2, 3, 4, 5, 6, 7):  # the last one is a Saturday
        shop.now = datetime(2026, 11, day, 10, tzinfo=UTC)
        refund(shop, "5.00", f"c{day}")
    (row,) = ask(shop, "pacing")["rows"]
    # 30.00 in five business days is 6.00 each, so every day was the same.
    assert (row["burn"], row["low_at_end"], row["high_at_end"]) == ("6.00", "126.00", "126.00")


def test_after_four_days_it_is_too_early_for_a_range_and_without_budgets_there_is_nothing(shop: Shop) -> None:
    assert ask(shop, "pacing")["rows"] == []
    shop.budget("100.00")
    shop.now += timedelta(days=3)
    refund(shop, "5.00", "a")
    (row,) = ask(shop, "pacing")["rows"]
    assert (row["low_at_end"], row["high_at_end"]) == (None, None)
