"""Crash daemons at the named points, and compare the results with the expected states."""

import signal
from collections import Counter
from functools import partial

from followup.domain.outbox.email_state import EmailState
from followup.store.tables import Email
from tests.hanging import LONGEST_SECONDS
from tests.integration.faulty_relay import FaultyRelay
from tests.score import due_emails, lives, outbox
from tests.score.crash_points import WHAT_MUST_BE, CrashPoint, crash_at
from tests.shop import Shop


def crash_everywhere(shop: Shop, times: int) -> Counter[str]:
    """Crash `times` times at each point. The shop must have an email for each crash, none of them due.

    Each time one email is made due; the next daemon continues after the crash. Returns the deviations from
    the expected states with their counts.
    """
    wrong: Counter[str] = Counter()
    with FaultyRelay().running() as relay:
        environment = due_emails.sent_to(relay)
        for number, point in enumerate(list(CrashPoint) * times, 1):
            email_id = due_emails.make_due(shop, number)
            crashing = partial(crash_at, point, email_id)
            with lives.living(shop.workspace.root, environment, prepare=crashing) as life:
                assert lives.end_of(life) == -signal.SIGKILL, f"no daemon crashed {point}"
            assert relay.wait_until_left(LONGEST_SECONDS)
            outbox.settle(shop)
            then = _state(shop, email_id)
            lives.drain(shop.workspace.root, environment)
            taken = relay.times_taken[due_emails.address(number)]
            seen = (then, _state(shop, email_id), taken)
            if seen != WHAT_MUST_BE[point]:
                wrong[f"{point}: {seen[0]}, {seen[1]}, taken {taken}"] += 1
    return wrong


def _state(shop: Shop, email_id: int) -> EmailState:
    return shop.read(lambda session: session.get_one(Email, email_id).state)
