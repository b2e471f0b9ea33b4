"""What a way of handing over email must do, and what can become of one email.

The phase in which something failed decides whether the email may be tried again: before the body nothing
can have gone out; once the body has begun, only a reply says what happened.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from followup.domain.shared.word import Word


class DeliveryOutcome(Word):
    """What became of an attempt to hand over one email."""

    ACCEPTED = "accepted", "The relay took it"
    REFUSED_NOW = "refused_now", "It has not gone out; trying later may help"
    REFUSED_FOR_GOOD = "refused_for_good", "It has not gone out, and trying again will not help"
    RELAY_UNREACHABLE = "relay_unreachable", "It has not gone out; the relay takes no email at all just now"
    IN_DOUBT = "in_doubt", "The body was begun and nothing came back: it may have gone out"


class Phase(Word):
    """How far the dialogue with the relay had come."""

    CONNECT = "connect", "Reaching the relay and reading its greeting"
    EHLO = "ehlo", "Introducing ourselves"
    STARTTLS = "starttls", "Encrypting the connection"
    AUTH = "auth", "Logging in"
    MAIL = "mail", "Naming the sender"
    RCPT = "rcpt", "Naming the recipient"
    DATA = "data", "Asking to send the body"
    BODY = "body", "Sending the body and waiting for the reply to it"
    QUIT = "quit", "Saying goodbye"


@dataclass(frozen=True, slots=True)
class Delivery:
    """The result of one attempt. `code` is the relay's reply code, `detail` a line for people, and
    `asks_for_pause` whether the relay wants to be left alone for a while; `file` is what the email became,
    where there is no relay."""

    outcome: DeliveryOutcome
    phase: Phase
    code: int | None
    detail: str
    asks_for_pause: bool = False
    file: Path | None = None


class Connection(Protocol):
    """An open way to hand over emails, one after the other."""

    def deliver(
        self, sender_address: str, recipient: str, message: bytes, before_body: Callable[[], None]
    ) -> Delivery:
        """Hand over one email to one recipient.

        `before_body` is called once, after everything was agreed and before the first byte of the body. What
        it raises is passed on, and then nothing has been sent. All other failures are in the result.
        """
        ...


class Transport(Protocol):
    """A configured way to hand over emails."""

    @property
    def relay_name(self) -> str | None:
        """Under which name all daemons share what they know of it; None where there is nothing to know."""
        ...

    @property
    def most_connections(self) -> int:
        """How many connections may be open at once."""
        ...

    def open(self) -> AbstractContextManager[Connection]:
        """A connection for one thread. Nothing is contacted before the first email, so this never fails."""
        ...
