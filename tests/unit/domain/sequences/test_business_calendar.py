"""The send window by hand-worked dates. London's clocks change on 29 March and on 25 October 2026."""

import time as clock
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest

from followup.domain.sequences.business_calendar import BusinessCalendar
from followup.domain.sequences.send_window import SendWindow
from followup.errors import InvalidFile

WORKING_WEEK = frozenset(range(5))
OFFICE_HOURS = SendWindow(time(9), time(18), WORKING_WEEK)
EVERY_DAY = frozenset(range(7))
CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 28)})


def calendar(
    timezone: str = "Europe/London",
    window: SendWindow = OFFICE_HOURS,
    holidays: frozenset[date] = CHRISTMAS,
) -> BusinessCalendar:
    return BusinessCalendar(timezone, window, holidays.__contains__)


def at(text: str, zone: str = "Europe/London", fold: int = 0) -> datetime:
    """An instant by the clock of a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("local", "is_open"),
    [
        ("2026-11-23 08:59:59.999999", False),
        ("2026-11-23 09:00", True),
        ("2026-11-23 17:59:59.999999", True),
        ("2026-11-23 18:00", False),
        ("2026-11-28 12:00", False),  # a Saturday
        ("2026-12-25 12:00", False),  # a holiday
        ("2026-12-29 12:00", True),
    ],
)
def test_open_is_a_business_day_inside_the_hours(local: str, is_open: bool) -> None:
    assert calendar().is_open(at(local)) is is_open


@pytest.mark.parametrize(
    ("local", "opens"),
    [
        ("2026-11-23 12:34:56", "2026-11-23 12:34:56"),  # open already
        ("2026-11-23 04:00", "2026-11-23 09:00"),
        ("2026-11-23 18:00", "2026-11-24 09:00"),
        ("2026-11-27 18:00", "2026-11-30 09:00"),  # Friday evening to Monday
        ("2026-12-24 18:00", "2026-12-29 09:00"),  # Christmas, a weekend, the day in lieu
        ("2026-03-27 18:00", "2026-03-30 09:00"),  # over the change: 09:00 is now 08:00 UTC
    ],
)
def test_next_open(local: str, opens: str) -> None:
    assert calendar().next_open(at(local)) == at(opens)


def test_next_open_over_the_change_is_counted_by_the_new_clock() -> None:
    assert calendar().next_open(at("2026-03-27 18:00")) == datetime(2026, 3, 30, 8, tzinfo=UTC)
    assert calendar().next_open(at("2026-10-23 18:00")) == datetime(2026, 10, 26, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("local", "n", "result"),
    [
        ("2026-11-23 20:15", 0, "2026-11-23 20:15"),
        ("2026-11-23 20:15", 3, "2026-11-26 20:15"),
        ("2026-11-27 10:00", 1, "2026-11-30 10:00"),
        ("2026-11-28 10:00", 1, "2026-11-30 10:00"),  # from a Saturday the first is Monday
        ("2026-12-24 10:00", 3, "2026-12-31 10:00"),  # 29th, 30th, 31st
        ("2026-03-27 10:00", 1, "2026-03-30 10:00"),
    ],
)
def test_add_business_days_keeps_the_local_time(local: str, n: int, result: str) -> None:
    assert calendar().add_business_days(at(local), n) == at(result)


@pytest.mark.parametrize(
    ("local", "hours", "result"),
    [
        ("2026-11-23 10:30", 2, "2026-11-23 12:30"),
        ("2026-11-23 17:00", 1, "2026-11-23 18:00"),  # ends with the day, not the next morning
        ("2026-11-23 17:30", 1, "2026-11-24 09:30"),
        ("2026-11-23 06:00", 9, "2026-11-23 18:00"),
        ("2026-11-23 06:00", 10, "2026-11-24 10:00"),
        ("2026-11-27 17:30", 1, "2026-11-30 09:30"),
        ("2026-11-28 12:00", 1, "2026-11-30 10:00"),
        ("2026-12-24 17:00", 2, "2026-12-29 10:00"),
    ],
)
def test_business_hours_run_only_while_open(local: str, hours: int, result: str) -> None:
    assert calendar().add_business_hours(at(local), hours) == at(result)


def test_no_business_hours_leave_the_instant_alone() -> None:
    assert calendar().add_business_hours(at("2026-11-28 12:00"), 0) == at("2026-11-28 12:00")


def test_business_hours_count_real_hours_where_clocks_change_inside_the_window() -> None:
    night = calendar(window=SendWindow(time(0), time(6), EVERY_DAY))
    # 29 March: 00:00 to 06:00 on the clock is five hours. 25 October: it is seven.
    assert night.add_business_hours(at("2026-03-29 00:00"), 5) == at("2026-03-29 06:00")
    assert night.add_business_hours(at("2026-03-29 00:00"), 6) == at("2026-03-30 01:00")
    assert night.add_business_hours(at("2026-10-25 00:00"), 7) == at("2026-10-25 06:00")


def test_a_skipped_local_time_is_the_first_that_exists() -> None:
    # 01:30 does not exist in London on 29 March 2026; clocks go from 01:00 to 02:00.
    change = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert calendar().add_days(at("2026-03-28 01:30"), 1) == change
    assert (
        calendar(window=SendWindow(time(0), time(3), EVERY_DAY)).add_business_days(at("2026-03-28 01:30"), 1)
        == change
    )


def test_a_window_that_opens_in_a_skipped_hour_opens_at_the_change() -> None:
    early = calendar(window=SendWindow(time(1, 30), time(4), EVERY_DAY))
    assert early.next_open(at("2026-03-29 00:10")) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_window_that_opens_in_the_last_second_skipped_opens_at_the_change() -> None:
    early = calendar(window=SendWindow(time(1, 59, 59), time(4), EVERY_DAY))
    assert early.next_open(at("2026-03-29 00:10")) == datetime(2026, 3, 29, 1, tzinfo=UTC)


@pytest.mark.parametrize(("opens", "closes"), [(time(1, 15), time(1, 45)), (time(1), time(2))])
def test_a_window_that_lies_in_a_skipped_hour_does_not_open_that_day(opens: time, closes: time) -> None:
    brief = calendar(window=SendWindow(opens, closes, EVERY_DAY))
    assert brief.next_open(at("2026-03-29 00:10")) == at(f"2026-03-30 {opens:%H:%M}")


def test_a_window_that_ends_where_the_skipped_hour_begins_ends_there() -> None:
    late = calendar(window=SendWindow(time(0), time(1), EVERY_DAY))
    assert late.add_business_hours(at("2026-03-29 00:00"), 1) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert late.next_open(datetime(2026, 3, 29, 1, tzinfo=UTC)) == at("2026-03-30 00:00")


def test_a_local_time_that_comes_twice_is_its_first_occurrence() -> None:
    # 01:30 comes at 00:30 UTC and again at 01:30 UTC on 25 October 2026.
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert calendar().add_days(at("2026-10-24 01:30"), 1) == first
    early = calendar(window=SendWindow(time(1, 30), time(4), EVERY_DAY))
    assert early.next_open(at("2026-10-25 00:10")) == first


def test_a_clock_put_back_before_opening_time_closes_the_window_again() -> None:
    early = calendar(window=SendWindow(time(1, 30), time(4), EVERY_DAY))
    back_at_one = datetime(2026, 10, 25, 1, tzinfo=UTC)
    assert early.is_open(back_at_one - timedelta(microseconds=1))
    assert not early.is_open(back_at_one)
    assert early.next_open(back_at_one) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_day_that_a_country_left_out_is_no_day() -> None:
    # Samoa went from 29 December 2011 straight to the 31st, a Saturday.
    samoa = calendar("Pacific/Apia", SendWindow(time(9), time(17), EVERY_DAY), frozenset())
    assert samoa.next_open(at("2011-12-29 18:00", "Pacific/Apia")) == at("2011-12-31 09:00", "Pacific/Apia")
    assert samoa.add_days(at("2011-12-29 10:00", "Pacific/Apia"), 1) == at("2011-12-31 00:00", "Pacific/Apia")


def test_midnight_as_the_end_is_the_end_of_the_day() -> None:
    evening = calendar(window=SendWindow(time(20), time(0), WORKING_WEEK))
    assert evening.is_open(at("2026-11-27 23:59:59"))
    assert not evening.is_open(at("2026-11-28 00:00"))
    assert evening.add_business_hours(at("2026-11-27 19:00"), 4) == at("2026-11-28 00:00")
    assert calendar(window=SendWindow(time(0), time(0), EVERY_DAY), holidays=frozenset()).is_open(
        at("2026-11-28 03:33")
    )


def test_clocks_put_back_at_midnight_repeat_the_hour_before_inside_the_window() -> None:
    # Santiago: at 24:00 on Saturday, 4 April 2026, clocks go back to 23:00. 22:00 to 24:00 is 3 hours.
    late = calendar("America/Santiago", SendWindow(time(22), time(0), frozenset({5})), frozenset())
    start = at("2026-04-04 22:00", "America/Santiago")
    assert late.add_business_hours(start, 3) == start + timedelta(hours=3)
    assert late.is_open(start + timedelta(hours=2, minutes=59))
    assert not late.is_open(start + timedelta(hours=3))


def test_results_are_in_utc_whatever_zone_came_in() -> None:
    start = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert calendar("Asia/Tokyo").next_open(start).tzinfo is UTC
    assert calendar("Asia/Tokyo").add_business_days(start, 0).tzinfo is UTC


def test_the_zone_of_the_machine_is_of_no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    early = calendar(window=SendWindow(time(1, 30), time(4), EVERY_DAY))
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        clock.tzset()
        opens = early.next_open(at("2026-03-29 00:10"))
    clock.tzset()
    assert opens == datetime(2026, 3, 29, 1, tzinfo=UTC)


class Nowhere(tzinfo):
    """A zone that does not know how far it is from UTC."""

    def utcoffset(self, _when: datetime | None) -> timedelta | None:
        return None

    def dst(self, _when: datetime | None) -> timedelta | None:
        return None

    def tzname(self, _when: datetime | None) -> str | None:
        return None


def test_an_instant_in_a_zone_without_an_offset_is_as_naive_as_one_without_a_zone() -> None:
    with pytest.raises(ValueError, match=r"^2026-11-23T12:00:00 has no time zone; give an aware instant$"):
        calendar().is_open(datetime(2026, 11, 23, 12, tzinfo=Nowhere()))


def test_naive_instants_are_refused() -> None:
    naive = datetime(2026, 11, 23, 12)  # noqa: DTZ001 -- naive on purpose
    for call in (calendar().is_open, calendar().next_open):
        with pytest.raises(ValueError, match="no time zone"):
            call(naive)
    for adding in (calendar().add_days, calendar().add_business_days, calendar().add_business_hours):
        with pytest.raises(ValueError, match="no time zone"):
            adding(naive, 0)


def test_time_does_not_run_backwards() -> None:
    for adding in (calendar().add_days, calendar().add_business_days, calendar().add_business_hours):
        with pytest.raises(ValueError, match=r"^only forward in time, not -1$"):
            adding(at("2026-11-23 12:00"), -1)


def test_no_days_leave_the_instant_alone_even_where_its_local_time_comes_twice() -> None:
    second = at("2026-10-25 01:30", fold=1)
    assert calendar().add_days(second, 0) == second
    assert calendar().add_business_days(second, 0) == second


@pytest.mark.parametrize(
    "shut",
    [
        BusinessCalendar("Europe/London", SendWindow(time(9), time(18), frozenset()), lambda _: False),
        BusinessCalendar("Europe/London", OFFICE_HOURS, lambda _: True),
    ],
)
def test_a_window_that_never_opens_is_a_mistake_in_the_settings_and_no_endless_loop(
    shut: BusinessCalendar,
) -> None:
    start = at("2026-11-23 12:00")
    with pytest.raises(InvalidFile, match="never opens"):
        shut.next_open(start)
    with pytest.raises(InvalidFile, match="never opens"):
        shut.add_business_days(start, 1)
    with pytest.raises(InvalidFile, match="never opens"):
        shut.add_business_hours(start, 1)


def test_the_refusal_names_the_zone_and_the_last_day_that_was_looked_at() -> None:
    shut = BusinessCalendar("Europe/London", OFFICE_HOURS, lambda _: True)
    with pytest.raises(InvalidFile) as caught:
        # The 24th is the first day that counts: 366 days may be closed, the next one is too many.
        shut.add_business_days(at("2026-11-23 12:00"), 1)
    assert (caught.value.message, caught.value.hint, caught.value.code) == (
        "The send window in Europe/London never opens: no business day in the 366 days up to 2027-11-25.",
        "Check send_days and closed_days in followup.toml.",
        "window_never_opens",
    )
    # Open hours are looked for from the day before on, because a clock put back may show it once more.
    with pytest.raises(InvalidFile, match=r"in the 366 days up to 2027-11-23\.$"):
        shut.next_open(at("2026-11-23 12:00"))


def test_366_closed_days_in_a_row_are_borne_and_counted_anew_after_an_open_one() -> None:
    # From 24 November 2026 on, 366 days are closed, then one is open, then 366 are closed again.
    opened = {date(2027, 11, 25), date(2028, 11, 26)}
    rare = BusinessCalendar(
        "Europe/London", SendWindow(time(9), time(18), EVERY_DAY), lambda day: day not in opened
    )
    start = at("2026-11-23 12:00")
    assert rare.add_business_days(start, 2) == at("2028-11-26 12:00")
    assert rare.add_business_hours(at("2026-11-25 12:00"), 10) == at("2028-11-26 10:00")


def test_a_window_shut_for_most_of_a_year_still_opens() -> None:
    once_a_year = BusinessCalendar("Europe/London", OFFICE_HOURS, lambda day: (day.month, day.day) != (6, 1))
    assert once_a_year.next_open(at("2026-06-02 12:00")) == at("2027-06-01 09:00")


@pytest.mark.parametrize("zone", ["Europe/Lundon", "", "../etc/passwd", "Europe", "Nowhere/\x00"])
def test_a_zone_that_does_not_exist_is_named(zone: str) -> None:
    with pytest.raises(InvalidFile) as caught:
        calendar(zone)
    assert (caught.value.message, caught.value.hint, caught.value.code) == (
        f"{zone!r} is not a time zone.",
        "Give a name of the IANA list, for instance Europe/London or America/New_York.",
        "unknown_timezone",
    )


@pytest.mark.parametrize(
    ("opens", "closes", "weekdays"),
    [(time(18), time(9), EVERY_DAY), (time(9), time(9), EVERY_DAY), (time(9), time(18), frozenset({7}))],
)
def test_an_impossible_window_is_refused(opens: time, closes: time, weekdays: frozenset[int]) -> None:
    with pytest.raises(InvalidFile, match="send window"):
        SendWindow(opens, closes, weekdays)
