"""The interface of email delivery, and the possible results of one delivery.

The phase of a failure decides whether the email may be retried: before the body, nothing can have been sent;
once the body has begun, only a reply tells what happened.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from followup.domain.shared.word import Word


class DeliveryOutcome(Word):
    """The outcome of one attempt to deliver an email."""

    ACCEPTED = "accepted", "The relay took it"
    REFUSED_NOW = "refused_now", "It has not gone out; trying later may help"
    REFUSED_FOR_GOOD = "refused_for_good", "It has not gone out, and trying again will not help"
    RELAY_UNREACHABLE = "relay_unreachable", "It has not gone out; the relay takes no email at all just now"
    IN_DOUBT = "in_doubt", "The body was begun and nothing came back: it may have gone out"


class Phase(Word):
    """How far the dialogue with the relay had got."""

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
    """The result of one attempt. `code` is the relay's reply code, `detail` a line for people.
    `asks_for_pause`: the relay asks not to be contacted for a while. `file` is the file written if there is
    no relay.
    """

    outcome: DeliveryOutcome
    phase: Phase
    code: int | None
    detail: str
    asks_for_pause: bool = False
    file: Path | None = None


class Connection(Protocol):
    """An open connection that delivers emails one after the other."""

    def deliver(
        self, sender_address: str, recipient: str, message: bytes, before_body: Callable[[], None]
    ) -> Delivery:
        """Deliver one email to one recipient.

        `before_body` is called once, after the relay has accepted everything before the body and before its
        first byte is sent. Exceptions of `before_body` are passed on; nothing has been sent then. All other
        failures are reported in the result.
        """
        ...


class Transport(Protocol):
    """A configured way to deliver emails."""

    @property
    def relay_name(self) -> str | None:
        """The name under which daemons share the state of the relay; None if there is no state to share."""
        ...

    @property
    def most_connections(self) -> int:
        """The greatest number of connections open at once."""
        ...

    def open(self) -> AbstractContextManager[Connection]:
        """A connection for one thread. It connects at the first email, so this never fails."""
        ...
