"""The relay's URL: what it means, and that nothing about it gives the password away."""

import pytest

from followup.errors import InvalidFile
from followup.mail.relay_url import LogIn, Relay, StartTls, parse_relay
from followup.store.claim import LEASE


@pytest.mark.parametrize(
    ("url", "host", "port", "encrypted"),
    [
        ("smtp://mail.example", "mail.example", 25, False),
        ("smtp://ana:secret@mail.example", "mail.example", 587, False),
        ("smtps://ana:secret@mail.example", "mail.example", 465, True),
        ("smtp://mail.example:2525/", "mail.example", 2525, False),
        ("smtp://[::1]:2525", "::1", 2525, False),
    ],
)
def test_host_and_port(url: str, host: str, port: int, encrypted: bool) -> None:
    relay = parse_relay(url)
    assert (relay.host, relay.port, relay.encrypted) == (host, port, encrypted)


def test_user_and_password_may_have_any_character() -> None:
    relay = parse_relay("smtp://ana%40shop.test:p%40ss%3A%2F%20%C3%A4@mail.example")
    assert (relay.user, relay.password) == ("ana@shop.test", "p@ss:/ ä")


def test_options() -> None:
    relay = parse_relay(
        "smtp://m.example?starttls=required&timeout_seconds=5&auth=xoauth2&ehlo_name=shop.test"
    )
    assert (relay.starttls, relay.timeout_seconds) == (StartTls.REQUIRED, 5.0)
    assert (relay.log_in, relay.ehlo_name) == (LogIn.XOAUTH2, "shop.test")
    plain = parse_relay("smtp://m.example")
    assert (plain.starttls, plain.timeout_seconds) == (StartTls.AUTO, 60.0)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mail.example:25", "must begin with smtp://"),
        ("http://mail.example", "must begin with smtp://"),
        ("smtp://", "must be a host"),
        ("smtp://mail.example/inbox", "nothing after them"),
        ("smtp://ana@mail.example", "a user and a password, or neither, or smtp_password_command"),
        ("smtp://mail.example:70000", "host or port is wrong"),
        ("smtp://ana:canary/secret@mail.example", "host or port is wrong"),
        ("smtp://ana:canary@mail.example?starttls=yes", "starttls must be one of required, auto, never"),
        ("smtp://ana:canary@mail.example?startls=auto", "Did you mean starttls?"),
        ("smtp://ana:canary@mail.example?timeout_seconds=0", "from 1 to 600"),
        ("smtp://ana:canary@mail.example?timeout_seconds=1e9", "from 1 to 600"),
        ("smtp://mail.example?ehlo_name=a%0D%0Ab", "must be a host name"),
    ],
)
def test_what_cannot_be_used_is_refused_without_repeating_the_password(url: str, says: str) -> None:
    with pytest.raises(InvalidFile) as caught:
        parse_relay(url)
    assert says in caught.value.message
    assert "canary" not in f"{caught.value.message}{caught.value.hint}{caught.value!r}"
    assert caught.value.__cause__ is None


def test_with_a_command_for_the_password_the_url_has_none() -> None:
    relay = parse_relay("smtp://ana@mail.example?auth=xoauth2", password_command="token ana")
    assert (relay.user, relay.password, relay.password_command) == ("ana", None, "token ana")
    assert relay.port == 587
    for url in ("smtp://mail.example", "smtp://ana:canary@mail.example", "smtp://:canary@mail.example"):
        with pytest.raises(InvalidFile, match="a user and no password") as caught:
            parse_relay(url, password_command="token ana")
        assert "canary" not in f"{caught.value.message}{caught.value.hint}"


@pytest.mark.parametrize(("timeout", "email"), [("5", 300), ("60", 300), ("200", 400), ("600", 840)])
def test_an_email_may_take_five_minutes_or_two_replies_and_never_as_long_as_a_lease(
    timeout: str, email: int
) -> None:
    relay = parse_relay(f"smtp://m.example?timeout_seconds={timeout}")
    assert relay.email_seconds == email
    assert relay.email_seconds + relay.body_reply_seconds < LEASE.total_seconds()
    assert relay.body_reply_seconds == float(timeout)


def test_the_reply_to_a_body_may_take_ten_minutes_unless_a_wait_is_set() -> None:
    relay = parse_relay("smtp://m.example")
    assert (relay.timeout_seconds, relay.body_reply_seconds) == (60, 600)


def test_a_relay_in_text_has_no_password() -> None:
    relay = parse_relay("smtp://ana:canary@mail.example")
    assert relay.password == "canary"
    assert "canary" not in f"{relay} {relay!r}"
    assert "canary" not in repr(parse_relay("smtp://ana@mail.example", password_command="canary"))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", "LOCALHOST"])
def test_this_machine_is_local(host: str) -> None:
    assert Relay(host, 25).is_local


@pytest.mark.parametrize("host", ["mail.example", "10.0.0.1", "127.0.0.1.example", "localhost.example"])
def test_other_machines_are_not(host: str) -> None:
    assert not Relay(host, 25).is_local
