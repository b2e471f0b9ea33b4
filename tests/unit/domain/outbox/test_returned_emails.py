"""When emails that come back for our sake stop the others, and when single ones may try."""

from datetime import UTC, datetime, timedelta

import pytest

from followup.domain.outbox.returned_emails import ENOUGH_PROBES, PROBE_EVERY, is_over, is_too_many, may_probe

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("returned", "sent", "expected"),
    [(2, 2, False), (3, 3, True), (3, 15, True), (3, 16, False), (20, 100, True), (19, 100, False)],
)
def test_three_at_least_and_a_fifth_of_all_are_too_many(returned: int, sent: int, *, expected: bool) -> None:
    assert is_too_many(returned, sent) is expected


def test_a_probe_goes_every_half_hour_and_a_wrong_clock_stops_none() -> None:
    assert may_probe(None, NOW)
    assert not may_probe(NOW - PROBE_EVERY + timedelta(seconds=1), NOW)
    assert may_probe(NOW - PROBE_EVERY, NOW)
    assert may_probe(NOW + timedelta(days=700), NOW)


def test_it_is_over_once_enough_probes_had_time_to_come_back() -> None:
    assert not is_over(ENOUGH_PROBES - 1, NOW - PROBE_EVERY, NOW)
    assert not is_over(ENOUGH_PROBES, NOW, NOW)
    assert is_over(ENOUGH_PROBES, NOW - PROBE_EVERY, NOW)
