"""Row 3: a daemon that crashes at each named point, again and again."""

import signal
from collections import Counter
from functools import partial

from followup.domain.email_state import EmailState
from followup.store.tables import Email
from tests.integration.faulty_relay import FaultyRelay
from tests.score import due_emails, lives, outbox
from tests.score.crash_points import WHAT_MUST_BE, CrashPoint, crash_at
from tests.score.row import Place, Row, Seen
from tests.shop import Shop


def run(here: Place) -> Seen:
    """Crash at each point with one email due, look, let the next daemon go on, and look again."""
    points = list(CrashPoint) * here.count(20, 1)
    wrong: Counter[str] = Counter()
    with (
        due_emails.shop_with(here, len(points), one_by_one=True) as shop,
        FaultyRelay().running() as relay,
    ):
        environment = due_emails.sent_to(relay)
        for number, point in enumerate(points, 1):
            email_id = due_emails.make_due(shop, number)
            crashing = partial(crash_at, point, email_id)
            with lives.living(shop.workspace.root, environment, prepare=crashing) as life:
                assert lives.end_of(life) == -signal.SIGKILL, f"no daemon crashed {point}"
            assert relay.wait_until_left(lives.LONGEST_SECONDS)
            outbox.settle(shop)
            then = _state(shop, email_id)
            outbox.let_leases_run_out(shop)
            lives.drain(shop.workspace.root, environment)
            taken = relay.times_taken[due_emails.address(number)]
            seen = (then, _state(shop, email_id), taken)
            if seen != WHAT_MUST_BE[point]:
                wrong[f"{point}: {seen[0]}, {seen[1]}, taken {taken}"] += 1
    figures = f"{len(points)} crashes at {len(CrashPoint)} points, {wrong.total()} with another state"
    return Seen(not wrong, "; ".join([figures, *wrong]))


def _state(shop: Shop, email_id: int) -> EmailState:
    return shop.read(lambda session: session.get_one(Email, email_id).state)


ROW = Row(3, "SIGKILL at each named crash point × 20", "the expected state, every time", run)
