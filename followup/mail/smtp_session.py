"""The standard library's SMTP client with deadlines.

The library waits for a reply as long as the relay sends single bytes, and reads any number of lines. Here
each reply has a deadline and a greatest size, and the whole dialogue about an email has a deadline.
"""

import smtplib
import socket
import ssl
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from followup.mail.relay_url import Relay

CONNECT_TIMEOUT_SECONDS = 10.0
"""Shorter than the wait for a reply: an unreachable host must not delay other emails as long as a slow one
may.
"""

QUIT_TIMEOUT_SECONDS = 2.0
_CHUNK_BYTES = 65_536
_MOST_LINES = 100
_LONGEST_LINE = 8192


class Session(smtplib.SMTP):
    """One connection to a relay. Methods raise TimeoutError after the deadline, SMTPServerDisconnected if the
    relay hangs up or sends something that is no reply.
    """

    def __init__(self, relay: Relay) -> None:
        super().__init__(local_hostname=relay.ehlo_name, timeout=relay.timeout_seconds)
        self._relay = relay
        self._host = relay.host  # what the certificate is compared with
        self._reply_seconds = relay.timeout_seconds
        self._ends_at = monotonic() + relay.email_seconds
        self.command_encoding = "utf-8"  # addresses may need it; everything else is ASCII
        self.is_encrypted = relay.encrypted

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connected = socket.create_connection((host, port), min(timeout, CONNECT_TIMEOUT_SECONDS))
        try:
            if self._relay.encrypted:
                connected = self._relay.tls_context().wrap_socket(connected, server_hostname=self._host)
            connected.settimeout(timeout)
        except BaseException:
            connected.close()
            raise
        return connected

    def encrypt(self) -> None:
        """Start TLS (STARTTLS) with certificates verified. Raises OSError if it fails."""
        self.starttls(context=self._relay.tls_context())
        self.is_encrypted = True

    def certificate_ends_at(self) -> datetime | None:
        """When the certificate that the relay showed ends; None without encryption."""
        shown = self.sock.getpeercert() if isinstance(self.sock, ssl.SSLSocket) else None
        ends = (shown or {}).get("notAfter")
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) if isinstance(ends, str) else None

    def begin_email(self) -> None:
        """Start the time limit for the dialogue about an email."""
        self._ends_at = monotonic() + self._relay.email_seconds

    def has_time_for_body(self) -> bool:
        """Whether enough time is left to send a body. A body that is begun too late ends in doubt."""
        return self._ends_at - monotonic() >= min(self._relay.timeout_seconds, self._relay.email_seconds / 2)

    def has_unread(self) -> bool:
        """Whether the relay has sent more than was asked for. Its next reply would then not belong to the
        next command.
        """
        if self.sock is None or self.file is None:
            return False
        self.sock.settimeout(0)
        try:
            return bool(self.file.peek())
        except OSError:
            return False

    def send_all(self, body: bytes) -> None:
        """Send bytes within the time limit of a reply. Raises OSError."""
        deadline = self._deadline()
        for start in range(0, len(body), _CHUNK_BYTES):
            self._wait_until(deadline).sendall(body[start : start + _CHUNK_BYTES])

    def send(self, s: Any) -> None:
        """Send a command within the time limit of a reply. Raises OSError."""
        self._wait_until(self._deadline())
        super().send(s)

    def _deadline(self) -> float:
        """The time by which the next reply must arrive."""
        return min(monotonic() + self._reply_seconds, self._ends_at)

    def _wait_until(self, deadline: float) -> socket.socket:
        """The socket, with its timeout set to the time until `deadline`. Raises OSError if the deadline has
        passed.
        """
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        remaining = deadline - monotonic()
        if remaining <= 0:
            raise TimeoutError("timed out")
        self.sock.settimeout(remaining)
        return self.sock

    def say_goodbye(self) -> None:
        """Send QUIT, and close whatever the reply is."""
        self._reply_seconds = min(self._reply_seconds, QUIT_TIMEOUT_SECONDS)
        self.begin_email()
        try:
            self.docmd("QUIT")
        except OSError:
            pass  # the results are already known
        finally:
            self.close()

    def reply_to_body(self) -> tuple[int, bytes]:
        """As `getreply`, for the reply to a body, which has a deadline of its own."""
        usual, self._reply_seconds = self._reply_seconds, self._relay.body_reply_seconds
        self._ends_at = monotonic() + self._relay.body_reply_seconds
        try:
            return self.getreply()
        finally:
            self._reply_seconds = usual

    def getreply(self) -> tuple[int, bytes]:
        """The code of the reply (-1 if it has none) and its text."""
        deadline = self._deadline()
        texts: list[bytes] = []
        while len(texts) < _MOST_LINES:
            line = self._line(deadline)
            code = line[:3]
            texts.append(line[4:].strip())
            if not code.isdigit():
                return -1, b"\n".join(texts)
            if line[3:4] != b"-":
                return int(code), b"\n".join(texts)
        self.close()
        raise smtplib.SMTPServerDisconnected(f"a reply of more than {_MOST_LINES} lines")

    def _line(self, deadline: float) -> bytes:
        if self.file is None and self.sock is not None:
            self.file = self.sock.makefile("rb")
        line = b""
        while not line.endswith(b"\n"):
            self._wait_until(deadline)
            assert self.file is not None
            arrived = self.file.peek()
            end = arrived.find(b"\n") + 1 or len(arrived)
            if not arrived or len(line) + end > _LONGEST_LINE:
                self.close()
                raise smtplib.SMTPServerDisconnected("hung up" if not arrived else "a reply line without end")
            line += self.file.read(end)
        return line
