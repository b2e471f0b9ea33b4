"""What a budget's pace leads to: how much is used a business day, and how far the rest goes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from followup.domain.shared.money import round_half_up

HORIZON_DAYS = 3653
"""How far ahead the end of a budget without an end of its period is looked for: ten years."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where a budget is heading. `business_days_left` and `expected_at_end_minor` are None for a budget whose
    period never ends; `burn_minor` (a business day) and `expected_at_end_minor` while no business day of the
    period has begun. `exhausted_on` is None where it lasts to the end of the period."""

    business_days_elapsed: int
    business_days_left: int | None
    burn_minor: int | None
    expected_at_end_minor: int | None
    exhausted_on: date | None


def forecast(
    *,
    limit_minor: int,
    used_minor: int,
    began_on: date,
    ends_before: date | None,
    today: date,
    is_business_day: Callable[[date], bool],
) -> Forecast:
    """Go on as before: what was used so far, divided by the business days elapsed (today among them), for
    every business day left.

    `used_minor` is held, committed and spent; `began_on` the first day on which something could be used;
    `ends_before` the first day after the period, None for one that never ends. Exact until the amounts are
    rounded, half up. A budget with nothing left is exhausted today; otherwise on the business day on which
    the pace takes its last coin."""
    elapsed = sum(map(is_business_day, _days(began_on, today + timedelta(days=1))))
    left = (
        None
        if ends_before is None
        else sum(map(is_business_day, _days(today + timedelta(days=1), ends_before)))
    )
    burn = Fraction(used_minor, elapsed) if elapsed else None
    exhausted = None
    if used_minor >= limit_minor:
        exhausted = today
    elif burn:
        days_until = -((used_minor - limit_minor) // burn)
        exhausted = _business_day_after(today, days_until, ends_before, is_business_day)
    return Forecast(
        business_days_elapsed=elapsed,
        business_days_left=left,
        burn_minor=None if burn is None else round_half_up(burn),
        expected_at_end_minor=None
        if burn is None or left is None
        else round_half_up(used_minor + burn * left),
        exhausted_on=exhausted,
    )


def _days(first: date, before: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((before - first).days))


def _business_day_after(
    today: date, count: int, ends_before: date | None, is_business_day: Callable[[date], bool]
) -> date | None:
    """The `count`-th business day after today, if it comes before the end."""
    end = ends_before or today + timedelta(days=HORIZON_DAYS)
    for day in _days(today + timedelta(days=1), end):
        count -= is_business_day(day)
        if not count:
            return day
    return None
