"""Caps, cooldowns and overcompensation: limits on what a customer, an agent or a reason gets within a
window.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import lru_cache
from math import floor
from typing import Any, Self

from followup.domain.goodwill.budget import Period, period_days
from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.amounts import number_words
from followup.domain.shared.money import Money
from followup.domain.shared.word import Word

FINANCIAL_YEAR_STARTS = (4, 1)
"""Month and day on which the financial year starts, unless the policy sets another day."""

LONGEST_WINDOW_DAYS = 3660

_DAYS = re.compile(r"([0-9]{1,4})d")
_START = re.compile(r"([0-9]{2})-([0-9]{2})")
_CALENDAR = ("week", "month", "quarter", "year", "financial_year", "ever")


class CapScope(Word):
    """Whose gestures are counted.

    `in_general` is how a policy in words says it, `here` how a sentence about one case begins with it."""

    in_general: str
    here: str

    CUSTOMER = "customer", "All that this customer was given", "to one customer", "this customer"
    AGENT = "agent", "All that this agent gave", "by one agent", "this agent"
    TEAM = "team", "All that this agent's team gave", "by one team", "this team"
    REASON = "reason", "All that was given for this reason", "for one reason", "this reason"
    CUSTOMER_REASON = (
        "customer_reason",
        "All that this customer was given for this reason",
        "to one customer for the same reason",
        "this customer, for this reason,",
    )
    CASE = "case", "All that was given for this very case", "for one case", "this case"

    def __new__(cls, value: str, meaning: str, in_general: str, here: str) -> Self:
        """Make a member from its word, the meaning of it, and the two ways to say it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.in_general = in_general
        member.here = here
        return member


@dataclass(frozen=True, slots=True)
class Window:
    """The time in which gestures count: a number of days ending today, a calendar period, or all time.

    `text` is the window as written in the policy; `starts` is the month and day on which the financial year
    starts.
    """

    text: str
    days: int = 0
    starts: tuple[int, int] = FINANCIAL_YEAR_STARTS

    @property
    def words(self) -> str:
        """The window in words: "in 365 days", "this month", "in all"."""
        if self.days:
            return f"in {self.days} days" if self.days > 1 else "in a day"
        return "in all" if self.text == "ever" else f"this {self.text.replace('_', ' ')}"

    def since(self, today: date) -> date | None:
        """The first day of the window that ends `today`; None for all time."""
        if self.days:
            return days_ago(today, self.days - 1)
        if self.text == "ever":
            return None
        if self.text == "financial_year":
            this_year = _start_in(today.year, self.starts)
            return this_year if this_year <= today else _start_in(today.year - 1, self.starts)
        days = period_days(Period(self.text), today)  # type: ignore[call-arg]
        assert days is not None
        return days[0]


@lru_cache(maxsize=1024)
def days_ago(today: date, days: int) -> date:
    """The day `days` days before `today`, or the earliest possible date. Cached, because the cases of one day
    ask for the same.
    """
    return date.fromordinal(max(1, today.toordinal() - days))


def _start_in(year: int, starts: tuple[int, int]) -> date:
    return date(year, *starts)


def read_window(text: str, starts: str = "") -> Window | None:
    """Parse a window such as "365d", "month" or "financial_year"; None if it is not one.

    `starts` is the first month and day of the financial year, such as "04-06"; it is allowed with no other
    window.
    """
    days = _DAYS.fullmatch(text)
    if days:
        count = int(days[1])
        return Window(text, count) if 1 <= count <= LONGEST_WINDOW_DAYS and not starts else None
    if text not in _CALENDAR or (starts and text != "financial_year"):
        return None
    if not starts:
        return Window(text)
    start = _START.fullmatch(starts)
    if start is None:
        return None
    month, day = int(start[1]), int(start[2])
    try:
        date(2023, month, day)  # not a leap year, so that the day exists in every year
    except ValueError:
        return None
    return Window(text, starts=(month, day))


@dataclass(frozen=True, slots=True)
class Share:
    """A limit that is a percentage of a money fact, such as a month's fee or a year's rent."""

    percent: Fraction
    of: str
    as_fraction: bool = field(default=False, compare=False)

    def most_minor(self, facts: Mapping[str, Any]) -> int | None:
        """The limit in minor units, rounded down so that it holds; None if the fact is missing."""
        value = facts.get(self.of)
        return floor(value.amount_minor * self.percent / 100) if isinstance(value, Money) else None

    @property
    def words(self) -> str:
        """The percentage and the fact."""
        return self.of if self.percent == 100 else f"{number_words(self.percent)} percent of {self.of}"


@dataclass(frozen=True, slots=True)
class Cap:
    """A limit on the amount, the number of gestures, or both, within a window. The amount is fixed, or a
    share of a fact of the case. Without a class or a kind, the
    cap counts and limits all gestures with money, so an apology is always possible. Without reasons, it
    applies to cases of every reason.
    """

    name: str
    scope: CapScope
    window: Window
    amount_minor: int | None
    times: int | None
    gesture_class: GestureClass | None = None
    kind: GestureKind | None = None
    reasons: tuple[str, ...] = ()
    share: Share | None = None
    line: int = field(default=0, compare=False)

    @property
    def has_amount(self) -> bool:
        """Whether the cap limits money, and not only the number of gestures."""
        return self.amount_minor is not None or self.share is not None

    def most_minor(self, facts: Mapping[str, Any]) -> int | None:
        """The limit in minor units for a case with these facts; None if there is none, or if it is a share of
        a fact that is missing.
        """
        return self.amount_minor if self.share is None else self.share.most_minor(facts)

    def concerns(
        self, kind: GestureKind, gesture_class: GestureClass, reason: object, *, is_money: bool
    ) -> bool:
        """Whether the cap applies to a gesture of this kind and class, with or without money, in a case of
        this reason."""
        if self.reasons and reason not in self.reasons:
            return False
        if self.gesture_class is not None and self.gesture_class is not gesture_class:
            return False
        return is_money if self.kind is None else self.kind is kind


@dataclass(frozen=True, slots=True)
class Cooldown:
    """A minimum number of days between two gestures. After a gesture on the 1st, with 30 days, the next is
    possible from the 31st.
    """

    name: str
    scope: CapScope
    days: int
    gesture_class: GestureClass | None = None
    kind: GestureKind | None = None
    line: int = field(default=0, compare=False)

    def concerns(self, kind: GestureKind, gesture_class: GestureClass, *, is_money: bool) -> bool:
        """Whether the cooldown applies to a gesture of this kind and class, with or without money."""
        if self.gesture_class is not None and self.gesture_class is not gesture_class:
            return False
        return is_money if self.kind is None else self.kind is kind

    def since(self, today: date) -> date:
        """The first day on which an earlier gesture would still block one today."""
        return days_ago(today, self.days - 1)


@dataclass(frozen=True, slots=True)
class Overcompensation:
    """A warning and a limit, in percent of the order value: above them a gesture looks like paying for
    silence.
    """

    warn_percent: int | None
    cap_percent: int | None
    gesture_class: GestureClass | None = None
    line: int = field(default=0, compare=False)
