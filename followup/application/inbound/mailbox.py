"""The daemon's mailbox. None of these functions is a command; `followup inbound poll` reads the same mailbox.

Each message is processed in a transaction of its own, so an error in one does not undo the others.
"""

import threading
from collections.abc import Callable
from datetime import datetime

from followup.application.door import Caller, OpenWorkspace
from followup.errors import FollowupError
from followup.services.inbound import receive_messages
from followup.services.inbound.receive_messages import Receipt as Receipt
from followup.services.shared import mailbox_state
from followup.store.engine import reading, writing


def receive_new(
    caller: Caller,
    *,
    clock: Callable[[], datetime],
    stopping: Callable[[], bool],
    on_receipt: Callable[[Receipt], None],
) -> None:
    """Process every new message and mark it in the mailbox. `stopping` is asked before each; `on_receipt`
    gets the result of each.

    Raises Unreachable or InvalidFile if the mailbox cannot be read; messages already processed stay
    processed. Both are recorded, because follow-ups wait while nobody can see who has answered."""
    rules, engine = caller.place.configuration, caller.place.engine
    try:
        mailbox = receive_messages.mailbox_of(rules)
        receive_messages.poll(engine, rules, mailbox, now=clock, stopping=stopping, on_receipt=on_receipt)
    except FollowupError as error:
        because = error.message
        with writing(engine) as session:
            mailbox_state.failed(session, because, now=clock())
        raise
    with reading(engine) as session:
        was_failing = mailbox_state.is_failing(session)
    if was_failing:
        with writing(engine) as session:
            mailbox_state.worked(session)


def wait_for_new(place: OpenWorkspace, seconds: float, stopping: threading.Event) -> bool:
    """Wait until the server announces new messages, `seconds` have passed, or `stopping` returns true.
    Returns whether there are new messages. Raises Unreachable or InvalidFile if the mailbox cannot be
    read."""
    return receive_messages.mailbox_of(place.configuration).wait(seconds, stopping)
