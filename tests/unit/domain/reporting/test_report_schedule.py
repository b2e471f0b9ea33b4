"""A report is due by the clock of its own zone, through every change of the clocks, and about whole days."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.reporting.report_schedule import Every, Rhythm
from followup.domain.shared.local_time import instant_of

LONDON = "Europe/London"
EIGHT = time(8)
ZONES = (
    LONDON,
    "America/New_York",
    "Australia/Lord_Howe",  # puts clocks by half an hour
    "Antarctica/Troll",  # by two hours
    "America/Havana",  # skips midnight
    "Africa/Casablanca",
    "Asia/Kolkata",
    "Pacific/Apia",
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def rhythm(every: Every, at: str = "08:00", zone: str = LONDON) -> Rhythm:
    return Rhythm(every, time.fromisoformat(at), zone)


@pytest.mark.parametrize(
    ("every", "after", "expected"),
    [
        # Monday 2 November 2026 is in winter time.
        (Every.MONDAY, "2026-11-02T07:59", "2026-11-02T08:00"),
        (Every.MONDAY, "2026-11-02T08:00", "2026-11-09T08:00"),
        (Every.MONDAY, "2026-11-02T08:01", "2026-11-09T08:00"),
        (Every.DAY, "2026-11-02T08:00", "2026-11-03T08:00"),
        (Every.WEEKDAY, "2026-11-06T08:00", "2026-11-09T08:00"),
        (Every.FRIDAY, "2026-11-02T08:00", "2026-11-06T08:00"),
        (Every.SUNDAY, "2026-11-02T08:00", "2026-11-08T08:00"),
        (Every.MONTH, "2026-11-02T08:00", "2026-12-01T08:00"),
        (Every.MONTH, "2026-12-01T08:00", "2027-01-01T08:00"),
        # Clocks go forward on 28 March 2027 and back on 31 October 2027: eight o'clock stays eight o'clock.
        (Every.DAY, "2027-03-27T08:00", "2027-03-28T07:00"),
        (Every.DAY, "2027-10-30T07:00", "2027-10-31T08:00"),
    ],
)
def test_the_next_time_is_that_of_the_zones_own_clock(every: Every, after: str, expected: str) -> None:
    assert rhythm(every).next_after(utc(after)) == utc(expected)


@pytest.mark.parametrize(
    ("zone", "at", "day", "expected"),
    [
        # 01:30 is skipped in London on 28 March 2027; the clocks go on at 02:00, which is 01:00 in UTC.
        (LONDON, "01:30", "2027-03-28", "2027-03-28T01:00"),
        # 01:30 comes twice on 31 October 2027; the first time still is summer time.
        (LONDON, "01:30", "2027-10-31", "2027-10-31T00:30"),
        # Havana has no midnight on 14 March 2027: the day begins at 01:00, which is 05:00 in UTC.
        ("America/Havana", "00:00", "2027-03-14", "2027-03-14T05:00"),
        # Samoa had no 30 December 2011: the 31st began when the 29th was over, at 10:00 in UTC.
        ("Pacific/Apia", "08:00", "2011-12-30", "2011-12-30T10:00"),
    ],
)
def test_a_time_that_is_skipped_or_comes_twice_is_one_moment(
    zone: str, at: str, day: str, expected: str
) -> None:
    wall = datetime.combine(date.fromisoformat(day), time.fromisoformat(at))

    assert instant_of(wall, zone) == utc(expected)


@pytest.mark.parametrize(
    ("every", "sent", "first", "last"),
    [
        (Every.MONDAY, "2026-11-09T08:00", "2026-11-02", "2026-11-08"),
        (Every.FRIDAY, "2026-11-06T08:00", "2026-10-30", "2026-11-05"),
        (Every.DAY, "2026-11-09T08:00", "2026-11-08", "2026-11-08"),
        (Every.WEEKDAY, "2026-11-09T08:00", "2026-11-06", "2026-11-08"),
        (Every.WEEKDAY, "2026-11-10T08:00", "2026-11-09", "2026-11-09"),
        (Every.MONTH, "2027-03-01T08:00", "2027-02-01", "2027-02-28"),
        # By hand on a Wednesday, or late: about the same days as the one before.
        (Every.MONDAY, "2026-11-11T15:00", "2026-11-02", "2026-11-08"),
        (Every.MONDAY, "2026-11-09T07:00", "2026-10-26", "2026-11-01"),
    ],
)
def test_a_report_is_about_the_days_since_the_one_before(
    every: Every, sent: str, first: str, last: str
) -> None:
    days = rhythm(every).days_before(utc(sent))

    assert days == (date.fromisoformat(first), date.fromisoformat(last))


def test_the_days_are_those_of_the_zone() -> None:
    # 23:30 on Sunday in New York is Monday in UTC: for New York that is not Monday yet.
    new_york = rhythm(Every.MONDAY, "00:00", "America/New_York")

    assert new_york.days_before(utc("2026-11-09T04:30")) == (date(2026, 10, 26), date(2026, 11, 1))
    assert new_york.days_before(utc("2026-11-09T05:00")) == (date(2026, 11, 2), date(2026, 11, 8))


def test_how_many_were_left_out_is_counted_between_two() -> None:
    weekly = rhythm(Every.MONDAY)

    assert weekly.left_out(utc("2026-11-02T08:00"), utc("2026-11-23T08:00")) == 2  # the 9th and the 16th
    assert weekly.left_out(utc("2026-11-02T08:00"), utc("2026-11-09T08:00")) == 0
    assert weekly.left_out(utc("2026-11-03T12:00"), utc("2026-11-09T08:00")) == 0


def test_it_is_said_as_people_say_it() -> None:
    assert rhythm(Every.MONDAY).at_text() == "every Monday at 08:00 (Europe/London)"
    assert rhythm(Every.MONTH, "17:05").at_text() == "on the 1st at 17:05 (Europe/London)"


rhythms = st.builds(
    Rhythm,
    st.sampled_from(Every),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from(ZONES),
)
FIRST, LAST = datetime(2012, 1, 1), datetime(2037, 1, 1)  # noqa: DTZ001 -- the strategy gives them their zone
instants = st.datetimes(FIRST, LAST, timezones=st.just(UTC))


@given(rhythms, instants)
def test_times_follow_each_other_and_none_lies_between_the_last_and_the_next(
    one: Rhythm, now: datetime
) -> None:
    last, following = one.last_until(now), one.next_after(now)

    assert last <= now < following
    assert one.last_until(last) == last
    assert one.next_after(last) == following
    assert one.left_out(last, following) == 0


@given(rhythms, instants)
def test_the_clock_of_the_zone_shows_the_time_or_has_just_skipped_it(one: Rhythm, now: datetime) -> None:
    zone = ZoneInfo(one.timezone)
    moment = one.next_after(now)
    local = moment.astimezone(zone)

    if (local.hour, local.minute) == (one.at.hour, one.at.minute):
        # Shown twice, it is the first time.
        assert local.fold == 0
    else:
        before = (moment - timedelta(seconds=1)).astimezone(zone)
        assert local.utcoffset() != before.utcoffset()
        assert before.time() < one.at or before.date() < local.date()


@given(rhythms, instants)
def test_the_days_of_reports_that_follow_each_other_leave_none_out_and_count_none_twice(
    one: Rhythm, now: datetime
) -> None:
    first = one.next_after(now)
    second = one.next_after(first)

    earlier, later = one.days_before(first), one.days_before(second)

    assert earlier[0] <= earlier[1] < later[0] <= later[1]
    assert later[0] == earlier[1] + timedelta(days=1)
    # All of them are over when the report is sent.
    assert later[1] < second.astimezone(ZoneInfo(one.timezone)).date()
