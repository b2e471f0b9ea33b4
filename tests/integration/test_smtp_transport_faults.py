"""Every fault in every phase of the dialogue with a relay, on a real socket, and what must come of it."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import takewhile

import pytest

from followup.mail.relay import Relay, StartTls
from followup.mail.smtp import SmtpTransport
from followup.mail.transport import Outcome, Phase

TIMEOUT_SECONDS = 0.2
MESSAGE = b"Subject: hello\r\n\r\nOne line.\r\n"
FIXED: dict[str, bytes] = {
    "unexpected code": b"",  # see Script.answer
    "later": b"451 4.3.0 try again later\r\n",
    "too many": b"450 4.7.0 Error: too many concurrent connections from you\r\n",
    "closing": b"421 4.3.2 closing\r\n",
    "never": b"550 5.7.1 no\r\n",
    "never, several lines": b"554-5.7.1 no\r\n554 5.7.1 and that is final\r\n",
    "no code": b"hello there\r\n",
    "empty line": b"\r\n",
    "no line end": b"250 " + b"x" * 20_000,
    "no last line": b"250-more\r\n" * 5_000,
}
FAULTS = ("hang up", "reset", "silence", "drip", *FIXED)
PHASES = ("connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body", "quit")
COMMANDS = {"EHLO": "ehlo", "HELO": "ehlo", "STARTTLS": "starttls", "AUTH": "auth", "MAIL": "mail"} | {
    "RCPT": "rcpt",
    "DATA": "data",
    "QUIT": "quit",
}


@dataclass
class Script:
    """A relay that does one thing wrong in one phase, the first `times` times."""

    phase: str
    fault: str
    times: int = 1000
    commands: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    connections: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)

    def answer(self, phase: str, client: socket.socket, good: bytes) -> bool:
        """Answer; False if the connection is over."""
        if phase != self.phase or self.times <= 0:
            client.sendall(good)
            return True
        self.times -= 1
        if self.fault == "hang up":
            return False
        if self.fault == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        if self.fault == "silence":
            self.stopping.wait(5)
            return False
        if self.fault == "drip":
            for byte in b"250-" + b"x" * 100:
                client.sendall(bytes([byte]))
                if self.stopping.wait(0.05):
                    break
            return False
        wrong = b"250 ok\r\n" if phase in ("connect", "data") else b"354 go ahead\r\n"
        client.sendall(FIXED[self.fault] or wrong)
        return self.fault not in ("closing", "no line end", "no last line")

    def talk(self, client: socket.socket) -> None:
        """One dialogue."""
        lines = client.makefile("rb")
        if not self.answer("connect", client, b"220 relay.test ESMTP\r\n"):
            return
        for line in lines:
            command = line.decode().split()[0].upper()
            self.commands.append(command)
            good = b"250 ok\r\n"
            if command == "EHLO":
                extensions = [b"relay.test", b"SIZE 1000000", b"AUTH PLAIN"]
                if self.phase == "starttls":
                    extensions.insert(1, b"STARTTLS")
                good = b"".join(b"250-%b\r\n" % name for name in extensions) + b"250 HELP\r\n"
            elif command == "AUTH":
                good = b"235 welcome\r\n"
            elif command == "DATA":
                good = b"354 go ahead\r\n"
            elif command == "QUIT":
                good = b"221 bye\r\n"
            fails_now = self.phase == COMMANDS.get(command) and self.times > 0
            if not self.answer(COMMANDS.get(command, ""), client, good):
                return
            if command == "DATA" and not fails_now:
                self.bodies.append(b"".join(takewhile(lambda line: line not in (b"", b".\r\n"), lines)))
                if not self.answer("body", client, b"250 2.0.0 queued as 1\r\n"):
                    return


@contextmanager
def relay_with(script: Script) -> Iterator[SmtpTransport]:
    """A transport to a relay that follows the script."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []

    def serve(client: socket.socket) -> None:
        # After some faults the other side has gone, as it should.
        with client, suppress(OSError):
            script.talk(client)

    def accept() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            script.connections += 1
            threads.append(threading.Thread(target=serve, args=(client,)))
            threads[-1].start()

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield SmtpTransport(
            Relay(
                "127.0.0.1",
                listener.getsockname()[1],
                user="ana",
                password="canary-secret",
                starttls=StartTls.AUTO,
                timeout_seconds=TIMEOUT_SECONDS,
            )
        )
    finally:
        script.stopping.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        acceptor.join()
        for thread in threads:
            thread.join()


def nothing() -> None:
    """For emails where the moment before the body is of no interest."""


def expected(phase: str, fault: str) -> Outcome:
    """By the rules, not by the code: who is refused, and whether the email can have gone out."""
    if phase == "quit":
        return Outcome.ACCEPTED
    if phase in ("connect", "ehlo", "starttls", "auth") or fault in ("closing", "too many"):
        return Outcome.RELAY_UNREACHABLE
    if fault == "later":
        return Outcome.REFUSED_NOW
    if fault.startswith("never"):
        return Outcome.REFUSED_FOR_GOOD
    return Outcome.IN_DOUBT if phase == "body" else Outcome.REFUSED_NOW


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("phase", PHASES)
def test_each_fault_in_each_phase_has_exactly_its_outcome(phase: str, fault: str) -> None:
    script = Script(phase, fault)
    before_body: list[int] = []
    with relay_with(script) as transport, transport.open() as connection:
        delivery = connection.deliver(
            "ana@shop.test", "jo@home.test", MESSAGE, lambda: before_body.append(len(script.bodies))
        )
    assert delivery.outcome is expected(phase, fault), delivery
    assert delivery.phase.value == ("body" if phase == "quit" else phase)
    reached_body = phase in ("body", "quit")
    assert before_body == ([0] if reached_body else [])
    assert script.bodies == ([MESSAGE] if reached_body else [])
    assert "canary-secret" not in f"{delivery}{transport}{connection!r}"


@pytest.mark.parametrize("fault", ["later", "never"])
@pytest.mark.parametrize("phase", ["mail", "rcpt", "data", "body"])
def test_after_a_refusal_the_next_email_goes_out_on_the_same_connection(phase: str, fault: str) -> None:
    script = Script(phase, fault, times=1)
    with relay_with(script) as transport, transport.open() as connection:
        first = connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, nothing)
        second = connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, nothing)
    assert first.outcome is expected(phase, fault)
    assert second.outcome is Outcome.ACCEPTED
    assert script.connections == 1
    assert ("RSET" in script.commands) is (phase != "mail")


@pytest.mark.parametrize("fault", ["hang up", "silence", "no code", "closing"])
@pytest.mark.parametrize("phase", ["rcpt", "data", "body"])
def test_after_a_broken_dialogue_the_next_email_goes_out_on_a_new_connection(phase: str, fault: str) -> None:
    script = Script(phase, fault, times=1)
    with relay_with(script) as transport, transport.open() as connection:
        first = connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, nothing)
        second = connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, nothing)
    assert first.outcome is expected(phase, fault)
    assert second.outcome is Outcome.ACCEPTED
    assert script.connections == 2


@pytest.mark.parametrize("fault", ["hang up", "reset", "closing"])
def test_a_relay_that_closed_an_idle_connection_is_reached_again_at_once(fault: str) -> None:
    script = Script("mail", fault, times=0)
    with relay_with(script) as transport, transport.open() as connection:
        first = connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, nothing)
        script.times = 1
        second = connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, nothing)
    assert (first.outcome, second.outcome) == (Outcome.ACCEPTED, Outcome.ACCEPTED)
    assert script.connections == 2
    assert script.bodies == [MESSAGE, MESSAGE]


def test_a_relay_that_keeps_closing_is_not_asked_without_end() -> None:
    script = Script("mail", "hang up", times=0)
    with relay_with(script) as transport, transport.open() as connection:
        connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, nothing)
        script.times = 100
        delivery = connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, nothing)
    assert delivery.outcome is Outcome.REFUSED_NOW
    assert script.connections == 2


def test_what_is_raised_before_the_body_leaves_nothing_sent() -> None:
    class CommitFailed(Exception):
        pass

    def fail() -> None:
        raise CommitFailed

    script = Script("none", "none")
    with relay_with(script) as transport, transport.open() as connection:
        with pytest.raises(CommitFailed):
            connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, fail)
        after = connection.deliver("ana@shop.test", "max@home.test", MESSAGE, nothing)
    assert after.outcome is Outcome.ACCEPTED
    assert script.connections == 2
    # The first body ended with the connection, before its end mark: nothing a relay may keep.
    assert script.bodies == [b"", MESSAGE]


def test_quit_failing_every_time_changes_no_result() -> None:
    script = Script("quit", "hang up")
    results = []
    with relay_with(script) as transport:
        for _ in range(50):
            with transport.open() as connection:
                results.append(connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, nothing))
    assert {delivery.outcome for delivery in results} == {Outcome.ACCEPTED}
    assert len(script.bodies) == 50


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (b"552 5.3.4 too big\r\n", Outcome.REFUSED_FOR_GOOD),
        (b"452 4.3.1 disk full\r\n", Outcome.REFUSED_NOW),
        (b"250 fine\r\n", Outcome.IN_DOUBT),  # it cannot mean a body that never ended
        (b"", Outcome.IN_DOUBT),
    ],
)
def test_what_a_relay_says_before_it_hangs_up_in_the_middle_of_a_body(reply: bytes, outcome: Outcome) -> None:
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
    assert (delivery.outcome, delivery.phase) == (Outcome.RELAY_UNREACHABLE, Phase.CONNECT)
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
    script = Script("none", "none")
    sender, recipient = (address, "jo@home.test") if role is Phase.MAIL else ("ana@shop.test", address)
    with relay_with(script) as transport, transport.open() as connection:
        delivery = connection.deliver(sender, recipient, MESSAGE, nothing)
    assert (delivery.outcome, delivery.phase) == (Outcome.REFUSED_FOR_GOOD, role)
    assert script.connections == 0


def test_a_relay_that_repeats_the_password_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    coded = b"AGFuYQBjYW5hcnktc2VjcmV0"  # what AUTH PLAIN sends: \0ana\0canary-secret
    monkeypatch.setitem(FIXED, "never", b"535 5.7.8 bad: canary-secret " + coded + b"\r\n")
    with relay_with(Script("auth", "never")) as transport, transport.open() as connection:
        delivery = connection.deliver("ana@shop.test", "jo@home.test", MESSAGE, nothing)
    assert (delivery.code, delivery.detail) == (535, "5.7.8 bad: ••• •••")
