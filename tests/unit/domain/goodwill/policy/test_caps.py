"""How far back gestures count, and what falls under a cap, by hand."""

from datetime import date

import pytest

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.caps import Cap, CapScope, Cooldown, Window, days_ago, read_window
from followup.domain.goodwill.policy.offer import UnguardedOffer

GOODWILL, CORRECTIVE = GestureClass.GOODWILL, GestureClass.CORRECTIVE


@pytest.mark.parametrize(
    ("text", "starts", "window"),
    [
        ("1d", "", Window("1d", 1)),
        ("3660d", "", Window("3660d", 3660)),
        ("0d", "", None),
        ("3661d", "", None),
        ("30d", "04-06", None),
        ("month", "", Window("month")),
        ("month", "04-06", None),
        ("fortnight", "", None),
        ("ever", "", Window("ever")),
        ("financial_year", "", Window("financial_year", starts=(4, 1))),
        ("financial_year", "04-06", Window("financial_year", starts=(4, 6))),
        ("financial_year", "4-6", None),
        ("financial_year", "13-01", None),
        ("financial_year", "02-29", None),  # most years have none
    ],
)
def test_a_window_is_read_as_the_policy_writes_it(text: str, starts: str, window: Window | None) -> None:
    assert read_window(text, starts) == window


@pytest.mark.parametrize(
    ("window", "since", "words"),
    [
        (Window("1d", 1), date(2026, 11, 30), "in a day"),
        (Window("30d", 30), date(2026, 11, 1), "in 30 days"),
        (Window("week"), date(2026, 11, 30), "this week"),  # a Monday
        (Window("month"), date(2026, 11, 1), "this month"),
        (Window("quarter"), date(2026, 10, 1), "this quarter"),
        (Window("year"), date(2026, 1, 1), "this year"),
        (Window("financial_year"), date(2026, 4, 1), "this financial year"),
        (Window("financial_year", starts=(11, 30)), date(2026, 11, 30), "this financial year"),
        (Window("financial_year", starts=(12, 1)), date(2025, 12, 1), "this financial year"),
        (Window("ever"), None, "in all"),
    ],
)
def test_a_window_begins_on_a_day(window: Window, since: date | None, words: str) -> None:
    assert (window.since(date(2026, 11, 30)), window.words) == (since, words)


def test_no_day_lies_before_the_first() -> None:
    assert days_ago(date(1, 1, 3), 1) == date(1, 1, 2)
    assert days_ago(date(1, 1, 3), 2) == date(1, 1, 1)
    assert days_ago(date(1, 1, 3), 9) == date(1, 1, 1)


def test_a_cooldown_of_30_days_from_the_first_ends_on_the_31st() -> None:
    assert Cooldown("c", CapScope.CUSTOMER, 30).since(date(2026, 10, 30)) == date(2026, 10, 1)
    assert Cooldown("c", CapScope.CUSTOMER, 30).since(date(2026, 10, 31)) == date(2026, 10, 2)


@pytest.mark.parametrize(
    ("gesture_class", "kind", "concerned"),
    [
        # What is worth money, of any class; an apology is always possible.
        (None, None, {("voucher", GOODWILL), ("voucher", CORRECTIVE), ("refund", GOODWILL)}),
        (GOODWILL, None, {("voucher", GOODWILL), ("refund", GOODWILL)}),
        (None, GestureKind.VOUCHER, {("voucher", GOODWILL), ("voucher", CORRECTIVE)}),
        (CORRECTIVE, GestureKind.VOUCHER, {("voucher", CORRECTIVE)}),
        (None, GestureKind.APOLOGY, {("apology", GOODWILL)}),
    ],
)
def test_a_cap_and_a_cooldown_concern_their_class_and_kind(
    gesture_class: GestureClass | None, kind: GestureKind | None, concerned: set[tuple[str, GestureClass]]
) -> None:
    cap = Cap("c", CapScope.CUSTOMER, Window("ever"), 100, None, gesture_class, kind)
    cooldown = Cooldown("c", CapScope.CUSTOMER, 30, gesture_class, kind)
    given = [
        (GestureKind.VOUCHER, GOODWILL),
        (GestureKind.VOUCHER, CORRECTIVE),
        (GestureKind.REFUND, GOODWILL),
        (GestureKind.APOLOGY, GOODWILL),
    ]
    assert {
        (one.value, other)
        for one, other in given
        if cap.concerns(one, other, "late", is_money=one.has_amount)
    } == concerned
    assert {
        (one.value, other) for one, other in given if cooldown.concerns(one, other, is_money=one.has_amount)
    } == concerned


def test_an_item_counts_in_caps_on_money_only_where_its_cost_is_said() -> None:
    cap = Cap("c", CapScope.CUSTOMER, Window("ever"), 100, None)
    replacements = Cap("c", CapScope.CUSTOMER, Window("ever"), None, 2, kind=GestureKind.REPLACEMENT)
    cooldown = Cooldown("c", CapScope.CUSTOMER, 30)
    bare = UnguardedOffer(GestureKind.REPLACEMENT, GOODWILL)
    costly = UnguardedOffer(GestureKind.REPLACEMENT, GOODWILL, 1800, 1800)
    assert [one.is_money for one in (bare, costly)] == [False, True]
    for offer in (bare, costly):
        assert cap.concerns(offer.kind, GOODWILL, "late", is_money=offer.is_money) is offer.is_money
        assert cooldown.concerns(offer.kind, GOODWILL, is_money=offer.is_money) is offer.is_money
        assert replacements.concerns(offer.kind, GOODWILL, "late", is_money=offer.is_money)


def test_a_cap_with_reasons_concerns_only_their_cases() -> None:
    cap = Cap("c", CapScope.REASON, Window("month"), None, 2, reasons=("late", "lost"))
    concerned = [
        cap.concerns(GestureKind.VOUCHER, GOODWILL, reason, is_money=True)
        for reason in ("late", "lost", "rude", None)
    ]
    assert concerned == [True, True, False, False]
