"""Keys of identity: what is the same person's stays the same, and different people stay apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.people.match_keys import address_key, email_key, phone_key


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("Priya@Example.com", "priya@example.com"),
        ("priya+books@example.com", "priya@example.com"),
        ("priya+books+more@example.com", "priya@example.com"),
        ("p.shah@example.com", "p.shah@example.com"),
        ("P.S.Hah+a@Gmail.com", "pshah@gmail.com"),
        ("pshah@googlemail.com", "pshah@gmail.com"),
        ("p.shah@gmail.example", "p.shah@gmail.example"),
        ("+tag@example.com", "+tag@example.com"),
        ("...@gmail.com", "...@gmail.com"),
    ],
)
def test_an_email_key_drops_what_does_not_tell_mailboxes_apart(address: str, key: str) -> None:
    assert email_key(address) == key


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("+44 7700 900123", "700900123"),
        ("07700 900123", "700900123"),
        ("0044 (0)7700-900.123", "700900123"),
        ("٣٣٣٣٣٣", None),  # digits, but not those that a telephone number is stored with
        ("900124", "900124"),
        ("999", None),
        ("ask at the desk", None),
        (None, None),
    ],
)
def test_a_phone_key_is_the_end_of_the_number(number: str | None, key: str | None) -> None:
    assert phone_key(number) == key


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("12 High St., Leeds LS1 4AB", "12highstleedsls14ab"),
        ("12 HIGH ST\nLeeds  LS1 4AB", "12highstleedsls14ab"),
        ("Hauptstraße 7, 10117 Berlin", "hauptstrasse710117berlin"),
        ("Leeds", None),
        (" , ", None),
        (None, None),
    ],
)
def test_an_address_key_is_its_letters_and_digits(address: str | None, key: str | None) -> None:
    assert address_key(address) == key


@given(
    st.text("abcXYZ019.+-_", min_size=1),
    st.sampled_from(["gmail.com", "GoogleMail.com", "shop.example"]),
)
def test_the_key_of_a_key_is_the_key(local: str, domain: str) -> None:
    key = email_key(f"{local}@{domain}")
    assert email_key(key) == key
    assert email_key(f"{local.swapcase()}@{domain.swapcase()}") == key
