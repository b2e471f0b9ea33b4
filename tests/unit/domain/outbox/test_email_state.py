from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from followup.domain.outbox.email_state import (
    EMAIL_MOVES,
    GIVE_UP_AFTER,
    MOST_ATTEMPTS,
    UNSENT_STATES,
    EmailState,
    retry_delay,
)


def test_retries_wait_five_minutes_then_double_up_to_four_hours() -> None:
    minutes = [retry_delay(attempt, 0.0) / timedelta(minutes=1) for attempt in range(1, 9)]
    assert minutes == [5, 10, 20, 40, 80, 160, 240, 240]


def test_the_limit_of_attempts_is_not_reached_in_five_days() -> None:
    # Without jitter the waits are the shortest: 315 minutes for the first six, then four hours each.
    waited, attempts = timedelta(), 1
    while waited < GIVE_UP_AFTER:
        waited += retry_delay(attempts, 0.0)
        attempts += 1
    assert attempts == 36
    assert attempts < MOST_ATTEMPTS


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_jitter_adds_at_most_a_tenth(attempt: int, jitter: float) -> None:
    plain = retry_delay(attempt, 0.0)
    assert plain <= retry_delay(attempt, jitter) <= plain * 1.1 + timedelta(microseconds=1)


def test_what_was_stopped_or_sent_can_only_be_scheduled_again() -> None:
    assert EMAIL_MOVES[EmailState.SKIPPED] == {EmailState.SCHEDULED}, "only by a person"
    assert EMAIL_MOVES[EmailState.CANCELLED] == {EmailState.SCHEDULED}, "only by a person"
    assert EMAIL_MOVES[EmailState.SENT] == {EmailState.SCHEDULED}, "only for what became a file"


def test_an_email_that_may_have_gone_out_cannot_be_cancelled() -> None:
    for state in EmailState:
        if EmailState.CANCELLED in EMAIL_MOVES[state]:
            assert state in UNSENT_STATES
