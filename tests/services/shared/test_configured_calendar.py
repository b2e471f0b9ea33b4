"""Whose zone, holidays, closed days and quiet hours count when somebody is written to."""

from datetime import UTC, date, datetime, time

from followup.domain.sequences.closed_days import ClosedDays
from followup.store.tables import Customer
from tests.shop import MONDAY, Shop

LUNCH = ((time(12, 30), time(13, 30)),)


def customer(timezone: str, region: str) -> Customer:
    return Customer(
        name="Priya Shah",
        email="priya@example.com",
        locale="en-GB",
        timezone=timezone,
        region=region,
        added_at=MONDAY,
    )


def test_quiet_hours_are_for_customers_by_their_own_clock_and_not_for_colleagues(shop: Shop) -> None:
    shop.settings(quiet_hours=LUNCH)
    in_berlin = shop.rules.calendar(customer("Europe/Berlin", "DE-BE"))
    in_london = shop.rules.calendar(customer("Europe/London", "GB"))
    # Monday, 2 November 2026: noon in London is one o'clock in Berlin.
    noon = datetime(2026, 11, 2, 12, tzinfo=UTC)
    assert in_berlin.next_open(noon) == datetime(2026, 11, 2, 12, 30, tzinfo=UTC)
    assert in_london.is_open(noon)
    one = datetime(2026, 11, 2, 13, tzinfo=UTC)
    assert in_london.next_open(one) == datetime(2026, 11, 2, 13, 30, tzinfo=UTC)
    assert in_berlin.is_open(one)
    assert shop.rules.calendar().is_open(noon)
    assert shop.rules.calendar().is_open(one)


def test_closed_days_are_business_days_of_nobody(shop: Shop) -> None:
    friday = datetime(2026, 11, 27, 11, tzinfo=UTC)
    monday, tuesday = datetime(2026, 11, 30, 11, tzinfo=UTC), datetime(2026, 12, 1, 11, tzinfo=UTC)
    calendars = (None, customer("Europe/London", "GB-ENG"))
    for who in calendars:
        assert shop.rules.calendar(who).add_business_days(friday, 1) == monday
    shop.settings(closed_days=ClosedDays(frozenset({date(2026, 11, 30)})))
    for who in calendars:
        assert shop.rules.calendar(who).add_business_days(friday, 1) == tuesday
        assert shop.rules.calendar(who).next_open(monday) == datetime(2026, 12, 1, 9, tzinfo=UTC)


def test_the_public_holidays_are_those_of_the_customers_region_and_else_of_the_country(shop: Shop) -> None:
    shop.settings(closed_days=ClosedDays(frozenset({(6, 16)})))
    days = {
        "Christmas": date(2026, 12, 25),  # everywhere
        "Saint Andrew": date(2026, 11, 30),  # Scotland
        "Buss- und Bettag": date(2026, 11, 18),  # Saxony
        "closed": date(2026, 6, 16),  # by the setting
    }

    def closed(who: Customer | None) -> set[str]:
        calendar = shop.rules.calendar(who)
        return {name for name, day in days.items() if not calendar.is_business_day(day)}

    assert closed(None) == {"Christmas", "closed"}
    assert closed(customer("Europe/London", "GB-SCT")) == {"Christmas", "Saint Andrew", "closed"}
    assert closed(customer("Europe/Berlin", "DE-SN")) == {"Christmas", "Buss- und Bettag", "closed"}
    assert closed(customer("Europe/Berlin", "DE")) == {"Christmas", "closed"}
    assert closed(customer("Europe/Berlin", "XQ")) == {"closed"}


def test_a_window_to_the_end_of_the_day_ends_at_midnight_and_not_just_before(shop: Shop) -> None:
    shop.settings(send_window=(time(20), time(0)))
    evening = datetime(2026, 11, 2, 20, tzinfo=UTC)
    assert shop.rules.calendar().add_business_hours(evening, 5) == datetime(2026, 11, 3, 21, tzinfo=UTC)
