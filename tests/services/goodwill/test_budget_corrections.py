"""A budget is given another name or other scopes, and its figures and ledger stay as they are."""

from typing import Any

import pytest

from followup.application.door import Caller, OpenWorkspace
from followup.application.goodwill import budgets, gestures
from followup.errors import FollowupError
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
    for given, code in (
        ({"new_name": "other"}, "budget_exists"),
        ({}, "no_change_to_budget"),
        ({"new_name": "goodwill"}, "no_change_to_budget"),
        ({"scope": ["team=north"], "no_scope": True}, "scope_and_none"),
        ({"scope": ["colour=red"]}, "bad_scope"),
    ):
        with pytest.raises(FollowupError) as refused:
            budgets.set_budget(caller(shop), "goodwill", **given)
        assert refused.value.code == code
    with pytest.raises(FollowupError) as refused:
        budgets.set_budget(caller(shop, SEN), "goodwill", "mine")
    assert refused.value.code == "right_needed"
