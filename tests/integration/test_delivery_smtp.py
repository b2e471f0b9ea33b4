"""What a tick records when the mail server goes wrong, phase by phase."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlmodel import col, select

from followup.mail.relay import Relay, StartTls
from followup.mail.smtp import SmtpTransport
from followup.services import delivery
from followup.services.tally import Tally
from followup.store.tables import Email
from tests.shop import Shop

HANG_UP = ""
ANSWERS = {
    "later": "451 4.3.0 try again later",
    "never": "554 5.7.1 no",
    "closing": "421 4.3.2 going down",
    "hangs up": HANG_UP,
    "nonsense": "I am a teapot",
}
PHASES = ("connect", "EHLO", "MAIL", "RCPT", "DATA", "body", "QUIT")
BEFORE_ANY_EMAIL = ("connect", "EHLO")


@dataclass
class Script:
    """A mail server that answers wrongly in one phase, as often as told, and rightly everywhere else."""

    phase: str = ""
    answer: str = ""
    times: int = 1
    bodies: list[bytes] = field(default_factory=list)

    def reply(self, phase: str, right: str) -> str:
        if phase == self.phase and self.times > 0:
            self.times -= 1
            return self.answer
        return right


@contextmanager
def server(script: Script) -> Iterator[SmtpTransport]:
    class Dialogue(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            if not self.say(script.reply("connect", "220 mail.example ESMTP")):
                return
            for line in self.rfile:
                command = line.split()[0].decode().upper()
                right = {"DATA": "354 go ahead", "QUIT": "221 bye"}.get(command, "250 OK")
                said = script.reply(command, right)
                if not self.say(said) or command == "QUIT":
                    return
                if said.startswith("354"):
                    body = b"".join(iter(self.rfile.readline, b".\r\n"))
                    accepted = script.reply("body", "250 taken")
                    if accepted.startswith("250"):
                        script.bodies.append(body)
                    if not self.say(accepted):
                        return

        def say(self, answer: str) -> bool:
            if answer:
                self.wfile.write(answer.encode() + b"\r\n")
            return answer != HANG_UP and not answer.startswith("421")

    class Server(socketserver.ThreadingTCPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """The other side may go away whenever it likes."""

    with Server(("127.0.0.1", 0), Dialogue) as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        host, port = socket.gethostbyname("localhost"), listening.server_address[1]
        try:
            yield SmtpTransport(Relay(host, port, starttls=StartTls.NEVER, timeout_seconds=5))
        finally:
            listening.shutdown()
            thread.join()


def tick(shop: Shop, transport: SmtpTransport, after: timedelta = timedelta()) -> Tally:
    return delivery.tick(shop.engine, shop.rules, transport, now=shop.now + after, worker="w")


def firsts(shop: Shop) -> list[Email]:
    query = select(Email).where(col(Email.step) == 1).order_by(col(Email.id))
    return list(shop.read(lambda session: session.exec(query).all()))


def expected(phase: str, fault: str) -> tuple[str, int]:
    """The state of the email and its attempts, by the promises: nobody is written to twice, nothing is lost.

    What happens before any email is named is the server's trouble and no attempt. A no is a no. Once the
    body is out, only an answer says what became of it."""
    if phase == "QUIT" or (phase, fault) == ("EHLO", "never"):
        # A server too old for EHLO is greeted with HELO.
        return "sent", 1
    if phase in BEFORE_ANY_EMAIL:
        return "scheduled", 0
    if phase == "body" and fault in ("hangs up", "nonsense"):
        return "in_doubt", 1
    if fault == "never":
        return "failed", 1
    return "scheduled", 1


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("fault", ANSWERS)
def test_each_fault_in_each_phase_leaves_exactly_its_state(shop: Shop, phase: str, fault: str) -> None:
    shop.request(shop.open_case())
    script = Script(phase, ANSWERS[fault], times=1000)
    with server(script) as transport:
        tick(shop, transport)
        (email,) = firsts(shop)
        assert (email.state.value, email.attempts) == expected(phase, fault)
        assert bool(email.reason) is (email.state.value != "sent")

        # When the server is well again, what was not sent goes out; what was is not sent again.
        script.times = 0
        tick(shop, transport, timedelta(minutes=6))
        (email,) = firsts(shop)
        before = expected(phase, fault)[0]
        assert email.state.value == ("sent" if before == "scheduled" else before)
        arrived = 0 if before in ("failed", "in_doubt") else 1
        assert len(script.bodies) == arrived


@pytest.mark.parametrize("phase", ["MAIL", "RCPT", "DATA", "body"])
@pytest.mark.parametrize("fault", ["later", "never", "hangs up", "nonsense"])
def test_one_email_that_goes_wrong_does_not_hold_the_others_up(shop: Shop, phase: str, fault: str) -> None:
    for number in range(3):
        shop.request(shop.open_case(f"c{number}@example.com"))
    with server(Script(phase, ANSWERS[fault])) as transport:
        tally = tick(shop, transport)
    assert tally.claimed == 3
    assert [row.state.value for row in firsts(shop)] == [expected(phase, fault)[0], "sent", "sent"]


@pytest.mark.parametrize("phase", PHASES[:-1])
def test_a_server_that_closes_is_left_alone_and_what_was_claimed_is_given_back(
    shop: Shop, phase: str
) -> None:
    for number in range(3):
        shop.request(shop.open_case(f"c{number}@example.com"))
    with server(Script(phase, ANSWERS["closing"])) as transport:
        tally = tick(shop, transport)
        assert tally.unreachable
        assert "going down" in tally.unreachable
        # The email at which it closed waits its turn, so that it cannot stand before the others for ever.
        named = int(phase not in BEFORE_ANY_EMAIL)
        assert [(row.state.value, row.attempts) for row in firsts(shop)] == [
            ("scheduled", named),
            ("scheduled", 0),
            ("scheduled", 0),
        ]
        # Nobody knocks again for a minute.
        tally = tick(shop, transport, timedelta(seconds=59))
        assert (tally.claimed, "left alone until 10:01 UTC" in str(tally.unreachable)) == (0, True)
        assert tick(shop, transport, timedelta(minutes=1)).sent == 3 - named
        assert tick(shop, transport, timedelta(minutes=6)).sent == named


def test_what_is_tried_again_is_the_same_to_the_byte(shop: Shop) -> None:
    shop.request(shop.open_case())
    script = Script("body", ANSWERS["later"])
    with server(script) as transport:
        tick(shop, transport)
        frozen = firsts(shop)[0].message
        (shop.workspace.templates_dir / "apology.md").unlink()
        shop.settings(business="Another name")
        tick(shop, transport, timedelta(minutes=6))
    assert script.bodies == [frozen]
