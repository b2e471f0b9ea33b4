"""Every fault in every phase of the dialogue with a relay, on a real socket, and what must come of it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from followup.mail.relay_url import Relay, StartTls
from followup.mail.smtp import SmtpTransport
from followup.mail.transport import DeliveryOutcome, Phase
from tests.integration.faulty_relay import REFUSALS, Fault, FaultyRelay

TIMEOUT_SECONDS = 0.2
MESSAGE = b"Subject: hello\r\n\r\nOne line.\r\n"
BEFORE_ANY_EMAIL = (Phase.CONNECT, Phase.EHLO, Phase.STARTTLS, Phase.AUTH)
NEVER = (Fault.NEVER, Fault.NEVER_IN_LINES)


@contextmanager
def transport_to(relay: FaultyRelay) -> Iterator[SmtpTransport]:
    with relay.running():
        yield SmtpTransport(
            Relay(
                "127.0.0.1",
                relay.port,
                user="ana",
                password="canary-secret",
                starttls=StartTls.AUTO,
                timeout_seconds=TIMEOUT_SECONDS,
                body_reply_seconds=TIMEOUT_SECONDS,
            )
        )


def nothing() -> None:
    """For emails where the moment before the body is of no interest."""


def expected(phase: Phase, fault: Fault) -> DeliveryOutcome:
    """By the rules, not by the code: who is refused, and whether the email can have gone out."""
    if phase is Phase.QUIT:
        return DeliveryOutcome.ACCEPTED
    if phase in BEFORE_ANY_EMAIL or fault in (Fault.CLOSING, Fault.TOO_MANY):
        return DeliveryOutcome.RELAY_UNREACHABLE
    if fault is Fault.LATER:
        return DeliveryOutcome.REFUSED_NOW
    if fault in NEVER:
        return DeliveryOutcome.REFUSED_FOR_GOOD
    return DeliveryOutcome.IN_DOUBT if phase is Phase.BODY else DeliveryOutcome.REFUSED_NOW


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.ANSWERS_AHEAD])
@pytest.mark.parametrize("phase", Phase)
def test_each_fault_in_each_phase_has_exactly_its_outcome(phase: Phase, fault: Fault) -> None:
    relay = FaultyRelay(phase, fault)
    before_body: list[int] = []
    with transport_to(relay) as transport, transport.open() as connection:
        delivery = connection.deliver(
            "ana@shop.test", "jo@home.test", MESSAGE, lambda: before_body.append(len(relay.bodies))
        )
    assert delivery.outcome is expected(phase, fault), delivery
    assert delivery.phase is (Phase.BODY if phase is Phase.QUIT else phase)
    reached_body = phase in (Phase.BODY, Phase.QUIT)
    assert before_body == ([0] if reached_body else [])
    refused = phase is Phase.BODY and fault in REFUSALS
    assert relay.bodies == ([MESSAGE] if reached_body and not refused else [])
    assert "canary-secret" not in f"{delivery}{transport}{connection!r}"


@pytest.mark.parametrize("phase", Phase)
def test_what_a_relay_answers_before_it_was_asked_is_never_taken_for_the_answer_to_a_body(
    phase: Phase,
) -> None:
    relay = FaultyRelay(phase, Fault.ANSWERS_AHEAD)
    with transport_to(relay) as transport, transport.open() as connection:
        delivery = connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, nothing)
    # The relay says yes too early. When it is asked whether it took the body, in DATA, it says no.
    is_taken = phase in (Phase.BODY, Phase.QUIT)
    assert (delivery.outcome is DeliveryOutcome.ACCEPTED) is is_taken
    assert delivery.outcome in (
        DeliveryOutcome.ACCEPTED,
        DeliveryOutcome.REFUSED_NOW,
        DeliveryOutcome.RELAY_UNREACHABLE,
    )
    assert relay.bodies == ([MESSAGE] if is_taken else [])


@pytest.mark.parametrize("fault", [Fault.LATER, Fault.NEVER])
@pytest.mark.parametrize("phase", [Phase.MAIL, Phase.RCPT, Phase.DATA, Phase.BODY])
def test_after_a_refusal_the_next_email_goes_out_on_the_same_connection(phase: Phase, fault: Fault) -> None:
    relay = FaultyRelay(phase, fault, times=1)
    with transport_to(relay) as transport, transport.open() as connection:
        first = connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, nothing)
        second = connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, nothing)
    assert first.outcome is expected(phase, fault)
    assert second.outcome is DeliveryOutcome.ACCEPTED
    assert relay.connections == 1
    assert ("RSET" in relay.commands) is (phase is not Phase.MAIL)


@pytest.mark.parametrize("fault", [Fault.HANG_UP, Fault.SILENCE, Fault.NO_CODE, Fault.CLOSING])
@pytest.mark.parametrize("phase", [Phase.RCPT, Phase.DATA, Phase.BODY])
def test_after_a_broken_dialogue_the_next_email_goes_out_on_a_new_connection(
    phase: Phase, fault: Fault
) -> None:
    relay = FaultyRelay(phase, fault, times=1)
    with transport_to(relay) as transport, transport.open() as connection:
        first = connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, nothing)
        second = connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, nothing)
    assert first.outcome is expected(phase, fault)
    assert second.outcome is DeliveryOutcome.ACCEPTED
    assert relay.connections == 2


@pytest.mark.parametrize("fault", [Fault.HANG_UP, Fault.RESET, Fault.CLOSING])
def test_a_relay_that_closed_an_idle_connection_is_reached_again_at_once(fault: Fault) -> None:
    relay = FaultyRelay(Phase.MAIL, fault, times=0)
    with transport_to(relay) as transport, transport.open() as connection:
        first = connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, nothing)
        relay.times = 1
        second = connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, nothing)
    assert (first.outcome, second.outcome) == (DeliveryOutcome.ACCEPTED, DeliveryOutcome.ACCEPTED)
    assert relay.connections == 2
    assert relay.bodies == [MESSAGE, MESSAGE]


def test_a_relay_that_keeps_closing_is_not_asked_without_end() -> None:
    relay = FaultyRelay(Phase.MAIL, Fault.HANG_UP, times=0)
    with transport_to(relay) as transport, transport.open() as connection:
        connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, nothing)
        relay.times = 100
        delivery = connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, nothing)
    assert delivery.outcome is DeliveryOutcome.REFUSED_NOW
    assert relay.connections == 2


def test_what_is_raised_before_the_body_leaves_nothing_sent() -> None:
    class CommitFailed(Exception):
        pass

    def fail() -> None:
        raise CommitFailed

    relay = FaultyRelay()
    with transport_to(relay) as transport, transport.open() as connection:
        with pytest.raises(CommitFailed):
            connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, fail)
        after = connection.deliver("ana@shop.test", "max@home.test", MESSAGE, nothing)
    assert after.outcome is DeliveryOutcome.ACCEPTED
    assert relay.connections == 2
    # The first body ended with the connection, before its end mark: nothing a relay may keep.
    assert (relay.broken_off, relay.bodies) == (1, [MESSAGE])


def test_quit_failing_every_time_changes_no_result() -> None:
    relay = FaultyRelay(Phase.QUIT, Fault.HANG_UP)
    results = []
    with transport_to(relay) as transport:
        for _ in range(50):
            with transport.open() as connection:
                results.append(connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, nothing))
    assert {delivery.outcome for delivery in results} == {DeliveryOutcome.ACCEPTED}
    assert len(relay.bodies) == 50


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (b"552 5.3.4 too big\r\n", DeliveryOutcome.REFUSED_FOR_GOOD),
        (b"452 4.3.1 disk full\r\n", DeliveryOutcome.REFUSED_NOW),
        (b"250 fine\r\n", DeliveryOutcome.IN_DOUBT),  # it cannot mean a body that never ended
        (b"", DeliveryOutcome.IN_DOUBT),
    ],
)
def test_what_a_relay_says_before_it_hangs_up_in_the_middle_of_a_body(
    reply: bytes, outcome: DeliveryOutcome
) -> None:
    """The body is larger than what the sockets hold, so sending it fails when the relay closes."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        client, _ = listener.accept()
        with client, client.makefile("rb", buffering=0) as lines:
            client.sendall(b"220 relay\r\n")
            for answer in (b"250 relay\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"):
                lines.readline()
                client.sendall(answer)
            lines.readline()
            client.sendall(reply)

    thread = threading.Thread(target=serve)
    thread.start()
    relay = Relay("127.0.0.1", listener.getsockname()[1], timeout_seconds=5)
    body = b"0123456789012345678901234567890123456789\r\n" * 500_000
    with SmtpTransport(relay).open() as connection:
        delivery = connection.deliver("a@shop.test", "b@home.test", body, nothing)
    thread.join()
    listener.close()
    assert (delivery.outcome, delivery.phase) == (outcome, Phase.BODY)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-host.invalid", "x" * 70 + ".test", "\x00"])
def test_a_relay_that_is_not_there_is_unreachable_and_nothing_else(host: str) -> None:
    transport = SmtpTransport(Relay(host, free_port(), timeout_seconds=TIMEOUT_SECONDS))
    with transport.open() as connection:
        delivery = connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, nothing)
    assert (delivery.outcome, delivery.phase) == (DeliveryOutcome.RELAY_UNREACHABLE, Phase.CONNECT)
    assert delivery.detail


@pytest.mark.parametrize(
    "address",
    [
        "a@b.test>\r\nRCPT TO:<x@y.test",
        "a b@c.test",
        "j\xa0o@home.test",
        "j\ud800@home.test",
        "<a@b.test>",
        "",
        "a" * 300 + "@b.test",
    ],
)
@pytest.mark.parametrize("role", [Phase.MAIL, Phase.RCPT])
def test_an_address_that_cannot_stand_in_a_command_is_refused_before_anything_is_sent(
    address: str, role: Phase
) -> None:
    relay = FaultyRelay()
    sender, recipient = (address, "jo@home.test") if role is Phase.MAIL else ("ana@shop.test", address)
    with transport_to(relay) as transport, transport.open() as connection:
        delivery = connection.deliver(sender, recipient, MESSAGE, nothing)
    assert (delivery.outcome, delivery.phase) == (DeliveryOutcome.REFUSED_FOR_GOOD, role)
    assert relay.connections == 0


def test_a_relay_that_repeats_the_password_is_not_repeated() -> None:
    coded = b"AGFuYQBjYW5hcnktc2VjcmV0"  # what AUTH PLAIN sends: \0ana\0canary-secret
    said = {Fault.NEVER: b"535 5.7.8 bad: canary-secret " + coded + b"\r\n"}
    with (
        transport_to(FaultyRelay(Phase.AUTH, Fault.NEVER, said=said)) as transport,
        transport.open() as connection,
    ):
        delivery = connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, nothing)
    assert (delivery.code, delivery.detail) == (535, "5.7.8 bad: ••• •••")
