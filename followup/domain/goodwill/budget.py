"""Budgets: periods, limits, figures, and the ledger entries that move money between figures."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from followup.domain.people.team import team_key
from followup.domain.shared.word import Word
from followup.errors import WrongUsage


class Period(Word):
    """The length of a budget's period."""

    WEEK = "week", "Monday to Sunday"
    MONTH = "month", "A calendar month"
    QUARTER = "quarter", "Three calendar months from January"
    YEAR = "year", "A calendar year"
    ONCE = "once", "One amount that never starts anew"


class Figure(Word):
    """The figures of a budget: where its money can be."""

    AVAILABLE = "available", "Not asked for by anyone"
    HELD = "held", "Requested"
    COMMITTED = "committed", "Issued"
    SPENT = "spent", "Redeemed or paid"
    RELEASED = "released", "Came back; it is available again, and counted here"


class EntryKind(Word):
    """The kinds of ledger entries."""

    HOLD = "hold", "A gesture was requested"
    COMMIT = "commit", "It was issued"
    SPEND = "spend", "It was redeemed or paid"
    RELEASE = "release", "It came to nothing; the money is free again"
    REVERSE = "reverse", "What was spent is taken back: it is promised again, until it is released"


ENTRY_MOVES: dict[EntryKind, tuple[frozenset[Figure], Figure]] = {
    EntryKind.HOLD: (frozenset({Figure.AVAILABLE}), Figure.HELD),
    EntryKind.COMMIT: (frozenset({Figure.HELD}), Figure.COMMITTED),
    EntryKind.SPEND: (frozenset({Figure.COMMITTED}), Figure.SPENT),
    EntryKind.RELEASE: (frozenset({Figure.HELD, Figure.COMMITTED}), Figure.RELEASED),
    EntryKind.REVERSE: (frozenset({Figure.SPENT}), Figure.COMMITTED),
}
"""For each kind of entry: the figures from which it may take money, and the figure to which it adds it."""


@dataclass(frozen=True, slots=True)
class LedgerMovement:
    """A move of `amount_minor` (minor units) from one figure to another."""

    kind: EntryKind
    taken_from: Figure
    amount_minor: int

    @property
    def put_to(self) -> Figure:
        """The figure that the amount is added to."""
        return ENTRY_MOVES[self.kind][1]


@dataclass(frozen=True, slots=True)
class BudgetFigures:
    """The figures of one budget in one period, in minor units."""

    limit_minor: int
    held_minor: int = 0
    committed_minor: int = 0
    spent_minor: int = 0
    released_minor: int = 0

    @property
    def available_minor(self) -> int:
        """limit − held − committed − spent, in minor units. Negative only for a soft budget."""
        return self.limit_minor - self.used_minor

    @property
    def used_minor(self) -> int:
        """held + committed + spent, in minor units."""
        return self.held_minor + self.committed_minor + self.spent_minor

    def over_minor(self, more_minor: int = 0) -> int:
        """By how much the budget is over its limit after using `more_minor` more, in minor units; 0 if it is
        not.
        """
        return max(0, self.used_minor + more_minor - self.limit_minor)


def period_key(period: Period, day: date) -> str:
    """The key of the period that contains `day`: 2026-W48, 2026-11, 2026-Q4, 2026 or once.

    Weeks are ISO 8601 weeks.
    """
    if period is Period.WEEK:
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02d}"
    if period is Period.MONTH:
        return f"{day.year}-{day.month:02d}"
    if period is Period.QUARTER:
        return f"{day.year}-Q{(day.month - 1) // 3 + 1}"
    if period is Period.YEAR:
        return str(day.year)
    if period is Period.ONCE:
        return "once"
    assert_never(period)


def period_days(period: Period, day: date) -> tuple[date, date] | None:
    """The first day of the period that contains `day`, and that of the next period; None for `once`."""
    if period is Period.WEEK:
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=7)
    if period is Period.ONCE:
        return None
    months = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}[period]
    first_month = (day.month - 1) // months * months + 1
    following = first_month + months
    first = date(day.year, first_month, 1)
    return first, date(day.year + (following - 1) // 12, (following - 1) % 12 + 1, 1)


_KEYS: dict[Period, tuple[re.Pattern[str], str, Callable[[int, int], date]]] = {
    Period.WEEK: (
        re.compile(r"([12][0-9]{3})-W([0-9]{2})"),
        "2026-W48",
        lambda year, week: date.fromisocalendar(year, week, 1),
    ),
    Period.MONTH: (
        re.compile(r"([12][0-9]{3})-([0-9]{2})"),
        "2026-11",
        lambda year, month: date(year, month, 1),
    ),
    Period.QUARTER: (
        re.compile(r"([12][0-9]{3})-Q([1-4])"),
        "2026-Q4",
        lambda year, quarter: date(year, 3 * quarter - 2, 1),
    ),
    Period.YEAR: (re.compile(r"([12][0-9]{3})()"), "2026", lambda year, _: date(year, 1, 1)),
}
"""For each kind of period: the pattern of its key, an example, and a function that gives its first day."""
EXAMPLE_KEYS = tuple(example for _, example, _ in _KEYS.values())
"""A key of each kind of period, for help."""


def bad_period(message: str, *, hint: str) -> WrongUsage:
    """The error for a period that is malformed or does not fit the budget."""
    return WrongUsage(message, hint=hint, code="bad_period")


def first_day(period: Period, key: str) -> date | None:
    """The first day of the period named `key`; None for `once`.

    Raises WrongUsage if `key` names no period of this kind: another form, month 13, or week 53 of a year that
    has 52 weeks.
    """
    if period is Period.ONCE:
        if key == Period.ONCE.value:
            return None
        example = Period.ONCE.value
    else:
        form, example, begins = _KEYS[period]
        match = form.fullmatch(key)
        try:
            if match is not None:
                return begins(int(match[1]), int(match[2] or 0))
        except ValueError:
            pass
    raise bad_period(f"{key!r} does not name a {period} of a budget.", hint=f"Write it as {example}.")


def next_key(period: Period, key: str) -> str | None:
    """The key of the period after the one named `key`; None for `once`. Raises WrongUsage as `first_day`
    does.
    """
    first = first_day(period, key)
    days = None if first is None else period_days(period, first)
    return None if days is None else period_key(period, days[1])


def keys_between(period: Period, after: str, before: str) -> Iterator[str]:
    """The keys of the periods after `after` and before `before`, both excluded."""
    key = next_key(period, after)
    while key is not None and key < before:
        yield key
        key = next_key(period, key)


@dataclass(frozen=True, slots=True)
class LimitChange:
    """A new limit, from the period `since` on, or for that period alone (`only`)."""

    since: str
    limit_minor: int
    only: bool = False


def limit_in(first_limit_minor: int, changes: Iterable[LimitChange], key: str) -> int:
    """A budget's own limit in the period `key`, in minor units, without what is carried over.

    `first_limit_minor` is the limit the budget was created with; `changes` are in the order in which they
    were decided. The newest change that applies to the period counts. A limit for one period alone overrides
    changes that begin earlier, whenever they were decided; a change that begins with this very period
    replaces it.
    """
    standing, alone = first_limit_minor, None
    for change in changes:
        if change.only:
            alone = change.limit_minor if change.since == key else alone
        elif change.since <= key:
            standing = change.limit_minor
            alone = None if change.since == key else alone
    return standing if alone is None else alone


def carried_over(left_minor: int, untouched_limits_minor: Iterable[int]) -> int:
    """The amount carried over into a period, in minor units: what was left of the last period that was used
    (never below zero), plus the full limits of the unused periods since then.
    """
    return max(0, left_minor) + sum(untouched_limits_minor)


def local_day(instant: datetime, timezone: str) -> date:
    """The calendar day of an instant in a time zone. Periods begin at midnight in that zone."""
    return instant.astimezone(ZoneInfo(timezone)).date()


def day_start(day: date, timezone: str) -> datetime:
    """The instant, in UTC, at which `day` begins in `timezone`."""
    return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)


SCOPE_FIELDS = ("team", "agent", "reason", "kind", "class", "segment")
"""The fields of a gesture that a budget's scope can restrict."""


def applies(scopes: Iterable[tuple[str, str]], subject: dict[str, str | None]) -> bool:
    """Whether a budget with these (field, value) scopes covers a gesture with these fields. For every field
    in the scopes, the gesture must have one of the values named for it; spellings of one team are the same
    value. A budget without scopes covers all gestures.
    """
    wanted: dict[str, set[str]] = {}
    for field, value in scopes:
        wanted.setdefault(field, set()).add(team_key(value) if field == "team" else value)
    team = subject.get("team")
    asked = {**subject, "team": team_key(team) if team else None}
    return all(asked.get(field) in values for field, values in wanted.items())
