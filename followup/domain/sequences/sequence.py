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
"""More than three emails about one case do harm."""

CLOSING = "closing"
"""The template of the email that asks how it ended, which can be answered by a click."""

LONGEST_DELAY_DAYS = 366


class DelayUnit(Word):
    """What a delay is counted in, always in the customer's zone."""

    MINUTES = "minutes", "Minutes of the clock"
    HOURS = "hours", "Hours of the clock"
    BUSINESS_HOURS = "business_hours", "Hours in which the send window is open and it is not quiet"
    DAYS = "days", "Calendar days, at the same local time"
    BUSINESS_DAYS = "business_days", "Days on which the send window opens, at the same local time"


class StepCondition(Word):
    """When a step is left out unless something holds."""

    PROMISED = "promised", "Something was promised, or a gesture with money was issued"


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
"""Antarctica/Troll, of all zones with changes from 2024 on."""
_UNITS = {unit.value.replace("_", " "): unit for unit in DelayUnit}
_DELAY = re.compile(r"(?P<quantity>[0-9]{1,6}) +(?P<unit>[a-z]+(?: +[a-z]+)?)")


@dataclass(frozen=True, slots=True)
class Delay:
    """How long after its start a sequence's step is due."""

    quantity: int
    unit: DelayUnit

    def __str__(self) -> str:
        words = self.unit.value.replace("_", " ")
        return f"{self.quantity} {words[:-1] if self.quantity == 1 else words}"

    def is_surely_shorter(self, other: "Delay") -> bool:
        """Whether, counted from the same start, this one never ends after the other, and mostly before it,
        whatever the calendar. Business time takes at least as long as time of the clock, and maybe longer."""
        if self.unit is other.unit:
            return self.quantity < other.quantity
        if self.unit in _BUSINESS:
            return False
        # A day may have two hours more or less than 24.
        slack = _LARGEST_CLOCK_CHANGE_MINUTES if (self.unit in _DAYS) is not (other.unit in _DAYS) else 0
        return self.quantity * _MINUTES[self.unit] + slack < other.quantity * _MINUTES[other.unit]


@dataclass(frozen=True, slots=True)
class Step:
    """One email of a sequence: its number from 1, the template's name, and when it is due.

    With `only_if`, the step is skipped unless that holds when its time comes.
    """

    number: int
    template: str
    after: Delay
    only_if: StepCondition | None = None


@dataclass(frozen=True, slots=True)
class Sequence:
    """A named series of emails, in the order in which they go out.

    A gesture of one of `kinds` is followed by this sequence instead of the default.
    """

    name: str
    description: str
    steps: tuple[Step, ...]
    kinds: tuple[GestureKind, ...] = ()


def parse_delay(text: str) -> Delay:
    """Read a delay such as "0 minutes", "1 business hour" or "14 days".

    Raises InvalidFile, without a place, for anything else or for more than a year.
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

    Days and business days keep the local time of `start` in the calendar's zone. A later start is due no
    earlier, save for two that are read off the clock: of two starts in an hour that comes twice, the one that
    shows less is due first after days; a business day after a Friday night is Monday night, so Tuesday, and
    one after Saturday morning is Monday. Raises ValueError for a naive `start`, InvalidFile when the window
    never opens.
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
    """When each step is due, every delay counted from `start`. A step is never due before an earlier one."""
    due: list[datetime] = []
    for step in sequence.steps:
        instant = due_at(start, step.after, calendar)
        due.append(max(instant, due[-1]) if due else instant)
    return tuple(due)
