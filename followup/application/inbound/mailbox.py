"""The mailbox of a daemon. None of these is a command; `followup inbound poll` reads the same one by hand.

Each message that arrives is dealt with in a transaction of its own, so that one that fails undoes no other.
"""

import threading
from collections.abc import Callable
from datetime import datetime

from followup.application.door import Caller, OpenWorkspace
from followup.services.inbound import receive_messages
from followup.services.inbound.receive_messages import Receipt as Receipt


def receive_new(
    caller: Caller,
    *,
    clock: Callable[[], datetime],
    stopping: Callable[[], bool],
    on_receipt: Callable[[Receipt], None],
) -> None:
    """Deal with every new message and mark it in the mailbox, until `stopping` says so, which is asked before
    each; `on_receipt` is told what became of it.

    Raises Unreachable or InvalidFile where the mailbox cannot be read; what was dealt with stays so."""
    rules = caller.place.configuration
    mailbox = receive_messages.mailbox_of(rules)
    receive_messages.poll(
        caller.place.engine, rules, mailbox, now=clock, stopping=stopping, on_receipt=on_receipt
    )


def wait_for_new(place: OpenWorkspace, seconds: float, stopping: threading.Event) -> bool:
    """Wait until the server says that something new is there, for so long at most, or until `stopping`.
    Returns whether it did. Raises Unreachable or InvalidFile where the mailbox cannot be read."""
    return receive_messages.mailbox_of(place.configuration).wait(seconds, stopping)
