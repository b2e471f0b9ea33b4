"""How fast a mail server is given emails, and how long it is left alone."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.outbox.rate_limit import pause_length, slots

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def test_pauses_in_a_row_double_from_a_minute_to_half_an_hour() -> None:
    minutes = [pause_length(pauses) / timedelta(minutes=1) for pauses in (1, 2, 3, 4, 5, 6, 7, 1000)]
    assert minutes == [1, 2, 4, 8, 16, 30, 30, 30]


@pytest.mark.parametrize(
    ("per_minute", "next_at", "ready", "then"),
    [
        # One at a time, two seconds apart.
        (30, None, 1, 2.0),
        (30, 0.0, 1, 2.0),
        (30, 1.5, 0, 1.5),
        # What nobody took is not kept.
        (30, -3600.0, 1, 2.0),
        # Ten a second may go at once; then each tenth of a second one.
        (600, None, 10, 0.1),
        (600, -0.25, 3, 0.05),
        (600, 0.1, 0, 0.1),
        # Once a minute; and a clock that was put back.
        (1, 60.0, 0, 60.0),
        (1, 61.0, 1, 60.0),
    ],
)
def test_the_slots_of_a_moment(per_minute: int, next_at: float | None, ready: int, then: float) -> None:
    next_slot = None if next_at is None else NOON + timedelta(seconds=next_at)
    found = slots(next_slot, NOON, per_minute)
    assert found.ready == ready
    assert (found.after(ready) - NOON).total_seconds() == pytest.approx(then)


@given(
    per_minute=st.integers(1, 3600),
    looks=st.lists(st.integers(0, 90_000), min_size=1, max_size=80),
    wanted=st.integers(1, 100),
)
def test_no_minute_has_more_than_the_limit_and_a_second_of_it(
    per_minute: int, looks: list[int], wanted: int
) -> None:
    now, next_at, went = NOON, None, []
    for milliseconds in looks:
        now += timedelta(milliseconds=milliseconds)
        found = slots(next_at, now, per_minute)
        taken = min(found.ready, wanted)
        if taken:
            next_at = found.after(taken)
            went += [now] * taken
    at_once = max(per_minute // 60, 1)
    for begin in set(went):
        assert sum(begin <= moment < begin + timedelta(minutes=1) for moment in went) < per_minute + at_once


@given(per_minute=st.integers(1, 3600))
def test_who_looks_when_told_to_loses_no_slot(per_minute: int) -> None:
    now, next_at, went = NOON, None, []
    for _ in range(20):
        found = slots(next_at, now, per_minute)
        went.append(now)
        now = next_at = found.after(found.ready)
    gaps = {(after - before) / timedelta(microseconds=1) for before, after in pairwise(went[1:])}
    assert all(abs(gap - 60_000_000 / per_minute) <= 1 for gap in gaps)
