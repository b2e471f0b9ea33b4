"""Row 7: the mail server accepts each email and then fails at QUIT."""

from collections import Counter
from itertools import cycle, islice

from followup.mail.transport import Phase
from tests.integration.faulty_relay import ALWAYS, FaultyRelay
from tests.score import due_emails, lives, outbox
from tests.score.faults import SLOW_FAULTS, THIRTEEN_FAULTS
from tests.score.row import Place, Row, Seen

_SLOW = 6
"""The number of QUITs that last as long as the daemon's time limit."""


def run(here: Place) -> Seen:
    """Send each email on its own connection, whose QUIT fails in different ways."""
    number = here.count(500, 5)
    quick = cycle(fault for fault in THIRTEEN_FAULTS if fault not in SLOW_FAULTS)
    slow = () if here.is_short else tuple(islice(cycle(SLOW_FAULTS), _SLOW))
    faults = (*slow, *islice(quick, number - len(slow)))
    with due_emails.shop_with(here, number, one_by_one=True) as shop:
        relay = FaultyRelay(phase=Phase.QUIT)
        with relay.running():
            for place, fault in enumerate(faults, 1):
                relay.fault = fault
                due_emails.make_due(shop, place)
                lives.drain(shop.workspace.root, due_emails.sent_to(relay))
            # Nothing is left to try again.
            lives.drain(shop.workspace.root, due_emails.sent_to(relay))
        rows = outbox.first_emails(shop)
        taken = relay.times_taken
    states = Counter(row.state.value for row in rows)
    told = outbox.told(
        f"QUIT failed {ALWAYS - relay.times} times in {len(set(faults))} ways, {states['sent']} sent",
        not_sent=number - states["sent"],
        retried=sum(row.attempts != 1 for row in rows) + sum(times != 1 for times in taken.values()),
        quits_that_did_not_fail=number - (ALWAYS - relay.times),
    )
    return Seen(told.kept, told.figures)


ROW = Row(7, "QUIT fails 500 times", "500 sent, 0 retried", run)
