from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.goodwill.budget import (
    BudgetFigures,
    Period,
    applies,
    day_start,
    local_day,
    period_days,
    period_key,
)


@pytest.mark.parametrize(
    ("period", "day", "key"),
    [
        (Period.WEEK, date(2027, 1, 3), "2026-W53"),
        (Period.WEEK, date(2027, 1, 4), "2027-W01"),
        (Period.MONTH, date(2026, 11, 30), "2026-11"),
        (Period.QUARTER, date(2026, 12, 31), "2026-Q4"),
        (Period.QUARTER, date(2026, 3, 31), "2026-Q1"),
        (Period.YEAR, date(2026, 1, 1), "2026"),
        (Period.ONCE, date(2026, 1, 1), "once"),
    ],
)
def test_a_day_lies_in_the_period_of_the_calendar(period: Period, day: date, key: str) -> None:
    assert period_key(period, day) == key


@given(
    st.sampled_from([period for period in Period if period is not Period.ONCE]),
    st.dates(date(1990, 1, 1), date(2090, 1, 1)),
)
def test_periods_follow_each_other_without_gap_or_overlap(period: Period, day: date) -> None:
    days = period_days(period, day)
    assert days is not None
    first, following = days
    assert first <= day < following
    assert period_key(period, first) == period_key(period, day)
    assert period_key(period, date.fromordinal(following.toordinal() - 1)) == period_key(period, day)
    assert period_key(period, following) != period_key(period, day)


def test_a_period_begins_at_midnight_of_the_budgets_own_zone() -> None:
    # In July, London is an hour ahead of UTC.
    assert day_start(date(2026, 7, 1), "Europe/London") == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert day_start(date(2026, 7, 1), "Europe/London").tzinfo is UTC
    assert local_day(datetime(2026, 6, 30, 23, tzinfo=UTC), "Europe/London") == date(2026, 7, 1)
    assert local_day(datetime(2026, 6, 30, 22, 59, tzinfo=UTC), "Europe/London") == date(2026, 6, 30)


def test_available_is_what_no_figure_has_taken() -> None:
    figures = BudgetFigures(10_000, held_minor=0, committed_minor=1000, spent_minor=1000, released_minor=1000)
    assert figures.available_minor == 8000


@pytest.mark.parametrize(("more", "over"), [(0, 0), (99, 0), (100, 0), (101, 1), (350, 250)])
def test_a_budget_is_over_by_what_does_not_fit_its_limit(more: int, over: int) -> None:
    # 300 + 200 + 400 of 1000 are used; what was released counts no more.
    figures = BudgetFigures(1000, 300, 200, 400, 50)
    assert (figures.used_minor, figures.available_minor) == (900, 100)
    assert figures.over_minor(more) == over


def test_a_soft_budget_may_be_over_before_anything_more_is_given() -> None:
    assert BudgetFigures(1000, 600, 500).over_minor() == 100
    assert BudgetFigures(1000, 600, 400).over_minor() == 0


@pytest.mark.parametrize(
    ("scopes", "covered"),
    [
        ([], True),
        ([("team", "north")], True),
        ([("team", "south")], False),
        ([("team", "south"), ("team", "north")], True),
        ([("team", "north"), ("kind", "voucher")], False),
        ([("segment", "vip")], False),
        ([("team", " NOR-TH")], True),
        ([("kind", "refund")], True),
        ([("kind", "Refund")], False),
        ([("team", "south"), ("kind", "refund")], False),
    ],
)
def test_scopes_of_one_field_are_alternatives_and_fields_add_up(
    scopes: list[tuple[str, str]], covered: bool
) -> None:
    subject = {"team": "north", "kind": "refund", "segment": None}
    assert applies(scopes, subject) is covered


def test_the_spelling_of_the_agents_team_does_not_count_either() -> None:
    assert applies([("team", "customer-care")], {"team": "Customer Care"})
    assert not applies([("team", "customer-care")], {"team": None})
    assert applies([("kind", "refund")], {"team": None, "kind": "refund"})
