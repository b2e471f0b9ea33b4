"""However a relay drips, no email holds a connection for longer than its deadline; and the passwords that
commands print."""

import base64
import shlex
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from followup.mail.relay_url import LogIn, Relay, StartTls
from followup.mail.smtp import SmtpTransport
from followup.mail.transport import Delivery, DeliveryOutcome, Phase
from tests.integration.faulty_relay import Fault, FaultyRelay
from tests.integration.mail_server import Inbox, running

LONG = 60.0
MESSAGE = b"Subject: hello\r\n\r\nOne line.\r\n"


def deliver(relay: Relay) -> Delivery:
    with SmtpTransport(relay).open() as connection:
        return connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, lambda: None)


# ---- The deadline


def expected(phase: Phase) -> DeliveryOutcome:
    if phase is Phase.BODY:
        return DeliveryOutcome.IN_DOUBT
    before = (Phase.CONNECT, Phase.EHLO, Phase.AUTH)
    return DeliveryOutcome.RELAY_UNREACHABLE if phase in before else DeliveryOutcome.REFUSED_NOW


@pytest.mark.parametrize(
    "phase", [Phase.CONNECT, Phase.EHLO, Phase.AUTH, Phase.MAIL, Phase.RCPT, Phase.DATA, Phase.BODY]
)
@pytest.mark.parametrize("fault", [Fault.DRIP, Fault.SILENCE])
def test_past_the_deadline_an_email_is_not_sent_or_in_doubt(phase: Phase, fault: Fault) -> None:
    with FaultyRelay(phase=phase, fault=fault).running() as server:
        # Each reply may take a minute, the whole a moment.
        relay = Relay(
            "127.0.0.1",
            server.port,
            "ana",
            "secret",
            timeout_seconds=LONG,
            email_seconds=0.5,
            body_reply_seconds=0.5,
        )
        delivery = deliver(relay)
    assert (delivery.outcome, delivery.phase) == (expected(phase), phase)
    assert sum(server.begun.values()) == (1 if phase is Phase.BODY else 0)


def test_a_relay_that_scans_the_body_may_take_longer_than_any_other_reply() -> None:
    with FaultyRelay(held_at=Phase.BODY).running() as server:
        later = threading.Timer(1.0, server.go_on.set)
        later.start()
        delivery = deliver(
            Relay("127.0.0.1", server.port, timeout_seconds=0.5, email_seconds=0.5, body_reply_seconds=LONG)
        )
        later.join()
    assert (delivery.outcome, delivery.phase) == (DeliveryOutcome.ACCEPTED, Phase.BODY)


def test_no_body_is_begun_when_too_little_time_is_left_for_its_reply() -> None:
    with FaultyRelay(held_at=Phase.RCPT).running() as server:
        later = threading.Timer(0.6, server.go_on.set)
        later.start()
        relay = Relay("127.0.0.1", server.port, timeout_seconds=LONG, email_seconds=1.0)
        delivery = deliver(relay)
        later.join()
    assert delivery.outcome is DeliveryOutcome.REFUSED_NOW
    assert "too long" in delivery.detail or "timed out" in delivery.detail
    assert server.begun == {}


# ---- Passwords from a command


def command(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


class Renewing(Inbox):
    """A relay whose access tokens are good for one connection: the first takes token-1, and so on."""

    def __init__(self) -> None:
        super().__init__()
        self.logins = 0

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> AuthResult:  # noqa: ARG002, N802
        self.logins += 1
        right = f"user=ana@shop.test\x01auth=Bearer token-{self.logins}\x01\x01"
        return AuthResult(success=base64.b64decode(args[1]).decode() == right)


def test_a_command_is_run_anew_for_each_connection(tmp_path: Path) -> None:
    code = (
        f"p = __import__('pathlib').Path({str(tmp_path / 'tokens')!r});"
        "p.open('a').write('x'); print(f'token-{len(p.read_text())}')"
    )
    inbox = Renewing()
    with running(inbox, auth_require_tls=False) as port:
        relay = Relay(
            "localhost",
            port,
            "ana@shop.test",
            password_command=command(code),
            log_in=LogIn.XOAUTH2,
            starttls=StartTls.NEVER,
        )
        assert [deliver(relay).outcome for _ in range(2)] == [DeliveryOutcome.ACCEPTED] * 2
        with SmtpTransport(relay).open() as connection:
            for _ in range(2):
                assert (
                    connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, lambda: None).outcome
                    is DeliveryOutcome.ACCEPTED
                )
    assert (len(inbox.envelopes), inbox.logins) == (4, 3)


def test_without_its_password_the_relay_is_out_of_reach_and_nothing_printed_is_shown() -> None:
    failing = command("print('canary'); raise SystemExit(7)")
    with FaultyRelay().running() as server:
        delivery = deliver(Relay("127.0.0.1", server.port, "ana", password_command=failing))
    assert (delivery.outcome, delivery.phase) == (DeliveryOutcome.RELAY_UNREACHABLE, Phase.AUTH)
    assert delivery.detail == "The password command left with 7."
    assert "AUTH" not in server.commands


def test_a_relay_that_repeats_a_password_from_a_command_is_not_repeated() -> None:
    said = {Fault.NEVER: b"535 5.7.8 bad: canary-secret AGFuYQBjYW5hcnktc2VjcmV0\r\n"}
    with FaultyRelay(phase=Phase.AUTH, fault=Fault.NEVER, said=said).running() as server:
        printing = command("print('canary-secret')")
        delivery = deliver(Relay("127.0.0.1", server.port, "ana", password_command=printing))
    assert (delivery.code, delivery.detail) == (535, "5.7.8 bad: ••• •••")
