import pytest

from followup.application.goodwill import gesture_list, gestures
from followup.errors import NotFound, Refused, WrongUsage
from tests.application.conftest import NewCaller
from tests.shop import MAX, Shop


def test_a_key_requests_one_gesture_and_gives_its_code_again_without_keeping_it(
    shop: Shop, new_caller: NewCaller
) -> None:
    shop.open_case()
    first = gestures.request_gesture(new_caller(key="k"), "C-0001", kind="voucher")
    after_first = shop.stored()
    again = gestures.request_gesture(new_caller(key="k"), case="C-0001", kind="voucher", hold=False)
    assert again == first
    assert first["voucher"] is not None
    assert first["voucher"]["code"]
    assert shop.stored() == after_first
    assert first["voucher"]["code"] not in after_first
    assert len(gesture_list.list_gestures(new_caller())) == 1


def test_a_key_is_refused_for_another_agent_amount_or_command(shop: Shop, new_caller: NewCaller) -> None:
    shop.open_case()
    gestures.request_gesture(new_caller(key="k"), "C-0001", hold=True)
    before = shop.stored()
    with pytest.raises(Refused) as other_agent:
        gestures.request_gesture(new_caller(MAX, key="k"), "C-0001", hold=True)
    with pytest.raises(Refused) as other_amount:
        gestures.request_gesture(new_caller(key="k"), "C-0001", amount="1.00", hold=True)
    with pytest.raises(Refused) as other_command:
        gestures.issue_gesture(new_caller(key="k"), "G-0001")
    assert {found.value.code for found in (other_agent, other_amount, other_command)} == {"key_conflict"}
    assert shop.stored() == before


def test_a_gesture_that_a_budget_cannot_take_leaves_nothing_behind(shop: Shop, new_caller: NewCaller) -> None:
    shop.open_case()
    shop.budget("500.00", name="all")
    shop.budget("1.00", name="small")
    before = shop.stored()
    with pytest.raises(Refused) as refused:
        gestures.request_gesture(new_caller(key="k"), "C-0001")
    assert refused.value.code == "budget_exhausted"
    assert shop.stored() == before


def test_only_an_agent_requests_a_gesture(shop: Shop, new_caller: NewCaller) -> None:
    shop.open_case()
    before = shop.stored()
    with pytest.raises(WrongUsage) as unknown:
        gestures.request_gesture(new_caller(None), "C-0001")
    with pytest.raises(NotFound) as nobody:
        gestures.request_gesture(new_caller("nobody@shop.example"), "C-0001")
    assert (unknown.value.code, nobody.value.code) == ("unknown_actor", "unknown_agent")
    assert shop.stored() == before
