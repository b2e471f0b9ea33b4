import pytest

from followup.application.goodwill import approvals, gestures
from followup.errors import Refused, WrongUsage
from tests.application.conftest import NewCaller
from tests.shop import ANA, MAX, SEN, Shop


@pytest.fixture
def asked(shop: Shop) -> Shop:
    """A refund of 40.00 GBP that waits for a decision, A-0001."""
    shop.request(shop.open_case(), "refund", "40.00", because="She came twice.")
    return shop


def test_who_asked_does_not_approve_and_nothing_changes(asked: Shop, new_caller: NewCaller) -> None:
    before = asked.stored()
    with pytest.raises(Refused):
        approvals.approve(new_caller(ANA), "A-0001")
    with pytest.raises(WrongUsage):
        approvals.counter(new_caller(MAX), "A-0001", "Half.", amount="a lot")
    with pytest.raises(WrongUsage):
        approvals.reject(new_caller(MAX, key="k"), "A-0001", " ")
    assert asked.stored() == before


def test_a_key_decides_once(asked: Shop, new_caller: NewCaller) -> None:
    first = approvals.counter(new_caller(MAX, key="k"), "A-0001", "Half.", amount="20.00")
    assert (first["state"], first["gesture"]["amount"]) == ("countered", "20.00")
    assert approvals.counter(new_caller(MAX, key="k"), "A-0001", because="Half.", amount="20.00") == first
    with pytest.raises(Refused) as conflict:
        approvals.counter(new_caller(SEN, key="k"), "A-0001", "Half.", amount="20.00")
    assert conflict.value.code == "key_conflict"
    assert gestures.issue_gesture(new_caller(ANA), "G-0001")["state"] == "issued"


def test_decided_approvals_are_listed_where_all_are_asked_for(asked: Shop, new_caller: NewCaller) -> None:
    approvals.withdraw(new_caller(ANA), "A-0001")
    assert approvals.list_approvals(new_caller()) == []
    (found,) = approvals.list_approvals(new_caller(), state="all")
    assert (found["ref"], found["state"]) == ("A-0001", "withdrawn")
    with pytest.raises(WrongUsage) as unknown:
        approvals.list_approvals(new_caller(), state="lost")
    assert unknown.value.code == "unknown_state"
