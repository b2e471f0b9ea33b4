"""Sequences: which emails a case gets, and when each is due."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches

from followup.domain.goodwill.gesture import GestureKind
from followup.domain.sequences.business_calendar import BusinessCalendar
from followup.domain.shared.word import Word
from followup.errors import InvalidFile

MOST_STEPS = 3
"""The greatest number of emails about one case; more would annoy customers."""

CLOSING = "closing"
"""The template of the closing email, which asks how the case ended and is answered by a click."""

LONGEST_DELAY_DAYS = 366


class DelayUnit(Word):
    """The unit of a delay. All units follow the customer's time zone."""

    MINUTES = "minutes", "Minutes of the clock"
    HOURS = "hours", "Hours of the clock"
    BUSINESS_HOURS = "business_hours", "Hours in which the send window is open and it is not quiet"
    DAYS = "days", "Calendar days, at the same local time"
    BUSINESS_DAYS = "business_days", "Days on which the send window opens, at the same local time"


class StepCondition(Word):
    """A condition without which a step is skipped."""

    PROMISED = "promised", "The customer waits for something: a promise, money, a code, an item or a call"


_MOST = {
    DelayUnit.MINUTES: LONGEST_DELAY_DAYS * 24 * 60,
    DelayUnit.HOURS: LONGEST_DELAY_DAYS * 24,
    DelayUnit.BUSINESS_HOURS: LONGEST_DELAY_DAYS * 24,
    DelayUnit.DAYS: LONGEST_DELAY_DAYS,
    DelayUnit.BUSINESS_DAYS: LONGEST_DELAY_DAYS,
}
_MINUTES = {
    DelayUnit.MINUTES: 1,
    DelayUnit.HOURS: 60,
    DelayUnit.BUSINESS_HOURS: 60,
    DelayUnit.DAYS: 24 * 60,
    DelayUnit.BUSINESS_DAYS: 24 * 60,
}
_BUSINESS = (DelayUnit.BUSINESS_HOURS, DelayUnit.BUSINESS_DAYS)
_DAYS = (DelayUnit.DAYS, DelayUnit.BUSINESS_DAYS)
_LARGEST_CLOCK_CHANGE_MINUTES = 120
"""The change of Antarctica/Troll, the largest of all zones from 2024 on."""
_UNITS = {unit.value.replace("_", " "): unit for unit in DelayUnit}
_DELAY = re.compile(r"(?P<quantity>[0-9]{1,6}) +(?P<unit>[a-z]+(?: +[a-z]+)?)")


@dataclass(frozen=True, slots=True)
class Delay:
    """The time from the start of a sequence until a step is due."""

    quantity: int
    unit: DelayUnit

    def __str__(self) -> str:
        words = self.unit.value.replace("_", " ")
        return f"{self.quantity} {words[:-1] if self.quantity == 1 else words}"

    def is_surely_shorter(self, other: "Delay") -> bool:
        """Whether, from the same start, this delay never ends after the other, and usually before it, in
        every calendar. Business time passes at most as fast as clock time.
        """
        if self.unit is other.unit:
            return self.quantity < other.quantity
        if self.unit in _BUSINESS:
            return False
        # A day may have two hours more or less than 24.
        slack = _LARGEST_CLOCK_CHANGE_MINUTES if (self.unit in _DAYS) is not (other.unit in _DAYS) else 0
        return self.quantity * _MINUTES[self.unit] + slack < other.quantity * _MINUTES[other.unit]


@dataclass(frozen=True, slots=True)
class Step:
    """One email of a sequence: its number from 1, its template's name, and its delay.

    With `only_if`, the step is skipped unless the condition holds when the step is due.
    """

    number: int
    template: str
    after: Delay
    only_if: StepCondition | None = None


@dataclass(frozen=True, slots=True)
class Sequence:
    """A named series of emails, in sending order.

    A gesture of one of `kinds` starts this sequence instead of the default one.
    """

    name: str
    description: str
    steps: tuple[Step, ...]
    kinds: tuple[GestureKind, ...] = ()


def parse_delay(text: str) -> Delay:
    """Parse a delay such as "0 minutes", "1 business hour" or "14 days".

    Raises InvalidFile, without a file name or line, for anything else and for more than a year.
    """
    match = _DELAY.fullmatch(text.strip().lower())
    if match is None:
        raise InvalidFile(
            f"{text!r} is not a delay.",
            hint='Write a whole number and a unit, for instance "3 business days" or "2 hours".',
            code="bad_delay",
        )
    words = " ".join(match["unit"].split())
    unit = _UNITS.get(words) or _UNITS.get(words + "s")
    if unit is None:
        near = get_close_matches(words, _UNITS, n=1)
        raise InvalidFile(
            f"{text!r} is not a delay: {words!r} is not a unit of time.",
            hint=f"Did you mean {near[0]}?" if near else f"Units are {', '.join(_UNITS)}.",
            code="unknown_time_unit",
        )
    quantity = int(match["quantity"])
    if quantity > _MOST[unit]:
        raise InvalidFile(
            f"{text!r} is longer than {LONGEST_DELAY_DAYS} days.",
            hint=f"At most {_MOST[unit]} {words}.",
            code="delay_too_long",
        )
    return Delay(quantity, unit)


def due_at(start: datetime, delay: Delay, calendar: BusinessCalendar) -> datetime:
    """The instant, in UTC, at which something is due `delay` after `start`, moved into the send window.

    Days and business days keep the local time of `start` in the calendar's zone. A later start is usually due
    no earlier. There are two exceptions, because local time counts. If a clock change repeats an hour, the
    start with the earlier local time is due first after a number of days. One business day after Friday night
    is Monday night, which is moved to Tuesday; one business day after Saturday morning is Monday. Raises
    ValueError for a naive `start`, InvalidFile if the window never opens.
    """
    quantity = delay.quantity
    if delay.unit is DelayUnit.BUSINESS_HOURS:
        due = calendar.add_business_hours(start, quantity)
    elif delay.unit is DelayUnit.BUSINESS_DAYS:
        due = calendar.add_business_days(start, quantity)
    elif delay.unit is DelayUnit.DAYS:
        due = calendar.add_days(start, quantity)
    elif delay.unit is DelayUnit.HOURS:
        due = start + timedelta(hours=quantity)
    else:
        due = start + timedelta(minutes=quantity)
    return calendar.next_open(due)


def due_times(sequence: Sequence, start: datetime, calendar: BusinessCalendar) -> tuple[datetime, ...]:
    """The due time of each step; every delay counts from `start`. No step is due before an earlier one."""
    due: list[datetime] = []
    for step in sequence.steps:
        instant = due_at(start, step.after, calendar)
        due.append(max(instant, due[-1]) if due else instant)
    return tuple(due)
