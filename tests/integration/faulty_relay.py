"""A mail server on a real socket that can do one thing wrong in any phase, and remembers what it took.

It runs in the threads of whoever tests, so nothing that happens to the process that sends changes what it
knows.
"""

import socket
import ssl
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from io import BufferedReader

from followup.domain.shared.word import Word
from followup.mail.transport import Phase

ALWAYS = 1_000_000_000


class Fault(Word):
    """What a mail server may do instead of answering as it should."""

    HANG_UP = "hang up", "Closes without a word"
    RESET = "reset", "Closes as if it had crashed"
    SILENCE = "silence", "Says nothing, and stays"
    DRIP = "drip", "Says one letter at a time, for ever"
    HALF_A_LINE = "half a line", "Begins to answer and closes"
    LATER = "later", "Says: not now (451)"
    TOO_MANY = "too many", "Says: too many connections (450)"
    CLOSING = "closing", "Says: I am closing (421), and does"
    NEVER = "never", "Says: no (550)"
    WRONG_CODE = "wrong code", "Gives an answer that belongs to another question"
    NO_CODE = "no code", "Says something that is no answer"
    ENDLESS_LINE = "endless line", "Answers in a line without end"
    ANSWERS_AHEAD = "answers ahead", "Answers, and in the same breath what it was not asked yet"
    EMPTY_LINE = "empty line", "Says an empty line"
    ENDLESS_LINES = "endless lines", "Announces one more line each time"
    NEVER_IN_LINES = "never, in lines", "Says no (554) in several lines"


REFUSALS = (Fault.LATER, Fault.TOO_MANY, Fault.CLOSING, Fault.NEVER, Fault.NEVER_IN_LINES)
"""After these a server has not taken the email. After any other fault it may have."""

_SAID = {
    Fault.LATER: b"451 4.3.0 try again later\r\n",
    Fault.TOO_MANY: b"450 4.7.0 Error: too many concurrent connections from you\r\n",
    Fault.CLOSING: b"421 4.3.2 closing\r\n",
    Fault.NEVER: b"550 5.7.1 no\r\n",
    Fault.NO_CODE: b"hello there\r\n",
    Fault.ENDLESS_LINE: b"250 " + b"x" * 20_000,
    Fault.EMPTY_LINE: b"\r\n",
    Fault.ENDLESS_LINES: b"250-more\r\n" * 5_000,
    Fault.NEVER_IN_LINES: b"554-5.7.1 no\r\n554 5.7.1 and that is final\r\n",
}
_THEN_CLOSES = (Fault.CLOSING, Fault.ENDLESS_LINE, Fault.ENDLESS_LINES)
_COMMANDS = {
    "EHLO": Phase.EHLO,
    "HELO": Phase.EHLO,
    "STARTTLS": Phase.STARTTLS,
    "AUTH": Phase.AUTH,
    "MAIL": Phase.MAIL,
    "RCPT": Phase.RCPT,
    "DATA": Phase.DATA,
    "QUIT": Phase.QUIT,
}
_GOOD = {
    Phase.CONNECT: b"220 relay.test ESMTP\r\n",
    Phase.STARTTLS: b"220 go ahead\r\n",
    Phase.AUTH: b"235 welcome\r\n",
    Phase.DATA: b"354 go ahead\r\n",
    Phase.BODY: b"250 2.0.0 queued\r\n",
    Phase.QUIT: b"221 bye\r\n",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """An email that the server answers for, whether or not it came to say so."""

    recipient: str
    body: bytes

    @property
    def message_id(self) -> str:
        """What the email is called."""
        return str(message_from_bytes(self.body)["Message-ID"])


@dataclass
class FaultyRelay:
    """The server. It does `fault` in `phase`, the first `times` times, and everything else as it should.

    `only_to` limits that to one recipient; `said` are other words for a fault that says something. With
    `tls` it offers to encrypt. A reply in the phase `held_at` waits until `go_on` is set."""

    phase: Phase | None = None
    fault: Fault | None = None
    times: int = ALWAYS
    only_to: str | None = None
    said: dict[Fault, bytes] = field(default_factory=lambda: dict(_SAID))
    tls: ssl.SSLContext | None = None
    held_at: Phase | None = None
    port: int = 0

    commands: list[str] = field(default_factory=list)
    connections: int = 0
    taken: list[Taken] = field(default_factory=list)
    begun: Counter[str] = field(default_factory=Counter)
    """How often each recipient's body was asked for."""
    broken_off: int = 0
    """How many bodies ended before their end."""

    reached: threading.Event = field(default_factory=threading.Event)
    """Set when the phase `held_at` is reached."""
    go_on: threading.Event = field(default_factory=threading.Event)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _moved: threading.Condition = field(default_factory=threading.Condition)
    _steps: int = 0
    _open: int = 0

    @property
    def bodies(self) -> list[bytes]:
        """The emails taken, to the byte."""
        return [taken.body for taken in self.taken]

    @property
    def times_taken(self) -> Counter[str]:
        """How often an email to each recipient was taken."""
        return Counter(taken.recipient for taken in self.taken)

    @property
    def steps(self) -> int:
        """How many things have happened here, of whatever kind."""
        return self._steps

    def wait_for_steps(self, number: int, seconds: float) -> bool:
        """Wait until that many things have happened, or the time is over. Returns whether they have."""
        with self._moved:
            return self._moved.wait_for(lambda: self._steps >= number, seconds)

    def wait_until_left(self, seconds: float) -> bool:
        """Wait until all connections are over, or the time is. Returns whether they are."""
        with self._moved:
            return self._moved.wait_for(lambda: self._open == 0, seconds)

    def mended(self) -> None:
        """From now on nothing is wrong."""
        self.phase = self.fault = self.held_at = None

    @contextmanager
    def running(self) -> Iterator["FaultyRelay"]:
        """Listen on a free port of this machine."""
        dialogues: list[_Dialogue] = []
        threads: list[threading.Thread] = []

        def accept() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                with self._moved:
                    self.connections += 1
                    self._open += 1
                dialogues.append(_Dialogue(self, client))
                threads.append(threading.Thread(target=dialogues[-1].run))
                threads[-1].start()

        with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
            self.port = int(listener.getsockname()[1])
            acceptor = threading.Thread(target=accept)
            acceptor.start()
            try:
                yield self
            finally:
                self._stopping.set()
                self.go_on.set()
                listener.shutdown(socket.SHUT_RDWR)
                acceptor.join()
                for dialogue in dialogues:
                    with suppress(OSError):
                        dialogue.client.shutdown(socket.SHUT_RDWR)
                for thread in threads:
                    thread.join()

    def _step(self) -> None:
        with self._moved:
            self._steps += 1
            self._moved.notify_all()

    def _fault_of(self, phase: Phase, recipient: str) -> Fault | None:
        with self._moved:
            wrong = phase is self.phase and self.times > 0 and self.only_to in (None, recipient)
            self.times -= wrong
            return self.fault if wrong else None


class _Dialogue:
    """One connection."""

    def __init__(self, relay: FaultyRelay, client: socket.socket) -> None:
        self.relay = relay
        self.client = client
        self.lines: BufferedReader = client.makefile("rb")
        self.recipient = ""

    def run(self) -> None:
        # The other side may go away whenever it likes.
        with suppress(OSError):
            self.talk()
        with suppress(OSError):
            # The file holds the socket open.
            self.lines.close()
            self.client.close()
        with self.relay._moved:
            self.relay._open -= 1
            self.relay._moved.notify_all()

    def talk(self) -> None:
        goes_on = self.answer(Phase.CONNECT)
        while goes_on and (line := self.lines.readline()):
            command = line.decode(errors="replace").strip().partition(" ")[0].upper()
            self.relay.commands.append(command)
            phase = _COMMANDS.get(command)
            if phase is Phase.MAIL:
                self.recipient = ""
            elif phase is Phase.RCPT:
                self.recipient = line.decode().partition("<")[2].partition(">")[0]
            if phase is None:
                self.relay._step()
                self.client.sendall(b"250 ok\r\n")
            elif phase is Phase.DATA:
                goes_on = self.take_body()
            else:
                goes_on = self.answer(phase)

    def take_body(self) -> bool:
        """Ask for the body, take it, and answer; False if the connection is over."""
        fault = self.relay._fault_of(Phase.DATA, self.recipient)
        if not self.reply(Phase.DATA, fault):
            return False
        if fault not in (None, Fault.ANSWERS_AHEAD):
            return True
        self.relay.begun[self.recipient] += 1
        lines = []
        while (line := self.lines.readline()) != b".\r\n":
            if not line.endswith(b"\n"):
                self.relay.broken_off += 1
                return False
            lines.append(line.removeprefix(b"."))
        if fault is Fault.ANSWERS_AHEAD:
            # What it said before it had read the body was not the truth.
            self.client.sendall(_SAID[Fault.NEVER])
            return True
        fault = self.relay._fault_of(Phase.BODY, self.recipient)
        if fault not in REFUSALS:
            self.relay.taken.append(Taken(self.recipient, b"".join(lines)))
        return self.reply(Phase.BODY, fault)

    def answer(self, phase: Phase) -> bool:
        """Answer a command; False if the connection is over."""
        return self.reply(phase, self.relay._fault_of(phase, self.recipient))

    def reply(self, phase: Phase, fault: Fault | None) -> bool:
        """Answer, rightly or wrongly; False if the connection is over."""
        self.relay._step()
        if phase is self.relay.held_at:
            self.relay.reached.set()
            self.relay.go_on.wait()
        good = self.greeting() if phase is Phase.EHLO else _GOOD.get(phase, b"250 ok\r\n")
        if fault is not None:
            return self.fail(fault, phase, good)
        self.client.sendall(good)
        if phase is Phase.STARTTLS and self.relay.tls is not None:
            self.lines.close()
            self.client = self.relay.tls.wrap_socket(self.client, server_side=True)
            self.lines = self.client.makefile("rb")
        return phase is not Phase.QUIT

    def greeting(self) -> bytes:
        encrypts = self.relay.phase is Phase.STARTTLS or self.relay.tls is not None
        offers = encrypts and not isinstance(self.client, ssl.SSLSocket)
        extensions = ["relay.test", "SIZE 1000000", "AUTH PLAIN", *(["STARTTLS"] if offers else [])]
        return "".join(f"250-{name}\r\n" for name in extensions).encode() + b"250 HELP\r\n"

    def fail(self, fault: Fault, phase: Phase, good: bytes) -> bool:
        """Do it wrong; False if the connection is over."""
        if fault is Fault.RESET:
            self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif fault is Fault.HALF_A_LINE:
            self.client.sendall(good[:2])
        elif fault is Fault.SILENCE:
            while self.client.recv(4096):
                pass
        elif fault is Fault.DRIP:
            while not self.relay._stopping.wait(0.05):
                self.client.sendall(b"2")
        elif fault is Fault.ANSWERS_AHEAD:
            self.client.sendall(good + b"250 2.0.0 queued\r\n")
            return phase is not Phase.QUIT
        elif fault is Fault.WRONG_CODE:
            is_right = phase in (Phase.CONNECT, Phase.DATA)
            self.client.sendall(b"250 ok\r\n" if is_right else b"354 go ahead\r\n")
            return True
        elif fault in self.relay.said:
            self.client.sendall(self.relay.said[fault])
            return fault not in _THEN_CLOSES
        return False
