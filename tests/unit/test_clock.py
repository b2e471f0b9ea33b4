from datetime import UTC, datetime, timedelta

from freezegun import freeze_time

from followup import clock


@freeze_time("2026-03-29 00:59:59")
def test_the_clock_is_read_in_utc() -> None:
    assert clock.now() == datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)
    assert clock.now().utcoffset() == timedelta(0)
