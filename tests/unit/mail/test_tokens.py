"""Tokens come back as they went out, and nothing else comes back at all."""

import string
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.errors import WrongUsage
from followup.mail.tokens import (
    bounce_token,
    read_bounce_token,
    read_reply_token,
    read_unsubscribe_token,
    reply_token,
    tokens_in,
    unsubscribe_links,
    unsubscribe_token,
    with_token,
    without_token,
)

KEY, OTHER_KEY = b"k" * 32, b"k" * 31 + b"l"
LETTERS = string.ascii_lowercase + string.digits
numbers = st.integers(0, 2**40 - 1)
keys = st.binary(min_size=32, max_size=64)


@given(key=keys, number=numbers)
def test_a_token_names_what_it_was_made_for(key: bytes, number: int) -> None:
    assert read_unsubscribe_token(key, unsubscribe_token(key, number)) == number
    assert read_reply_token(key, reply_token(key, number)) == number
    assert read_bounce_token(key, bounce_token(key, number)) == number


@given(key=keys, number=numbers)
def test_a_token_fits_into_the_name_of_a_mailbox_and_into_a_link(key: bytes, number: int) -> None:
    for token in (unsubscribe_token(key, number), reply_token(key, number)):
        assert set(token) <= set(LETTERS)
        # RFC 5321, section 4.5.3.1.1: at most 64 octets before the @.
        assert len(f"customer-care-and-returns+{token}") <= 64


def test_a_token_is_the_same_in_every_version() -> None:
    # Emails that were sent long ago carry it. Worked out apart: the number in 5 bytes and the first 15 bytes
    # of HMAC-SHA256(HMAC-SHA256(key, "followup unsubscribe"), number), in base 32.
    assert unsubscribe_token(KEY, 17) == "aaaaaaarmmdvonlpwzwsdjy4vwn4753b"


@given(number=numbers)
def test_a_token_of_another_purpose_or_another_key_is_none(number: int) -> None:
    assert read_unsubscribe_token(KEY, reply_token(KEY, number)) is None
    assert read_reply_token(KEY, unsubscribe_token(KEY, number)) is None
    assert read_unsubscribe_token(OTHER_KEY, unsubscribe_token(KEY, number)) is None


@given(st.text(max_size=80) | st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=32, max_size=32))
def test_no_text_is_a_token_by_chance(text: str) -> None:
    assert read_unsubscribe_token(KEY, text) is None


def test_a_page_to_unsubscribe_comes_before_the_email() -> None:
    page, by_email = unsubscribe_links(KEY, 17, reply_to="Ana <care@shop.test>", url="https://shop.test/stop")
    token = unsubscribe_token(KEY, 17)
    assert page == f"https://shop.test/stop?token={token}"
    assert by_email == f"mailto:care@shop.test?subject=unsubscribe%20{token}"


def test_without_a_page_an_email_unsubscribes() -> None:
    (link,) = unsubscribe_links(KEY, 17, reply_to="care@shop.test", url=None)
    assert link.startswith("mailto:care@shop.test?")


def test_a_page_that_has_parameters_gets_one_more() -> None:
    page, _ = unsubscribe_links(KEY, 17, reply_to="care@shop.test", url="https://shop.test/?do=stop")
    assert parse_qs(urlsplit(page).query) == {"do": ["stop"], "token": [unsubscribe_token(KEY, 17)]}


@pytest.mark.parametrize("address", ["a&b=c?d#e%f@shop.test", "josé@shop.test", "o'care+x@shop.test"])
def test_a_mailto_link_keeps_any_mailbox_whole(address: str) -> None:
    (link,) = unsubscribe_links(KEY, 17, reply_to=address, url=None)
    parts = urlsplit(link)
    assert unquote(parts.path) == address
    assert parse_qs(parts.query) == {"subject": [f"unsubscribe {unsubscribe_token(KEY, 17)}"]}
    assert link.isascii()


def test_a_mailbox_that_is_none_is_refused() -> None:
    with pytest.raises(WrongUsage):
        unsubscribe_links(KEY, 17, reply_to="nobody", url=None)


# ---- In addresses


@pytest.mark.parametrize(
    ("setting", "bare"),
    [
        ("Care <care+{token}@shop.example>", "Care <care@shop.example>"),
        ("care-{token}@shop.example", "care@shop.example"),
        ("care{token}@shop.example", "care@shop.example"),
        ("Care <care@shop.example>", "Care <care@shop.example>"),
        ("Care <{token}@replies.shop.example>", None),
        ("{token}@replies.shop.example", None),
    ],
)
def test_an_address_carries_a_token_and_goes_without_it(setting: str, bare: str | None) -> None:
    assert without_token(setting) == bare
    carried = with_token(setting, reply_token(KEY, 12))
    found = [read_reply_token(KEY, token) for token in tokens_in(carried)]
    assert found == ([12] if "{token}" in setting else [])
    # Mail servers may change the case of an address.
    assert [read_reply_token(KEY, token) for token in tokens_in(carried.upper())] == found
