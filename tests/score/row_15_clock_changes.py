"""Row 15: every clock change in the time zones with the oddest rules.

Due times are checked by the functions of the unit tests, which compare with local time minute by minute. The
bounds of budget periods are compared with the same local times here.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from followup.domain.goodwill.budget import Period, day_start, local_day, period_days, period_key
from tests.score.row import Place, Row, Seen
from tests.unit.domain.sequences import test_business_calendar_clock_changes as proofs
from tests.unit.domain.sequences.clock_changes import (
    CHANGES_2024_TO_2030,
    Change,
    Clock,
    changes,
    clock_around,
)

ENDING = [period for period in Period if period is not Period.ONCE]
FIRST_DAY, AFTER_LAST_DAY = date(2024, 1, 1), date(2031, 1, 1)
A_DAY, AN_INSTANT = timedelta(days=1), timedelta(microseconds=1)


def run(here: Place) -> Seen:
    zones = [zone for zone, count in CHANGES_2024_TO_2030.items() if count]
    if here.is_short:
        # By two hours, by half an hour, and at midnight.
        zones = ["Antarctica/Troll", "Australia/Lord_Howe", "America/Havana"]
    seen = tried = bounds = 0
    wrong: list[str] = []
    for zone in zones:
        found = changes(zone)[: here.count(99, 2)]
        seen += len(found)
        clocks = [(change, clock_around(change.moment, zone)) for change in found]
        wrong += _breaks(zone, clocks)
        tried += sum(len(proofs.quarters(change.moment, 9)) for change in found)
        checked = list(_bounds(zone, clocks))
        bounds += len(checked)
        wrong += [text for text in checked if text]
    missing = 0 if here.is_short else sum(CHANGES_2024_TO_2030[zone] for zone in zones) - seen
    return Seen(
        kept=not wrong and not missing,
        figures=f"{seen} changes in {len(zones)} zones: {tried:,} instants around them through "
        f"{len(proofs.ALL_HOURS)} send windows, {bounds:,} bounds of periods; {len(wrong)} wrong"
        + "".join(f"; {text}" for text in wrong[:3]),
    )


def _breaks(zone: str, clocks: list[tuple[Change, Clock]]) -> Iterator[str]:
    """The failures of the unit tests' checks."""
    of_hours = (
        proofs.test_what_falls_outside_waits_for_the_first_open_minute_and_keeps_its_order,
        proofs.test_business_hours_are_exactly_so_many_open_minutes,
    )
    for proof, hours in [
        *((proof, hours) for proof in of_hours for hours in proofs.ALL_HOURS.values()),
        (proofs.test_every_step_is_due_once_at_the_right_local_time, proofs.OFFICE),
        (proofs.test_every_step_is_due_once_at_the_right_local_time, proofs.NOT_AT_NOON),
    ]:
        try:
            proof((zone, clocks), hours)
        except AssertionError as error:
            yield f"{zone}: {proof.__name__}: {error}"[:200]


def _bounds(zone: str, clocks: list[tuple[Change, Clock]]) -> Iterator[str]:
    """For each bound of a period that was checked: what is wrong with it, or ""."""
    for period in ENDING:
        day = FIRST_DAY
        while day < AFTER_LAST_DAY:
            days = period_days(period, day)
            assert days is not None
            day = days[1]
            yield _wrong_bound(zone, period, day)
    for change, clock in clocks:
        # The days beside a change begin when the clock first shows them, be midnight skipped or repeated.
        about = change.moment.astimezone(ZoneInfo(zone)).date()
        for day in (about - A_DAY, about, about + A_DAY, about + 2 * A_DAY):
            expected = clock.instant(clock.first_to_show(datetime.combine(day, time())))
            found = day_start(day, zone)
            yield "" if found == expected else f"{zone}: {day} begins {expected}, not {found}"


def _wrong_bound(zone: str, period: Period, first: date) -> str:
    """What is wrong with the instant at which the period that begins on `first` starts."""
    begins = day_start(first, zone)
    on_time = begins.astimezone(ZoneInfo(zone))
    before = (begins - AN_INSTANT).astimezone(ZoneInfo(zone))
    changes_here = period_key(period, local_day(begins - AN_INSTANT, zone)) != period_key(
        period, local_day(begins, zone)
    )
    if on_time.date() == first and before.date() < first and changes_here:
        return ""
    return f"{zone}: the {period} of {first} begins {on_time}, after {before}"


ROW = Row(
    15,
    "every daylight-saving change 2024–2030 in 20 zones",
    "no skip, no double, period bounds exact",
    run,
    databases=("sqlite",),
)
