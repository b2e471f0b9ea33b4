"""A budget is given another name or other scopes, and its figures and ledger stay as they are."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from followup.application.door import Caller, OpenWorkspace
from followup.application.goodwill import budgets, gestures
from followup.errors import FollowupError, Refused
from tests.shop import MAX, SEN, Shop


def caller(shop: Shop, email: str = MAX) -> Caller:
    place = OpenWorkspace(shop.workspace, shop.engine)
    return Caller(place=place, now=shop.now, login="nobody", actor_email=email)


def figures(document: Any) -> tuple[str, str, str]:
    return document["held"], document["committed"], document["available"]


def test_a_renamed_budget_keeps_its_ledger(shop: Shop) -> None:
    shop.budget("100.00")
    shop.request(shop.open_case())
    before = budgets.show_budget(caller(shop), "goodwill")
    # A tenth of 80.00.
    assert figures(before) == ("0.00", "8.00", "92.00")
    ledger = budgets.list_ledger(caller(shop), "goodwill")
    document = budgets.set_budget(caller(shop), "goodwill", "kindness", because="A better word.")
    assert (document["name"], figures(document)) == ("kindness", figures(before))
    assert document["hints"] == ["The audit log names it goodwill until now."]
    assert budgets.list_ledger(caller(shop), "kindness") == ledger
    assert budgets.reconcile(caller(shop))["drift"] == []
    with pytest.raises(FollowupError) as unknown:
        budgets.show_budget(caller(shop), "goodwill")
    assert unknown.value.code == "unknown_budget"


def test_other_scopes_hold_for_later_requests_alone(shop: Shop) -> None:
    shop.budget("100.00")
    shop.budget("50.00", name="other")
    first = shop.request(shop.open_case())
    document = budgets.set_budget(caller(shop), "goodwill", scope=["reason=long-wait"])
    assert (document["scopes"], figures(document)) == (["reason=long-wait"], ("0.00", "8.00", "92.00"))
    assert document["hints"][0].startswith("What it covers changes for requests from now on.")
    shop.request(shop.open_case("omar@example.com"))
    assert figures(budgets.show_budget(caller(shop), "goodwill")) == ("0.00", "8.00", "92.00")
    assert figures(budgets.show_budget(caller(shop), "other")) == ("0.00", "16.00", "34.00")
    # What was drawn before is given back to where it came from.
    gestures.void_gesture(caller(shop), f"G-{first.id:04d}", because="A test.")
    assert figures(budgets.show_budget(caller(shop), "goodwill")) == ("0.00", "0.00", "100.00")
    assert budgets.reconcile(caller(shop))["drift"] == []
    assert budgets.set_budget(caller(shop), "goodwill", no_scope=True)["scopes"] == []


def test_what_cannot_be_changed_is_refused_and_said(shop: Shop) -> None:
    shop.budget("100.00")
    shop.budget("50.00", name="other")
    for told, code in (
        ({"new_name": "other"}, "budget_exists"),
        ({}, "no_change_to_budget"),
        ({"new_name": "goodwill"}, "no_change_to_budget"),
        ({"scope": ["team=north"], "no_scope": True}, "scope_and_none"),
        ({"scope": ["colour=red"]}, "bad_scope"),
    ):
        with pytest.raises(FollowupError) as refused:
            budgets.set_budget(caller(shop), "goodwill", **told)
        assert refused.value.code == code
    with pytest.raises(FollowupError) as refused:
        budgets.set_budget(caller(shop, SEN), "goodwill", "mine")
    assert refused.value.code == "right_needed"


# ---- Limit and length of periods


def test_a_limit_holds_from_the_present_period_on_and_what_is_left_is_said(shop: Shop) -> None:
    shop.budget("100.00")
    shop.request(shop.open_case())
    document = budgets.set_budget(caller(shop), "goodwill", limit="20", because="A thin month.")
    assert (document["limit"], *figures(document)) == ("20.00", "0.00", "8.00", "12.00")
    assert document["hints"] == [
        "The new limit holds from 2026-11 on: 8.00 GBP of it are used, 12.00 GBP are left."
    ]
    assert budgets.show_budget(caller(shop), "goodwill", "2026-12")["limit"] == "20.00"
    assert budgets.reconcile(caller(shop))["drift"] == []


def test_a_limit_below_what_is_used_says_by_how_much_and_changes_nothing(shop: Shop) -> None:
    shop.budget("100.00")
    shop.request(shop.open_case())
    before = shop.stored()
    with pytest.raises(FollowupError) as refused:
        budgets.set_budget(caller(shop), "goodwill", "kindness", limit="5", because="A thin month.")
    assert refused.value.code == "limit_below_use"
    assert (
        "8.00 GBP held, committed or spent in 2026-11: 3.00 GBP more than 5.00 GBP" in refused.value.message
    )
    assert shop.stored() == before


def test_the_length_of_periods_changes_while_nothing_was_drawn(shop: Shop) -> None:
    shop.budget("100.00")
    budgets.adjust_budget(caller(shop), "goodwill", "More.", limit="300")
    document = budgets.set_budget(caller(shop), "goodwill", period="quarter")
    assert (document["period"], document["every"], document["limit"]) == ("2026-Q4", "quarter", "300.00")
    shop.request(shop.open_case())
    assert figures(budgets.show_budget(caller(shop), "goodwill")) == ("0.00", "8.00", "292.00")
    before = shop.stored()
    with pytest.raises(FollowupError) as refused:
        budgets.set_budget(caller(shop), "goodwill", period="month")
    assert refused.value.code == "period_in_use"
    assert shop.stored() == before
    assert budgets.reconcile(caller(shop))["drift"] == []


def test_who_changed_what_since_when_is_shown_under_every_name(shop: Shop) -> None:
    shop.budget("100.00")
    shop.budget("50.00", name="other")
    budgets.adjust_budget(caller(shop), "goodwill", "More.", limit="300", from_next=True)
    budgets.set_budget(caller(shop), "goodwill", "kindness", because="A better word.")
    budgets.set_budget(caller(shop), "other", "goodwill", because="Its turn.")
    budgets.set_budget(caller(shop), "kindness", limit="200", because="For now.")
    shown = budgets.show_budget(caller(shop), "kindness")["changes"]
    assert [(one["old"], one["new"], one["since"], one["because"]) for one in shown] == [
        ({"limit": "100.00"}, {"limit": "200.00"}, "2026-11", "For now."),
        ({"name": "goodwill"}, {"name": "kindness"}, None, "A better word."),
        ({"limit": "100.00"}, {"limit": "300.00"}, "2026-12", "More."),
    ]
    assert {one["by"] for one in shown} == {MAX}
    others = budgets.show_budget(caller(shop), "goodwill")["changes"]
    assert [one["new"] for one in others] == [{"name": "goodwill"}]


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("request"), st.integers(1, 25)),
        st.tuples(st.just("limit"), st.integers(0, 60)),
        st.tuples(st.just("void"), st.integers(0, 5)),
        st.tuples(st.just("pay"), st.integers(0, 5)),
    ),
    max_size=8,
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(_STEPS)
def test_whatever_the_limit_becomes_the_figures_are_the_sum_of_the_entries(
    new_shop: Callable[[], Shop], steps: list[tuple[str, int]]
) -> None:
    shop = new_shop()
    shop.budget("40.00")
    made_ones: list[str] = []
    limit = 40
    for number, (step, size) in enumerate(steps):
        with suppress(Refused):
            if step == "request":
                case = f"C-{shop.open_case(f'someone{number}@example.com').id:04d}"
                made = gestures.request_gesture(
                    caller(shop), case, kind="refund", amount=f"{size}", because="They asked for it."
                )
                made_ones.append(made["ref"])
            elif step == "limit":
                budgets.set_budget(caller(shop), "goodwill", limit=f"{size}", because="A try.")
                limit = size
            elif made_ones and step == "void":
                gestures.void_gesture(caller(shop), made_ones[size % len(made_ones)], because="A try.")
            elif made_ones:
                gestures.pay_gesture(caller(shop), made_ones[size % len(made_ones)])
        shown = budgets.show_budget(caller(shop), "goodwill")
        parts = [Decimal(str(shown[name])) for name in ("held", "committed", "spent", "available")]
        assert sum(parts) == limit
        assert min(parts) >= 0
    assert budgets.reconcile(caller(shop))["drift"] == []
