"""Row 1: daemons killed at random moments; emails in doubt are held."""

from followup.settings import OnDoubt
from tests.score.killing import kill_daemons, what_was_seen
from tests.score.row import Place, Row, Seen


def run(here: Place) -> Seen:
    """Kill daemons, let one finish, and compare outbox and mail server."""
    emails, kills = here.count(3000, 12), here.count(1000, 5)
    with kill_daemons(here, emails=emails, kills=kills, on_doubt=OnDoubt.HOLD) as done:
        return what_was_seen(done, OnDoubt.HOLD)


ROW = Row(
    1,
    "1,000 SIGKILLs of the daemon over 3,000 emails, `hold`",
    "0 lost, 0 twice; the rest are all in_doubt",
    run,
)
