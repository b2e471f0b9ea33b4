import pytest

from followup.services.people import customers
from followup.services.people.customer_lists import CustomerFilter, count_customers, list_customers
from tests.shop import Shop


@pytest.fixture
def three(shop: Shop) -> Shop:
    for name, email, told in (
        ("Priya Shah", "priya@example.com", {"phone": "+44 7700 900123", "address": "12 Quay Lane, Ely"}),
        ("Jürgen Müller", "jm@example.org", {"phone": "030 555 0199", "locale": "de-DE", "segment": "gold"}),
        ("Léa Quay", "lea@example.net", {"locale": "de-AT"}),
    ):
        shop.write(
            lambda session, name=name, email=email, told=told: customers.add_customer(  # type: ignore[misc]
                session,
                shop.workspace.settings,
                now=shop.now,
                actor=shop.actor(session),
                name=name,
                email=email,
                **told,
            )
        )
    return shop


@pytest.mark.parametrize(
    ("only", "names"),
    [
        (CustomerFilter(), ["Léa Quay", "Jürgen Müller", "Priya Shah"]),
        (CustomerFilter(phone="07700 900123"), ["Priya Shah"]),
        (CustomerFilter(phone="+44 (0)7700/900-123"), ["Priya Shah"]),
        (CustomerFilter(phone="0199"), ["Jürgen Müller"]),
        (CustomerFilter(phone="no number"), []),
        (CustomerFilter(phone="%"), []),
        (CustomerFilter(name="MULL"), ["Jürgen Müller"]),
        (CustomerFilter(name="LÉA"), ["Léa Quay"]),
        (CustomerFilter(name="quay"), ["Léa Quay"]),
        (CustomerFilter(address="quay"), ["Priya Shah"]),
        (CustomerFilter(address="@example.org"), ["Jürgen Müller"]),
        (CustomerFilter(search="quay"), ["Léa Quay"]),
        (CustomerFilter(search="EXAMPLE.NET"), ["Léa Quay"]),
        (CustomerFilter(search="_%"), []),
        (CustomerFilter(segment="Gold"), ["Jürgen Müller"]),
        (CustomerFilter(locale="de"), ["Léa Quay", "Jürgen Müller"]),
        (CustomerFilter(locale="DE_at"), ["Léa Quay"]),
        (CustomerFilter(locale="d"), []),
        (CustomerFilter(locale="de", segment="gold", name="m"), ["Jürgen Müller"]),
    ],
)
def test_customers_are_listed_by_whatever_is_known(
    three: Shop, only: CustomerFilter, names: list[str]
) -> None:
    assert three.read(lambda session: [row.name for row in list_customers(session, only, limit=9)]) == names
    assert three.read(lambda session: count_customers(session, only)) == len(names)


def test_a_list_has_no_more_than_its_limit(three: Shop) -> None:
    found = three.read(lambda session: list_customers(session, CustomerFilter(), limit=2))
    assert [row.name for row in found] == ["Léa Quay", "Jürgen Müller"]
