from datetime import UTC, date, datetime, time

import pytest
from sqlmodel import Session

from followup.cli.goodwill import budget_forecast
from followup.domain.shared.money import Money
from followup.services.documents import serializers
from followup.services.documents.documents import ForecastDocument
from followup.services.goodwill import budget_forecasts, budgets, gestures, vouchers
from tests.services.purse import give, take_back
from tests.shop import ANA, MAX, Shop

TUESDAY_10 = datetime(2026, 11, 10, 12, tzinfo=UTC)
"""The seventh business day of November 2026 (2 to 6, 9, 10); 14 are left."""


def forecast(shop: Shop, name: str = "goodwill") -> ForecastDocument:
    return shop.read(
        lambda session: serializers.forecast(
            budget_forecasts.forecast_budget(
                session, shop.rules, budgets.find_budget(session, name), now=shop.now
            )
        )
    )


def told(shop: Shop, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    budget_forecast.show(forecast(shop))
    return capsys.readouterr().out


def pay(shop: Shop, number: int) -> None:
    def change(session: Session) -> None:
        found = gestures.find_gesture(session, str(number))
        gestures.pay(session, found, now=shop.now, actor=shop.actor(session, MAX), because=None)

    shop.write(change)


def in_use(shop: Shop) -> None:
    """100.00 a month: 20.00 paid, 8.00 in a voucher, 40.00 waiting, 2.00 promised, 5.00 taken back."""
    shop.budget("100.00")
    pay(shop, give(shop, 20_00))
    shop.request(shop.open_case(order_value="80.00"))
    shop.request(shop.open_case("tom@example.com", reason="long-wait"), "refund", "40.00", by=ANA)
    give(shop, 2_00)
    take_back(shop, give(shop, 5_00))
    shop.now = TUESDAY_10


def test_it_says_where_the_pace_leads_and_what_may_still_come_back(shop: Shop) -> None:
    in_use(shop)
    assert forecast(shop) == {
        "name": "goodwill",
        "period": "2026-11",
        "currency": "GBP",
        "limit": "100.00",
        "used": "70.00",
        "available": "30.00",
        "business_days_elapsed": 7,
        "business_days_left": 14,
        "burn_per_business_day": "10.00",
        "expected_at_end": "210.00",
        # 30.00 last for the 11th, 12th and 13th.
        "exhausted_on": "2026-11-13",
        "pending": "40.00",
        "outstanding_vouchers": "8.00",
        "if_all_redeemed": "70.00",
        "if_none_redeemed": "22.00",
        "soft": False,
        "starts_anew_on": "2026-12-01",
    }


def test_people_read_it_in_sentences(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    in_use(shop)
    assert told(shop, capsys).splitlines() == [
        "goodwill, 2026-11, until 1 December 2026",
        "  used        70.00 of 100.00 GBP in 7 business days: 10.00 a business day",
        "  at the end  210.00 GBP of 100.00 if the 14 business days left are like these",
        "  it lasts    until Friday 13 November 2026, at this pace",
        "  waiting     40.00 GBP of this waits for approval",
        "  in codes    8.00 GBP of this was not redeemed yet",
        "  it costs    70.00 GBP if all of that is approved and redeemed, 22.00 if none is",
    ]


def test_while_nothing_was_used_it_says_so(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.budget("100.00")
    assert told(shop, capsys).splitlines() == [
        "goodwill, 2026-11, until 1 December 2026",
        "  used  nothing of 100.00 GBP in 1 business day, so no pace can be told",
    ]
    found = forecast(shop)
    assert (found["burn_per_business_day"], found["expected_at_end"], found["exhausted_on"]) == (
        "0.00",
        "0.00",
        None,
    )


def test_before_the_first_business_day_it_tells_no_pace(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.budget("100.00")
    # Saturday and Sunday, 1 and 2 May 2027.
    shop.now = datetime(2027, 5, 1, 12, tzinfo=UTC)
    give(shop, 7_00)
    shop.now = datetime(2027, 5, 2, 12, tzinfo=UTC)
    found = forecast(shop)
    # Mondays the 3rd and 31st are bank holidays in England: 21 weekdays less 2.
    assert (found["business_days_elapsed"], found["business_days_left"]) == (0, 19)
    assert (found["burn_per_business_day"], found["expected_at_end"], found["exhausted_on"]) == (
        None,
        None,
        None,
    )
    assert "7.00 of 100.00 GBP; no business day has begun yet" in told(shop, capsys)


def test_business_days_are_those_of_the_workspace(shop: Shop) -> None:
    shop.settings(send_days=frozenset(range(7)), send_window=(time(9), time(17)), country="ZZ")
    shop.budget("100.00")
    shop.now = TUESDAY_10
    found = forecast(shop)
    # Made on the 2nd: nine days to the 10th, twenty to the 30th.
    assert (found["business_days_elapsed"], found["business_days_left"]) == (9, 20)


def test_today_is_that_of_the_budgets_own_zone(shop: Shop) -> None:
    shop.budget("100.00", timezone="Pacific/Auckland")
    # Monday 23:00 in London is Tuesday in Auckland.
    shop.now = datetime(2026, 11, 9, 23, tzinfo=UTC)
    assert forecast(shop)["business_days_elapsed"] == 7


def test_a_soft_budget_that_is_over_lasts_no_longer(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.budget("10.00", soft=True)
    give(shop, 12_50)
    found = forecast(shop)
    assert (found["available"], found["exhausted_on"]) == ("-2.50", "2026-11-02")
    assert "no longer: it is 2.50 GBP over" in told(shop, capsys)


def test_a_hard_budget_used_up_has_nothing_left(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.budget("10.00")
    give(shop, 10_00)
    assert "no longer: nothing is left" in told(shop, capsys)


def test_a_budget_for_once_is_told_the_day_it_runs_out(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.budget("100.00", period="once")
    give(shop, 70_00)
    shop.now = TUESDAY_10
    found = forecast(shop)
    assert (found["business_days_left"], found["expected_at_end"]) == (None, None)
    assert date.fromisoformat(str(found["exhausted_on"])) == date(2026, 11, 13)
    assert told(shop, capsys).splitlines()[0] == "goodwill, once"


def test_what_was_carried_over_counts_as_there(shop: Shop) -> None:
    shop.budget("100.00", carry_over=True)
    give(shop, 30_00)
    shop.now = datetime(2026, 12, 1, 12, tzinfo=UTC)
    give(shop, 17_00)
    found = forecast(shop)
    # Tuesday the 1st is the first business day of December; the pace is December's alone, and 170.00 - 17.00
    # lasts for 9 more: 2 to 4, 7 to 11, 14.
    assert (found["limit"], found["burn_per_business_day"]) == ("170.00", "17.00")
    assert found["exhausted_on"] == "2026-12-14"


def test_what_was_redeemed_or_taken_back_is_not_waiting_any_more(shop: Shop) -> None:
    in_use(shop)

    def redeem(session: Session) -> None:
        vouchers.redeem(
            session,
            shop.rules,
            vouchers.find_voucher(session, "G-2"),
            now=shop.now,
            actor=shop.actor(session),
            amount=Money(3_00, "GBP"),
        )

    shop.write(redeem)
    take_back(shop, 3)
    found = forecast(shop)
    assert (found["pending"], found["outstanding_vouchers"], found["used"]) == ("0.00", "5.00", "30.00")
    assert (found["if_all_redeemed"], found["if_none_redeemed"]) == ("30.00", "25.00")
