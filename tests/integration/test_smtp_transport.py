"""Emails handed to a real SMTP server (aiosmtpd) on a real socket, plain and encrypted."""

import base64
import ssl
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from followup.mail.relay_url import LogIn, Relay, StartTls
from followup.mail.smtp import SmtpConnection, SmtpTransport
from followup.mail.transport import Delivery, DeliveryOutcome, Phase
from tests.integration import certificate
from tests.integration.mail_server import Inbox, running

ODD_NAME = "127.1"
"""This machine, spelled so that the program takes it for any other host."""

MESSAGE = b"Subject: hello\r\n\r\nFirst line.\r\n"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def server_tls(tmp_path: Path) -> ssl.SSLContext:
    return certificate.server_tls(tmp_path)


@pytest.fixture
def trusting() -> ssl.SSLContext:
    """What a client needs to believe the server above; by default nobody does."""
    return ssl.create_default_context(cadata=certificate.CERTIFICATE)


def one_user(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    """Ana may log in with her password."""
    assert isinstance(given, LoginPassword)
    return AuthResult(success=(given.login, given.password) == (b"ana", b"p@ss word"), handled=False)


def send(connection: SmtpConnection, message: bytes = MESSAGE) -> Delivery:
    return connection.deliver("ana@shop.test", "jo@home.test", message, lambda: None)


def test_an_email_arrives_with_its_envelope(inbox: Inbox) -> None:
    with running(inbox) as port, SmtpTransport(Relay("127.0.0.1", port)).open() as connection:
        delivery = send(connection)
    assert delivery == Delivery(DeliveryOutcome.ACCEPTED, Phase.BODY, 250, "2.0.0 queued")
    (envelope,) = inbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("ana@shop.test", ["jo@home.test"])
    assert inbox.bodies == [MESSAGE]


@pytest.mark.parametrize(
    ("message", "arrived"),
    [
        (b"a\r\n.\r\nb\r\n", b"a\r\n.\r\nb\r\n"),
        (b".\r\n..\r\n.x\r\n", b".\r\n..\r\n.x\r\n"),
        (b"no line end", b"no line end\r\n"),
        # Line ends of other kinds, with which some relays can be made to see two emails in one.
        (b"a\n.\nMAIL FROM:<x@y.test>\n", b"a\r\n.\r\nMAIL FROM:<x@y.test>\r\n"),
        (b"a\r.\rb\r\n", b"a\r\n.\r\nb\r\n"),
        (b"", b"\r\n"),
    ],
)
def test_no_body_can_end_before_its_end(inbox: Inbox, message: bytes, arrived: bytes) -> None:
    with running(inbox) as port, SmtpTransport(Relay("127.0.0.1", port)).open() as connection:
        assert send(connection, message).outcome is DeliveryOutcome.ACCEPTED
    assert inbox.bodies == [arrived]


def test_many_emails_take_one_connection(inbox: Inbox) -> None:
    with running(inbox) as port, SmtpTransport(Relay("127.0.0.1", port)).open() as connection:
        outcomes = {send(connection, b"Subject: %d\r\n\r\n" % n).outcome for n in range(50)}
    assert outcomes == {DeliveryOutcome.ACCEPTED}
    assert len(inbox.envelopes) == 50
    assert len({id(envelope) for envelope in inbox.envelopes}) == 50


def test_before_body_is_called_once_before_anything_arrives(inbox: Inbox) -> None:
    seen: list[int] = []
    with running(inbox) as port, SmtpTransport(Relay("127.0.0.1", port)).open() as connection:
        connection.deliver("a@shop.test", "b@home.test", MESSAGE, lambda: seen.append(len(inbox.envelopes)))
    assert seen == [0]


@pytest.mark.parametrize("starttls", [StartTls.REQUIRED, StartTls.AUTO])
def test_a_connection_is_encrypted_where_the_relay_offers_it(
    inbox: Inbox, server_tls: ssl.SSLContext, trusting: ssl.SSLContext, starttls: StartTls
) -> None:
    relay = {"starttls": starttls, "user": "ana", "password": "p@ss word", "tls": trusting}
    # This server takes no email and no password before STARTTLS.
    with running(
        inbox, tls_context=server_tls, require_starttls=True, auth_required=True, authenticator=one_user
    ) as port:
        for host in ("127.0.0.1", "localhost"):
            with SmtpTransport(Relay(host, port, **relay)).open() as connection:  # type: ignore[arg-type]
                assert send(connection).outcome is DeliveryOutcome.ACCEPTED
    assert len(inbox.envelopes) == 2


def test_a_certificate_that_nobody_vouches_for_is_not_believed(
    inbox: Inbox, server_tls: ssl.SSLContext
) -> None:
    with running(inbox, tls_context=server_tls) as port:
        relay = Relay("127.0.0.1", port, starttls=StartTls.REQUIRED)
        with SmtpTransport(relay).open() as connection:
            delivery = send(connection)
    assert (delivery.outcome, delivery.phase) == (DeliveryOutcome.RELAY_UNREACHABLE, Phase.STARTTLS)
    assert "certificate" in delivery.detail
    assert inbox.envelopes == []


def test_a_certificate_for_another_name_is_not_believed(
    inbox: Inbox, server_tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    with running(inbox, tls_context=server_tls) as port:
        relay = Relay(ODD_NAME, port, starttls=StartTls.REQUIRED, tls=trusting)
        with SmtpTransport(relay).open() as connection:
            delivery = send(connection)
    assert (delivery.outcome, delivery.phase) == (DeliveryOutcome.RELAY_UNREACHABLE, Phase.STARTTLS)


def test_nothing_goes_out_where_encryption_is_required_and_not_offered(inbox: Inbox) -> None:
    with running(inbox) as port:
        relay = Relay("127.0.0.1", port, starttls=StartTls.REQUIRED)
        with SmtpTransport(relay).open() as connection:
            delivery = send(connection)
    assert (delivery.outcome, delivery.phase) == (DeliveryOutcome.RELAY_UNREACHABLE, Phase.STARTTLS)
    assert inbox.envelopes == []


def test_smtps_is_encrypted_from_the_first_byte(
    inbox: Inbox, server_tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    with running(inbox, ssl_context=server_tls) as port:
        relay = Relay("127.0.0.1", port, encrypted=True, tls=trusting)
        with SmtpTransport(relay).open() as connection:
            assert send(connection).outcome is DeliveryOutcome.ACCEPTED
            assert send(connection).outcome is DeliveryOutcome.ACCEPTED
    assert len(inbox.envelopes) == 2


def test_smtps_does_not_believe_anybody_either(inbox: Inbox, server_tls: ssl.SSLContext) -> None:
    with running(inbox, ssl_context=server_tls) as port:
        transport = SmtpTransport(Relay("127.0.0.1", port, encrypted=True))
        with transport.open() as connection:
            delivery = send(connection)
    assert (delivery.outcome, delivery.phase) == (DeliveryOutcome.RELAY_UNREACHABLE, Phase.CONNECT)
    assert inbox.envelopes == []


@pytest.mark.parametrize("password", ["wrong", "p@ss wor", "pässwörd"])
def test_with_a_wrong_password_the_relay_is_out_of_reach(
    inbox: Inbox, server_tls: ssl.SSLContext, trusting: ssl.SSLContext, password: str
) -> None:
    with running(inbox, tls_context=server_tls, auth_required=True, authenticator=one_user) as port:
        transport = SmtpTransport(Relay("localhost", port, "ana", password, tls=trusting))
        with transport.open() as connection:
            delivery = send(connection)
    assert (delivery.outcome, delivery.phase) == (DeliveryOutcome.RELAY_UNREACHABLE, Phase.AUTH)
    assert delivery.code == (535 if password.isascii() else None)
    assert password not in delivery.detail
    assert inbox.envelopes == []


def test_a_password_never_crosses_the_network_unencrypted_unless_asked(inbox: Inbox) -> None:
    with running(inbox, auth_require_tls=False, authenticator=one_user) as port:
        results = []
        for host, starttls in (
            (ODD_NAME, StartTls.AUTO),
            (ODD_NAME, StartTls.NEVER),
            ("localhost", StartTls.AUTO),
        ):
            relay = Relay(host, port, "ana", "p@ss word", starttls=starttls)
            with SmtpTransport(relay).open() as connection:
                results.append(send(connection))
    refused, asked, local = results
    assert (refused.outcome, refused.phase) == (DeliveryOutcome.RELAY_UNREACHABLE, Phase.AUTH)
    assert "not encrypted" in refused.detail
    assert (asked.outcome, local.outcome) == (DeliveryOutcome.ACCEPTED, DeliveryOutcome.ACCEPTED)


class WithTokens(Inbox):
    """A relay that takes access tokens, and sends its reason for a no as a challenge, as large ones do."""

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> AuthResult:  # noqa: N802
        if base64.b64decode(args[1]) == b"user=ana\x01auth=Bearer token-1\x01\x01":
            return AuthResult(success=True)
        assert await server.challenge_auth('{"status": "401"}') == b""
        return AuthResult(success=False, handled=False)


@pytest.mark.parametrize(("token", "outcome"), [("token-1", "accepted"), ("token-2", "relay_unreachable")])
def test_an_access_token_logs_in(
    server_tls: ssl.SSLContext, trusting: ssl.SSLContext, token: str, outcome: str
) -> None:
    with running(WithTokens(), tls_context=server_tls, auth_required=True) as port:
        relay = Relay("localhost", port, "ana", token, tls=trusting, log_in=LogIn.XOAUTH2)
        with SmtpTransport(relay).open() as connection:
            delivery = send(connection)
    assert delivery.outcome.value == outcome
    assert token not in delivery.detail
