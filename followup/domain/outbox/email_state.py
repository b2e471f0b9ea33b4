"""The states of an email, which may follow which, and when to try again."""

from datetime import timedelta

from followup.domain.shared.word import Word


class EmailState(Word):
    """Where an email of the outbox stands."""

    SCHEDULED = "scheduled", "Waits for its time"
    CLAIMED = "claimed", "A worker has it; nothing has gone out yet"
    TRANSMITTING = "transmitting", "The body may be on its way"
    SENT = "sent", "The mail server took it"
    FAILED = "failed", "Refused for good, or it cannot be written; a person looks at it"
    IN_DOUBT = "in_doubt", "It may or may not have gone out; a person decides"
    DEFERRED = "deferred", "Its time was outside the send window, or it was put off"
    SKIPPED = "skipped", "There was a reason not to send it"
    CANCELLED = "cancelled", "Its sequence ended first"


EMAIL_MOVES: dict[EmailState, frozenset[EmailState]] = {
    EmailState.SCHEDULED: frozenset(
        {
            EmailState.CLAIMED,
            EmailState.DEFERRED,
            EmailState.SKIPPED,
            EmailState.CANCELLED,
            EmailState.IN_DOUBT,
        }
    ),
    EmailState.DEFERRED: frozenset(
        {EmailState.SCHEDULED, EmailState.SKIPPED, EmailState.CANCELLED, EmailState.IN_DOUBT}
    ),
    EmailState.CLAIMED: frozenset(
        {EmailState.TRANSMITTING, EmailState.SCHEDULED, EmailState.FAILED, EmailState.IN_DOUBT}
    ),
    EmailState.TRANSMITTING: frozenset(
        {EmailState.SENT, EmailState.SCHEDULED, EmailState.FAILED, EmailState.IN_DOUBT}
    ),
    EmailState.IN_DOUBT: frozenset({EmailState.SENT, EmailState.SCHEDULED}),
    EmailState.FAILED: frozenset({EmailState.SCHEDULED}),
    EmailState.SENT: frozenset(),
    EmailState.SKIPPED: frozenset(),
    EmailState.CANCELLED: frozenset(),
}
"""Which state may follow which. Only a person moves an email out of failed or in doubt. What was not sent
comes to be in doubt only in a restored copy of the database."""

UNSENT_STATES = (EmailState.SCHEDULED, EmailState.DEFERRED)
"""States from which an email can still be stopped."""

FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=5)
MOST_ATTEMPTS = 60
"""More than five days have room for: waiting as short as can be, the 36th comes when they are over. So it
only counts where the clock does not."""


def retry_delay(attempts: int, jitter: float) -> timedelta:
    """How long to wait after the `attempts`-th failure (from 1): 5 minutes, doubling up to 4 hours,
    plus up to a tenth of it. `jitter`, from 0 to 1, spreads retries so that they don't come at once."""
    doublings = min(max(attempts - 1, 0), 16)
    base: timedelta = min(FIRST_RETRY * (1 << doublings), LONGEST_RETRY)
    return base + base * 0.1 * jitter
