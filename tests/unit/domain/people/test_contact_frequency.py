from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from followup.domain.people.contact_frequency import Frequency
from followup.domain.shared.local_time import local_text

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
A_DAY_APART_THREE_IN_A_FORTNIGHT = Frequency(least_gap=DAY, most=3, within=14 * DAY)


def earliest(*days_ago: float) -> float:
    """In how many days from now the next may go, after emails that went out some days ago."""
    times = [NOON - days * DAY for days in days_ago]
    return (A_DAY_APART_THREE_IN_A_FORTNIGHT.earliest(times, NOON) - NOON) / DAY


def test_nobody_written_to_may_be_written_to_now() -> None:
    assert earliest() == 0


def test_a_gap_lies_between_two() -> None:
    assert earliest(0) == 1
    assert earliest(0.25) == 0.75
    assert earliest(1) == 0


def test_only_so_many_go_out_in_two_weeks() -> None:
    assert earliest(10, 5, 2) == 4
    assert earliest(2, 10, 5) == 4
    assert earliest(14, 5, 2) == 0
    assert earliest(10, 5) == 0
    # The fourth before counts no more: of the last three, the oldest is 10 days old.
    assert earliest(13, 10, 5, 2) == 4


def test_what_is_yet_to_go_out_counts_too() -> None:
    assert earliest(-2) == 3


@given(
    st.lists(st.integers(0, 40_000), max_size=12),
    st.integers(1, 5),
    st.integers(1, 30),
    st.integers(1, 100),
)
def test_a_queue_sent_as_early_as_may_be_keeps_both_rules(
    arrivals: list[int], most: int, days: int, gap_hours: int
) -> None:
    frequency = Frequency(least_gap=timedelta(hours=gap_hours), most=most, within=days * DAY)
    sent: list[datetime] = []
    for minutes in sorted(arrivals):
        sent.append(frequency.earliest(sent, NOON + timedelta(minutes=minutes)))
    assert sent == sorted(sent)
    assert all(later - before >= frequency.least_gap for before, later in pairwise(sent))
    for begin in sent:
        assert sum(begin <= moment < begin + frequency.within for moment in sent) <= most


def test_an_instant_is_told_by_the_clock_of_the_zone() -> None:
    assert local_text(NOON, "Europe/London") == "Monday 2 November 2026, 12:00 (Europe/London)"
    assert local_text(NOON, "America/New_York") == "Monday 2 November 2026, 07:00 (America/New_York)"
