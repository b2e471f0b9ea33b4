"""The send window and its quiet hours: what is open of a day, by hand and minute by minute."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from followup.domain.sequences.business_calendar import BusinessCalendar
from followup.domain.sequences.send_window import SendWindow, TimesOfDay, parse_times_of_day
from followup.errors import InvalidFile

EVERY_DAY = frozenset(range(7))
WORKING_WEEK = frozenset(range(5))
DAY = [time(minute // 60, minute % 60) for minute in range(24 * 60)]


def calendar(*quiet: str, opens: time = time(9), closes: time = time(18)) -> BusinessCalendar:
    window = SendWindow(opens, closes, WORKING_WEEK, tuple(map(parse_times_of_day, quiet)))
    return BusinessCalendar("America/New_York", window, lambda _: False)


def at(text: str) -> datetime:
    """An instant by the clock of New York."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)


@pytest.mark.parametrize(
    ("local", "opens"),
    [
        ("2026-11-23 12:29:59.999999", "2026-11-23 12:29:59.999999"),
        ("2026-11-23 12:30", "2026-11-23 13:30"),
        ("2026-11-23 13:29:59.999999", "2026-11-23 13:30"),
        ("2026-11-23 13:30", "2026-11-23 13:30"),
        ("2026-11-23 08:00", "2026-11-23 09:00"),
        ("2026-11-27 17:00", "2026-11-30 09:00"),  # a Friday, quiet from five o'clock on
    ],
)
def test_what_falls_into_quiet_hours_waits_until_they_end(local: str, opens: str) -> None:
    assert calendar("12:30-13:30", "17:00-20:00").next_open(at(local)) == at(opens)


@pytest.mark.parametrize(
    ("local", "hours", "result"),
    [
        ("2026-11-23 12:00", 1, "2026-11-23 14:00"),  # half an hour before lunch, half an hour after
        ("2026-11-23 11:30", 1, "2026-11-23 12:30"),  # ends where the quiet hour begins
        ("2026-11-23 12:45", 1, "2026-11-23 14:30"),
        ("2026-11-23 09:00", 8, "2026-11-23 18:00"),  # nine hours less one
        ("2026-11-23 09:00", 9, "2026-11-24 10:00"),
    ],
)
def test_quiet_hours_are_no_business_hours(local: str, hours: int, result: str) -> None:
    assert calendar("12:30-13:30").add_business_hours(at(local), hours) == at(result)


def test_quiet_hours_may_run_over_midnight() -> None:
    around_the_clock = calendar("22:00-07:00", opens=time(0), closes=time(0))
    assert around_the_clock.next_open(at("2026-11-23 22:00")) == at("2026-11-24 07:00")
    assert around_the_clock.next_open(at("2026-11-24 03:00")) == at("2026-11-24 07:00")
    assert around_the_clock.is_open(at("2026-11-23 21:59"))
    # From Friday evening on, Saturday and Sunday are no business days.
    assert around_the_clock.next_open(at("2026-11-27 22:00")) == at("2026-11-30 07:00")


def test_quiet_hours_are_quiet_by_the_customers_own_clock() -> None:
    # Two o'clock in London is nine in the morning in New York, half past five is half past twelve.
    assert calendar("12:30-13:30").is_open(datetime(2026, 11, 23, 14, tzinfo=UTC))
    assert not calendar("12:30-13:30").is_open(datetime(2026, 11, 23, 17, 30, tzinfo=UTC))


def test_quiet_hours_outside_the_window_change_nothing() -> None:
    assert calendar("18:00-09:00").window.open_hours == calendar().window.open_hours


@pytest.mark.parametrize(
    "quiet", [("09:00-18:00",), ("08:00-20:00",), ("12:00-10:00", "09:30-12:00"), ("18:30-18:15",)]
)
def test_quiet_hours_that_leave_nothing_open_are_refused(quiet: tuple[str, ...]) -> None:
    with pytest.raises(InvalidFile) as caught:
        calendar(*quiet)
    assert (caught.value.message, caught.value.hint, caught.value.code) == (
        "The quiet hours leave nothing of the send window open.",
        "Shorten quiet_hours, or let send_window open earlier or close later.",
        "quiet_all_day",
    )


@pytest.mark.parametrize(("opens", "closes"), [(time(18), time(9, 30)), (time(9), time(9))])
def test_a_window_that_closes_before_it_opens_is_refused(opens: time, closes: time) -> None:
    with pytest.raises(InvalidFile) as caught:
        SendWindow(opens, closes, WORKING_WEEK)
    assert (caught.value.message, caught.value.hint, caught.value.code) == (
        f"The send window opens at {opens:%H:%M} and closes at {closes:%H:%M}.",
        "Let it close later than it opens, on the same day; 00:00 as the end is midnight.",
        "bad_send_window",
    )


def test_a_weekday_that_does_not_exist_is_refused() -> None:
    assert SendWindow(time(9), time(18), frozenset({0, 6})).weekdays == {0, 6}
    with pytest.raises(InvalidFile) as caught:
        SendWindow(time(9), time(18), frozenset({7, 0}))
    assert (caught.value.message, caught.value.hint, caught.value.code) == (
        "The send window names weekdays [0, 7].",
        "Weekdays run from 0 for Monday to 6 for Sunday.",
        "bad_send_days",
    )


def test_a_window_opens_and_closes_to_the_microsecond() -> None:
    window = SendWindow(time(9, 0, 30, 5), time(17, 59, 45), WORKING_WEEK)
    shown = [time(9, 0, 30, 4), time(9, 0, 30, 5), time(17, 59, 44, 999_999), time(17, 59, 45)]
    assert [window.shows_open(clock) for clock in shown] == [False, True, True, False]


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("12:30-13:30", (time(12, 30), time(13, 30))),
        (" 22:00 - 07:00 ", (time(22), time(7))),
        ("00:00-24:00", (time(0), time(0))),
    ],
)
def test_times_of_day_are_read_as_people_write_them(text: str, times: TimesOfDay) -> None:
    assert parse_times_of_day(text) == times


@pytest.mark.parametrize(
    "text", ["", "12:30", "12:30-", "12:30-12:30", "24:00-12:30", "12:30-13:30Z", "noon-1"]
)
def test_what_are_no_times_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_times_of_day(text)


def test_the_same_time_twice_is_named_in_the_refusal() -> None:
    with pytest.raises(ValueError, match=r"^'12:30 - 12:30' are not times of day$"):
        parse_times_of_day("12:30 - 12:30")


# ---- Any window, minute by minute

times = st.sampled_from(DAY)
spans = st.tuples(times, times).filter(lambda span: span[0] != span[1])


def is_inside(clock: time, span: TimesOfDay) -> bool:
    begins, ends = span
    return begins <= clock < ends if begins < ends else clock >= begins or clock < ends


@given(times, times, st.lists(spans, max_size=4))
@example(time(0), time(0), [(time(23, 59), time(0)), (time(0), time(0, 1))])
def test_open_is_what_lies_in_the_window_and_in_no_quiet_hours(
    opens: time, closes: time, quiet: list[TimesOfDay]
) -> None:
    if closes <= opens:
        closes = time(0)
    expected = [
        clock >= opens
        and (closes == time(0) or clock < closes)
        and not any(is_inside(clock, q) for q in quiet)
        for clock in DAY
    ]
    if not any(expected):
        with pytest.raises(InvalidFile, match="nothing"):
            SendWindow(opens, closes, EVERY_DAY, tuple(quiet))
        return
    window = SendWindow(opens, closes, EVERY_DAY, tuple(quiet))
    assert [window.shows_open(clock) for clock in DAY] == expected
    assert sum((ends - begins for begins, ends in window.open_hours), timedelta()) == timedelta(
        minutes=sum(expected)
    )
    assert list(window.open_hours) == sorted(window.open_hours)


instants = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001 -- the strategy wants naive bounds
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
zones = st.sampled_from(["Europe/London", "America/Santiago", "Antarctica/Troll", "Africa/Casablanca"])


@given(instants, st.timedeltas(timedelta(), timedelta(days=9)), zones, spans, spans)
def test_deferral_keeps_the_order_ends_open_and_happens_once(
    instant: datetime, later: timedelta, zone: str, first: TimesOfDay, second: TimesOfDay
) -> None:
    try:
        window = SendWindow(time(8), time(20), WORKING_WEEK, (first, second))
    except InvalidFile:
        return
    customer = BusinessCalendar(zone, window, lambda day: day.day == 25)
    due, due_later = customer.next_open(instant), customer.next_open(instant + later)
    assert instant <= due <= due_later
    for opens in (due, due_later):
        shown = opens.astimezone(ZoneInfo(zone))
        assert time(8) <= shown.time() < time(20)
        assert shown.weekday() < 5
        assert shown.day != 25
        assert not is_inside(shown.time(), first)
        assert not is_inside(shown.time(), second)
        assert customer.next_open(opens) == opens
    if customer.is_open(instant):
        assert due == instant
