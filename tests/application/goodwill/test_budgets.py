import pytest

from followup.application.goodwill import budgets
from followup.errors import Refused, WrongUsage
from tests.application.conftest import NewCaller
from tests.shop import ANA, MAX, Shop


def test_a_budget_is_made_once_for_a_key_with_its_warnings(shop: Shop, new_caller: NewCaller) -> None:
    scope = ["reason=hail"]
    first = budgets.create_budget(new_caller(MAX, key="k"), "hail", "80", "week", scope=scope)
    assert first["warnings"] == ["No rule of policy.toml names the reason hail."]
    assert budgets.create_budget(new_caller(MAX, key="k"), "hail", "80", "week", scope=scope) == first
    with pytest.raises(Refused) as conflict:
        budgets.create_budget(new_caller(MAX, key="k"), "hail", "80", "week")
    assert conflict.value.code == "key_conflict"
    assert [budget["name"] for budget in budgets.list_budgets(new_caller())] == ["hail"]


def test_a_change_that_does_not_fit_is_refused_whole(shop: Shop, new_caller: NewCaller) -> None:
    shop.budget("100.00")
    shop.request(shop.open_case(), "refund", "20.00")
    before = shop.stored()
    with pytest.raises(Refused) as below:
        budgets.adjust_budget(new_caller(MAX, key="k"), "goodwill", "Too much.", limit="19.99")
    with pytest.raises(WrongUsage) as at_odds:
        budgets.adjust_budget(
            new_caller(MAX), "goodwill", "Later.", limit="200", period="2026-12", from_next=True
        )
    assert (below.value.code, at_odds.value.code) == ("limit_below_use", "bad_period")
    assert shop.stored() == before
    changed = budgets.adjust_budget(new_caller(MAX, key="k"), "goodwill", "Enough.", limit="20.00")
    assert (changed["limit"], changed["available"]) == ("20.00", "0.00")


def test_every_figure_is_the_sum_of_the_movements_that_are_listed(shop: Shop, new_caller: NewCaller) -> None:
    shop.budget("100.00")
    shop.request(shop.open_case(), "refund", "20.00")
    assert budgets.reconcile(new_caller(ANA)) == {"checked": 1, "drift": []}
    entries = budgets.list_ledger(new_caller(ANA), "goodwill", period="2026-11")
    assert {entry["amount"] for entry in entries} == {"20.00"}
    assert budgets.show_budget(new_caller(ANA), "goodwill")["committed"] == "20.00"
    assert budgets.forecast_budget(new_caller(ANA), "goodwill")["used"] == "20.00"
