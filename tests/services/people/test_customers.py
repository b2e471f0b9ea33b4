from typing import Any

import pytest
from sqlmodel import Session, select

from followup.errors import NotFound, Refused, WrongUsage
from followup.services.people import customer_lists, customers
from followup.services.people.customer_lists import CustomerFilter
from followup.store.tables import AuditEvent, Customer, Email
from tests.services.mailing import tick
from tests.shop import ANA, MONDAY, Shop


def add(shop: Shop, name: str = "Priya Shah", email: str = "priya@example.com", **more: Any) -> Customer:
    return shop.write(
        lambda session: customers.add_customer(
            session,
            shop.workspace.settings,
            now=shop.now,
            actor=shop.actor(session),
            name=name,
            email=email,
            **more,
        )
    )


def found(shop: Shop, search: str | None = None, limit: int = 50) -> list[str]:
    return shop.read(
        lambda session: [
            row.name
            for row in customer_lists.list_customers(session, CustomerFilter(search=search), limit=limit)
        ]
    )


def test_what_is_left_out_is_the_workspaces_own(shop: Shop) -> None:
    shop.settings(timezone="Europe/Vienna", country="AT", locale="de-AT")
    customer = add(shop)
    assert (customer.timezone, customer.region, customer.locale) == ("Europe/Vienna", "AT", "de-AT")
    assert (customer.segment, customer.value_minor, customer.phone) == (None, None, None)
    assert (customer.marketing_consent, customer.added_at) == (False, MONDAY)


def test_what_is_given_is_kept_in_one_form(shop: Shop) -> None:
    customer = add(
        shop,
        name="  Zoe\u0308 Q. ",
        email=" Zoe@Example.COM ",
        locale="de_AT",
        timezone=" America/New_York ",
        region="gb-eng",
        segment="VIP",
        value="1200.5",
        phone="+44 20 7946 0000",
        marketing_consent=True,
    )
    assert (customer.name, customer.email) == ("Zoë Q.", "zoe@example.com")
    assert (customer.locale, customer.timezone, customer.region) == ("de-AT", "America/New_York", "GB-ENG")
    assert (customer.segment, customer.value_minor) == ("vip", 120050)
    assert customer.marketing_consent


@pytest.mark.parametrize(
    ("field", "written", "code"),
    [
        ("timezone", "Europe/Lundon", "bad_timezone"),
        ("timezone", "../../etc/passwd", "bad_timezone"),
        ("timezone", "/etc/localtime", "bad_timezone"),
        ("timezone", "Europe", "bad_timezone"),
        ("timezone", "GMT+1 or so", "bad_timezone"),
        ("timezone", "Europe/London\x00", "bad_timezone"),
        ("region", "England", "bad_region"),
        ("region", "GB_ENG", "bad_region"),
        ("region", "GB-ENGL", "bad_region"),
        ("region", "GB-ENG\nX", "bad_region"),
        ("locale", "english", "bad_locale"),
        ("locale", "en-GB-oed-x", "bad_locale"),
        ("locale", "../en", "bad_locale"),
        ("email", "priya", "bad_address"),
        ("email", "priya@example.com\r\nBcc: x@example.com", "bad_address"),
        ("email", "Priya <priya@example.com>", "bad_address"),
        ("email", "a@example.com, b@example.com", "bad_address"),
        ("email", "", "bad_address"),
        ("name", " ", "empty"),
        ("name", "Priya\nShah", "control_character"),
        ("phone", "+44\x1b[2J", "control_character"),
        ("segment", "big spenders", "bad_segment"),
        ("value", "-1", "bad_amount"),
        ("value", "12.345", "two_amounts"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_kept(
    shop: Shop, field: str, written: str, code: str
) -> None:
    with pytest.raises(WrongUsage) as caught:
        add(shop, **{field: written})
    assert caught.value.code == code
    assert caught.value.hint
    assert found(shop) == []


def test_an_address_belongs_to_one_customer_however_it_is_written(shop: Shop) -> None:
    add(shop)
    with pytest.raises(Refused) as caught:
        add(shop, name="Another", email="PRIYA@Example.com")
    assert caught.value.code == "customer_exists"
    assert found(shop) == ["Priya Shah"]


def test_a_customer_is_found_by_their_address_however_it_is_written(shop: Shop) -> None:
    add(shop)
    for written in ("priya@example.com", " Priya@EXAMPLE.com "):
        assert shop.read(lambda session, w=written: customers.find_customer(session, w)).name == "Priya Shah"  # type: ignore[misc]
    with pytest.raises(NotFound) as caught:
        shop.read(lambda session: customers.find_customer(session, "tom@example.com"))
    assert caught.value.code == "unknown_customer"


def test_an_address_beyond_ascii_is_kept_as_people_write_it(shop: Shop) -> None:
    customer = add(shop, email="jose@xn--mnchen-3ya.example")
    assert customer.email == "jose@münchen.example"


def test_the_newest_stand_first_and_only_so_many(shop: Shop) -> None:
    for number in range(3):
        add(shop, name=f"Customer {number}", email=f"c{number}@example.com")
    assert found(shop) == ["Customer 2", "Customer 1", "Customer 0"]
    assert found(shop, limit=1) == ["Customer 2"]


def test_a_search_looks_for_the_letters_themselves(shop: Shop) -> None:
    add(shop, name="Under_score", email="a@example.com")
    add(shop, name="Per%cent", email="b@example.com")
    add(shop, name="Plain Name", email="c@other.example")
    assert found(shop, "_") == ["Under_score"]
    assert found(shop, "%") == ["Per%cent"]
    assert found(shop, "plain n") == ["Plain Name"]
    assert found(shop, "OTHER.example") == ["Plain Name"]
    assert found(shop, "\\") == []


def test_adding_is_recorded_without_the_address(shop: Shop) -> None:
    add(shop)
    newest = shop.read(lambda session: session.exec(select(AuditEvent)).all())[-1]
    assert (newest.action, newest.subject, newest.actor) == ("customer add", "customer 1", ANA)
    assert "priya" not in f"{newest.detail}{newest.because}"


def change(shop: Shop, told: dict[str, str], *, consent: bool | None = None) -> Customer:
    return shop.write(
        lambda session: customers.change_customer(
            session,
            shop.workspace.settings,
            customers.find_customer(session, "priya@example.com"),
            told,
            now=shop.now,
            actor=shop.actor(session),
            marketing_consent=consent,
        )
    )


def test_a_change_touches_only_what_is_given(shop: Shop) -> None:
    add(shop, segment="vip", phone="+44 20 7946 0000")
    changed = change(shop, {"segment": "", "name": "Priya Shah-Jones"}, consent=True)
    assert (changed.name, changed.segment, changed.phone) == ("Priya Shah-Jones", None, "+44 20 7946 0000")
    assert (changed.marketing_consent, changed.email) == (True, "priya@example.com")
    newest = shop.read(lambda session: session.exec(select(AuditEvent)).all())[-1]
    assert (newest.action, newest.detail) == (
        "customer set",
        {"changed": ["segment", "name", "marketing_consent"]},
    )


@pytest.mark.parametrize("name", ["name", "email", "locale", "timezone", "region"])
def test_what_every_customer_has_cannot_be_taken_out(shop: Shop, name: str) -> None:
    add(shop)
    with pytest.raises(WrongUsage) as caught:
        change(shop, {name: " "})
    assert caught.value.code == "missing"


def test_nobody_is_given_anothers_address(shop: Shop) -> None:
    add(shop)
    add(shop, name="Tom", email="tom@example.com")
    with pytest.raises(Refused) as caught:
        change(shop, {"email": "tom@example.com"})
    assert caught.value.code == "customer_exists"
    assert found(shop) == ["Tom", "Priya Shah"]


def test_emails_to_come_follow_a_customer_to_the_new_address(shop: Shop) -> None:
    case = shop.open_case()
    shop.request(case)
    change(shop, {"email": "priya.shah@example.com"})
    addresses = shop.read(lambda session: session.exec(select(Email.to_address)).all())
    assert set(addresses) == {"priya.shah@example.com"}


def test_a_country_that_has_no_list_of_holidays_is_refused(shop: Shop) -> None:
    with pytest.raises(WrongUsage) as caught:
        add(shop, region="ZZ")
    assert caught.value.code == "bad_region"


def hint_for(shop: Shop, email: str) -> str:
    with pytest.raises(NotFound) as unknown:
        shop.read(lambda session: customers.find_customer(session, email))
    assert unknown.value.code == "unknown_customer"
    return unknown.value.hint or ""


def test_an_address_that_was_corrected_names_the_new_one_and_not_how_to_add_them(shop: Shop) -> None:
    shop.request(shop.open_case(by=ANA, customer="dirk@example.de"))
    tick(shop)

    def correct(session: Session) -> None:
        person = customers.find_customer(session, "dirk@example.de")
        customers.change_customer(
            session,
            shop.workspace.settings,
            person,
            {"email": "dirk@example.com"},
            now=shop.now,
            actor=shop.actor(session),
        )

    shop.write(correct)
    for written in ("dirk@example.de", " Dirk@Example.DE "):
        hint = hint_for(shop, written)
        assert hint.endswith("Theirs is dirk@example.com now: followup customer show dirk@example.com")
        assert "customer add" not in hint
    # Nobody ever wrote to this one.
    assert hint_for(shop, "dirk@example.net").startswith("Add them: followup customer add")
