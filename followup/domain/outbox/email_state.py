"""The states of an email, the allowed transitions, and the delays between retries."""

from datetime import timedelta

from followup.domain.shared.word import Word


class EmailState(Word):
    """The state of an email in the outbox."""

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
    EmailState.SENT: frozenset({EmailState.SCHEDULED}),
    EmailState.SKIPPED: frozenset({EmailState.SCHEDULED}),
    EmailState.CANCELLED: frozenset({EmailState.SCHEDULED}),
}
"""For each state, the states that may follow it. Only a person moves an email out of failed or in doubt, or
restores one that was skipped or cancelled. An
unsent email becomes in doubt only in a restored copy of the database. A sent email is scheduled again only
by a person, and only if it was written to a file, which nobody got.
"""

UNSENT_STATES = (EmailState.SCHEDULED, EmailState.DEFERRED)
"""States in which an email can still be stopped."""

FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=5)
MOST_ATTEMPTS = 60
"""More attempts than fit into five days: with the shortest delays, the five days end with the 36th attempt.
So this limit only matters if the clock is wrong.
"""


def retry_delay(attempts: int, jitter: float) -> timedelta:
    """The delay after the `attempts`-th failure (from 1): 5 minutes, doubling up to 4 hours, plus up to a
    tenth. `jitter`, from 0 to 1, sets that addition, so that retries do not coincide.
    """
    doublings = min(max(attempts - 1, 0), 16)
    base: timedelta = min(FIRST_RETRY * (1 << doublings), LONGEST_RETRY)
    return base + base * 0.1 * jitter
