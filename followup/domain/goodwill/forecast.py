"""The forecast of a budget: the amount used per business day, and when the budget runs out at that rate."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from followup.domain.shared.money import round_half_up

HORIZON_DAYS = 3653
"""How far ahead the day of exhaustion is searched for if the period never ends: ten years."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """The forecast of a budget. `business_days_left` and `expected_at_end_minor` are None if the period never
    ends. `burn_minor` (minor units per business day) and `expected_at_end_minor` are None before the first
    business day of the period. `exhausted_on` is None if the budget lasts to the end of the period.
    """

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
    """Forecast a budget by its average use per business day so far (today included), continued for every
    business day left.

    `used_minor` is held + committed + spent; `began_on` is the first day on which the budget could be used;
    `ends_before` is the first day after the period, None if it never ends. The calculation is exact; results
    are rounded half up at the end. A budget with nothing left is exhausted today; otherwise it is exhausted
    on the business day on which the expected use reaches the limit.
    """
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
    """The `count`-th business day after today, or None if it is not before the end."""
    end = ends_before or today + timedelta(days=HORIZON_DAYS)
    for day in _days(today + timedelta(days=1), end):
        count -= is_business_day(day)
        if not count:
            return day
    return None
