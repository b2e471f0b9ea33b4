"""Row 2: daemons killed at random moments; emails in doubt are resent."""

from followup.settings import OnDoubt
from tests.score.killing import kill_daemons, what_was_seen
from tests.score.row import Place, Row, Seen


def run(here: Place) -> Seen:
    """Kill daemons, let one finish, and compare outbox and mail server."""
    emails, kills = here.count(3000, 12), here.count(1000, 5)
    with kill_daemons(here, emails=emails, kills=kills, on_doubt=OnDoubt.RESEND) as done:
        return what_was_seen(done, OnDoubt.RESEND)


ROW = Row(
    2,
    "the same, `resend`",
    "0 lost; twice only if in doubt, same Message-ID and bytes",
    run,
)
