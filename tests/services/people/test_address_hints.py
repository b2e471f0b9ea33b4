"""A likely slip in a new address is asked about, and never refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.application.cases import interview, open_case
from followup.application.people import customers
from followup.domain.people.address_slip import nearest, neighbours, one_edit_away, provider_meant
from tests.application.conftest import NewCaller, new_caller
from tests.shop import Shop

__all__ = ["new_caller"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("priya@gmial.com", "priya@gmail.com"),
        ("priya@gmai.com", "priya@gmail.com"),
        ("priya@gmailcom", "priya@gmail.com"),
        ("priya@gmail.con", "priya@gmail.com"),
        ("Priya@Hotmial.com", "priya@hotmail.com"),
        ("priya@hotmail.co", "priya@hotmail.com"),
        ("priya@yaho.co.uk", "priya@yahoo.co.uk"),
        ("priya@harbour.con", "priya@harbour.com"),
        ("priya@gmail.com", None),
        ("priya@mail.com", None),
        ("priya@email.com", None),
        ("priya@gmx.net", None),
        ("priya@harbour.example", None),
        ("priya@harbour.co", None),
    ],
)
def test_a_mistyped_provider_is_seen_and_another_domain_is_left_alone(
    written: str, meant: str | None
) -> None:
    assert provider_meant(written) == meant


@pytest.mark.parametrize(
    ("written", "is_slip"),
    [
        ("priya@shah.example", False),
        ("prya@shah.example", True),
        ("pryia@shah.example", True),
        ("priyaa@shah.example", True),
        ("prixa@shah.example", True),
        ("priya@shaah.example", True),
        ("pry@shah.example", False),
        ("omar@shah.example", False),
        ("priya2@shah.example", False),
        ("pri.ya@shah.example", True),
        ("priyo@shah.example", False),
        ("apriya@shah.example", False),
    ],
)
def test_one_letter_from_a_known_address_may_be_a_slip(written: str, *, is_slip: bool) -> None:
    assert nearest(written, ["priya@shah.example"]) == ("priya@shah.example" if is_slip else None)


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("out2@example.com", "out1@example.com"),
        ("order12@example.com", "order21@example.com"),
        ("g@example.com", "j@example.com"),
        ("p.shah@example.com", "j.shah@example.com"),
        ("mario@example.com", "maria@example.com"),
    ],
)
def test_other_numbers_initials_and_names_are_other_people(written: str, known: str) -> None:
    assert nearest(written, [known]) is None
    assert nearest(written.replace("@example", "@exmaple"), [written]) == written


@given(st.text("ab", max_size=6), st.text("ab", max_size=6))
def test_being_one_letter_away_goes_both_ways(one: str, other: str) -> None:
    assert (one in one_edit_away(other)) == (other in one_edit_away(one))
    assert one not in one_edit_away(one)


def test_no_neighbour_lacks_a_local_part_or_a_domain() -> None:
    assert all(all(found.split("@")) for found in neighbours("a@b"))


def test_the_desk_and_scripts_hear_of_a_slip_and_the_customer_is_recorded(
    shop: Shop, new_caller: NewCaller
) -> None:
    first = customers.add_customer(new_caller(), name="Priya", email="priya@shah.example")
    assert first["hints"] == []
    slip = customers.add_customer(new_caller(), name="Priya", email="pryia@shah.example")
    assert slip["hints"] == [
        (
            "pryia@shah.example is nearly the address of a known customer: is it priya@shah.example? "
            "Correct it: followup customer set pryia@shah.example --email …"
        )
    ]
    asked = interview.look_up(new_caller(), customer="omar@gmial.com")
    assert (asked["address_meant"], asked["address_hint"]) == (
        "omar@gmail.com",
        "omar@gmial.com may be a slip: is it omar@gmail.com?",
    )
    told = {"name": "Omar", "reason": "late-delivery", "severity": "minor"}
    opened = open_case.open_case(new_caller(), customer="omar@gmial.com", **told)  # type: ignore[arg-type]
    assert opened["hints"][0] == asked["address_hint"]
    told["reason"] = "damaged-item"
    again = open_case.open_case(new_caller(), customer="omar@gmial.com", **told)  # type: ignore[arg-type]
    assert asked["address_hint"] not in again["hints"], "a known customer is not asked about"
    assert interview.look_up(new_caller(), customer="omar@gmial.com")["address_hint"] is None
