"""`approval show`: what one decides a request by."""

from followup.application.goodwill import approvals, show_approval
from tests.application.conftest import NewCaller
from tests.shop import ANA, MAX, Shop


def test_it_holds_what_happened_what_was_given_before_and_what_is_left(
    shop: Shop, new_caller: NewCaller
) -> None:
    shop.budget("100.00")
    before = shop.open_case()
    shop.request(before, "refund", "10.00")
    shop.request(
        shop.open_case(reason="rude-staff", verbatim="He laughed at me."),
        "voucher",
        "60.00",
        because="Upset.",
    )
    shown = show_approval.show_approval(new_caller(), "A-0001")
    assert (shown["state"], shown["gesture"]["amount"], shown["gesture"]["because"]) == (
        "pending",
        "60.00",
        "Upset.",
    )
    assert (shown["case"]["ref"], shown["case"]["verbatim"]) == ("C-0002", "He laughed at me.")
    ((other, given),) = [(case["ref"], case["gestures"]) for case in shown["other_cases"]]
    assert (other, [gesture["amount"] for gesture in given]) == ("C-0001", ["10.00"])
    # 100.00 less the refund of 10.00 and the 60.00 that this request holds.
    assert [(budget["name"], budget["available"]) for budget in shown["budgets"]] == [("goodwill", "30.00")]
    assert shown["reasons"]
    assert MAX in shown["may_decide"]
    assert ANA not in shown["may_decide"]
    assert shown["expires_at"] is not None


def test_it_says_that_nobody_can_decide_and_after_a_decision_who_did(
    shop: Shop, new_caller: NewCaller
) -> None:
    shop.request(shop.open_case(), "voucher", "60.00")
    assert show_approval.show_approval(new_caller(), "G-0001")["may_decide"] != []
    approvals.approve(new_caller(MAX), "A-0001", because="A loyal customer.")
    decided = show_approval.show_approval(new_caller(), "A-0001")
    assert (decided["state"], decided["decided_by"], decided["because"]) == (
        "approved",
        MAX,
        "A loyal customer.",
    )
    assert decided["may_decide"] == []
    assert ("approval approved", "A loyal customer.") in [
        (event["action"], event["because"]) for event in decided["history"]
    ]
