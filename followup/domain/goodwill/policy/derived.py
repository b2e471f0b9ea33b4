"""Facts that are calculated from other facts: the share that one is of another, and the minutes of a month.

Elapsed time, which is one as well, has a module of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from followup.domain.goodwill.policy.elapsed import BusinessDays
from followup.domain.shared.money import Money


class Derived(Protocol):
    """How a fact is calculated from others."""

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of the facts that it is calculated from."""
        ...

    def value(self, facts: Mapping[str, Any], timezone: str, business: BusinessDays) -> Any:
        """The value, or None if it cannot be calculated from these facts."""
        ...


@dataclass(frozen=True, slots=True)
class Ratio:
    """The percentage that `part` is of `of`; with `rest`, what it leaves of 100. Both are numbers, or both
    money. Never below 0, and exact: a fraction.
    """

    part: str
    of: str
    rest: bool = False

    @property
    def sources(self) -> tuple[str, ...]:
        """Both facts."""
        return self.part, self.of

    def value(
        self,
        facts: Mapping[str, Any],
        timezone: str,  # noqa: ARG002 - one interface for all derived facts
        business: BusinessDays,  # noqa: ARG002
    ) -> Fraction | None:
        """part / of × 100, or 100 less that. None without both facts, and where `of` is 0 or less."""
        part, whole = (_number(facts.get(name)) for name in self.sources)
        if part is None or whole is None or whole <= 0:
            return None
        percent = part * 100 / whole
        return max(Fraction(0), 100 - percent if self.rest else percent)


def _number(value: Any) -> Fraction | None:
    if value is None:
        return None
    return Fraction(value.amount_minor if isinstance(value, Money) else value)


@dataclass(frozen=True, slots=True)
class MonthMinutes:
    """The minutes of the calendar month in which a day lies, by the clocks of the policy's time zone: the
    month in which summer time begins is an hour shorter.
    """

    day: str

    @property
    def sources(self) -> tuple[str, ...]:
        """The day."""
        return (self.day,)

    def value(self, facts: Mapping[str, Any], timezone: str, business: BusinessDays) -> int | None:  # noqa: ARG002
        """The minutes from the first midnight of the month to that of the next one."""
        day: date | None = facts.get(self.day)
        if day is None:
            return None
        zone = ZoneInfo(timezone)
        begin = datetime(day.year, day.month, 1, tzinfo=zone)
        end = datetime(day.year + day.month // 12, day.month % 12 + 1, 1, tzinfo=zone)
        return int(end.timestamp() - begin.timestamp()) // 60
