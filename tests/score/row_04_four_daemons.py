"""Row 4: four daemons share one outbox."""

from collections import Counter
from contextlib import ExitStack

from tests.integration.faulty_relay import FaultyRelay
from tests.score import due_emails, lives, outbox
from tests.score.row import Place, Row, Seen

DAEMONS = 4


def run(here: Place) -> Seen:
    """Let four daemons send the due emails at the same time."""
    with due_emails.shop_with(here, here.count(2000, 24)) as shop, FaultyRelay().running() as relay:
        environment = due_emails.sent_to(relay)
        with ExitStack() as stack:
            daemons = [
                stack.enter_context(lives.living(shop.workspace.root, environment, drain_and_exit=True))
                for _ in range(DAEMONS)
            ]
            codes = [lives.end_of(daemon) for daemon in daemons]
        rows = outbox.first_emails(shop)
        shares = Counter(row.claimed_by for row in rows)
        times = relay.times_taken
        told = outbox.told(
            f"{len(rows):,} emails, shared as {', '.join(str(share) for share in sorted(shares.values()))}",
            not_sent=sum(row.state.value != "sent" for row in rows),
            not_accepted=sum(times[row.to_address] == 0 for row in rows),
            accepted_twice=sum(number > 1 for number in times.values()),
            daemons_that_failed=sum(map(bool, codes)),
        )
    return Seen(told.kept, told.figures)


ROW = Row(4, "4 daemons, 2,000 emails", "each accepted once", run)
