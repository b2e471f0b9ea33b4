"""A customer abroad: the clock and the holidays that their emails go by, and what the desk is told of it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from followup.application.cases import open_case
from followup.application.door import Caller
from followup.application.people import customers as customer_commands
from followup.services.people import customers
from followup.store.tables import Case, Customer
from tests.shop import ANA, Shop

LONDON = ("Europe/London", "GB")


def add(shop: Shop, **told: Any) -> Customer:
    return shop.write(
        lambda session: customers.add_customer(
            session,
            shop.workspace.settings,
            now=shop.now,
            actor=shop.actor(session),
            name="Bia Lima",
            email="bia@example.org",
            **told,
        )
    )


def asked(shop: Shop) -> Caller:
    return Caller(place=shop.place, now=shop.now, login="nobody", actor_email=ANA)


@pytest.mark.parametrize(
    ("told", "clock"),
    [
        ({"locale": "de-DE"}, ("Europe/Berlin", "DE")),
        ({"locale": "de_CH"}, ("Europe/Zurich", "CH")),
        ({"phone": "+49 30 1234567"}, ("Europe/Berlin", "DE")),
        # Several zones that show one time are one clock.
        ({"phone": "0054 11 5555 0100"}, ("America/Argentina/Buenos_Aires", "AR")),
        # Several clocks, and nearly everybody lives by one.
        ({"locale": "pt-PT"}, ("Europe/Lisbon", "PT")),
        # Several clocks: none is guessed.
        ({"locale": "pt-BR"}, ("Europe/London", "BR")),
        ({"phone": "+55 11 5555 0100"}, ("Europe/London", "BR")),
        # A phone says more of where somebody is than the language that they read.
        ({"locale": "de-DE", "phone": "+41 44 555 01 02"}, ("Europe/Zurich", "CH")),
        ({"locale": "de-DE", "phone": "+44 7700 900123"}, LONDON),
        # Their region, which somebody gave, says most.
        ({"region": "AT-9", "phone": "+49 30 1234567"}, ("Europe/Vienna", "AT-9")),
        # What is given stays.
        ({"locale": "de-DE", "timezone": "Asia/Tokyo"}, ("Asia/Tokyo", "DE")),
        ({"locale": "de-DE", "timezone": "Asia/Tokyo", "region": "GB"}, ("Asia/Tokyo", "GB")),
        # No country: the workspace's own.
        ({}, LONDON),
        ({"locale": "de"}, LONDON),
        ({"locale": "en-GB"}, LONDON),
        ({"phone": "020 7946 0000"}, LONDON),
        ({"phone": "+1 212 555 0100"}, LONDON),
    ],
)
def test_a_new_customer_has_the_clock_and_the_holidays_of_their_country(
    shop: Shop, told: dict[str, str], clock: tuple[str, str]
) -> None:
    customer = add(shop, **told)
    assert (customer.timezone, customer.region) == clock


def test_a_language_that_the_shop_writes_by_default_places_nobody(shop: Shop) -> None:
    """A shop in Zurich that writes British English has customers in Zurich."""
    shop.settings(timezone="Europe/Zurich", country="CH", locale="en-GB")
    customer = add(shop, locale="en-GB")
    assert (customer.timezone, customer.region) == ("Europe/Zurich", "CH")


def test_what_is_learnt_later_moves_only_what_nobody_chose(shop: Shop) -> None:
    add(shop)
    changed = customer_commands.set_customer(asked(shop), "bia@example.org", phone="+49 30 1234567")
    assert (changed["timezone"], changed["region"]) == ("Europe/Berlin", "DE")
    assert [hint for hint in changed["hints"] if "taken to be" in hint] == [
        (
            "They are taken to be in Germany, as their phone number is of there: emails go by the clock of "
            "Europe/Berlin and the holidays of Germany. If not: followup customer set bia@example.org "
            "--timezone … --region …"
        )
    ]
    # They moved their phone to Poland; the clock is no longer the workspace's, so it stays.
    again = customer_commands.set_customer(asked(shop), "bia@example.org", phone="+48 22 555 01 00")
    assert (again["timezone"], again["region"]) == ("Europe/Berlin", "DE")


def test_several_time_zones_are_asked_about_until_somebody_says_which(shop: Shop) -> None:
    def logged(order: str) -> list[str]:
        document = open_case.open_case(
            asked(shop),
            customer="bia@example.org",
            name="Bia Lima",
            reason="late-delivery",
            severity="minor",
            order=order,
            locale="pt-BR",
            again=True,
            because="another order",
        )
        return [hint for hint in document["hints"] if "time zones" in hint]

    question = [
        (
            "Brazil has several time zones, so emails go by your clock (Europe/London). Which is theirs? "
            "followup customer set bia@example.org --timezone America/Sao_Paulo"
        )
    ]
    assert logged("HB-1") == question
    assert logged("HB-2") == question
    customer_commands.set_customer(asked(shop), "bia@example.org", timezone="America/Sao_Paulo")
    assert logged("HB-3") == []


def test_who_was_recorded_by_the_shops_clock_before_is_asked_about(shop: Shop) -> None:
    add(shop)

    def as_before(session: Any) -> None:
        customer = session.get(Customer, 1)
        customer.locale = "de-DE"
        session.add(customer)

    shop.write(as_before)
    document = open_case.open_case(
        asked(shop), customer="bia@example.org", reason="late-delivery", severity="minor"
    )
    assert [hint for hint in document["hints"] if "Germany" in hint] == [
        (
            "They seem to be in Germany, and emails go by your clock (Europe/London). By theirs: followup "
            "customer set bia@example.org --timezone Europe/Berlin --region DE"
        )
    ]


@pytest.mark.parametrize(
    ("locale", "due"),
    [
        # Wednesday 3 November 2027, 08:30 in London; the window is 09:00 to 18:00. In Berlin it is 09:30. In
        # Japan it is Culture Day, so their next open hour is 09:00 on Thursday, midnight in London.
        ("en-GB", datetime(2027, 11, 3, 9, 0, tzinfo=UTC)),
        ("de-DE", datetime(2027, 11, 3, 8, 30, tzinfo=UTC)),
        ("ja-JP", datetime(2027, 11, 4, 0, 0, tzinfo=UTC)),
    ],
)
def test_no_email_goes_at_the_wrong_hour_or_on_their_holiday(shop: Shop, locale: str, due: datetime) -> None:
    customer = add(shop, locale=locale)
    asked_at = datetime(2027, 11, 3, 8, 30, tzinfo=UTC)
    assert shop.rules.calendar(customer).next_open(asked_at) == due


def test_a_case_logged_with_a_language_plans_its_emails_by_that_clock(shop: Shop) -> None:
    shop.now = datetime(2026, 11, 2, 7, 15, tzinfo=UTC)  # 08:15 in Berlin, before the window opens at 09:00
    open_case.open_case(
        asked(shop),
        customer="dirk@example.org",
        name="Dirk Post",
        reason="late-delivery",
        severity="moderate",
        order_value="80.00",
        what_happened="Ihre Lampe kam zwei Tage nach dem Fest.",
        locale="de-DE",
        accept=True,
    )
    from followup.services.sequences import enrolments

    emails = shop.read(lambda session: enrolments.emails_of(session, session.get_one(Case, 1)))
    assert emails[0].due_at == datetime(2026, 11, 2, 8, 0, tzinfo=UTC)  # 09:00 in Berlin; London opens at 9
